import Testing

// capture-pane leaves out spaces at the end of a line: an empty prompt reads "tw>".
@Suite(.serialized) struct PromptTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func greetsWithOneLine() throws {
    let lines = try prompt().screen()
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("tw ") == true)
  }

  @Test func lastValueIsEchoed() throws {
    let terminal = try prompt()
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
    try terminal.enter("\"a b\"")
    try terminal.expect("tw> \"a b\"", "\"a b\"", "tw>")
  }

  @Test func silencedAndEmptyValuesAreNotEchoed() throws {
    let terminal = try prompt()
    try terminal.enter("x = 3")
    try terminal.expect("tw> x = 3", "tw>")
    try terminal.enter("x + 1;")
    try terminal.expect("tw> x + 1;", "tw>")
    try terminal.enter("ans")
    try terminal.expect("tw> ans", "4", "tw>")
    try terminal.enter("nil")
    try terminal.expect("tw> nil", "tw>")
  }

  @Test func longListsAreShortened() throws {
    let terminal = try prompt()
    try terminal.enter("map(0..5000, i => i)")
    try terminal.expect("5000 elements", "tw>")
    let lines = try terminal.screen()
    #expect(lines.count < 20)
    #expect(lines.contains { $0.contains(" … ") })
  }

  @Test func theParserAsksForMoreLines() throws {
    let terminal = try prompt()
    try terminal.enter("fn double(x) {")
    try terminal.expect("tw> fn double(x) {", "...")
    try terminal.enter("  2 * x")
    try terminal.enter("}")
    try terminal.expect("...   2 * x", "... }", "tw>")
    try terminal.enter("double(21)")
    try terminal.expect("tw> double(21)", "42", "tw>")
  }

  @Test func aPipeGoesOnFromTheLastValue() throws {
    let terminal = try prompt()
    try terminal.enter("[3, 1, 2]")
    try terminal.expect("[3, 1, 2]", "tw>")
    try terminal.enter("|> sort")
    try terminal.expect("tw> |> sort", "[1, 2, 3]", "tw>")
  }

  @Test func errorsShowTheLineAndTheSessionGoesOn() throws {
    let terminal = try prompt()
    try terminal.enter("x = 3")
    try terminal.ask("x + missing_name")
    let text = try terminal.screen().joined(separator: "\n")
    #expect(text.contains("error[E0201]: "))
    #expect(text.contains("--> <prompt 2>:1:5\n   |\n 1 | x + missing_name\n   |     ^^^^^^^^^^^^"))
    try terminal.enter("x")
    try terminal.expect("tw> x", "3", "tw>")
  }

  @Test func controlCStopsALineThatRuns() throws {
    let terminal = try prompt()
    try terminal.enter("x = 3")
    try terminal.expect("tw> x = 3", "tw>")
    try terminal.enter("x = 4; print(\"it runs\"); while true { x = 4 }")
    try terminal.expect("it runs")
    try terminal.press("C-c")
    try terminal.expect("interrupted", "tw>", within: 3)
    try terminal.enter("x")
    try terminal.expect("tw> x", "4", "tw>")
  }

  @Test func controlCClearsWhatIsBeingTyped() throws {
    let terminal = try prompt()
    try terminal.type("half a li")
    try terminal.expect("tw> half a li")
    try terminal.press("C-c")
    try terminal.expect("tw> half a li", "tw>")
    try terminal.enter("fn f() {")
    try terminal.expect("tw> fn f() {", "...")
    try terminal.press("C-c")
    try terminal.expect("...", "tw>")
    try terminal.enter("1 + 1")
    try terminal.expect("tw> 1 + 1", "2", "tw>")
  }

  @Test func controlDLeaves() throws {
    let terminal = try prompt()
    try terminal.ask("missing_name")
    try terminal.press("C-d")
    try terminal.expect("tw> ^D", "left with 0")
  }

  @Test func suspendedLinesAreKept() throws {
    let terminal = try Terminal(scratch, command: "set -m; $TW; echo suspended; fg")
    try terminal.expect("tw>")
    try terminal.type("20 +")
    try terminal.expect("tw> 20 +")
    try terminal.press("C-z")
    try terminal.expect("tw> 20 +")
    try terminal.enter(" 22")
    try terminal.expect("42", "tw>")
  }

  @Test func otherScriptsCanBeTypedInAnyLocale() throws {
    let terminal = try prompt(environment: "LC_ALL=C")
    try terminal.enter("γ = \"naïve 日本\"")
    // Keys typed while a line runs are echoed by the terminal where the cursor is: wait for the prompt.
    try terminal.expect("tw> γ = \"naïve 日本\"", "tw>")
    try terminal.enter("γ")
    try terminal.expect("tw> γ", "\"naïve 日本\"", "tw>")
  }

  @Test func aDumbTerminalGetsNoControlSequences() throws {
    let terminal = try Terminal(scratch, command: "TERM=dumb $TW 2>&1 | tee all.txt")
    try terminal.expect("tw>")
    try terminal.enter("1 + 1")
    try terminal.expect("2", "tw>")
    let sent = try #require(Machine.read(scratch.path + "/all.txt"))
    #expect(sent.contains("tw> "))
    #expect(!sent.contains("\u{1B}"))
  }

  @Test func questionMarksExplain() throws {
    let terminal = try prompt()
    try terminal.ask("?nearest")
    #expect(try terminal.screen().contains { $0.hasPrefix("nearest(x: ") })
    try terminal.ask("?neares")
    #expect(try terminal.screen().contains("There is a similar name: `nearest`."))
  }

  @Test func theTourFitsTheTerminal() throws {
    let terminal = try prompt()
    try terminal.ask("?")
    let lines = try terminal.screen()
    #expect(lines.contains { $0.hasPrefix("tw takes the weights") })
    #expect(lines.allSatisfy { $0.count < 80 })
  }
}
