// Tab, pressed in a real terminal.

import Testing

@Suite(.serialized) struct CompletionTests: PromptSuite {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Types, presses Tab and waits for what the screen must end with; then clears the line.
  private func expect(_ typed: String, gives lines: String..., in terminal: Terminal) throws {
    try terminal.type(typed)
    try terminal.press("Tab")
    try terminal.expect(lines: lines)
    try terminal.press("C-u")
    try terminal.expect("tw>")
  }

  @Test func namesFieldsAndCommandsComplete() throws {
    let terminal = try prompt()
    try terminal.enter("measure = {depth: 1, width: [1, 2]}")
    try terminal.expect("tw> measure = {depth: 1, width: [1, 2]}", "tw>")
    try expect("measu", gives: "tw> measure", in: terminal)
    try expect("measure.d", gives: "tw> measure.depth", in: terminal)
    try expect("measure[\"wi", gives: "tw> measure[\"width\"]", in: terminal)
    try expect("1 + enumer", gives: "tw> 1 + enumerate", in: terminal)
    try expect("continu", gives: "tw> continue", in: terminal)
    try expect(":va", gives: "tw> :vars", in: terminal)
    try expect("?enumer", gives: "tw> ?enumerate", in: terminal)
    try expect(":time enumer", gives: "tw> :time enumerate", in: terminal)
    try expect("x = \\gamma", gives: "tw> x = γ", in: terminal)
    try expect("\\Del", gives: "tw> Δ", in: terminal)
    // Both names begin so: neither is taken.
    try expect("\\om", gives: "\\omicron ο  \\omega ω", "tw> \\om", in: terminal)
  }

  @Test func theFieldsOfAModelAreListed() throws {
    let terminal = try prompt()
    try terminal.enter("m = load(\"mini\")")
    try terminal.expect("tw> m = load(\"mini\")", "tw>")
    try expect(
      "m.blocks[-1].", gives: "ln_1       ln_2_post  tokens     q_norm     window     kind       model",
      "ln_2       ln_in      mlp        k_norm     rotary     skip",
      "ln_1_post  heads      bo         mask       cap        index", "tw> m.blocks[-1].", in: terminal)
    try expect("m.blocks[0].ln_1.w", gives: "tw> m.blocks[0].ln_1.weight", in: terminal)
    try expect("m.wte[\" Babb", gives: "tw> m.wte[\" Babbitt\"]", in: terminal)
    try expect("m.wte[[\" king\", \" Babb", gives: "tw> m.wte[[\" king\", \" Babbitt\"]", in: terminal)
  }

  /// What a call would do cannot be known: it must not be run.
  @Test func callsAreNotRunToCompleteThem() throws {
    let terminal = try prompt()
    try terminal.enter("fn noisy() { print(\"ran\"); {depth: 1} }")
    try terminal.expect("tw> fn noisy() { print(\"ran\"); {depth: 1} }", "tw>")
    try terminal.type("noisy().de")
    try terminal.press("Tab")
    try terminal.type("z")
    try terminal.expect("tw> noisy().dez")
    #expect(try !terminal.screen().contains("ran"))
  }

  @Test func argumentsCompleteBesideTheSignature() throws {
    let terminal = try prompt()
    try terminal.enter("fn f(depth, width=2) = depth")
    try terminal.expect("tw> fn f(depth, width=2) = depth", "tw>")
    try expect("f(1, wi", gives: "tw> f(1, width=", in: terminal)
    try expect("f(", gives: "f(depth, width=2)", "depth=  width=", "tw> f(", in: terminal)
    try expect("f(1, ", gives: "f(depth, width=2)", "tw> f(1, width=", in: terminal)
    try expect(
      "[3, 1] |> sort", gives: "sort     sort_by", "tw> [3, 1] |> sort", in: terminal)
    // Behind a finished argument comes a comma, and in an index no argument.
    try expect("f(\"a\"", gives: "f(depth, width=2)", "tw> f(\"a\"", in: terminal)
    try expect("f(depth=", gives: "f(depth, width=2)", "tw> f(depth=", in: terminal)
    try expect("f(x + wi", gives: "tw> f(x + wi", in: terminal)
    try expect("sum(f[", gives: "f", "tw> sum(f[", in: terminal)
    try expect("sum(f[enumer", gives: "tw> sum(f[enumerate", in: terminal)
    try expect("sum([1], ax", gives: "tw> sum([1], axis=", in: terminal)
  }

