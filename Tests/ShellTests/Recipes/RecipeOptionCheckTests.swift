// Every option of every recipe with values that it cannot take: the recipe says at its start what the option may be, by its name, and
// leaves nothing behind.

import Testing

@Suite struct RecipeOptionChecks {
  struct Case: CustomTestStringConvertible {
    let recipe: String
    let option: String
    /// What it may be, as the message says it.
    let range: String
    let values: [String]
    var more = ""

    var testDescription: String { "\(recipe) --\(option)" }
  }

  /// What no count is, and `values`.
  private static func bad(_ values: String...) -> [String] { ["3.5", "nan", "1e400"] + values }

  static let cases: [Case] = {
    let tokens = "a whole number from 1 to 8192 (tokens of mini)"
    let blocks = "whole numbers from 0 to 5 (blocks of mini) with commas between them"
    let listed = ["", "9", "-1", "0,x", "1.5", "0,,1"]
    let position = "a whole number from -7 to 6 (tokens of the text)"
    let seed = "a whole number from 0 to 4294967295"
    let fixtures = Machine.root + "/Tests/Fixtures"
    let image = "--model '\(fixtures)/vision/vit' --image '\(fixtures)/images/photo.png'"
    return [
      Case(recipe: "ablate", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "ablate", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(
        recipe: "attention", option: "block", range: "a whole number from 0 to 5 (blocks of mini)",
        values: bad("-1", "6")),
      Case(
        recipe: "attention", option: "head", range: "a whole number from 0 to 5 (heads of block 2 of mini)",
        values: bad("-1", "6"), more: "--block 2"),
      Case(recipe: "attention", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(
        recipe: "attribution", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "checks", option: "blocks", range: blocks, values: listed),
      Case(recipe: "common_nouns", option: "blocks", range: blocks, values: listed),
      Case(recipe: "common_nouns", option: "k", range: tokens, values: bad("0", "-1", "8193")),
      Case(recipe: "composition", option: "top", range: "a whole number of 1 or more", values: bad("0", "-3")),
      Case(
        recipe: "ellipsoid", option: "block", range: "a whole number from 0 to 5 (blocks of mini)",
        values: bad("-1", "6")),
      Case(
        recipe: "ellipsoid", option: "head", range: "a whole number from 0 to 5 (heads of block 2 of mini)",
        values: bad("-1", "99"), more: "--block 2"),
      Case(recipe: "ellipsoid", option: "rows", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "ellipsoid", option: "names", range: "a whole number from 0 to 50", values: bad("-1", "51")),
      Case(recipe: "head_atlas", option: "k", range: tokens, values: bad("0", "-1", "8193")),
      Case(
        recipe: "image", option: "block", range: "a whole number from -2 to 1 (blocks of vit)", values: bad("-3", "2"),
        more: image),
      Case(
        recipe: "image", option: "head", range: "a whole number from 0 to 2 (heads of a block)", values: bad("-1", "3"),
        more: image),
      Case(
        recipe: "induction", option: "n", range: "a whole number from 2 to 128 (half of the positions of mini)",
        values: bad("1", "129")),
      Case(recipe: "induction", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "induction", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(recipe: "ioi", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "journeys", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(
        recipe: "layer_norm", option: "points", range: "a whole number from 1 to 100000", values: bad("0", "-1", "1e6")),
      Case(recipe: "layer_norm", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(
        recipe: "neurons", option: "block", range: "a whole number from 0 to 5 (blocks of mini)",
        values: bad("-1", "6")),
      Case(
        recipe: "neurons", option: "neuron", range: "a whole number from 0 to 767 (neurons of block 1 of mini)",
        values: bad("-1", "768"), more: "--block 1"),
      Case(recipe: "neurons", option: "k", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "probe", option: "l2", range: "a number above 0", values: ["0", "-1", "nan", "1e400"]),
      Case(recipe: "probe", option: "test", range: "a number above 0 and below 1", values: ["0", "1", "nan"]),
      Case(recipe: "probe", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(recipe: "refinement", option: "token", range: position, values: bad("7", "-8", "99")),
      Case(
        recipe: "steering", option: "block", range: "a whole number from 0 to 5 (blocks of mini)",
        values: bad("-1", "6")),
      Case(recipe: "steering", option: "scale", range: "a number above 0", values: ["0", "-1", "nan", "1e400"]),
      Case(
        recipe: "steering", option: "n", range: "a whole number from 1 to 246 (positions of mini after the text)",
        values: bad("0", "247")),
      Case(recipe: "svd_analysis", option: "blocks", range: blocks, values: listed),
      Case(
        recipe: "svd_analysis", option: "top", range: "a whole number of 1 or more", values: bad("0", "-1", "1e300")),
      Case(recipe: "svd_analysis", option: "k", range: tokens, values: bad("0", "-1", "8193")),
      Case(recipe: "trajectory", option: "rows", range: "a whole number of 4 or more", values: bad("3", "-1")),
      Case(
        recipe: "trajectory", option: "neighbors",
        range: "a whole number from 2 to 299 (fewer than the 300 words that UMAP sees)", values: bad("1", "-1", "300"),
        more: "--rows 300"),
      Case(
        recipe: "trajectory", option: "min_dist", range: "a number from 0 to 1", values: ["-0.1", "1.5", "nan"]),
      Case(recipe: "trajectory", option: "seed", range: seed, values: bad("-1", "1e300")),
      Case(recipe: "trajectory", option: "token", range: position, values: bad("7", "-8")),
      Case(recipe: "word_embeddings", option: "k", range: tokens, values: bad("0", "-1", "8193")),
    ]
  }()

  @Test(arguments: cases) func aWrongNumberIsRefusedByItsOption(_ wrong: Case) throws {
    let scratch = try Scratch()
    for value in wrong.values {
      let run = try scratch.run(
        "$TW '\(Machine.root)/examples/\(wrong.recipe).tw' \(wrong.more) --out out '--\(wrong.option)=\(value)'")
      #expect(run.status == 1 && run.output == "", "\(value)")
      #expect(run.errors.hasPrefix("error[E0701]: --\(wrong.option) wants \(wrong.range), got "), "\(run.errors)")
      // The mistake is shown in the recipe's own line.
      #expect(run.errors.contains("/\(wrong.recipe).tw:") && !run.errors.contains("stdlib"), "\(run.errors)")
    }
    #expect(try scratch.run("ls").output == "")
  }

  @Test func noNumberOrListIsForgotten() throws {
    let scratch = try Scratch()
    var declared: Set<String> = []
    for recipe in try scratch.run("basename -s .tw -a '\(Machine.root)'/examples/*.tw").output.split(separator: "\n") {
      let help = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' --help").output
      for line in help.split(separator: "\n") where line.hasPrefix("  --") {
        let words = line.split(separator: " ")
        guard words.count > 1, ["NUMBER", "A,B,..."].contains(words[1]) else { continue }
        declared.insert("\(recipe) \(words[0])")
      }
    }
    #expect(declared.count > 15)
    #expect(declared == Set(Self.cases.map { "\($0.recipe) --\($0.option)" }))
  }

  @Test(arguments: [
    ("ablate", "--target queen", "--target wants one token of mini; 'queen' is 2: 'que', 'en'\n"),
    ("ablate", "--target ' queen'", "--target wants one token of mini; ' queen' is 2: ' qu', 'een'\n"),
    ("ablate", "--target ''", "--target wants one token of mini, got nothing\n"),
    ("refinement", "--target ' queen'", "--target wants one token of mini; ' queen' is 2: ' qu', 'een'\n"),
    (
      "refinement", "--target captain",
      "--target wants one token of mini; 'captain' is 3: 'c', 'ap', 'tain'; ' captain', with the space, is one\n"
    ),
    ("refinement", "--target ' ish'", "; 'ish', without the space, is one\n"),
    ("ablate", "--text ''", "--text is empty; the model needs at least one token\n"),
    ("refinement", "--text \"$(yes is | head -600 | tr '\\n' ' ')\"", "mini has 256 positions\n"),
    ("trajectory", "--text ''", "--text is empty"),
    ("checks", "--text ''", "--text is empty"),
    ("checks", "--model mini,nope", "there is no model `nope`\n"),
    ("checks", "--nouns nope", "cannot read nope: No such file or directory\n"),
    ("common_nouns", "--nouns nope", "cannot read nope: No such file or directory\n"),
    ("common_nouns", "--prefix @@", "no noun of data/common_nouns.txt is one token of mini; try"),
    ("refinement", "--token -2 --text is", "--token wants a whole number from -1 to 0 (tokens of the text), got -2\n"),
  ]) func aWrongTextIsRefusedAtTheStart(recipe: String, options: String, message: String) throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' --out out \(options)")
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try scratch.run("ls").output == "")
  }

  @Test func blocksThatAreNamedTwiceAreLookedAtOnce() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/common_nouns.tw' --blocks 1,1 --prefix ' '")
    #expect(run.output.contains("blocks [1], 6 heads each"), "\(run.errors)")
  }
}
