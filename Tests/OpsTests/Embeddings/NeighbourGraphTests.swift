import Embeddings
import Kernels
import Lang
import Runtime
import Testing

@Suite struct NeighbourGraphTests {
  private let fixture: EmbeddingFixture
  private let cloud: PointCloud

  init() throws {
    fixture = try EmbeddingFixture()
    cloud = try PointCloud(fixture.rows(0..<600), metric: .euclidean, operation: "umap")
  }

  @Test func neighboursAreThoseOfTheFullSort() throws {
    let found = try AllNeighbours(cloud, k: 14)
    let golden = try fixture.object("neighbours")
    let wanted = try #require(golden["indices"]?.asArray).flatMap { ($0.asArray ?? []).compactMap(\.asNumber) }
    #expect(found.indices.prefix(50 * 14).map(Double.init) == wanted)
    #expect(try agree(Array(found.distances.prefix(50 * 14)), golden.numbers("distances"), 1e-8))
  }

  // umap-learn 0.5: smooth_knn_dist(np.array([[0, 0, 0, .5, 1], [0, .25, .5, .75, 1]], np.float32), 5); the first of each row is the
  // point itself.
  @Test func rhoIsTheFirstDistanceThatIsNotZero() {
    let rows: [(distances: [Float], rho: Float, sigma: Float)] = [
      ([0, 0, 0.5, 1], 0.5, 3e-4), ([0.25, 0.5, 0.75, 1], 0.25, 0.5659027),
    ]
    for row in rows {
      let mean = row.distances.reduce(0.0) { $0 + Double($1) } / 5
      let scale = row.distances.withUnsafeBufferPointer { LocalScale(amongOthers: $0, mean: mean) }
      #expect(scale.rho == row.rho)
      #expect(abs(scale.sigma - row.sigma) < 1e-4 * row.sigma, "\(scale.sigma)")
    }
  }

  // Sizes that are no multiples of the tiles, more neighbours than a selection starts with, and numbers whose float32 products
  // decide nothing: the definition in double.
  @Test(arguments: [(1100, 7, 40, 0), (700, 3, 5, 1000), (530, 33, 16, 0)])
  func anySizeAndOffset(n: Int, d: Int, k: Int, offset: Int) throws {
    let random = try Tensor.standardNormal(shape: [n, d], seed: 9)
    let x = try random.mapped { ($0 + Float(offset)) }
    let found = try AllNeighbours(PointCloud(x, metric: .euclidean, operation: "umap"), k: k)
    let e = try x.elements().map(Double.init)
    for row in stride(from: 0, to: n, by: 37) {
      let point = e[row * d..<(row + 1) * d]
      let squares = (0..<n).map { other -> Double in
        zip(point, e[other * d..<(other + 1) * d]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let order = (0..<n).filter { $0 != row }.sorted { (squares[$0], $0) < (squares[$1], $1) }
      let neighbours = found.indices[row * k..<(row + 1) * k].map(Int.init)
      #expect(neighbours == Array(order.prefix(k)))
    }
  }

  @Test func duplicatesAreEachOthersNeighboursAndNeverTheirOwn() throws {
    let x = try Tensor((0..<80).map { Float($0 / 20) }).reshaped([80, 1])
    let found = try AllNeighbours(PointCloud(x, metric: .euclidean, operation: "umap"), k: 6)
    #expect(Array(found.indices[0..<6]) == [1, 2, 3, 4, 5, 6])
    #expect(Array(found.indices[79 * 6..<80 * 6]) == [60, 61, 62, 63, 64, 65])
    #expect(found.distances.allSatisfy { $0 == 0 })
  }

  @Test func localScalesAreThoseOfUmapLearn() throws {
    let golden = try fixture.object("scales")
    let scales = try FuzzyGraph.scales(AllNeighbours(cloud, k: 14), of: cloud).scales.prefix(50)
    #expect(try agree(scales.map { Double($0.sigma) }, golden.numbers("sigma"), 1e-4))
    #expect(try agree(scales.map { Double($0.rho) }, golden.numbers("rho"), 1e-6))
  }

  @Test func scalesOfNewPointsAreThoseOfUmapLearn() throws {
    let hits = try NearestSearch(space: cloud.tensor, metric: .l2).neighbours(of: fixture.rows(600..<650), k: 15)
    let sigmas = hits.map { row -> Double in
      let distances = row.map { Float($0.score) }
      return distances.withUnsafeBufferPointer { Double(LocalScale(ofNewPoint: $0).sigma) }
    }
    #expect(try agree(sigmas, fixture.object("new").asArray?.compactMap(\.asNumber) ?? [], 1e-4))
  }

  @Test func weightsAreThoseOfUmapLearn() throws {
    let golden = try fixture.object("graph")
    let graph = try FuzzyGraph(AllNeighbours(cloud, k: 14), of: cloud)
    for (row, edges) in try #require(golden["edges"]?.asArray).enumerated() {
      let range = graph.starts[row]..<graph.starts[row + 1]
      let (targets, weights) = (try edges.numbers("to"), try edges.numbers("weights"))
      #expect(graph.targets[range].map(Double.init) == targets)
      #expect(agree(graph.weights[range].map(Double.init), weights, 1e-4))
    }
    #expect(try graph.targets.count == Int(golden.number("count")))
    let sum = graph.weights.reduce(0) { $0 + Double($1) }
    #expect(try agree([sum], [golden.number("sum")], 1e-5))
  }

  @Test func piecesOfAGraphAreCounted() throws {
    let x = try Tensor((0..<90).map { Float($0 % 30) + Float($0 / 30) * 1000 }).reshaped([90, 1])
    let pieces = try PointCloud(x, metric: .euclidean, operation: "umap")
    let (count, component) = try FuzzyGraph(AllNeighbours(pieces, k: 4), of: pieces).components()
    #expect(count == 3)
    #expect((0..<90).allSatisfy { component[$0] == Int32($0 / 30) })
  }
}
