// The recipes of an interpreter's week: their tables on mini against PyTorch, scikit-learn and NumPy (tools/goldens/make_recipe_goldens.py), what they say
// on models of other kinds, and what they refuse.

import Testing

@Suite struct ReachRecipeTests {
  private static let fixtures = Machine.root + "/Tests/Fixtures"
  private static let recipes = [
    "induction", "attribution", "ioi", "steering", "probe", "neurons", "journeys", "attention",
  ]

  /// Prints how far each column of a recipe's table is from the golden numbers, in shares of its largest one.
  private static let compare = """
    param golden: file = "golden.json"
    param name: string = ""
    param out: folder  = "out"
    g = read_json(golden)[name]
    rows = map(read_csv("{out}/{g.file}.csv"), row => row)
    if g.parts != nil { rows = filter(rows, row => row.part in g.parts) }
    key = x => if x == nil { -1 } else { x }
    if len(g.by) > 0 { rows = sort_by(rows, map(g.by, by => row => key(row[by]))) }
    for column, want in items(g.columns) {
      assert(len(rows) == len(want), "{column}: {len(rows)} rows, {len(want)} golden ones")
      x = tensor(want)
      far = max(abs(tensor(map(rows, row => row[column])) - x)) / max(max(abs(x)), 1)
      print(column, if far <= g.tolerance { "ok" } else { far })
    }
    """

  @Test(arguments: [
    "induction", "induction, places", "attribution", "ioi", "ioi, states", "steering", "steering, blocks", "probe",
    "neurons", "neurons, words", "journeys", "journeys, layers", "ablate", "attention",
  ]) func tablesAreThoseOfAnIndependentProgram(name: String) throws {
    let scratch = try Scratch()
    try scratch.write("compare.tw", Self.compare)
    let recipe = name.prefix { $0 != "," }
    let options = recipe == "ablate" ? "--by mean" : ""
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' --out out \(options) && echo done")
    try #require(run.output.hasSuffix("done\n"), "\(run.errors)")
    let compared = try scratch.run(
      "$TW compare.tw --golden '\(Self.fixtures)/recipes/reach.json' --name '\(name)' --out out")
    #expect(compared.status == 0, "\(compared.errors)")
    let lines = compared.output.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.hasSuffix(" ok") }, "\(compared.output)")
  }

  /// Characters, shared keys, norms behind the branches, caps, norms after the sums.
  @Test(arguments: ["gemma2", "nanogpt", "opt_post_norm"]) func theyRunOnOtherFamilies(family: String) throws {
    let scratch = try Scratch()
    for recipe in Self.recipes {
      let run = try scratch.run(
        "$TW '\(Machine.root)/examples/\(recipe).tw' --model '\(Self.fixtures)/families/\(family)' --out \(recipe)")
      if family == "opt_post_norm", recipe == "attribution" {
        #expect(run.errors.hasPrefix("error[E0702]: attribution is not defined for opt_post_norm: norms stand after"))
        continue
      }
      #expect(run.status == 0, "\(recipe): \(run.errors)")
      let files = try scratch.run("ls \(recipe)").output
      #expect(files.contains("\(recipe).svg") && files.contains("\(recipe).html"), "\(recipe): \(files)")
    }
  }

  @Test func whatIsNotDefinedIsRefusedInOneLine() throws {
    let scratch = try Scratch()
    for recipe in ["induction", "attribution", "ioi", "steering"] {
      let run = try scratch.run(
        "$TW '\(Machine.root)/examples/\(recipe).tw' --model '\(Self.fixtures)/families/bert'")
      #expect(
        run.errors.hasPrefix(
          "error[E0702]: \(recipe) is not defined for bert, which sees the whole text at once: there is no next word\n"),
        "\(run.errors)")
    }
    for recipe in Self.recipes where recipe != "journeys" {
      let run = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' --model '\(Self.fixtures)/vision/vit'")
      let refused = "error[E0702]: \(recipe) is not defined for vit, a model of images"
      #expect(run.errors.hasPrefix(refused), "\(run.errors)")
    }
    #expect(try scratch.run("ls").output == "")
  }

  @Test func theWaysOfImagesAreMeasuredToo() throws {
    let run = try Scratch().run("$TW '\(Machine.root)/examples/journeys.tw' --model '\(Self.fixtures)/vision/vit'")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("of 16 images in 4 groups"))
  }

  @Test(arguments: [
    ("attribution", "--by row", "--by wants one of head, layer, neuron, token, got row\n"),
    ("attribution", "--target ' ship' --against ' ship'", "--target and --against want two words, got ' ship' twice\n"),
    ("ioi", "--clean a", "--clean, --corrupt, --target and --against belong together"),
    (
      "ioi", "--clean 'a ship' --corrupt 'a' --target ' at' --against ' for'",
      "--clean and --corrupt want as many tokens, got 2 and 1"
    ),
    (
      "ioi", "--clean 'a ship' --corrupt 'a ship' --target ' at' --against ' for'",
      "--clean and --corrupt want two texts, got the same one twice"
    ),
    ("steering", "--target ' he'", "--target and --against want two words that differ in a token, got ' he' and ' he'"),
    ("probe", "--kind svm", "--kind wants one of logistic, ridge, got svm"),
    ("journeys", "--on earth", "--on wants one of sphere, states, got earth"),
    ("ablate", "--by half", "--by wants one of zero, mean, resample, got half"),
  ]) func aWrongOptionIsRefusedByItsName(recipe: String, options: String, message: String) throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' \(options)")
    #expect(run.status == 1 && run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(try scratch.run("ls").output == "")
  }
}
