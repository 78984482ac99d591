// How far the neighbours in a layout are neighbours in the space (Venna, Kaski 2001), exactly: the rank of a layout's neighbour
// is counted, not sorted for, so no row of distances is kept. Distances are compared in float32 under an error bound, and in
// double where that does not decide.

import Kernels
import Lang
import Runtime

package struct Trustworthiness {
  private static let block = 128
  private static let tile = 1024

  private let space: PointCloud
  private let layout: AllNeighbours
  private let rows: UnsafeMutablePointer<Float>
  private let squares: [Float]
  private let largest: Double
  private let k: Int

  /// 1 - 2 / (nk (2n - 3k - 1)) Σ_i Σ_j max(rank(i, j) - k, 0) over the k nearest j of each i in the layout `y` [n, …], where rank
  /// counts from 1 among the neighbours of i in `x` [n, d]. Ties go to the lower row, as they do among the nearest.
  package static func score(_ x: Tensor, _ y: Tensor, k: Int, metric: PointMetric = .euclidean) throws -> Double {
    let space = try PointCloud(x, metric: metric, operation: "trustworthiness")
    let layout = try PointCloud(y, metric: .euclidean, operation: "trustworthiness")
    let n = space.count
    guard layout.count == n else { throw Fault.otherRows(x.shape, y.shape) }
    guard k >= 1, k <= (n - 1) / 2 else { throw Fault.tooManyNeighbours(k, points: n) }
    let excess = try Trustworthiness(space, AllNeighbours(layout, k: k)).excess()
    return 1 - 2 * excess / (Double(n) * Double(k) * (2 * Double(n) - 3 * Double(k) - 1))
  }

  private init(_ space: PointCloud, _ layout: AllNeighbours) throws {
    (self.space, self.layout, k) = (space, layout, layout.k)
    rows = try space.tensor.base()
    let (rows, width) = (rows, space.width)
    squares = (0..<space.count).map { RowKernels.floatSumOfSquares(rows + $0 * width, width) }
    largest = Double(squares.max() ?? 0).squareRoot()
  }

  /// Σ max(rank - k, 0).
  private func excess() throws -> Double {
    let blocks = Tiles(space.count, of: Trustworthiness.block)
    let workers = Parallel.workers(for: blocks.count)
    let scratch = try TensorStorage(uninitialized: workers * Trustworthiness.block * Trustworthiness.tile)
    let memory = try scratch.pointer()
    var sums = [Double](repeating: 0, count: blocks.count)
    try sums.withUnsafeMutableBufferPointer { sums in
      let progress = Progress("ranks", total: blocks.count)
      try parallelTiles(blocks.count, on: workers) { block, worker in
        let products = memory + worker * Trustworthiness.block * Trustworthiness.tile
        sums[block] = try excess(of: blocks[block], products)
        progress.advance()
      }
    }
    withExtendedLifetime(scratch) {}
    return sums.reduce(0, +)
  }

  private func excess(of block: Range<Int>, _ products: UnsafeMutablePointer<Float>) throws -> Double {
    let judges = block.flatMap { row in (0..<k).map { judge(row, Int(layout.indices[row * k + $0])) } }
    var nearer = [Int](repeating: 0, count: judges.count)
    let tiles = Tiles(space.count, of: Trustworthiness.tile)
    for tile in 0..<tiles.count {
      try checkInterrupt()
      let range = tiles[tile]
      try tileProduct(rows, space.width, block, range, into: products)
      for row in block {
        let line = products + (row - block.lowerBound) * range.count
        for i in 0..<range.count { line[i] = 2 * line[i] - squares[range.lowerBound + i] }
        if range.contains(row) { line[row - range.lowerBound] = -.infinity }
        for place in (row - block.lowerBound) * k..<(row - block.lowerBound + 1) * k {
          nearer[place] += count(nearerThan: judges[place], line, range)
        }
      }
    }
    // Ranks start at 1.
    return nearer.reduce(0.0) { $0 + Double(max($1 + 1 - k, 0)) }
  }

  /// A neighbour in the layout, whose rank in the space is asked for.
  private struct Judge {
    let row: Int
    let neighbour: Int
    /// Squared distance
    let square: Double
    /// Scores 2 x·y - |y|² above `sure` are nearer, those not above `possible` are not.
    let sure: Float
    let possible: Float
  }

  private func judge(_ row: Int, _ neighbour: Int) -> Judge {
    let (width, point) = (space.width, rows + row * space.width)
    let square = RowKernels.squaredDistance(point, rows + neighbour * width, width)
    let ownSquare = RowKernels.sumOfSquares(point, width)
    let score = ownSquare - square
    // Rounding errors of a float32 sum of d products are at most about d·2⁻²⁴ of the product of the norms.
    let slack = Double(width + 8) * 0x1p-24 * largest * (largest + 2 * ownSquare.squareRoot()) * 1.01 + 1e-30
    return Judge(
      row: row, neighbour: neighbour, square: square, sure: Float(score + slack).nextUp,
      possible: Float(score - slack).nextDown)
  }

  /// How many points of the range are nearer to the judge's row than its neighbour is.
  private func count(nearerThan judge: Judge, _ scores: UnsafePointer<Float>, _ range: Range<Int>) -> Int {
    var counts = SIMD16<Int32>.zero
    var total = 0
    var i = 0
    while i + 16 <= range.count {
      let lanes = UnsafeRawPointer(scores + i).loadUnaligned(as: SIMD16<Float>.self)
      let isSure = lanes .> judge.sure
      counts.replace(with: counts &+ 1, where: isSure)
      if any((lanes .> judge.possible) .& .!isSure) {
        for at in i..<i + 16 where scores[at] <= judge.sure { total += countOne(at, judge, scores, range) }
      }
      i += 16
    }
    for at in i..<range.count { total += countOne(at, judge, scores, range) }
    return total + Int(counts.wrappedSum())
  }

  /// 1 if point `at` of the range is nearer.
  private func countOne(_ at: Int, _ judge: Judge, _ scores: UnsafePointer<Float>, _ range: Range<Int>) -> Int {
    if scores[at] > judge.sure { return 1 }
    return scores[at] > judge.possible && isNearer(range.lowerBound + at, judge) ? 1 : 0
  }

  private func isNearer(_ other: Int, _ judge: Judge) -> Bool {
    guard other != judge.neighbour else { return false }
    let width = space.width
    let square = RowKernels.squaredDistance(rows + judge.row * width, rows + other * width, width)
    return square == judge.square ? other < judge.neighbour : square < judge.square
  }
}
