// Recipes of released versions (Tests/recipes/VERSION) run with this one, with the same output.

import Testing

@Suite struct ReleasedRecipeTests {
  private static let folder = Machine.root + "/Tests/recipes"

  private static let recipes = [
    "ablate", "checks", "common_nouns", "composition", "ellipsoid", "head_atlas", "layer_norm", "refinement",
    "svd_analysis", "trajectory", "word_embeddings",
  ]

  /// What a recipe was run with; the others without options.
  private static let options = ["trajectory": "--rows 300"]
  /// The word of each line that says how far a token moves in a layout by UMAP, which docs/second-edition.md says looks different now.
  private static let layoutWords = ["trajectory": 1]

  @Test(arguments: recipes) func recipesOf01PrintWhatTheyDid(name: String) throws {
    let run = try Scratch().run("$TW '\(Self.folder)/0.1/\(name).tw' \(Self.options[name] ?? "")")
    #expect(run.status == 0, "\(run.errors)")
    let wanted = Self.lines(
      try #require(Machine.read("\(Self.folder)/0.1/\(name).out")), without: Self.layoutWords[name])
    let found = Self.lines(run.output, without: Self.layoutWords[name])
    #expect(found.count == wanted.count)
    for (old, new) in zip(wanted, found) where !Self.areSame(old, new) {
      Issue.record("\(name) printed\n\(old)\nand prints\n\(new)")
    }
  }

  @Test func allOfThemAreRun() throws {
    let found = try Scratch().run("ls '\(Self.folder)'/*/*.tw").output.split(separator: "\n")
    #expect(found.count == Self.recipes.count)
  }

  @Test func anotherNumberIsNoticed() {
    #expect(Self.areSame("a  0.63522 of 3", "a  0.63523 of 3"))
    #expect(Self.areSame("error 1.2e-07", "error 6.0e-08"))
    #expect(!Self.areSame("a  0.63522 of 3", "a  0.63525 of 3"))
    #expect(!Self.areSame("a  0.63522 of 3", "a  0.63522 of 4"))
    #expect(!Self.areSame("error 1.2e-07", "error 1.2e-03"))
    #expect(!Self.areSame("is  was", "is  were"))
  }

  private static func lines(_ text: String, without word: Int?) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let word else { return String(line) }
      let words = line.split(separator: " ")
      return words.enumerated().filter { $0.offset != word }.map { String($0.element) }.joined(separator: " ")
    }
  }

  /// The same words and white space, and the same numbers: of one with decimals the last may differ by 1, since products are summed in another order
  /// on other processors; what is below 1e-5 is such an error itself.
  private static func areSame(_ old: some StringProtocol, _ new: some StringProtocol) -> Bool {
    let (old, new) = (pieces(old), pieces(new))
    return old.count == new.count && zip(old, new).allSatisfy { a, b in a == b || areNear(a, b) }
  }

  private static func areNear(_ a: String, _ b: String) -> Bool {
    guard let x = Double(a), let y = Double(b), a.contains("."), b.contains(".") else { return false }
    if abs(x) < 1e-5, abs(y) < 1e-5 { return true }
    let decimals = a.split(separator: ".").last?.prefix { $0.isNumber }.count ?? 0
    let unit = (0..<decimals).reduce(1.0) { unit, _ in unit / 10 }
    return !a.contains("e") && abs(x - y) < 1.5 * unit
  }

  /// Numbers, and what stands between them.
  private static func pieces(_ line: some StringProtocol) -> [String] {
    var pieces: [String] = []
    var isNumber = false
    for character in line {
      let belongs = character.isNumber || "+-.e".contains(character)
      if pieces.isEmpty || belongs != isNumber { pieces.append("") }
      isNumber = belongs
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }
}
