// UMAP: Uniform Manifold Approximation and Projection (McInnes, Healy, Melville 2018). Neighbours in the space become a weighted
// graph, and points in few dimensions are moved until their own distances give the same weights.

import Kernels
import Lang
import Runtime

package struct UMAP {
  /// Where the points start.
  package enum Start {
    case spectral, random, pca
    /// [n, dims]
    case positions(Tensor)
  }

  package struct Options {
    package var dims = 2
    /// Neighbours of a point, itself counted, as in umap-learn
    package var neighbors = 15
    /// Distance in the layout up to which points may be as close as they like
    package var minDist = 0.1
    package var metric = PointMetric.euclidean
    package var start = Start.spectral
    /// nil: 500 up to 10,000 points, else 200
    package var epochs: Int?
    package var seed = 42

    package init() {}
  }

  package let options: Options
  package let epochs: Int
  package let curve: MembershipCurve
  /// The points as they were given, or scaled to length 1 [n, d]
  package let cloud: PointCloud
  /// [n, dims], with the labels of the points
  package let embedding: Tensor

  private var key: UInt64 { UInt64(bitPattern: Int64(options.seed)) }

  /// Fits rows of `x` [n, d].
  package init(_ x: Tensor, _ options: Options) throws {
    self.options = options
    cloud = try PointCloud(x, metric: options.metric, operation: "umap")
    try UMAP.check(cloud, options)
    epochs = options.epochs ?? (cloud.count <= 10_000 ? 500 : 200)
    curve = MembershipCurve(minDist: options.minDist)
    // Graphs of both opinions and their union, and the lists of positions.
    let bytes = try byteCount(cloud.count, options.neighbors * 80 + options.dims * 16)
    try MemoryBudget.shared.reserve(bytes)
    defer { MemoryBudget.shared.release(bytes) }
    let neighbours = try AllNeighbours(cloud, k: options.neighbors - 1)
    var graph = try FuzzyGraph(neighbours, of: cloud)
    // Edges that would not act even once.
    graph = try graph.droppingEdges(lighterThan: (graph.weights.max() ?? 0) / Float(epochs))
    let key = UInt64(bitPattern: Int64(options.seed))
    let layout = try UMAP.start(graph, cloud, options, key)
    try EmbeddingDescent(curve: curve, seed: key, epochs: epochs).settle(layout, graph)
    embedding = layout.tensor(labels: x.labels)
  }

  private static func check(_ cloud: PointCloud, _ options: Options) throws {
    guard options.neighbors < cloud.count else {
      throw Fault.tooFewPoints(cloud.count, neighbors: options.neighbors)
    }
    guard options.dims < cloud.count else { throw Fault.tooManyDims("umap", options.dims, points: cloud.count) }
    guard options.minDist >= 0, options.minDist <= 1 else {
      throw Fault.badValue("`umap` wants `min_dist` between 0 and 1, got \(numberText(options.minDist))")
    }
    if case .positions(let start) = options.start {
      guard start.shape == [cloud.count, options.dims] else {
        throw Fault.badShape(
          "`umap` wants a \(cloud.count)x\(options.dims) tensor for `init`, got \(Tensor.phrase(shape: start.shape))")
      }
    }
  }

  // MARK: The start

  private static func start(_ graph: FuzzyGraph, _ cloud: PointCloud, _ options: Options, _ key: UInt64) throws
    -> EmbeddedPoints
  {
    let (n, dims) = (cloud.count, options.dims)
    var positions: [Float]
    switch options.start {
    case .spectral:
      positions = try SpectralStart.positions(of: graph, cloud: cloud, dims: dims, seed: key)
    case .pca:
      let kept = min(dims, cloud.width)
      let scores = try PrincipalComponents(cloud.tensor, dims: kept).scores.elements()
      positions = [Float](repeating: 0, count: n * dims)
      for row in 0..<n {
        for d in 0..<kept { positions[row * dims + d] = scores[row * kept + d] }
      }
    case .random:
      let random = Philox(seed: key)
      positions = (0..<n * dims).map { Float(random.words(at: UInt64($0))[0]) * 0x1p-32 }
    case .positions(let tensor):
      positions = try PointCloud(tensor, metric: .euclidean, operation: "umap init").tensor.elements()
    }
    jitter(&positions, key)
    stretch(&positions, dims: dims)
    return try EmbeddedPoints(positions, count: n, dims: dims)
  }

  /// Scales to ±10 and moves everything a little, so that no two points coincide.
  private static func jitter(_ positions: inout [Float], _ key: UInt64) {
    let largest = positions.reduce(0) { max($0, abs($1)) }
    let scale = largest > 0 ? 10 / largest : 1
    let random = Philox(seed: DrawStream.hash(key))
    for i in stride(from: 0, to: positions.count, by: 4) {
      let noise = random.normals(at: UInt64(i))
      for j in i..<min(i + 4, positions.count) { positions[j] = positions[j] * scale + noise[j - i] * 1e-4 }
    }
  }

  /// Every coordinate from 0 to 10.
  private static func stretch(_ positions: inout [Float], dims: Int) {
    for d in 0..<dims {
      var (low, high) = (Float.infinity, -Float.infinity)
      for i in stride(from: d, to: positions.count, by: dims) {
        low = min(low, positions[i])
        high = max(high, positions[i])
      }
      let scale = high > low ? 10 / (high - low) : 0
      for i in stride(from: d, to: positions.count, by: dims) { positions[i] = (positions[i] - low) * scale }
    }
  }

  // MARK: New points

  /// Where rows of `x` [q, d] belong in the layout, [q, dims]: the weighted mean of their neighbours' places, then a third of the
  /// fit's epochs among the fitted points, which stay. Every row on its own; but for the fitted points themselves, all of them in
  /// their order, their places are known.
  package func transform(_ x: Tensor) throws -> Tensor {
    guard x.rank == 2, x.shape[1] == cloud.width else {
      throw Fault.shapeMismatch(
        "transform", x.shape, cloud.tensor.shape, help: "the rows need the width \(cloud.width) of the fitted ones")
    }
    guard x.shape[0] > 0 else { return try Tensor(shape: [0, options.dims], labels: x.labels) { _ in } }
    let new = try PointCloud(x, metric: options.metric, operation: "transform")
    if try cloud.isIdentical(to: new) { return embedding.labelled(x.labels, axis: 0) }
    let refinements = max(epochs / 3, 1)
    let settled = try EmbeddedPoints(embedding.elements(), count: cloud.count, dims: options.dims)
    let layout = try EmbeddedPoints(count: new.count, dims: options.dims)
    let search = try NearestSearch(space: cloud.tensor, metric: .l2)
    let blocks = Tiles(new.count, of: 4096)
    var edges = FuzzyGraph.ofNewPoints(new.count)
    for block in 0..<blocks.count {
      let range = blocks[block]
      let rows = new.tensor.sliced(axis: 0, first: range.lowerBound, count: range.count)
      for (row, hits) in zip(range, try search.neighbours(of: rows, k: options.neighbors)) {
        let distances = hits.map { Float(cloud.distance(square: $0.score * $0.score)) }
        let scale = distances.withUnsafeBufferPointer { LocalScale(ofNewPoint: $0) }
        edges.appendNewPoint(hits.map(\.row), distances.map(scale.weight), epochs: refinements)
        begin(layout.start + row * layout.dims, edges, row, settled)
      }
    }
    try EmbeddingDescent(curve: curve, seed: key, epochs: refinements).place(layout, edges, among: settled)
    return layout.tensor(labels: x.labels)
  }

  /// The mean of the neighbours' places by weight.
  private func begin(
    _ position: UnsafeMutablePointer<Float>, _ edges: FuzzyGraph, _ row: Int, _ settled: EmbeddedPoints
  ) {
    let range = edges.starts[row]..<edges.starts[row + 1]
    let total = edges.weights[range].reduce(0, +)
    for edge in range {
      let place = settled.start + Int(edges.targets[edge]) * settled.dims
      for d in 0..<options.dims { position[d] += place[d] * (edges.weights[edge] / total) }
    }
  }
}
