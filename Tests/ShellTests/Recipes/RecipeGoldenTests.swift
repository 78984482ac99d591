// The recipes' files against what the authors' program prints on the same model (Tests/Fixtures/recipes, made as its
// README says). Lines may differ only where two scores, or a number's last printed digit, are nearly tied.

import Testing

@Suite struct RecipeGoldens {
  private static let goldens = Machine.root + "/Tests/Fixtures/recipes"

  struct Recipe: CustomTestStringConvertible, Sendable {
    let command: String
    let files: [String]
    /// Folder under the goldens.
    var folder = ""
    var testDescription: String { command }
  }

  @Test(arguments: [
    Recipe(
      command: "word_embeddings.tw --k 5", files: ["word_embeddings_distances.csv", "word_embeddings_tokens.csv"]),
    Recipe(command: "common_nouns.tw --k 5", files: ["common_noun_logs_qk.txt", "common_noun_logs_vo.txt"]),
    Recipe(
      command: "common_nouns.tw --prefix ' ' --blocks 0,2,5",
      files: ["common_noun_logs_qk.txt", "common_noun_logs_vo.txt"], folder: "/prefix"),
    // Their lines of tokens have no near ties: `isNearTie` lets none of them differ but those of the biases.
    Recipe(
      command: "svd_analysis.tw --top 20 --k 5",
      files: [
        "svd_qk_logs.txt", "svd_vo_logs.txt", "key_query_bias_logs.txt", "svd_qk_latex_table_layer_0.txt",
        "svd_qk_latex_table_layer_2.txt", "svd_qk_latex_table_layer_5.txt", "svd_vo_latex_table_layer_0.txt",
        "svd_vo_latex_table_layer_2.txt", "svd_vo_latex_table_layer_5.txt",
      ]),
  ])
  func filesEqualTheAuthorsProgram(_ recipe: Recipe) throws {
    let scratch = try Scratch()
    let run = try scratch.run("$TW '\(Machine.root)/examples/'\(recipe.command) --out out")
    #expect(run.status == 0, "\(run.errors)")
    for file in recipe.files {
      let ours = try #require(Machine.read(scratch.path + "/out/" + file))
      let golden = try #require(Machine.read(Self.goldens + recipe.folder + "/" + file))
      let (a, b) = (Self.lines(ours), Self.lines(golden))
      #expect(a.count == b.count, "\(file): \(a.count) lines, the golden file has \(b.count)")
      let different = zip(a, b).enumerated().filter { $0.element.0 != $0.element.1 }
      for (number, (line, wanted)) in different {
        #expect(
          Self.isNearTie(line, wanted), "\(file), line \(number + 1):\n  ours   \(line)\n  theirs \(wanted)")
      }
      let share = Double(different.count) / Double(max(b.count, 1))
      #expect(share <= 0.005, "\(file): \(different.count) of \(b.count) lines differ")
    }
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether two lines name the same tokens, two neighbours perhaps exchanged, and their numbers differ by at most one in
  /// the fourth decimal.
  static func isNearTie(_ a: String, _ b: String) -> Bool {
    let (numberA, tokensA) = parts(a)
    let (numberB, tokensB) = parts(b)
    switch (numberA, numberB) {
    case (nil, nil): break
    case (let x?, let y?): if abs(x - y) > 1.01e-4 { return false }
    default: return false
    }
    if tokensA == tokensB { return true }
    guard tokensA.count == tokensB.count else { return false }
    let unequal = tokensA.indices.filter { tokensA[$0] != tokensB[$0] }
    // The last place may go to a token outside the list.
    if unequal == [tokensA.count - 1] { return true }
    guard unequal.count == 2, unequal[1] == unequal[0] + 1 else { return false }
    return tokensA[unequal[0]] == tokensB[unequal[1]] && tokensA[unequal[1]] == tokensB[unequal[0]]
  }

  /// "Head 3 [0.0832]: ['a', 'b']" → 0.0832 and the tokens, the head's name first.
  private static func parts(_ line: String) -> (Double?, [String]) {
    guard let start = line.range(of: ": [") else { return (nil, [line]) }
    var head = String(line[..<start])
    var number: Double?
    if let open = head.firstIndex(of: "["), let close = head.lastIndex(of: "]") {
      number = Double(head[head.index(after: open)..<close])
      head = String(head[..<open])
    }
    let tokens = String(line[start...]).components(separatedBy: ", '")
    return (number, [head] + tokens)
  }
}

extension String {
  fileprivate func range(of mark: String) -> String.Index? {
    indices.first { self[$0...].hasPrefix(mark) }
  }

  fileprivate func components(separatedBy mark: String) -> [String] {
    var parts = [""]
    var rest = Substring(self)
    while let first = rest.first {
      if rest.hasPrefix(mark) {
        parts.append("")
        rest = rest.dropFirst(mark.count)
      } else {
        parts[parts.count - 1].append(first)
        rest = rest.dropFirst()
      }
    }
    return parts
  }
}
