// The parser's answers to the prompt, its recovery, and chains that must not recurse.

import Glibc
import Lang
import Testing

private func parse(_ text: String, isInteractive: Bool = false) -> Tree {
  Parser.parse(SourceFile(name: "test.tw", text: text), isInteractive: isInteractive)
}

@Suite struct ParserTests {
  @Test(arguments: [
    "f(1,", "x = ", "if c {", "[1, 2", "{a: 1,", "\"\"\"text", "x |> ", "fn f(a)", "a + ", "for i in 0..3 {\n  i",
  ])
  func anUnfinishedTextAsksForMore(_ text: String) {
    #expect(parse(text, isInteractive: true).isIncomplete, "\(text)")
  }

  @Test(arguments: ["1 + 1", "f(1)", "x = [1,\n2]", "if c { 1 }", "|> sort", ".shape"])
  func aFinishedTextDoesNot(_ text: String) {
    let tree = parse(text, isInteractive: true)
    #expect(!tree.isIncomplete && tree.faults.isEmpty, "\(text): \(tree.faults)")
  }

  @Test(arguments: ["x = )", "1 2", "\"abc", "fn (x) = 1", "a < b < c", "x++", "]"])
  func aWrongTextIsNotMerelyUnfinished(_ text: String) {
    let tree = parse(text, isInteractive: true)
    #expect(!tree.isIncomplete && !tree.faults.isEmpty, "\(text)")
  }

  @Test func eachFaultyStatementIsReportedOnce() {
    let tree = parse("x = (1 +\ny = 2)\na = = 2\nb = [1, 2\nc = 3]\nif { 1 }\nd = 4 4\n")
    #expect(tree.faults.map { $0.place?.line } == [2, 3, 5, 6, 7])
  }

  @Test(arguments: ["+", "|> f", " == 1 and 1", "(1)", "[0]", ".a"])
  func chainsOf200000LinksParse(_ link: String) {
    let count = 200_000
    let text = link == "+" ? "1" + String(repeating: "+1", count: count) : "x" + String(repeating: link, count: count)
    #expect(parse(text).faults.isEmpty)
  }

  @Test func elseIfChainsParse() {
    let text = "if a { 1 }" + String(repeating: " else if b { 2 }", count: 50_000)
    #expect(parse(text).faults.isEmpty)
  }

  @Test(arguments: ["(", "[", "{a: ", "f(", "x => ", "\"{", "{", "2 ^ ", "try ", "if "])
  func deepNestingIsAnErrorNotACrash(_ opening: String) {
    let tree = parse(String(repeating: opening, count: 20_000))
    #expect(tree.faults.contains { $0.code == .nestedTooDeeply || $0.needsMoreInput } || !tree.faults.isEmpty)
  }

  /// Fewer brackets than may be nested, on a thread whose stack has no room for them.
  @Test func aSmallStackIsAnErrorNotACrash() throws {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 256 << 10)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { _ in
        let tree = Parser.parse(SourceFile(name: "test", text: String(repeating: "(", count: 900)))
        return UnsafeMutableRawPointer(bitPattern: tree.faults.contains { $0.code == .nestedTooDeeply } ? 1 : 2)
      }, nil)
    try #require(code == 0)
    var answer: UnsafeMutableRawPointer?
    pthread_join(thread, &answer)
    #expect(answer == UnsafeMutableRawPointer(bitPattern: 1))
  }

  @Test func documentationBelongsToTheFileAtItsTopAndToFunctionsBelow() {
    let tree = parse(
      "## The file.\n## More.\n\n## Doubles.\nfn f(x) = 2 * x\n\n## A param.\nparam k: number = 5 \"help\"\n")
    #expect(tree.documentation == "The file.\nMore.")
    #expect(tree.functions[1].documentation == "Doubles.")
    #expect(tree.params[0].documentation == "A param.")
    #expect(tree.params[0].help == "help")
  }
}
