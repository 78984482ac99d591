// Keys and blocks of text.

import Testing

@Suite(.serialized) struct EditingTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func aPastedBlockIsOneEntry() throws {
    let terminal = try prompt()
    try terminal.paste("fn f(x) {\n\tx + 1\n}\n\nf(41)\n")
    try terminal.expect("f(41)")
    try terminal.press("Enter")
    try terminal.expect("f(41)", "42", "tw>")
    try terminal.press("Up")
    try terminal.expect("f(41)")
    try terminal.press("Enter")
    try terminal.expect("f(41)", "42", "tw>")
  }

  @Test func aPastedTranscriptLosesItsPrompts() throws {
    let terminal = try prompt()
    try terminal.paste("$ tw\ntw> x = 20\ntw> [x,\n... 22] |> sum\n42\n")
    try terminal.expect("tw> x = 20", "[x,", "22] |> sum")
    try terminal.press("Enter")
    try terminal.expect("22] |> sum", "42", "tw>")
  }

  @Test func controlCEndsABlockThatNeverEnds() throws {
    let terminal = try prompt()
    try terminal.press("-H 1b 5b 32 30 30 7e")
    try terminal.type("never shown")
    try terminal.press("C-c")
    try terminal.expect("tw>", "tw>")
    try terminal.enter("20 + 22")
    try terminal.expect("tw> 20 + 22", "42", "tw>")
  }

  @Test func arrowsMoveInsideAnEntryOfSeveralLines() throws {
    let terminal = try prompt()
    try terminal.paste("[10,\n 20,\n 30]")
    try terminal.expect(" 30]")
    for key in ["Left", "Up", "Up", "C-e", "BSpace", "BSpace"] { try terminal.press(key) }
    try terminal.enter("2,")
    try terminal.expect("[12, 20, 30]", "tw>")
  }

  @Test func altEnterBreaksALine() throws {
    let terminal = try prompt()
    try terminal.type("x = 20")
    try terminal.press("M-Enter")
    try terminal.enter("x + 2")
    try terminal.expect("tw> x = 20", "x + 2", "22", "tw>")
  }

  @Test func controlRSearchesTheHistory() throws {
    let terminal = try prompt()
    try terminal.enter("20 + 22")
    try terminal.expect("42", "tw>")
    try terminal.enter("1")
    try terminal.expect("1", "tw>")
    try terminal.press("C-r")
    try terminal.type("+ 2")
    try terminal.expect("tw> 20 + 22", "bck:+ 2")
    try terminal.press("Enter")
    try terminal.expect("tw> 20 + 22", "42", "tw>")
  }

  @Test func wideCharactersKeepTheCursorInPlace() throws {
    let terminal = try prompt()
    try terminal.type("\"日本😀éz\"")
    for _ in 0..<2 { try terminal.press("Left") }
    try terminal.type("Q")
    for _ in 0..<3 { try terminal.press("Left") }
    try terminal.type("R")
    try terminal.expect("tw> \"日本R😀éQz\"")
  }

  /// A letter with its marks is one character to the cursor and to the backspace key, and all of it is entered.
  @Test func marksAndFlagsStayWithTheirLetters() throws {
    let terminal = try prompt()
    let letter = "e\u{301}\u{323}"
    try terminal.type("\"a\(letter)🇩🇪bc\"")
    for _ in 0..<4 { try terminal.press("Left") }
    try terminal.type("Q")
    try terminal.expect("tw> \"a\(letter)Q🇩🇪bc\"")
    try terminal.press("C-e")
    try terminal.enter("")
    try terminal.expect("\"a\(letter)Q🇩🇪bc\"", "tw>")
    try terminal.ask("len(ans)")
    #expect(try terminal.screen().contains("9"))
    // From the history, and with the letter taken out again.
    try terminal.press("Up")
    try terminal.press("Up")
    for _ in 0..<5 { try terminal.press("Left") }
    try terminal.press("BSpace")
    try terminal.expect("tw> \"aQ🇩🇪bc\"")
  }

  @Test func pastedMarksAndEmojiAreEdited() throws {
    let terminal = try prompt()
    try terminal.paste("x = \"n\u{303}👩\u{200D}👧z\"")
    try terminal.expect("tw> x = \"n\u{303}👩\u{200D}👧z\"")
    for _ in 0..<2 { try terminal.press("Left") }
    try terminal.press("BSpace")
    try terminal.expect("tw> x = \"n\u{303}z\"")
    try terminal.press("C-e")
    try terminal.enter("; bytes(x)")
    try terminal.expect("[110, 204, 131, 122]", "tw>")
  }

  @Test func aNarrowWindowShowsTheWholeInput() throws {
    let terminal = try prompt(size: "80x20")
    try terminal.type("map(0..100, i => i * 2) |> filter(i => i > 3) |> len")
    try terminal.expect("tw> map(0..100, i => i * 2) |> filter(i => i > 3) |> len")
    try terminal.resize(to: "40x20")
    try terminal.expect("tw> map(0..100, i => i * 2) |> filter(i", "=> i > 3) |> len")
    try terminal.press("Enter")
    try terminal.expect("98", "tw>")
  }

  @Test func thePersonsOwnKeysCount() throws {
    try scratch.write(".editrc", "tw:bind ^O ed-move-to-beg\n")
    let terminal = try prompt()
    try terminal.type("+ 2")
    try terminal.press("C-o")
    try terminal.enter("40 ")
    try terminal.expect("tw> 40 + 2", "42", "tw>")
  }

  @Test(arguments: ["vt100", "linux", "xterm"]) func otherTerminalsWork(name: String) throws {
    let terminal = try prompt(environment: "TERM=\(name)")
    try terminal.enter("20 + 22")
    try terminal.expect("tw> 20 + 22", "42", "tw>")
    try terminal.type("enumer")
    try terminal.press("Tab")
    try terminal.expect("tw> enumerate")
  }

  /// Up and Down move within a recalled entry before they leave it.
  @Test func arrowsMoveWithinARecalledEntry() throws {
    let terminal = try prompt()
    try terminal.enter("5")
    try terminal.expect("tw> 5", "5", "tw>")
    try terminal.paste("fn f(x) {\n  x + 1\n}")
    try terminal.press("Enter")
    try terminal.expect("}", "tw>")
    try terminal.press("Up")
    try terminal.expect("tw> fn f(x) {", "  x + 1", "}")
    // To the line above, which is changed there.
    try terminal.press("Up")
    for key in ["C-e", "BSpace"] { try terminal.press(key) }
    try terminal.type("20")
    try terminal.expect("tw> fn f(x) {", "  x + 20", "}")
    // From the first line to the entry before, and back.
    for _ in 0..<2 { try terminal.press("Up") }
    try terminal.expect("tw> 5")
    try terminal.press("Down")
    try terminal.expect("tw> fn f(x) {", "  x + 1", "}")
    try terminal.press("C-c")
    try terminal.expect("tw>")
  }
}
