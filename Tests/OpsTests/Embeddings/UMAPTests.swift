import Embeddings
import Kernels
import Lang
import Runtime
import Testing

@Suite struct UMAPTests {
  private let fixture: EmbeddingFixture
  init() throws { fixture = try EmbeddingFixture() }

  private func options(_ change: (inout UMAP.Options) -> Void) -> UMAP.Options {
    var options = UMAP.Options()
    change(&options)
    return options
  }

  // umap-learn's trustworthiness at the same settings is the bar; another order of the same moves may cost 0.01.
  @Test(arguments: 0..<3) func wholeVocabularyIsAsTrustworthyAsUmapLearns(index: Int) throws {
    let golden = try fixture.objects("layouts")[index]
    let metric = try #require(golden["metric"]?.asString.flatMap(PointMetric.init(rawValue:)))
    let dims = try Int(golden.number("dims"))
    let umap = try UMAP(
      fixture.embeddings,
      options {
        $0.dims = dims
        $0.metric = metric
      })
    #expect(umap.embedding.shape == [8192, dims])
    let score = try Trustworthiness.score(fixture.embeddings, umap.embedding, k: 15, metric: metric)
    #expect(try score > golden.number("value") - 0.01)
  }

  // 1500 points are several batches, five dimensions two groups of lanes.
  @Test(arguments: [2, 5]) func oneSeedGivesTheSameBytesAtAnyNumberOfThreads(dims: Int) throws {
    let x = fixture.rows(0..<1500)
    let chosen = options {
      $0.dims = dims
      $0.epochs = 60
    }
    let runs = try [1, 2, 3].map { threads in
      try withThreads(threads) {
        let umap = try UMAP(x, chosen)
        return try umap.embedding.elements() + umap.transform(fixture.rows(1500..<1600)).elements()
      }
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
    var other = chosen
    other.seed = 7
    #expect(try UMAP(x, other).embedding.elements() != Array(runs[0].prefix(1500 * dims)))
  }

  /// `count` points around each of `centres` far apart.
  private func clusters(_ centres: Int, _ count: Int, width: Int = 8) throws -> Tensor {
    let noise = try Tensor.standardNormal(shape: [centres * count, width], seed: 3).elements()
    return try Tensor(shape: [centres * count, width]) { target in
      for i in target.indices {
        let (row, column) = (i / width, i % width)
        target[i] = noise[i] + (column == (row / count) % width ? 40 * Float(1 + row / count / width) : 0)
      }
    }
  }

  /// Whether every point's nearest neighbour in the layout is of its own cluster.
  private func areApart(_ layout: Tensor, _ count: Int) throws -> Bool {
    let near = try AllNeighbours(PointCloud(layout, metric: .euclidean, operation: "umap"), k: 1)
    return near.indices.enumerated().allSatisfy { $0 / count == Int($1) / count }
  }

  // Two and three pieces lie on the axes, ten are more than two dimensions have axes for.
  @Test(arguments: [2, 3, 10]) func clustersStayApart(count: Int) throws {
    let umap = try UMAP(clusters(count, 40), UMAP.Options())
    #expect(try areApart(umap.embedding, 40))
  }

  @Test func everyStartWorks() throws {
    let x = try clusters(3, 40)
    let starts: [UMAP.Start] = [
      .spectral, .random, .pca, .positions(try Tensor.standardNormal(shape: [120, 2], seed: 8)),
    ]
    for start in starts {
      let umap = try UMAP(x, options { $0.start = start })
      #expect(try umap.embedding.elements().allSatisfy(\.isFinite))
      #expect(try Trustworthiness.score(x, umap.embedding, k: 5) > 0.85)
    }
  }

  @Test func newPointsLandInTheirCluster() throws {
    let x = try clusters(3, 60)
    let odd = stride(from: 1, to: 180, by: 2).map { $0 }
    let umap = try UMAP(x.gathered(axis: 0, stride(from: 0, to: 180, by: 2).map { $0 }), UMAP.Options())
    let new = try umap.transform(x.gathered(axis: 0, odd))
    let hits = try NearestSearch(space: umap.embedding, metric: .l2).neighbours(of: new, k: 1)
    #expect(hits.enumerated().allSatisfy { $0 / 30 == $1[0].row / 30 })
  }

  @Test func whereANewPointLandsDependsOnItselfAlone() throws {
    let umap = try UMAP(fixture.rows(0..<400), options { $0.epochs = 50 })
    let together = try umap.transform(fixture.rows(400..<420))
    #expect(try umap.transform(fixture.rows(407..<408)).elements() == together.row(7).elements())
  }

  @Test func duplicatesAndTinySetsWork() throws {
    let same = try Tensor([Float](repeating: 2, count: 120)).reshaped([40, 3])
    #expect(try UMAP(same, UMAP.Options()).embedding.elements().allSatisfy(\.isFinite))
    let pairs = try Tensor((0..<200).map { Float($0 / 4 % 10) }).reshaped([100, 2])
    #expect(try UMAP(pairs, UMAP.Options()).embedding.elements().allSatisfy(\.isFinite))
    let three = try Tensor([0, 0, 1, 0, 0, 5]).reshaped([3, 2])
    let umap = try UMAP(three, options { $0.neighbors = 2 })
    #expect(try umap.embedding.elements().allSatisfy(\.isFinite))
  }

  @Test func cosineSeesDirectionsAlone() throws {
    let x = try clusters(3, 40).gathered(axis: 0, Array(0..<120))
    var scaled = try x.elements()
    for i in scaled.indices { scaled[i] *= [0.01, 1, 100][i / 8 % 3] }
    let umap = try UMAP(Tensor(scaled).reshaped([120, 8]), options { $0.metric = .cosine })
    #expect(try areApart(umap.embedding, 40))
  }
}
