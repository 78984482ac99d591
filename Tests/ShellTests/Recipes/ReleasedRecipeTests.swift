// Recipes of earlier versions (Tests/recipes/VERSION) run with this one, with the same output.

import Testing

@Suite struct ReleasedRecipeTests {
  private static let folder = Machine.root + "/Tests/recipes"

  private static let recipes = [
    "ablate", "checks", "common_nouns", "composition", "ellipsoid", "head_atlas", "layer_norm", "refinement",
    "svd_analysis",
    "trajectory", "word_embeddings",
  ]

  @Test(arguments: recipes) func recipesOf01PrintWhatTheyDid(name: String) throws {
    let run = try Scratch().run("$TW '\(Self.folder)/0.1/\(name).tw'")
    #expect(run.status == 0, "\(run.errors)")
    let wanted = try #require(Machine.read("\(Self.folder)/0.1/\(name).out"))
    #expect(run.output == wanted)
  }

  @Test func allOfThemAreRun() throws {
    let found = try Scratch().run("ls '\(Self.folder)'/*/*.tw").output.split(separator: "\n")
    #expect(found.count == Self.recipes.count)
  }

  /// The files that are printed the same by the authors' program on every processor.
  @Test func tablesOf01AreThoseOfTheAuthors() throws {
    let scratch = try Scratch()
    let result = try scratch.run(
      """
      $TW '\(Self.folder)/0.1/word_embeddings.tw' --k 5 --out out >/dev/null
      cmp out/word_embeddings_distances.csv '\(Machine.root)/Tests/Fixtures/recipes/word_embeddings_distances.csv'
      """)
    #expect(result.output + result.errors == "")
  }
}
