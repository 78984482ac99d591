// The recipes on models of one block or one head, and with a vocabulary that is smaller than what they show by default.

import Testing

@Suite struct TinyModelTests {
  let scratch: Scratch

  /// Writes GPT-2-shaped folders with random weights.
  private static let maker = """
    param name: string = ""
    param layers: number = 1
    param heads: number = 1
    param letters: list = []
    d = 8
    fn noise(sizes...) = 0.3 * randn(sizes, seed=sum(sizes) + layers)
    weights = {"wte.weight": noise(len(letters), d), "wpe.weight": noise(16, d)}
    for i in 0..layers {
      for key, size in zip(["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"], [[d, 3 * d], [d, d], [d, 4 * d], [4 * d, d]]) {
        weights["h.{i}.{key}.weight"] = noise(size...)
        weights["h.{i}.{key}.bias"] = noise(size[1])
      }
      for norm in ["ln_1", "ln_2"] {
        weights["h.{i}.{norm}.weight"] = 1 + noise(d)
        weights["h.{i}.{norm}.bias"] = noise(d)
      }
    }
    weights["ln_f.weight"] = ones(d)
    weights["ln_f.bias"] = zeros(d)
    save(weights, "{name}/model.safetensors")
    config = {model_type: "gpt2", n_layer: layers, n_head: heads, n_embd: d, vocab_size: len(letters), n_positions: 16}
    config.activation_function = "gelu_new"
    config.layer_norm_epsilon = 1e-5
    save(config, "{name}/config.json")
    vocabulary = {}
    for i, letter in enumerate(letters) { vocabulary[letter] = i }
    save(vocabulary, "{name}/vocab.json")
    save("#version: 0.2\\n", "{name}/merges.txt")
    """

  init() throws {
    scratch = try Scratch()
    try scratch.write("maker.tw", Self.maker)
    try scratch.write("letters", "a\ne\no\nt\n")
    try scratch.write("labels", "a\tae\na\tat\ne\tea\ne\tet\na\tao\ne\teo\na\tatat\ne\tetet\n")
    try scratch.write("these", "ae\nat\n")
    try scratch.write("those", "ea\neo\n")
    let all = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t"
    let made = try scratch.run(
      """
      $TW maker.tw --name oneblock --heads 2 --letters \(all) && $TW maker.tw --name onehead --layers 2 --letters \(all) &&
      $TW maker.tw --name one --letters \(all) && $TW maker.tw --name few --layers 2 --heads 2 --letters a,e,o,t
      """)
    try #require(made.status == 0, "\(made.errors)")
  }

  /// The recipes of an interpreter's week, on words of four letters.
  private static let experiments = [
    "ablate --text ae --by mean", "attention --text aet", "attribution --text ae", "induction", "neurons",
    "probe --texts labels", "journeys --texts labels", "ioi --clean aea --corrupt aoa --target a --against e",
    "steering --text ae --these these --those those --target a --against e",
  ]
  private static let recipes =
    experiments + [
      "ablate --text ae", "checks --text ae --nouns letters --prefix=", "common_nouns --nouns letters", "composition",
      "ellipsoid", "head_atlas", "layer_norm", "refinement --text ae", "svd_analysis", "trajectory --text ae",
      "word_embeddings",
    ]

  @Test(arguments: ["oneblock", "onehead", "one"]) func aSmallModelWillDo(model: String) throws {
    for recipe in Self.recipes {
      let words = recipe.split(separator: " ", maxSplits: 1)
      let rest = words.count > 1 ? String(words[1]) : ""
      let run = try scratch.run("$TW '\(Machine.root)/examples/\(words[0]).tw' --model \(model) \(rest)")
      if words[0] == "composition", model != "onehead" {
        #expect(run.status == 1 && run.errors.contains("composition is between blocks; \(model) has only one\n"))
      } else {
        #expect(run.status == 0, "\(recipe): \(run.errors)")
      }
    }
    // Few heads are no reason to cut off the page's title.
    let atlas = try #require(Machine.read(scratch.path + "/out/head_atlas/head_atlas.svg"))
    #expect(atlas.contains("reads → writes"))
  }

  @Test(arguments: experiments) func theExperimentsRunOnFourWords(recipe: String) throws {
    let words = recipe.split(separator: " ", maxSplits: 1)
    let rest = words.count > 1 ? String(words[1]) : ""
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(words[0]).tw' --model few \(rest)")
    #expect(run.status == 0, "\(recipe): \(run.errors)")
  }

  @Test(arguments: [
    ("common_nouns --nouns letters", "--k wants a whole number from 1 to 4 (tokens of few), got 5\n"),
    ("svd_analysis", "--k wants a whole number from 1 to 4 (tokens of few), got 5\n"),
    ("word_embeddings", "--k wants a whole number from 1 to 4 (tokens of few), got 5\n"),
    (
      "trajectory --text ae",
      "--neighbors wants a whole number from 2 to 3 (fewer than the 4 words that UMAP sees), got 15\n"
    ),
    ("ablate --text ae", ""), ("ellipsoid", ""), ("head_atlas", ""), ("layer_norm", ""), ("refinement --text ae", ""),
    ("composition", ""), ("common_nouns --nouns letters --k 3", ""), ("svd_analysis --k 2", ""),
    ("word_embeddings --k 3", ""), ("trajectory --text ae --neighbors 2", ""),
    ("checks --text ae --nouns letters --prefix=", ""),
  ]) func aVocabularyOfFourIsNamedOrWillDo(recipe: String, message: String) throws {
    let words = recipe.split(separator: " ", maxSplits: 1)
    let rest = words.count > 1 ? String(words[1]) : ""
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(words[0]).tw' --model few \(rest)")
    #expect(run.status == (message.isEmpty ? 0 : 1), "\(run.errors)")
    if !message.isEmpty { #expect(run.errors.hasPrefix("error[E0701]: \(message)"), "\(run.errors)") }
  }
}
