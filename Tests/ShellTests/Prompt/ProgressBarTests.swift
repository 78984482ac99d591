// The bar of a loop that takes long, on a real terminal.

import Glibc
import Testing

@Suite struct ProgressBars {
  private static func loop(_ steps: Int) -> String {
    "for i in progress(0..\(steps), \"steps\") { start = time(); while time() < start + 0.03 { } }"
  }

  @Test func aBarComesAndLeavesNoTrace() throws {
    let terminal = try Terminal(try Scratch(), size: "120x30")
    try terminal.expect("tw>")
    try terminal.enter(Self.loop(60))
    var bar: String?
    for _ in 0..<200 where bar == nil {
      bar = try terminal.screen().last { $0.hasPrefix("steps  █") }
      usleep(20_000)
    }
    let text = try #require(bar)
    #expect(text.contains("░") && text.contains("/60  ") && text.contains("/s  0:0") && text.hasSuffix(" left"))
    try terminal.expect("tw>")
    #expect(try !terminal.screen().contains { $0.contains("█") })
  }

  @Test func nothingIsDrawnWithoutATerminal() throws {
    let run = try Scratch().run("$TW -e '\(Self.loop(30)); print(3)'")
    #expect(run.errors == "" && run.output == "3\n")
  }
}
