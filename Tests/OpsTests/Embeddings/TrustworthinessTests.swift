import Embeddings
import Lang
import Runtime
import Testing

@Suite struct TrustworthinessTests {
  private let fixture: EmbeddingFixture
  init() throws { fixture = try EmbeddingFixture() }

  @Test func valuesAreThoseOfScikitLearn() throws {
    let x = fixture.rows(0..<600)
    let y = x.sliced(axis: 1, first: 0, count: 24)
    for golden in try fixture.objects("trustworthiness") {
      let metric = try #require(golden["metric"]?.asString.flatMap(PointMetric.init(rawValue:)))
      let k = try Int(golden.number("k"))
      let found = try Trustworthiness.score(x, y, k: k, metric: metric)
      #expect(try agree([found], [golden.number("value")], 1e-9), "k=\(k), \(metric)")
    }
  }

  @Test func aSpaceTrustsItself() throws {
    let x = try Tensor.standardNormal(shape: [1500, 4], seed: 2)
    #expect(try Trustworthiness.score(x, x, k: 10) == 1)
    #expect(try Trustworthiness.score(x, x.mapped { $0 * 2 + 5 }, k: 10) > 0.9999)
  }

  // All distances are equal or 0, so ranks are decided by ties alone: the definition with a full sort.
  @Test func tiesGoToTheLowerRow() throws {
    let n = 60
    let x = try Tensor((0..<n).map { Float($0 % 3) }).reshaped([n, 1])
    let y = try Tensor((0..<n).map { Float($0 % 4) }).reshaped([n, 1])
    func order(_ e: [Float], _ row: Int) -> [Int] {
      (0..<n).filter { $0 != row }.sorted { (abs(e[$0] - e[row]), $0) < (abs(e[$1] - e[row]), $1) }
    }
    let (a, b) = (try x.elements(), try y.elements())
    var excess = 0
    for row in 0..<n {
      let ranks = order(a, row)
      for j in order(b, row).prefix(7) { excess += max((ranks.firstIndex(of: j) ?? 0) + 1 - 7, 0) }
    }
    let wanted = 1 - 2 * Double(excess) / Double(n * 7 * (2 * n - 3 * 7 - 1))
    #expect(try agree([Trustworthiness.score(x, y, k: 7)], [wanted], 1e-12))
  }
}
