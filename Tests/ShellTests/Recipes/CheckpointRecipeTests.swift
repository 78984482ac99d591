// The recipes on checkpoints of nanoGPT: a model of characters, one without a tokenizer, and where such files may be read.

import Testing

@Suite struct CheckpointRecipeTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let copied = try scratch.run(
      "cp -r '\(Machine.root)'/Tests/Fixtures/families/nanogpt . && cp -r '\(Machine.root)'/Tests/Fixtures/families/nanogpt_no_bias ."
    )
    try #require(copied.status == 0, "\(copied.errors)")
  }

  private func recipe(_ words: String, model: String = "nanogpt") throws -> Machine.Result {
    let parts = words.split(separator: " ", maxSplits: 1)
    let rest = parts.count > 1 ? String(parts[1]) : ""
    return try scratch.run("$TW '\(Machine.root)/examples/\(parts[0]).tw' --model \(model) \(rest)")
  }

  @Test(arguments: [
    "ablate --k 1", "checks", "common_nouns --blocks 1", "composition", "ellipsoid", "head_atlas", "layer_norm",
    "null_space", "refinement", "spheres", "svd_analysis --blocks 1", "trajectory", "word_embeddings",
  ]) func aModelOfCharactersWillDo(words: String) throws {
    let run = try recipe(words)
    #expect(run.status == 0, "\(run.errors)")
  }

  /// No noun is one character: the model's own tokens stand for them, and a line says so.
  @Test func commonNounsOfAModelOfCharacters() throws {
    let run = try recipe("common_nouns --blocks 1")
    #expect(
      run.output.hasPrefix(
        "nanogpt: no noun of data/common_nouns.txt is one token; 20 of its own tokens stand for them\n"
          + "nanogpt: 20 nouns, blocks [1], 5 heads each\n\nQuery: '\\n'\nKeys:\n\tHead 0: ["), "\(run.output)")
    try scratch.write("letters", "a\nbc\n")
    #expect(try recipe("common_nouns --nouns letters").output.contains("nanogpt: 1 nouns, blocks"))
    let none = try recipe("common_nouns --prefix a")
    #expect(none.status == 1 && none.errors.contains("no noun of data/common_nouns.txt is one token of nanogpt; try"))
    let unknown = try recipe("ablate --text x9")
    #expect(unknown.status == 1 && unknown.errors.contains("the character \"9\" is no token of nanogpt/meta.pkl\n"))
  }

  /// Nouns that are tokens only with a space before them.
  @Test func nounsWithASpace() throws {
    try scratch.write(
      "both.tw",
      """
      use options
      m = load("mini")
      print(map(options.nouns("list", ["birds", "stone"], m, least=2), id => decode(m, [id])))
      """)
    let run = try scratch.run("$TW both.tw")
    #expect(
      run.output
        == "mini: fewer than 2 nouns of list are one token; with a space before them 2 are\n[\" birds\", \" stone\"]\n",
      "\(run.output)\(run.errors)")
  }

  @Test(arguments: [
    "ablate", "checks", "common_nouns", "ellipsoid", "head_atlas", "refinement", "svd_analysis", "trajectory",
    "word_embeddings",
  ])
  func withoutATokenizerTheReasonIsOneLine(words: String) throws {
    let run = try recipe(words, model: "nanogpt_no_bias")
    #expect(run.status == 1)
    #expect(run.errors.contains("tokenizer"), "\(run.errors)")
  }

  @Test(arguments: ["composition", "layer_norm", "null_space", "spheres"])
  func someNeedNoWords(words: String) throws {
    let run = try recipe(words, model: "nanogpt_no_bias")
    #expect(run.status == 0, "\(run.errors)")
  }

  /// The file that is named opens what its tokenizer is made of, and nothing else in its folder.
  @Test func aNamedCheckpointMayBeReadWithItsCharacters() throws {
    try scratch.write(
      "r/r.tw",
      "param model: model = \"mini\"\nprint(model.tokenizer.size)\nprint(try read_text(\"../nanogpt/golden.json\") catch e { e.code })"
    )
    let run = try scratch.run("cd r && $TW --safe r.tw --model ../nanogpt/ckpt.pt")
    #expect(run.output == "66\nE0605\n", "\(run.errors)")
  }

  @Test func modelsListsCheckpoints() throws {
    let run = try scratch.run(
      "mkdir -p hub/models--me--shakespeare/snapshots/1 hub/models--me--none/snapshots/1 && cp nanogpt/* hub/models--me--shakespeare/snapshots/1 && "
        + "HF_HUB_CACHE=$PWD/hub $TW -e 'models().name' && HF_HUB_CACHE=$PWD/hub $TW -e 'load(\"me/shakespeare\")'")
    #expect(run.output.contains("\"me/shakespeare\"") && !run.output.contains("me/none"))
    #expect(run.output.contains("model me/shakespeare: nanogpt, 2 blocks x 5 heads"), "\(run.output)\(run.errors)")
  }
}
