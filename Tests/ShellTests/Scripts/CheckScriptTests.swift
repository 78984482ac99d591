import Testing

@Suite struct CheckScriptTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.run("mkdir -p scripts Tests Sources/{Lang,Runtime,Ops,Shell}; touch Package.swift")
    _ = try scratch.run("cp '\(Machine.root)'/scripts/check-*.sh scripts")
  }

  @Test func arrowsThatPointDownPass() throws {
    try scratch.write(
      "Sources/Ops/A.swift", "import Runtime\nimport Lang\n// import Shell\nlet text = \"import Shell\"\n")
    let result = try scratch.run("scripts/check-imports.sh")
    #expect(result.status == 0)
    #expect(result.output + result.errors == "")
  }

  @Test(arguments: [
    ("Lang", "import Runtime"), ("Lang", "@testable import Ops"), ("Lang", "import struct Runtime.Value"),
    ("Runtime", "import Ops"), ("Runtime", "public import Shell"), ("Ops", "  import CEditline"),
    ("Ops", "import Shell;"),
  ])
  func anUpwardImportIsShown(room: String, line: String) throws {
    try scratch.write("Sources/\(room)/A.swift", "import Glibc\n\(line)\n")
    let result = try scratch.run("scripts/check-imports.sh")
    #expect(result.status == 1)
    #expect(result.output == "Sources/\(room)/A.swift:2:\(line)\n")
  }

  @Test func longFilesAreNamed() throws {
    try scratch.write("Sources/Ops/Short.swift", String(repeating: "\n", count: 400))
    #expect(try scratch.run("scripts/check-length.sh").status == 0)
    try scratch.write("Sources/Ops/Long.swift", String(repeating: "\n", count: 401))
    let result = try scratch.run("scripts/check-length.sh")
    #expect(result.status == 1)
    #expect(result.errors == "check-length: Sources/Ops/Long.swift has 401 lines, 400 are allowed\n")
  }
}
