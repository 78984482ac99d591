// `:pull` at the prompt, and what a person at a terminal sees of a download.

import Testing

@Suite(.serialized) struct PullCommandTests {
  private let hub: LoopbackHub

  init() throws { hub = try LoopbackHub() }

  private func prompt() throws -> Terminal {
    let terminal = try Terminal(hub.scratch, environment: hub.environment, size: "100x40")
    try terminal.expect("tw>")
    return terminal
  }

  @Test func aModelComesAndTheSessionGoesOn() throws {
    _ = try hub.run("cp '\(Machine.root)'/Models/mini/* repos/org/tiny/")
    let terminal = try prompt()
    let lines = try terminal.ask(":pull org/tiny")
    #expect(lines.contains { $0.hasPrefix("model.safetensors  8.6 MB") })
    #expect(lines.contains { $0.hasPrefix("5 files, 9.3 MB in 0:") })
    #expect(try terminal.ask("load(\"org/tiny\")").first?.hasPrefix("model org/tiny: gpt2, 6 blocks") == true)
    #expect(try terminal.ask(":pull").first == "error[E0306]: Missing expected argument '<name>'")
    #expect(try terminal.ask("1 + 1") == ["2"])
  }

  @Test func aLineIsDrawnWhileBytesComeAndCtrlCEndsIt() throws {
    try hub.setMoods("{\"\(LoopbackHub.weights)\": [\"slow\"]}")
    let terminal = try prompt()
    try terminal.enter(":pull org/tiny")
    _ = try terminal.screen { lines in
      lines.last.map {
        $0.hasPrefix("model.safetensors  █") && $0.contains(" kB of 200 kB  ") && $0.contains(" left  (3 of 3 files, ")
      } ?? false
    }
    try terminal.press("C-c")
    try terminal.expect("interrupted", "tw>")
    try hub.setMoods("{}")
    #expect(try terminal.ask(":pull org/tiny").contains { $0.hasPrefix("1 file, 200 kB in 0:0") })
    #expect(hub.log.last?.contains(" bytes=") == true)
    #expect(try hub.isWhole())
  }
}
