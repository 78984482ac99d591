// No program takes more memory or steps than it may.

import Testing

@Suite struct BudgetTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// How a refusal goes on: where there is never so much, and where there was.
  private static let (never, left) = ("; the budget is", ", more than is left of the budget of")

  /// Programs that ask for a large piece, by doubling, inside an operation, by reading: what they ask for at last.
  @Test(arguments: [
    ("xs = [1]; while true { xs += xs }", "134.2 MB", left), ("xs = []; while true { xs += [[1]] }", "16.8 MB", left),
    ("s = \"a\"; while true { s = \"{s}{s}\" }", "134.2 MB", left), ("map(0..1e12, x => x)", "16.0 TB", never),
    ("filter(0..1e12, x => true)", "134.2 MB", left), ("zeros(1e5, 1e5)", "40.0 GB", never),
    ("x = zeros(1e4, 1); x @ x.T", "400.0 MB", never), ("read_text(\"/dev/zero\")", "134.2 MB", left),
    ("sort(0..1e9)", "16.0 GB", never), ("string(map(0..1e7, x => [x]))", "160.0 MB", never),
    ("f = (xs...) => 1; f((0..1e9)...)", "16.0 GB", never),
    ("s = \"a,\"; while true { s += s; split(s, \",\") }", "134.4 MB", left),
  ]) func aLargePieceIsRefused(code: String, size: String, limit: String) throws {
    let result = try scratch.run("$TW --max-memory 150MB -e '\(code)'")
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(
      result.errors.hasPrefix("error[E0602]: this needs \(size) of memory\(limit) 150.0 MB\n"), "\(result.errors)")
    #expect(
      result.errors.contains(
        "\n   = help: work on fewer rows at a time, or raise the budget with --max-memory\n"))
  }

  /// Small pieces are not asked for: the program is stopped soon after it holds too much.
  @Test(arguments: [
    ("x = nil; while true { x = {a: x} }", 150), ("xs = []; while true { xs += [zeros(9)] }", 150),
    ("map(0..3000000, x => [x, [x]])", 150), ("x = nil; while true { x = [x] }", 100),
  ]) func growthInSmallPiecesIsMeasured(code: String, budget: Int) throws {
    // What escapes the budget is not to take the machine down.
    let result = try scratch.run("ulimit -v 3000000; $TW --max-memory \(budget)MB -e '\(code)'")
    #expect(result.status == 1 && result.output.isEmpty)
    let message = try #require(
      result.errors.firstMatch(
        of: #/^error\[E0602\]: the program holds (\d+\.\d) MB of memory; the budget is (\d+\.\d) MB\n/#),
      "\(result.errors)")
    #expect(message.output.2 == "\(budget).0")
    #expect(try #require(Double(message.output.1)) >= Double(budget))
    #expect(
      result.errors.contains("\n   = help: keep fewer values at a time, or raise the budget with --max-memory\n"))
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
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(
        result.errors.hasPrefix(
          "error[E0603]: the program takes more than its 1000 steps (calls and loop turns)\n"),
        "\(code): \(result.errors)"
      )
      #expect(result.errors.contains("\n   = help: does it end? The budget is raised with --max-steps\n"))
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