  @Test func pathsComplete() throws {
    try scratch.write("probe.tw", "x = 1\n")
    try scratch.write("weights one.csv", "a\n1\n")
    _ = try scratch.run("mkdir models folder; touch probe.txt folder/.hidden folder/one.txt folder/two.txt")
    let terminal = try prompt()
    try expect("read_csv(\"wei", gives: "tw> read_csv(\"weights one.csv\"", in: terminal)
    try expect("load(\"mo", gives: "tw> load(\"models/", in: terminal)
    try expect("load(\"min", gives: "tw> load(\"mini\"", in: terminal)
    try expect("use \"pro", gives: "tw> use \"probe.tw\"", in: terminal)
    try expect("read_text(\"probe.t", gives: "probe.tw   probe.txt", "tw> read_text(\"probe.t", in: terminal)
    try expect(":load pro", gives: "tw> :load probe.tw", in: terminal)
    try expect("load(\"mini\"", gives: "load(model: string) -> model", "tw> load(\"mini\"", in: terminal)
    try expect("print(\"{read_csv(\"wei", gives: "tw> print(\"{read_csv(\"weights one.csv\"", in: terminal)
    try expect("read_text(\"folder/", gives: "one.txt  two.txt", "tw> read_text(\"folder/", in: terminal)
    try expect("read_text(\"folder/.", gives: "tw> read_text(\"folder/.hidden\"", in: terminal)
    // A text is not a path everywhere.
    try expect("print(\"pro", gives: "tw> print(\"pro", in: terminal)
  }

  /// Arguments that take one of a few words: from the operation's registration.
  @Test func closedSetsOfWordsComplete() throws {
    let terminal = try prompt()
    try expect("nearest(x, y, by=\"c", gives: "tw> nearest(x, y, by=\"cosine\"", in: terminal)
    try expect("nearest(x, y, by=\"", gives: "dot     cosine  l2", "tw> nearest(x, y, by=\"", in: terminal)
    // By position, and behind a pipe.
    try expect("distance(x, y, \"an", gives: "tw> distance(x, y, \"angle\"", in: terminal)
    try expect("x |> distance(y, \"an", gives: "tw> x |> distance(y, \"angle\"", in: terminal)
    try expect("umap(x, metric=\"e", gives: "tw> umap(x, metric=\"euclidean\"", in: terminal)
    try expect("heatmap(x, palette=\"d", gives: "tw> heatmap(x, palette=\"diverging\"", in: terminal)
    try expect("line(x, color=[\"blue\", \"pur", gives: "tw> line(x, color=[\"blue\", \"purple\"", in: terminal)
    try terminal.enter("m = load(\"mini\")")
    try terminal.expect("tw>")
    try expect(
      "forward(m, \"a\", keep=[\"ids\", \"re", gives: "tw> forward(m, \"a\", keep=[\"ids\", \"resid\"", in: terminal)
    try expect("forward(m, \"a\", edit={\"ln", gives: "tw> forward(m, \"a\", edit={\"ln_f\"", in: terminal)
    try expect("line(x, title=\"x", gives: "tw> line(x, title=\"x", in: terminal)
  }

  @Test func manyCandidatesAreCounted() throws {
    let terminal = try prompt(size: "60x24")
    try terminal.enter("m = load(\"mini\")")
    try terminal.expect("tw> m = load(\"mini\")", "tw>")
    try terminal.type("m.wte[\"")
    try terminal.press("Tab")
    // What was typed stands there before Tab has answered: the listing is what to wait for.
    let lines = try terminal.screen { $0.last == "tw> m.wte[\"" && $0.dropLast().last?.hasPrefix("… and ") == true }
    #expect(lines.allSatisfy { $0.count <= 60 })
    #expect(lines.count <= 24)
  }

  /// The listing comes below an input that takes several rows, and the input is whole behind it.
  @Test func aLongInputSurvivesAListing() throws {
    let terminal = try prompt(size: "40x24")
    try terminal.enter("r = {depth: 1, delta: 2}")
    try terminal.expect("tw> r = {depth: 1, delta: 2}", "tw>")
    let long = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, r.de"
    try terminal.type(long)
    try terminal.press("Tab")
    try terminal.expect("depth  delta", "tw> [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,", "12, 13, r.de")
    try terminal.enter("pth][-1]")
    try terminal.expect("1", "tw>")
  }

  @Test func tabIndentsWhereNothingHasBeenTyped() throws {
    let terminal = try prompt()
    try terminal.enter("fn f(x) {")
    try terminal.expect("tw> fn f(x) {", "...")
    try terminal.press("Tab")
    try terminal.enter("x + 1")
    try terminal.expect("...   x + 1", "...")
  }

  /// A name that hides a built-in one is listed once; the session's names come before the keywords.
  @Test func ownNamesComeFirstAndOnce() throws {
    let terminal = try prompt()
    try terminal.enter("sum = 3; sumx = 4; fnord = 5")
    try terminal.expect("tw> sum = 3; sumx = 4; fnord = 5", "tw>")
    try expect("1 + sum", gives: "sum   sumx", "tw> 1 + sum", in: terminal)
    try expect("x = fn", gives: "fnord  fn", "tw> x = fn", in: terminal)
  }

  @Test func paramsAndWhatAFileNeedsComplete() throws {
    try scratch.write("words.txt", "a\n")
    let terminal = try prompt()
    try expect("nee", gives: "tw> needs", in: terminal)
    try expect("x = nee", gives: "tw> x = nee", in: terminal)
    try expect("param k: fo", gives: "tw> param k: folder", in: terminal)
    try expect(
      "param k: ", gives: "string  number  bool    list    model   file    folder", "tw> param k:", in: terminal)
    try expect("param k: file = \"wo", gives: "tw> param k: file = \"words.txt\"", in: terminal)
    try expect("param m: model = \"mi", gives: "tw> param m: model = \"mini\"", in: terminal)
  }
}
