import Glibc
import Testing

/// Ctrl-C and calls that cannot be stopped.
@Suite(.serialized) struct InterruptTests {
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
