// No program takes more memory or steps than it may.

import Testing

@Suite struct BudgetTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Programs that grow in every way there is: by doubling, by small pieces, inside an operation, by reading.
  @Test(arguments: [
    "xs = [1]; while true { xs += xs }", "xs = []; while true { xs += [[1]] }", "x = nil; while true { x = {a: x} }",
    "s = \"a\"; while true { s = \"{s}{s}\" }", "map(0..1e12, x => x)", "filter(0..1e12, x => true)",
    "map(0..3000000, x => [x, [x]])", "zeros(1e5, 1e5)", "x = zeros(1e4, 1); x @ x.T",
    "xs = []; while true { xs += [zeros(9)] }",
    "read_text(\"/dev/zero\")", "sort(0..1e9)", "string(map(0..1e7, x => [x]))", "f = (xs...) => 1; f((0..1e9)...)",
    "s = \"a,\"; while true { s += s; split(s, \",\") }",
  ]) func growthIsAnError(code: String) throws {
    let result = try scratch.run("$TW --max-memory 150MB -e '\(code)'")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("error[E0602]: "), "\(result.errors)")
    #expect(result.errors.contains("of memory") && result.errors.contains("150.0 MB\n"), "\(result.errors)")
    #expect(result.errors.contains("--max-memory"))
  }

  @Test func growthInSmallPiecesIsMeasured() throws {
    let result = try scratch.run(
      "/usr/bin/env bash -c 'ulimit -v 3000000; $TW --max-memory 100MB -e \"x = nil; while true { x = [x] }\"'")
    #expect(result.errors.hasPrefix("error[E0602]: the program holds 1"), "\(result.errors)")
  }

  @Test func aBudgetThatIsTooSmallToStartWithIsRefused() throws {
    for size in ["1M", "15.9MB", "20000"] {
      let result = try scratch.run("$TW --max-memory \(size) -e 1")
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.errors.contains("The value '\(size)' is invalid for '--max-memory"), "\(result.errors)")
    }
    #expect(try scratch.run("$TW --max-memory 16MB -e 1").output == "1\n")
  }

  @Test func stepsAreCounted() throws {
    for code in ["while true { }", "fn f() { f() }; f()", "map(0..2000, x => x)", "for i in 0..1e9 { }"] {
      let result = try scratch.run("$TW --max-steps 1000 -e '\(code)'")
      #expect(
        result.errors.hasPrefix("error[E0603]: the program takes more than its 1000 steps"), "\(code): \(result.errors)"
      )
      #expect(result.errors.contains("--max-steps"))
    }
    #expect(try scratch.run("$TW --max-steps 1000 -e 'map(0..500, x => x + 1)[499]'").output == "500\n")
  }

  /// After the error the memory is free again: what needs most of the budget fits.
  @Test func sessionGoesOnWithItsMemory() throws {
    let terminal = try Terminal(scratch, command: "$TW --max-memory 200MB")
    try terminal.expect("tw>")
    try terminal.enter("x = nil; while true { x = [x] }")
    try terminal.expect("   = help: keep fewer values at a time, or raise the budget with --max-memory", "tw>")
    try terminal.enter("x = nil")
    try terminal.expect("tw> x = nil", "tw>")
    try terminal.enter("sum(ones(30000000)) + 1")
    try terminal.expect("tw> sum(ones(30000000)) + 1", "30000001", "tw>")
  }
}
