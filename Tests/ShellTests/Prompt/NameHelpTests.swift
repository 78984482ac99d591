// `?name`, `??name` and `help`.

import Lang
import Testing

@Suite(.serialized) struct NameHelpTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func operationsAreExplained() throws {
    let terminal = try Terminal(scratch, size: "60x60")
    try terminal.expect("tw>")
    try terminal.ask("?nearest")
    let lines = try terminal.screen()
    #expect(lines.contains { $0.hasPrefix("nearest(x: ") })
    #expect(lines.contains("Example:"))
    #expect(lines.contains { $0.hasPrefix("Defined in Kernels/") })
    #expect(lines.allSatisfy { $0.count <= 60 && !$0.hasSuffix("…") })
  }

  @Test func otherWaysToAskAreUnderstood() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.ask("len?")
    #expect(try terminal.screen().contains { $0.hasPrefix("len(") })
    try terminal.ask("help")
    #expect(try terminal.screen().contains { $0.hasPrefix("tw takes the weights") })
  }

  @Test func functionsAreExplainedAndShown() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.enter("fn twice(x) {")
    try terminal.enter("  2 * x")
    try terminal.enter("}")
    try terminal.enter("?twice")
    try terminal.expect("tw> ?twice", "twice(x)", "", "Defined in <prompt 1>, line 2.", "tw>")
    try terminal.enter("??twice")
    try terminal.expect("tw> ??twice", "fn twice(x) {", "  2 * x", "}", "tw>")
    try terminal.ask("??top_norms")
    #expect(try terminal.screen().contains { $0.hasPrefix("fn top_norms(") })
  }

  @Test func helpSearchesNamesAndDocumentation() throws {
    let found = try scratch.run("$TW -e 'help(\"vectors\")'").output
    let names = found.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.contains("outer"))
    #expect(try scratch.run("$TW -e 'help(\"sort\")'").output.hasPrefix("sort("))
    let unknown = try scratch.run("$TW -e 'help(\"nearst\")'")
    #expect(unknown.status == 0)
    #expect(unknown.output.hasPrefix("No topic mentions `nearst`."))
    #expect(unknown.output.contains("\nnearest  "))
  }

  @Test(arguments: Keyword.all.map(\.word)) func keywordsAreExplained(word: String) throws {
    let result = try scratch.run("$TW -e 'help(\"\(word)\")'; $TW doc '\(word)' | head -1")
    let keyword = try #require(Keyword.named(word))
    #expect(result.output.hasPrefix(keyword.form + "\n\n" + keyword.documentation + "\n\nExample:\n\n  "))
    #expect(result.output.hasSuffix("### \(word)\n"))
  }

  @Test func aQuestionAboutAKeywordIsAnswered() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    #expect(try terminal.ask("?while").first == "while c { … }")
    #expect(try terminal.ask("try?").first == "try e else v, try { … } catch e { … }")
  }

  /// What people call things elsewhere finds what does them here, in the help and in errors.
  @Test(
    arguments: [
      ("plot", "figures are made by line, scatter", "hist"), ("attn", "forward(m, text).attn", nil),
      ("dataframe", "table({x: [1, 2]", "table"), ("model", "m = load(\"mini\")", "forward"),
      ("layernorm", "write ln(x)", "ln"), ("loss", "-mean(p[0..len(ids) - 1, ids[1:]])", nil),
    ] as [(String, String, String?)]) func wordsOfOtherLanguagesAreFound(word: String, hint: String, operation: String?)
    throws
  {
    let found = try scratch.run("$TW -e 'help(\"\(word)\")'").output
    #expect(found.hasPrefix("`\(word)` is no name here: "))
    #expect(found.contains(hint))
    if let operation { #expect(found.contains("\n\(operation) ")) }
    #expect(try scratch.run("$TW -e '\(word)'").errors.contains("= help: " + (OtherLanguages.help(for: word) ?? "?")))
  }

  /// What goes on from the last value says so where there is none, whatever names are spelt alike.
  @Test(arguments: ["|> len", ".T", "ans", "ans + 1"]) func withoutALastValueThatIsSaid(line: String) throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    let answer = try terminal.ask(line).joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(answer.hasPrefix("error[E0202]: there is no last value yet"), "\(answer)")
    #expect(answer.contains("enter a value first") && !answer.contains("similar"), "\(answer)")
    try terminal.ask("[1, 2]")
    #expect(try terminal.ask("|> len") == ["2"])
  }

  @Test func theTableOfOtherWordsNamesNothingThatIsThere() throws {
    try scratch.write("words.txt", OtherLanguages.words.joined(separator: "\n") + "\n")
    let result = try scratch.run(
      "while read word; do $TW -e \"$word\" >/dev/null 2>&1 && echo \"$word\"; done <words.txt")
    #expect(result.output == "", "these are names")
  }

  @Test func chaptersAndBeginningsOfWordsAreSearched() throws {
    #expect(try scratch.run("$TW -e 'help(\"linear algebra\")'").output.contains("\nsvd "))
    #expect(try scratch.run("$TW -e 'help(\"residual stream\")'").output.contains("\nforward "))
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    #expect(try terminal.ask("?eigenvalue").first == "`eigenvalue` is no name here. These speak of it:")
    #expect(try terminal.ask("?linear algebra").contains { $0.hasPrefix("svd ") })
  }

  @Test func aWrongCallShowsTheSignature() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    try terminal.ask("cosine(eye(2), eye(2), eye(2))")
    #expect(try terminal.screen().contains { $0.contains("= help: it is cosine(") })
  }

  /// The operation that answers is among the first that are named.
  @Test(arguments: [
    ("how do I plot a heat map", "heatmap"), ("how do I plot a heat map?", "heatmap"),
    ("how can I draw a histogram", "hist"),
    ("How do I find the nearest tokens?", "nearest"), ("what are the singular values of a matrix", "svd"),
    ("how do I save a table as csv", "save"), ("where do I read a json file", "read_json"),
    ("how do I load a model", "load"), ("how do I sort a table by a column", "sort_by"),
    ("how to tokenize a text", "encode"), ("how do I split a string", "split"), ("what does softmax do", "softmax"),
    ("plotting lines", "line"),
  ]) func questionsAreAnswered(question: String, operation: String) throws {
    let run = try scratch.run("$TW -e 'help(\"\(question)\")'")
    let names = run.output.split(separator: "\n").prefix(5).compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    #expect(run.status == 0 && names.contains(operation), "\(run.output)\(run.errors)")
    #expect(run.output.split(separator: "\n").count < 16)
  }

  @Test func questionsWorkAtThePrompt() throws {
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    #expect(try terminal.ask("?how do I plot a heat map").first?.hasPrefix("heatmap ") == true)
    let foreign = try terminal.ask("?how do I plot words")
    #expect(foreign.contains { $0.hasPrefix("`plot`: figures are made by") })
  }

  @Test func slipsInAQuestionAreUnderstood() throws {
    let run = try scratch.run("$TW -e 'help(\"how do I plot a hitsogram of lengths\")'")
    #expect(run.output.contains("`histogram`: write hist(x)"), "\(run.output)")
    #expect(try scratch.run("$TW -e 'help(\"what does sofmtax do\")'").output.hasPrefix("softmax "))
  }

  /// Words that nothing speaks of are no error.
  @Test(arguments: [
    ("heatmpa", "heatmap"), ("softmx", "softmax"), ("eigenvalus", "eig"),
  ]) func nearWordsAreNamed(words: String, operation: String) throws {
    let run = try scratch.run("$TW -e 'help(\"\(words)\")'")
    #expect(run.status == 0 && run.output.contains("\n\(operation) "), "\(run.output)\(run.errors)")
  }

  @Test func withoutNearWordsTheTopicsAreNamed() throws {
    let run = try scratch.run("$TW -e 'help(\"qqqqqqq\")'")
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.contains("The topics are Loading models, Tokenizers,"), "\(run.output)")
    let terminal = try Terminal(scratch)
    try terminal.expect("tw>")
    #expect(try terminal.ask("?qqqqqqq").first == "No topic mentions `qqqqqqq`.")
  }
}
