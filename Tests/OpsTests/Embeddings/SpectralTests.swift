import Embeddings
import Lang
import Runtime
import Testing

@Suite struct SpectralTests {
  private let fixture: EmbeddingFixture
  init() throws { fixture = try EmbeddingFixture() }

  // 600 points go Lanczos's way, 300 are decomposed at once.
  @Test(arguments: [(0, 600), (1, 300)]) func vectorsAreThoseOfScipy(index: Int, n: Int) throws {
    let cloud = try PointCloud(fixture.rows(0..<n), metric: .euclidean, operation: "umap")
    let graph = try FuzzyGraph(AllNeighbours(cloud, k: 14), of: cloud)
    let found = try SpectralStart.connected(graph, dims: 3, tolerance: 1e-10).prefix(120).map(Double.init)
    let wanted = try fixture.objects("spectral")[index].numbers("vectors")
    #expect(agree(found, wanted, 1e-4, floor: 0.1))
  }

  @Test func theUsualToleranceIsCloseEnoughForAStart() throws {
    let cloud = try PointCloud(fixture.rows(0..<600), metric: .euclidean, operation: "umap")
    let graph = try FuzzyGraph(AllNeighbours(cloud, k: 14), of: cloud)
    let found = try SpectralStart.connected(graph, dims: 3).prefix(120).map(Double.init)
    #expect(try agree(found, fixture.objects("spectral")[0].numbers("vectors"), 2e-2, floor: 0.1))
  }

  @Test func theCurveIsThatOfUmapLearn() throws {
    for golden in try fixture.objects("curve") {
      let curve = MembershipCurve(minDist: try golden.number("min_dist"))
      #expect(try agree([curve.a, curve.b], golden.numbers("ab"), 1e-5))
    }
  }

  @Test func principalComponentsAreThoseOfNumPy() throws {
    let golden = try fixture.object("pca")
    let pca = try PrincipalComponents(fixture.rows(0..<600), dims: 4)
    #expect(try agree(pca.variances, golden.numbers("variance"), 1e-6))
    #expect(try agree(pca.variances.map { $0 / pca.totalVariance }, golden.numbers("ratio"), 1e-6))
    let components = try (0..<2).flatMap { try pca.components.row($0).elements().prefix(20) }.map(Double.init)
    #expect(try agree(components, golden.numbers("components"), 1e-5, floor: 0.01))
    let scores = try (0..<20).flatMap { try pca.scores.row($0).elements().prefix(2) }.map(Double.init)
    #expect(try agree(scores, golden.numbers("scores"), 1e-5, floor: 0.1))
  }

  // Fewer rows than columns: the inner products of the rows decide, and the components are the same as of the columns.
  @Test func wideAndTallMatricesAgree() throws {
    let wide = try Tensor.standardNormal(shape: [30, 40], seed: 1)
    let pca = try PrincipalComponents(wide, dims: 5)
    let padded = try Tensor(shape: [60, 40]) { target in
      let elements = try wide.elements()
      for i in 0..<2400 { target[i] = elements[i % 1200] }
    }
    let tall = try PrincipalComponents(padded, dims: 5)
    #expect(try isClose(pca.components, tall.components.elements().map(Double.init), 1e-5))
    #expect(try isClose(pca.transform(wide), pca.scores.elements().map(Double.init), 1e-6))
    #expect(agree(pca.variances.map { $0 * 29 * 2 / 59 }, tall.variances, 1e-9))
  }

  // Above 400 the eigenvectors come from Lanczos's method: equal ones too.
  @Test func manyColumnsWithEqualVariances() throws {
    let x = try Tensor(shape: [900, 450]) { target in
      target.update(repeating: 0)
      for row in 0..<900 { target[row * 450 + row / 2] = (row % 2 == 0 ? 1 : -1) * (row < 6 ? 3 : 1) }
    }
    let pca = try PrincipalComponents(x, dims: 4)
    #expect(agree(pca.variances.map { $0 * 899 }, [18, 18, 18, 2], 1e-9))
    let products = try pca.components.product(with: pca.components.transposed)
    #expect(try isClose(products, Tensor.identity(rows: 4, columns: 4).elements().map(Double.init), 1e-6))
  }

  // The search may take long where the values lie close together, as those of a path do.
  @Test func theSearchSaysHowFarItHasCome() throws {
    let path = try Tensor(shape: [3000, 24]) { target in
      let steps = try Tensor.standardNormal(shape: [3000, 24], seed: 5).elements()
      for i in target.indices { target[i] = steps[i] + (i < 24 ? 0 : target[i - 24]) }
    }
    let reports = Lock<[(label: String, share: Double)]>([])
    defer { Progress.listener = nil }
    Progress.listener = { report in
      guard let report else { return }
      reports.withLock { $0.append((report.label, Double(report.done) / Double(report.total))) }
    }
    var options = UMAP.Options()
    options.epochs = 2
    _ = try UMAP(path, options)
    let heard = reports.withLock { $0 }
    let shares = heard.filter { $0.label == "eigenvectors" }.map(\.share)
    #expect(shares.count > 2 && shares.allSatisfy { $0 >= 0 && $0 <= 1 } && shares.last.map { $0 > shares[0] } == true)
    #expect(heard.map(\.label).contains("neighbours") && heard.map(\.label).contains("epochs"))
  }
}
