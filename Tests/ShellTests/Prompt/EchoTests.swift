// How values and errors look on a terminal and off it.

import Lang
import Testing

@Suite(.serialized) struct EchoTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// NumPy: x = np.arange(100, dtype=np.float32); x.mean(), x.std(), x.min(), x.max() → 49.5, 28.866070, 0, 99
  @Test func tensorsComeWithStatistics() throws {
    let terminal = try prompt()
    try terminal.enter("tensor(0..100) |> reshape([10, 10])")
    try terminal.expect("mean 49.5, std 28.87, from 0 to 99", "tw>")
    #expect(try terminal.screen().contains("tensor 10x10"))
    try terminal.enter("concat([tensor(0..100), tensor([nan, inf])])".replacingNonFinite)
    try terminal.expect("mean 49.5, std 28.87, from 0 to 99; 2 nan or infinite", "tw>")
    // Small ones are seen whole.
    try terminal.enter("tensor([1, 2])")
    try terminal.expect("tensor 2", "  1  2", "tw>")
  }

  @Test func aMatrixIsShadedOnATerminalOnly() throws {
    let terminal = try prompt(environment: "NO_COLOR=1")
    try terminal.ask("show(eye(4))")
    let screen = try terminal.screen()
    #expect(screen.contains("0 ████············"), "\(screen)")
    #expect(try scratch.run("$TW -e 'show(eye(2))'").output == "[[1, 0],\n [0, 1]]\n")
  }

  @Test func errorsAreRedWhereColoursAreWanted() throws {
    let red = "\u{1B}[1m\u{1B}[31merror[E0201]:"
    for (environment, isRed) in [("A=1; unset NO_COLOR", true), ("NO_COLOR=1", false)] {
      let terminal = try prompt(environment: environment)
      try terminal.enter("missing_name")
      try terminal.expect("   | ^^^^^^^^^^^^", "tw>")
      #expect(try terminal.colouredScreen().contains(red) == isRed, "\(environment)")
    }
    #expect(try scratch.run("$TW -e missing_name").errors.hasPrefix("error[E0201]: "))
  }

  @Test func aValueWithATextWithoutEndIsCut() throws {
    let terminal = try prompt(size: "40x20")
    try terminal.ask("x = [1]")
    try terminal.ask("for i in 0..60 { x = [x, x] }")
    try terminal.enter("x")
    try terminal.expect("[[[[[[[[[[[[[[[[[[[[[[[[[[[[ … [1]]], …,", " [[[[[[[[[[[[[[[[[[[[[[[[[[[ … [1]]], …]", "tw>")
    try terminal.enter("1 + 1")
    try terminal.expect("2", "tw>")
  }

  @Test func aRecordHasALineForEachKey() throws {
    let terminal = try prompt(size: "40x40")
    try terminal.ask("m = load(\"mini\")")
    let lines = try terminal.ask("forward(m, \"To kill two birds with one stone\")")
    #expect(lines.contains { $0.hasPrefix("{ids: [") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix(" tokens: [\"To\", \" kill\",") && $0.contains(" … ") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix(" logits: ") }, "\(lines)")
    #expect(lines.allSatisfy { $0.count <= 40 }, "\(lines)")
  }

  @Test func aListOfListsHasALineForEach() throws {
    let terminal = try prompt(size: "40x40")
    #expect(try terminal.ask("[[1, 2], [3, 4]]").contains("[[1, 2], [3, 4]]"))
    let lines = try terminal.ask("map(0..30, i => map(0..20, j => i + j))")
    #expect(lines.contains("[[0, 1, 2, 3, 4, 5, 6, … 17, 18, 19],"), "\(lines)")
    #expect(lines.contains(" …") && lines.contains("30 elements"), "\(lines)")
    #expect(lines.contains { $0.hasPrefix(" [29, 30, 31, ") && $0.hasSuffix(", 48]]") }, "\(lines)")
    let groups = try terminal.ask("group_by(map(0..9, i => \"text {i}\"), s => s in [\"text 3\"])")
    #expect(groups.contains { $0.hasPrefix("[{key: false, … ") }, "\(groups)")
    #expect(groups.contains(" {key: true, items: [\"text 3\"]}]"), "\(groups)")
  }

  @Test func listsBreakBetweenElements() throws {
    let terminal = try prompt(size: "30x40")
    try terminal.enter("[\"one, two\", \"three, four\", 5, 6]")
    try terminal.expect("[\"one, two\", \"three, four\", 5,", " 6]", "tw>")
  }

  @Test func aListOfTensorsBreaksBetweenThem() throws {
    let terminal = try prompt(size: "40x40")
    try terminal.ask("E = load(\"mini\").wte")
    let tensor = "<tensor 8192x192, labelled>"
    #expect(try terminal.ask("[E, E, E]") == ["[\(tensor),", " \(tensor),", " \(tensor)]"])
    #expect(try terminal.ask("print([E, E])") == ["[\(tensor),", " \(tensor)]"])
    #expect(
      try terminal.ask("[(a, b=2 < 3) => a, (x, y) => x]") == [
        "[<function (a, b=2 < 3) => …>,", " <function (x, y) => …>]",
      ])
    let many = try terminal.ask("map(0..100, i => E)")
    #expect(many.last == "100 elements")
    #expect(many.dropLast().allSatisfy { [tensor + ",", "… " + tensor + "]"].contains($0.dropFirst()) }, "\(many)")
    // In a line of its own there is no room for the last one; half of it, or of a number, would look like another.
    let parts = try terminal.ask("{a: map(0..9, i => E), b: map(0..3, i => 2 ^ 90)}")
    #expect(parts.suffix(2) == ["{a: [\(tensor), … ],", " b: [1.2379400392853803e+27, … ]}"], "\(parts)")
  }

  /// In a pipe, and from a program, a list is one line.
  @Test func printedListsBreakBetweenElements() throws {
    let terminal = try prompt(size: "30x40")
    try terminal.enter("print(\"ids\", [100, \"a, b\", 20.5, 300, 4000])")
    try terminal.expect("ids [100, \"a, b\", 20.5, 300,", " 4000]", "tw>")
    let plain = try scratch.run("$TW -e 'print(map(0..60, i => i / 4))'").output
    #expect(plain.split(separator: "\n").count == 1)
  }

  @Test func longLinesOfAProgramAreCutAroundTheCaret() throws {
    let terminal = try prompt(size: "40x40")
    let lines = try terminal.ask("[100, 200, 300, 400, 500, 600, missing_name, 700, 800, 900]")
    let start = try #require(lines.firstIndex { $0.hasPrefix(" 1 | ") })
    #expect(lines[start] == " 1 | …500, 600, missing_name, 700, 800,…")
    #expect(lines[start + 1] == "   |            ^^^^^^^^^^^^")
    #expect(lines.allSatisfy { $0.count <= 40 })
    // Elsewhere everything is said in full.
    let long = "[100, 200, 300, 400, 500, 600, missing_name, 700, 800, 900, 100, 200, 300, 400, 500, 600]"
    #expect(try scratch.run("$TW -e '\(long)'").errors.contains(" 1 | \(long)\n"))
  }

  /// Half a number, or half a text, would look like another one.
  @Test func aLongListIsCutBetweenElements() throws {
    let terminal = try prompt(size: "40x40")
    for (line, element) in [("map(0..3000, i => i)", "[0-9]+"), ("map(0..3000, i => \"a, {i}\")", "\"a, [0-9]+\"")] {
      let answer = try terminal.ask(line)
      #expect(answer.last == "3000 elements")
      let text = answer.dropLast().map { $0.hasSuffix(",") ? $0 + " " : $0 }.joined()
      try scratch.write("answer.txt", text.split(separator: ",").joined(separator: ",") + "\n")
      let pattern = "^\\[(\(element), *)+ … (\(element), *)*\(element)\\]$"
      #expect(try scratch.run("grep -Ec '\(pattern)' answer.txt").output == "1\n", "\(text)")
    }
  }

  @Test func aNarrowWindowBreaksAtWords() throws {
    let terminal = try prompt(size: "40x60")
    #expect(try terminal.screen().prefix(2) == ["tw \(Version.current.text). ? is a short tour, Ctrl-D", "  leaves."])
    let tour = try terminal.ask("?")
    #expect(tour.contains("      every token as the head sees it"))
    #expect(tour.contains("      with |> or . goes on from it"))
    #expect(tour.allSatisfy { $0.count <= 40 })
    #expect(
      try terminal.ask("load(\"mini\")") == [
        "model mini: gpt2, 6 blocks x 6 heads,", "  width 192, 8192 tokens, 4.3 M", "  parameters",
      ])
  }

  @Test func tablesFitTheTerminal() throws {
    let terminal = try prompt(size: "40x40")
    try terminal.enter("table({name: map(0..50, i => strip(join(map(0..20, j => \"word\"), \" \"))), n: 0..50})")
    try terminal.expect("(35 of 50 rows)", "tw>")
    #expect(try terminal.screen().allSatisfy { $0.count <= 40 })
  }

  @Test func errorsSayWhichEntryTheyAreIn() throws {
    let terminal = try prompt()
    try terminal.enter("fn f(x) = x + \"a\"")
    try terminal.enter(":help")
    try terminal.enter("f(1)")
    try terminal.expect("   = in `f`, called at <prompt 2>:1:1", "tw>")
    #expect(try terminal.screen().contains("  --> <prompt 1>:1:11"))
  }
}

extension String {
  /// The language has no literals for them.
  fileprivate var replacingNonFinite: String {
    split(separator: "nan, inf", omittingEmptySubsequences: false).joined(separator: "0 / 0, 1 / 0")
  }
}
