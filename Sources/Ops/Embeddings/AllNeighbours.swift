// The k nearest other points of every point, exactly. A tile of x·xᵀ serves its rows and, since the product is symmetric, its
// columns too, so half of the product is computed. As in `NearestSearch`, float32 scores choose candidates, which are measured
// in double under an error bound; a point whose candidates cannot be proved complete is searched for again by `NearestSearch`.

import Kernels
import Lang
import Runtime

package struct AllNeighbours {
  /// Neighbours of a point: nearest first, ties by lower number, itself left out.
  package let k: Int
  /// [n, k]: numbers of the neighbours
  package let indices: [Int32]
  /// [n, k]: Euclidean distances in the cloud
  package let distances: [Double]

  /// `cloud` [n, d]; 0 < k < n
  package init(_ cloud: PointCloud, k: Int) throws {
    self.k = k
    (indices, distances) = try AllNeighbourSearch(cloud, k: k).run()
  }
}

private struct AllNeighbourSearch {
  private static let tile = 512

  private let k: Int
  /// Candidates of a point
  private let kept: Int
  private let workers: Int
  private let points: Tensor
  private let rows: UnsafeMutablePointer<Float>
  private let (count, width): (Int, Int)
  private let norms: RowNorms

  init(_ cloud: PointCloud, k: Int) throws {
    self.k = k
    points = cloud.tensor
    rows = try points.base()
    (count, width) = (cloud.count, cloud.width)
    kept = min(count - 1, k + max(16, k / 4))
    workers = Parallel.workers(for: count)
    norms = RowNorms(rows, count, width)
  }

  func run() throws -> ([Int32], [Double]) {
    // Selections of every worker, and the results.
    let bytes = try byteCount(count, workers * (kept * 8 + 64) + k * 12)
    try MemoryBudget.shared.reserve(bytes)
    defer { MemoryBudget.shared.release(bytes) }
    var selections = [BoundedSelection](repeating: BoundedSelection(capacity: kept), count: workers * count)
    var indices = [Int32](repeating: 0, count: count * k)
    var distances = [Double](repeating: 0, count: count * k)
    try selections.withUnsafeMutableBufferPointer { selections in
      try indices.withUnsafeMutableBufferPointer { indices in
        try distances.withUnsafeMutableBufferPointer { distances in
          let found = Found(k: k, indices: indices, distances: distances)
          try sweep(selections)
          try settle(selections, found)
        }
      }
    }
    return (indices, distances)
  }

  /// Where the neighbours go.
  private struct Found {
    let k: Int
    let indices: UnsafeMutableBufferPointer<Int32>
    let distances: UnsafeMutableBufferPointer<Double>

    func set(_ row: Int, _ neighbours: some Sequence<Neighbour>) {
      for (i, neighbour) in neighbours.prefix(k).enumerated() {
        indices[row * k + i] = Int32(neighbour.row)
        distances[row * k + i] = neighbour.score
      }
    }
  }

  // MARK: The float32 pass

  /// Squared lengths in float32, as the scores use them.
  private struct RowNorms {
    let squares: [Float]
    let largest: Double

    init(_ rows: UnsafePointer<Float>, _ count: Int, _ width: Int) {
      squares = (0..<count).map { RowKernels.floatSumOfSquares(rows + $0 * width, width) }
      largest = Double(squares.max() ?? 0).squareRoot()
    }
  }

  /// Offers every pair to the selections of both its points. The score of j for i is 2 x_i·x_j - |x_j|².
  private func sweep(_ selections: UnsafeMutableBufferPointer<BoundedSelection>) throws {
    let tiles = Tiles(count, of: AllNeighbourSearch.tile)
    let scratch = try TensorStorage(
      uninitialized: workers * (AllNeighbourSearch.tile * AllNeighbourSearch.tile + count))
    let memory = try scratch.pointer()
    (memory + workers * AllNeighbourSearch.tile * AllNeighbourSearch.tile).update(
      repeating: -.infinity, count: workers * count)
    let pairs = TilePairs(of: tiles.count)
    try norms.squares.withUnsafeBufferPointer { squares in
      guard let squares = squares.baseAddress else { return }
      let progress = Progress("neighbours", total: pairs.count)
      try parallelTiles(pairs.count, on: workers) { pair, worker in
        let (left, right) = (tiles[pairs[pair].low], tiles[pairs[pair].high])
        let products = memory + worker * AllNeighbourSearch.tile * AllNeighbourSearch.tile
        try tileProduct(rows, width, left, right, into: products)
        var offers = Offers(
          selections: selections.baseAddress.map { $0 + worker * count },
          thresholds: memory + workers * AllNeighbourSearch.tile * AllNeighbourSearch.tile + worker * count,
          squares: squares)
        for i in left {
          let line = products + (i - left.lowerBound) * right.count
          offers.compare(i, with: right, line, bothWays: left != right)
        }
        progress.advance()
      }
    }
    withExtendedLifetime(scratch) {}
  }

