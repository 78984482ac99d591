import Glibc
import Testing

/// Ctrl-C: in every operation, and in calls that cannot be stopped.
@Suite(.serialized) struct InterruptTests {
  static let hasPython = Machine.system("command -v python3 >/dev/null") == 0

  /// `make interrupt` tries several calls of every operation of the registry, with larger inputs and at several moments, and asks for a
  /// tenth of a second, on a machine that does nothing else. Here one call of each must do with a second.
  @Test(.enabled(if: hasPython), .timeLimit(.minutes(10))) func controlCEndsEveryOperation() throws {
    let scratch = try Scratch()
    let script =
      "'\(Machine.root)/tools/interrupt/run.py' '\(Machine.binary)' --quick --each 1 --delays 0.15 --fail 1"
    let status = Machine.system("timeout 570 \(script) >'\(scratch.path)/report' 2>&1")
    let report = Machine.read("\(scratch.path)/report") ?? ""
    print(report)
    #expect(status == 0, "\(report)")
  }

  /// Millions of objects take longer to release than Ctrl-C may wait: the next line releases them.
  @Test func whatIsLeftOfManyObjectsIsReleasedLater() throws {
    let terminal = try Terminal(Scratch())
    try terminal.expect("tw>")
    try terminal.enter("for i in 0..3 { map(0..20_000_000, i => [i]) }")
    try terminal.expect("tw> for i in 0..3 { map(0..20_000_000, i => [i]) }")
    usleep(1_500_000)
    try terminal.press("C-c")
    try terminal.expect("interrupted", "tw>", within: 1)
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
  }

  @Test func aLongDecompositionIsLeftBehind() throws {
    let terminal = try Terminal(Scratch())
    try terminal.expect("tw>")
    try terminal.enter("kept = 41")
    try terminal.enter("svd(randn(4000, 4000))")
    try terminal.expect("tw> svd(randn(4000, 4000))")
    usleep(500_000)
    try terminal.press("C-c")
    // The decomposition alone would take many times as long.
    try terminal.expect("interrupted", "tw>", within: 3)
    try terminal.enter("kept + 1")
    try terminal.expect("tw> kept + 1", "42", "tw>")
  }

  @Test func aProcessWithWorkLeftBehindEndsAtOnce() throws {
    let scratch = try Scratch()
    let result = try scratch.run("timeout --preserve-status -s INT 1 $TW -e 'svd(randn(4000, 4000))'")
    #expect(result.status == 130)
    #expect(result.errors == "interrupted\n")
  }
}
