import Testing

@Suite struct CheckScriptTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.run("mkdir -p scripts Tests Sources/Ops; touch Package.swift")
    _ = try scratch.run("cp '\(Machine.root)'/scripts/check-*.sh scripts")
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