  /// One worker's selections and the scores that a newcomer must exceed.
  private struct Offers {
    let selections: UnsafeMutablePointer<BoundedSelection>?
    let thresholds: UnsafeMutablePointer<Float>
    let squares: UnsafePointer<Float>

    /// `line` holds the products of point i with the points of `range`.
    mutating func compare(_ i: Int, with range: Range<Int>, _ line: UnsafePointer<Float>, bothWays: Bool) {
      let own = squares[i]
      var j = range.lowerBound
      while j < range.upperBound {
        let at = line + (j - range.lowerBound)
        let end = min(j + 16, range.upperBound)
        if end - j == 16 {
          let twice = UnsafeRawPointer(at).loadUnaligned(as: SIMD16<Float>.self) * 2
          let forI = twice - UnsafeRawPointer(squares + j).loadUnaligned(as: SIMD16<Float>.self)
          let limits = UnsafeRawPointer(thresholds + j).loadUnaligned(as: SIMD16<Float>.self)
          // Scores that are NaN come of numbers too large for float32; the bound then asks for the other search.
          if !any(forI .> thresholds[i]), !bothWays || !any((twice - own) .> limits) {
            j = end
            continue
          }
        }
        for other in j..<end where other != i {
          let twice = 2 * at[other - j]
          if twice - squares[other] > thresholds[i] { offer(twice - squares[other], of: other, to: i) }
          if bothWays, twice - own > thresholds[other] { offer(twice - own, of: i, to: other) }
        }
        j = end
      }
    }

    private func offer(_ score: Float, of candidate: Int, to point: Int) {
      guard let selection = selections.map({ $0 + point }) else { return }
      selection.pointee.offer(score, candidate)
      if selection.pointee.isFull { thresholds[point] = selection.pointee.threshold.nextDown }
    }
  }

  // MARK: The exact pass

  private func settle(_ selections: UnsafeMutableBufferPointer<BoundedSelection>, _ found: Found) throws {
    var isOpen = [Bool](repeating: false, count: count)
    try isOpen.withUnsafeMutableBufferPointer { isOpen in
      try parallelRows(count) { row in
        var selection = selections[row]
        for worker in 1..<max(workers, 1) {
          let other = selections[worker * count + row]
          for i in other.scores.indices { selection.offer(other.scores[i], Int(other.indices[i])) }
        }
        if let neighbours = measured(row, selection) {
          found.set(row, neighbours)
        } else {
          isOpen[row] = true
        }
      }
    }
    try searchAgain(isOpen.indices.filter { isOpen[$0] }, found)
  }

  /// The k nearest of a point's candidates, or nil when a point that was dropped could be among them.
  private func measured(_ row: Int, _ selection: BoundedSelection) -> [Neighbour]? {
    let point = rows + row * width
    let candidates = selection.indices.map { index in
      Neighbour(
        row: Int(index),
        score: RowKernels.squaredDistance(point, rows + Int(index) * width, width).squareRoot())
    }.sorted { $0.score == $1.score ? $0.row < $1.row : $0.score < $1.score }
    guard candidates.count >= k else { return nil }
    if candidates.count == count - 1 { return candidates }
    let norm = RowKernels.sumOfSquares(point, width).squareRoot()
    // Rounding errors of a float32 sum of d products are at most about d·2⁻²⁴ of the product of the norms.
    let slack = Double(width + 8) * 0x1p-24 * norms.largest * (norms.largest + 2 * norm)
    let last = candidates[k - 1].score
    let isComplete = norm * norm - last * last > Double(selection.threshold) + slack * 1.01 + 1e-30
    return norms.largest.isFinite && isComplete ? candidates : nil
  }

  private func searchAgain(_ open: [Int], _ found: Found) throws {
    guard !open.isEmpty else { return }
    let search = try NearestSearch(space: points, metric: .l2)
    let blocks = Tiles(open.count, of: 1024)
    let progress = Progress("rows searched again", total: open.count)
    for block in 0..<blocks.count {
      let some = Array(open[blocks[block]])
      let results = try search.neighbours(of: points.gathered(axis: 0, some), k: k + 1)
      for (row, hits) in zip(some, results) { found.set(row, hits.lazy.filter { $0.row != row }) }
      progress.report(blocks[block].upperBound)
    }
  }
}
