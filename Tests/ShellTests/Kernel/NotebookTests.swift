import Glibc
import Testing

/// tw as a kernel of Jupyter, by Jupyter's own clients (Tests/notebooks), which scripts/bootstrap.sh --test fetches from PyPI.
@Suite(.serialized, .enabled(if: access(Machine.root + "/.build/notebooks/packages", R_OK) == 0)) struct NotebookTests {
  static let python = Machine.root + "/.build/notebooks/bin/python"

  /// Runs a program of Tests/notebooks; what it complains of is the failure.
  private func run(_ program: String, _ arguments: String = "") throws {
    let scratch = try Scratch()
    let path = Machine.root + "/Tests/notebooks/" + program
    let status = Machine.system(
      "cd '\(scratch.path)' && timeout 600 '\(Self.python)' '\(path)' '\(Machine.binary)' \(arguments) >log 2>&1 </dev/null"
    )
    #expect(status == 0, "\(Machine.read(scratch.path + "/log") ?? "")")
  }

  @Test func theProtocolsOwnTestsPass() throws { try run("protocol.py") }

  @Test func clientsInterruptRestartForgeAndFlood() throws { try run("client.py") }

  @Test func aModelComesWithItsProgressInTheCell() throws {
    try run("pull.py", "'\(Machine.root)/Tests/servers/hub.py'")
  }

  @Test func theTourRunsAndShowsWhatStandsInIt() throws { try run("tour.py", "'\(Machine.root)/examples/tour.ipynb'") }

  @Test func theConsoleOfJupyterRunsIt() throws {
    let scratch = try Scratch()
    let kernel = try scratch.run("$TW kernel install --prefix \"$PWD\"")
    #expect(kernel.status == 0)
    let console = "JUPYTER_PATH=share/jupyter '\(Self.python)' -m jupyter_console --kernel tw --no-confirm-exit"
    let terminal = try Terminal(scratch, command: console, size: "100x40")
    _ = try terminal.screen(within: 60) { $0.contains { $0.hasPrefix("In [1]:") } }
    try terminal.enter("1 + 2")
    _ = try terminal.screen(within: 20) { $0.contains { $0.hasPrefix("Out[1]: 3") } }
    // A block goes on until its bracket closes.
    try terminal.enter("f = (x) => {")
    try terminal.enter("x * 7 }")
    try terminal.press("Enter")
    _ = try terminal.screen(within: 20) { $0.contains { $0.hasPrefix("In [3]:") } }
    try terminal.enter("f(6)")
    _ = try terminal.screen(within: 20) { $0.contains { $0.hasPrefix("Out[3]: 42") } }
    try terminal.enter("nothing_here")
    _ = try terminal.screen(within: 20) { $0.contains { $0.contains("there is no name `nothing_here` here") } }
    try terminal.enter("while true { }")
    usleep(500_000)
    try terminal.press("C-c")
    _ = try terminal.screen(within: 20) { $0.contains { $0.hasSuffix("interrupted") } }
    try terminal.press("C-d")
    _ = try terminal.screen(within: 20) { $0.contains("left with 0") }
  }
}
