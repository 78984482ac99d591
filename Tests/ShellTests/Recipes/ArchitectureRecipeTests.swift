// The recipes that ask the paper's statements of other models: spheres, null_space, architectures; and sentences.

import Glibc
import Testing

@Suite struct ArchitectureRecipeTests {
  let scratch: Scratch
  private static let fixtures = Machine.root + "/Tests/Fixtures"
  /// A causal model, one with RMS norms and shared keys, one with norms after the sums, one without a head.
  private static let models =
    "mini," + ["qwen2", "distilbert", "bert_no_head"].map { "\(fixtures)/families/\($0)" }.joined(separator: ",")

  init() throws { scratch = try Scratch() }

  private func run(_ recipe: String, _ options: String) throws -> Machine.Result {
    let run = try scratch.run("$TW '\(Machine.root)/examples/\(recipe).tw' \(options)")
    #expect(run.status == 0, "\(recipe): \(run.errors)")
    return run
  }

  /// The lines of a table that a recipe has written, each as its fields.
  private func table(_ path: String) throws -> [[String: String]] {
    let lines = try #require(Machine.read(scratch.path + "/out/" + path)).split(separator: "\n")
    let names = try #require(lines.first).split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(uniqueKeysWithValues: zip(names, cells))
    }
  }

  @Test func theSphereHoldsWhereTheEpsilonOfTheNormDoesNotCount() throws {
    let run = try run("spheres", "--model '\(Self.models)'")
    // The last model's ε is 0.002, and its states are small.
    #expect(run.output.split(separator: "\n").count { $0.hasPrefix("holds: ") } == 3)
    #expect(run.output.split(separator: "\n").count { $0.hasPrefix("does not hold: ") } == 1)
    let rows = try table("spheres/spheres.csv")
    #expect(rows.count == 7 + 3 * 4)
    for row in rows {
      let radius = try #require(row["radius_min"].flatMap(Double.init))
      #expect(abs(radius - 1) < (row["model"] == "bert_no_head" ? 0.05 : 0.01))
      // A layer norm projects, an RMS norm does not.
      let part = try #require(row["off_plane_after"].flatMap(Double.init))
      #expect((part < 1e-4) == (row["norm"] == "layer"))
    }
  }

  @Test func aBlindQueryAttendsToAllAlike() throws {
    let run = try run("null_space", "--model '\(Self.models)'")
    #expect(run.output.contains("\nholds: without its part in W_Q"))
    let rows = try table("null_space/null_space.csv")
    #expect(rows.count == 36 + 3 * 3 * 4)
    for row in rows {
      let share = try #require(row["blind_q"].flatMap(Double.init))
      #expect(share > 0 && share < 1)
      #expect(try #require(row["from_uniform"].flatMap(Double.init)) < 1e-4)
    }
  }

  @Test func fourQuestionsAreAskedOfEveryModel() throws {
    let run = try run("architectures", "--model '\(Self.models)'")
    let lines = run.output.split(separator: "\n").filter { $0.contains(" yes") || $0.contains(" no") }
    #expect(lines.contains { $0.hasPrefix("qwen2 ") && $0.contains("yes, no plane") })
    #expect(lines.contains { $0.hasPrefix("distilbert ") && $0.contains("after sums") })
    // Trained values point to words; random ones do not.
    #expect(lines.contains { $0.hasPrefix("mini ") && $0.contains("yes 1.5") })
    #expect(lines.contains { $0.hasPrefix("qwen2 ") && $0.contains("no 1.0") })
    #expect(Machine.read(scratch.path + "/out/architectures/architectures.svg")?.contains("4 Refinement") == true)
  }

  @Test func sentencesAreVectorsOfLengthOne() throws {
    let run = try run("sentences", "")
    #expect(run.output.contains("10 sentences in 192 dimensions"))
    let check = try scratch.run(
      "$TW -e 'v = read_npy(\"out/sentences/vectors.npy\"); print(v.shape, max(abs(norm(v, axis=1) - 1)) < 1e-5)'")
    #expect(check.output == "[10, 192] true\n")
  }

  private static let encoder = getenv("TW_MINILM").map { String(cString: $0) }

  /// tools/goldens/make_sentence_vectors.py, transformers in double. TW_MINILM is the folder of sentence-transformers/all-MiniLM-L6-v2.
  @Test(.enabled(if: encoder != nil, "TW_MINILM names no folder")) func anEncodersVectorsAreThoseOfTransformers() throws
  {
    _ = try run("sentences", "--model '\(Self.encoder ?? "")' --texts '\(Self.fixtures)/sentences/sentences.txt'")
    let code =
      "print(max(abs(read_npy(\"out/sentences/vectors.npy\") - read_npy(\"\(Self.fixtures)/sentences/vectors.npy\"))) < 1e-5)"
    #expect(try scratch.run("$TW -e '\(code)'").output == "true\n")
  }
}
