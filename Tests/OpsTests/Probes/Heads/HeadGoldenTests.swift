// The heads of the embedded model against NumPy in double, the dense way (tools/goldens/make_head_goldens.py).

import Formats
import Lang
import Runtime
import Testing

@Suite struct HeadGoldens {
  private let goldens: JSON

  init() throws {
    let bytes = try InputFile.bytes(fixture("heads_mini.json"), permissions: Permissions())
    goldens = try JSON.parse(bytes, name: "heads_mini.json")
  }

  private func lists(_ name: String) throws -> [[Double]] {
    try #require(goldens[name]?.asArray).map { try #require($0.asArray).compactMap(\.asNumber) }
  }

  @Test(arguments: [("qk", "wqk(h)"), ("vo", "wvo(h)")])
  func singularValues(_ name: String, _ code: String) throws {
    let found = try #require(
      Program.value("m = load(\"mini\"); map(svd(map(m.heads, h => \(code))), S => S.s)").asList)
    let wanted = try lists(name)
    #expect(found.items.count == wanted.count)
    for (index, (values, golden)) in zip(found.items, wanted).enumerated() {
      let s = try #require(values.asTensor).elements().map(Double.init)
      #expect(agree(s, golden, 1e-5), "head \(index)")
    }
  }

  @Test func copyingScores() throws {
    let found = try Program.numbers("copying_score(load(\"mini\").heads)")
    let wanted = try #require(goldens["copying"]?.asArray).compactMap(\.asNumber)
    #expect(agree(found, wanted, 1e-5, floor: 1))
    #expect(try Program.numbers("copying_score(load(\"mini\").heads[7])") == [found[7]])
  }

  @Test func compositionScores() throws {
    let code = """
      t = composition_scores(load("mini"))
      rows = filter(t, r => r.from_block == 0 and r.to_block == 5)
      [map(rows, r => r.q), map(rows, r => r.k), map(rows, r => r.v), len(t)]
      """
    let found = try #require(Program.value(code).asList)
    let wanted = try lists("composition")
    for kind in 0..<3 {
      let scores = found.items[kind].asList?.items.compactMap(\.asNumber) ?? []
      #expect(agree(scores, wanted.map { $0[kind] }, 1e-5))
    }
    // 15 pairs of blocks, 36 pairs of heads each.
    #expect(found.items[3].asNumber == 540)
  }

  @Test func compositionOfOnePairIsTheTablesEntry() throws {
    let code = """
      m = load("mini")
      r = composition_scores(m)[-1]
      a = m.blocks[r.from_block].heads[r.from_head]
      b = m.blocks[r.to_block].heads[r.to_head]
      [composition(wvo(a), wqk(b)) / r.q, composition(wvo(a), wqk(b).T) / r.k, composition(wvo(a), wvo(b)) / r.v]
      """
    #expect(agree(try Program.numbers(code), [1, 1, 1], 1e-6))
  }

  @Test(arguments: [
    ("coverage([4, 3, 2, 1], 0.5)", "0.5"),
    ("coverage([4, 3, 2, 1])", "1"),
    ("coverage({s: tensor([1, 0, 0, 0])})", "0.25"),
    ("coverage([0, 0])", "0"),
    ("coverage([1, 1, 1, 1], q=0.75)", "0.75"),
    ("top_norms(tensor([[3, 4], [1, 0], [0, 2]]), k=2).id", "[0, 2]"),
    ("top_norms(tensor([[3, 4], [1, 0], [0, 2]]), k=1, largest=false).id", "[1]"),
    ("isnan(composition(zeros(2, 2), eye(2)))", "true"),
  ])
  func preludeFunctions(_ code: String, _ wanted: String) throws {
    #expect(try Program.text(code) == wanted)
  }

  // The authors' program prints these for block 0, head 0 (Tests/Fixtures/recipes/key_query_bias_logs.txt).
  @Test func biasTokens() throws {
    let code = "t = bias_tokens(load(\"mini\").heads[0], k=2); [t.sign, t.side, t.token]"
    let wanted = """
      [["+", "+", "-", "-"], ["query", "key", "query", "key"], \
      [[".'", "?'"], ["<|endoftext|>", "IGGINS"], [" means", "\\""], [" it", " they"]]]
      """
    #expect(try Program.text(code) == wanted)
  }

  @Test func aSingleBlockHasNoPairs() throws {
    var model = ModelFixture()
    model.config = model.config.replacing("\"n_layer\": 2", with: "\"n_layer\": 1")
    model.tensors.removeAll { $0.name.hasPrefix("h.1.") }
    let folder = try ScratchFolder()
    try model.write(to: folder)
    #expect(try Program.text("len(composition_scores(load(\"\(folder.path)\")))") == "0")
  }
}
