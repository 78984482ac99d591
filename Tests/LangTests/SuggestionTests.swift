// Names that are near, and words of other languages.

import Lang
import Testing

@Suite struct SuggestionTests {
  private let names = [
    "nearest", "len", "ln", "min", "mean", "std", "sum", "save", "help", "hist", "softmax", "sort_by", "distance",
    "line", "diag",
  ]

  @Test(arguments: [
    ("neares", "nearest"), ("naerest", "nearest"), ("saev", "save"), ("meam", "mean"), ("Len", "len"), ("lenn", "len"),
    ("sortby", "sort_by"), ("softmacs", "softmax"), ("mearest", "nearest"),
  ]) func slipsAreMended(typed: String, meant: String) {
    #expect(nearestName(to: typed, among: names) == meant)
  }

  /// Words that mean something else: one wrong letter of three makes another word.
  @Test(arguments: [
    "sin", "ls", "dir", "head", "plot", "isinstance", "lm", "cos", "shape", "list", "det", "mlp", "sub",
  ])
  func otherWordsAreNotSlips(typed: String) {
    #expect(nearestName(to: typed, among: names + ["dot", "map"]) == nil)
  }

  @Test(arguments: [("lne", "len"), ("lenn", "len"), ("dott", "dot"), ("dto", "dot"), ("Dot", "dot")])
  func slipsInShortWordsAreMended(typed: String, meant: String) {
    #expect(nearestName(to: typed, among: ["len", "dot"]) == meant)
  }

  @Test func aNameOfTheProgramComesBeforeAWordOfAnotherLanguage() {
    let fault = Fault.unknownName("head", own: ["heads"], builtins: names, at: nil)
    #expect(fault.help == "there is a similar name: `heads`\n" + (OtherLanguages.help(for: "head") ?? "?"))
    let slip = Fault.unknownName("lenght", own: ["x"], builtins: names, at: nil)
    #expect(slip.help == "if `length` is meant: " + (OtherLanguages.help(for: "length") ?? "?"))
    // Letters more make another word.
    #expect(Fault.unknownName("ablated", own: ["x"], builtins: names, at: nil).help == nil)
    #expect(Fault.unknownName("head", own: ["x"], builtins: names, at: nil).help == OtherLanguages.help(for: "head"))
  }
}
