// Blocks of several statements: they answer as if they had been typed line by line.

import Glibc
import Testing

@Suite(.serialized) struct PastedBlockTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Pastes, presses Enter and gives the lines behind the block.
  private func answer(to block: String, in terminal: Terminal) throws -> [String] {
    let above = try terminal.screen().count - 1
    try terminal.paste(block)
    let last = block.split(separator: "\n").last.map { $0.hasPrefix("tw> ") ? $0.dropFirst(4) : $0 } ?? ""
    let pasted = try waiting(in: terminal) { $0.count > above && $0.last?.hasSuffix(last) == true }
    try terminal.enter("")
    let lines = try waiting(in: terminal) { $0.count > pasted.count && $0.last == "tw>" }
    return Array(lines[pasted.count...].dropLast())
  }

  private func waiting(in terminal: Terminal, until isReady: ([String]) -> Bool) throws -> [String] {
    for _ in 0..<200 {
      let lines = try terminal.screen()
      if isReady(lines) { return lines }
      usleep(20_000)
    }
    Issue.record("the screen does not come:\n\(try terminal.screen().joined(separator: "\n"))")
    return []
  }

  @Test func everyStatementShowsItsValue() throws {
    let terminal = try prompt()
    let block = "1 + 1\n\nx = 5\nx * 2;\n# two lines\n[x,\n 6]\nfn f(y) {\n  y + 1\n}\nf(x); f(7)\n\"the end\"\n"
    #expect(try answer(to: block, in: terminal) == ["2", "[5, 6]", "8", "\"the end\""])
    try terminal.press("Up")
    try terminal.expect("\"the end\"")
    #expect(try terminal.screen().contains("tw> 1 + 1"))
  }

  @Test func anErrorStopsTheRest() throws {
    let terminal = try prompt()
    let lines = try answer(to: "1 + 1\n\n2 * missing_name\n3 + 3\n", in: terminal)
    #expect(lines.first == "2")
    #expect(lines.contains("  --> <prompt 1>:3:5"))
    #expect(lines.contains(" 3 | 2 * missing_name"))
    #expect(!lines.contains("6"))
  }

  @Test func nothingRunsOfABlockThatCannotBeRead() throws {
    let terminal = try prompt()
    let lines = try answer(to: "print(\"ran\")\nx = = 2\n", in: terminal)
    #expect(lines.first?.hasPrefix("error[E0105]") == true)
    #expect(!lines.contains("ran"))
  }

  /// As it is copied from a screen: with answers, lines that go on from the last value, help and commands.
  @Test func aTranscriptRunsAgain() throws {
    let terminal = try prompt()
    let transcript = """
      tw 0.1.0. ? is a short tour, Ctrl-D leaves.
      tw> [3, 1, 2]
      [3, 1, 2]
      tw> |> sort
      [1, 2, 3]
      tw> x = 1
      tw> :vars
      name  type    shape  bytes
      tw> {a: 5}
      {a: 5}
      tw> .a
      """
    let lines = try answer(to: transcript, in: terminal)
    #expect(lines.prefix(2) == ["[3, 1, 2]", "[1, 2, 3]"])
    #expect(lines.contains { $0.hasPrefix("x     number") })
    #expect(lines.suffix(2) == ["{a: 5}", "5"])
  }

  /// A terminal without bracketed paste sends the lines as if they were typed.
  @Test func aPromptThatIsTypedIsLeftOut() throws {
    let terminal = try prompt()
    try terminal.enter("tw> [20,")
    try terminal.enter("... 22] |> sum")
    try terminal.expect("... ... 22] |> sum", "42", "tw>")
    try terminal.press("Up")
    try terminal.expect("tw> [20,", "22] |> sum")
  }

  @Test func everyPartIsSaved() throws {
    let terminal = try prompt()
    _ = try answer(to: "x = 5\nx + 1\n\"text\"\n", in: terminal)
    try terminal.ask(":save probe.tw")
    #expect(Machine.read(scratch.path + "/probe.tw") == "x = 5\nprint(x + 1)\nprint(\"text\")\n")
  }
}
