// A model's file that changes while it is in use is an error at the line that reads it, and the program goes on.

import Testing

@Suite struct ChangedFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// `change` happens between two uses of the model: the program waits for it at a pipe.
  private func run(after change: String, _ program: String) throws -> Machine.Result {
    try scratch.write("p.tw", "m = load(\"copy\")\nfirst = sum(m.ln_f.weight)\nread_text(\"pipe\")\n" + program)
    return try scratch.run(
      """
      cp -r '\(Machine.root)/Models/mini' copy && mkfifo pipe
      { sleep 0.3; \(change); echo go >pipe; } &
      $TW p.tw
      """)
  }

  private let uses = """
    print(try { sum(m.wte) } catch e { "{e.code} in line {e.line}" })
    print(try { m.wte @ ones(m.wte.shape[1]) } catch e { "{e.code} in line {e.line}" })
    print(1 + 1)
    """

  @Test func cutFileIsAnError() throws {
    let result = try run(after: "truncate -s 20000 copy/model.safetensors", uses)
    #expect(result.output == "E0510 in line 4\nE0510 in line 5\n2\n", "\(result.errors)")
  }

  @Test func fileThatIsWrittenIntoIsAnError() throws {
    let result = try run(
      after: "dd if=/dev/zero of=copy/model.safetensors bs=1000 count=4000 conv=notrunc status=none", uses)
    #expect(result.output == "E0510 in line 4\nE0510 in line 5\n2\n", "\(result.errors)")
  }

  @Test func fileThatIsReplacedDoesNoHarm() throws {
    let result = try run(
      after: "cp copy/model.safetensors new && truncate -s 100 new && mv new copy/model.safetensors",
      "print(sum(m.wte) == sum(load(\"mini\").wte))\n")
    #expect(result.output == "true\n", "\(result.errors)")
  }

  /// The message names the file and says what to do.
  @Test func messageNamesTheFile() throws {
    let result = try run(after: "truncate -s 20000 copy/model.safetensors", "sum(m.wte)\n")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error[E0510]: copy/model.safetensors has changed since it was opened"))
    #expect(result.errors.contains("--> p.tw:4:"))
  }
}
