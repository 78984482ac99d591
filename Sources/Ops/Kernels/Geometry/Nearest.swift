// The k nearest rows of a space, exactly, at the speed of a float32 matrix product.
//
// Tiles of the space are multiplied with blocks of queries; of each tile only the scores that reach a bounded selection
// survive, a few more than k. The survivors are scored again in double, and an error bound of the float32 product says
// whether a row that was dropped could belong among the k; where it could (ties, close calls), that query is scored in
// double against the whole space. So the answer depends neither on rounding nor on the number of threads.

import COpenBLAS
import Glibc
import Lang
import Runtime

/// How close two vectors are.
package enum Metric: String, CaseIterable {
  case dot
  /// Dot product of the vectors scaled to length 1; NaN for a vector of zeros.
  case cosine
  /// Euclidean distance.
  case l2

  /// Whether a larger score is nearer.
  var prefersLarger: Bool { self != .l2 }
}

/// A row of the space, and its dot product, cosine or distance.
package struct Neighbour {
  package let row: Int
  package let score: Double

  package init(row: Int, score: Double) {
    self.row = row
    self.score = score
  }
}

package struct NearestSearch {
  private static let queryBlock = 256

  private let space: Tensor
  private let metric: Metric
  private let rows: MatrixRows
  private let spaceTile: Int
  private var count: Int { rows.count }
  private var width: Int { rows.width }

  /// `space` [V, d]
  package init(space: Tensor, metric: Metric) throws {
    guard space.rank == 2 else {
      throw Fault.badShape("`nearest` searches the rows of a matrix, got \(Tensor.phrase(shape: space.shape))")
    }
    guard space.shape[0] < Int(Int32.max), space.shape[1] < Int(Int32.max) else {
      throw Fault.badShape("the space \(Tensor.describe(shape: space.shape)) is too large")
    }
    self.space = space
    self.metric = metric
    rows = try MatrixRows(space)
    // All of it is read, from one end to the other.
    if space.count > space.storage.count / 2 { space.storage.announce() }
    spaceTile = MeasuredRows.tile(width: space.shape[1])
  }

  /// The `k` nearest rows (all, if there are fewer) for each row of `queries` [q, d]: best first, ties by lower id, NaN last.
  package func neighbours(of queries: Tensor, k: Int) throws -> [[Neighbour]] {
    guard queries.rank == 2, queries.shape[1] == width else {
      throw Fault.shapeMismatch("compare", queries.shape, space.shape, help: "the rows of both need one length")
    }
    let k = min(max(k, 0), count)
    let total = queries.shape[0]
    guard k > 0, total > 0 else { return [[Neighbour]](repeating: [], count: total) }
    let (cells, overflow) = total.multipliedReportingOverflow(by: k * MemoryLayout<Neighbour>.stride)
    guard !overflow else { throw Fault.outOfMemory(bytes: Double(total) * Double(k) * 16) }
    try MemoryBudget.shared.reserve(cells)
    defer { MemoryBudget.shared.release(cells) }
    return try queries.withElements { elements in
      guard let start = elements.baseAddress else { return [] }
      var results: [[Neighbour]] = []
      results.reserveCapacity(total)
      let blocks = Tiles(total, of: NearestSearch.queryBlock)
      var measured = MeasuredRows(of: space)
      try withProgress("queries", total: total) { progress in
        for block in 0..<blocks.count {
          results += try search(start + blocks[block].lowerBound * width, blocks[block].count, k, &measured)
          progress.report(blocks[block].upperBound)
        }
      }
      measured.keep(with: space)
      return results
    }
  }

  // MARK: The float32 pass

  /// Queries [q, d], contiguous.
  private func search(
    _ queries: UnsafePointer<Float>, _ q: Int, _ k: Int, _ measured: inout MeasuredRows
  ) throws -> [[Neighbour]] {
    let kept = min(count, k + max(16, k / 4))
    let tiles = Tiles(count, of: spaceTile)
    let workers = Parallel.workers(for: tiles.count)
    let scores = try TensorStorage(uninitialized: workers * q * spaceTile)
    let (heapBytes, overflow) = (workers * q).multipliedReportingOverflow(by: kept * 8)
    guard !overflow else { throw Fault.outOfMemory(bytes: .infinity) }
    try MemoryBudget.shared.reserve(heapBytes)
    defer { MemoryBudget.shared.release(heapBytes) }
    var selections = [BoundedSelection](repeating: BoundedSelection(capacity: kept), count: workers * q)
    var largestNorms = [Float](repeating: 0, count: workers)
    let scratch = try scores.pointer()
    let areKnown = measured.areKnown
    let roomSize = rows.room(forRows: spaceTile)
    let roomOfRows = try TensorStorage(uninitialized: workers * roomSize)
    let room = try roomOfRows.pointer()
    try selections.withUnsafeMutableBufferPointer { selections in
      try largestNorms.withUnsafeMutableBufferPointer { largestNorms in
        try measured.squares.withUnsafeMutableBufferPointer { squares in
          try measured.largest.withUnsafeMutableBufferPointer { largest in
            try measured.hasTiny.withUnsafeMutableBufferPointer { hasTiny in
              try parallelTiles(tiles.count, on: workers) { tile, worker in
                let range = tiles[tile]
                let target = scratch + worker * q * spaceTile
                if areKnown, let (numbers, step) = rows.numbers(from: range.lowerBound) {
                  multiply(queries, q, numbers, step, range.count, into: target)
                } else {
                  let (start, step) = rows.read(range, room + worker * roomSize)
                  (largest[tile], hasTiny[tile]) = measure(start, step, &squares[range])
                  multiply(
                    queries, q, tw_numbers(bytes: start, type: TW_F32, first: 0), step, range.count, into: target)
                }
                adjust(target, q, squares[range])
                let bound = metric == .cosine && hasTiny[tile] ? .infinity : largest[tile].squareRoot()
                largestNorms[worker] = max(largestNorms[worker], bound)
                for query in 0..<q {
                  select(target + query * range.count, range, &selections[worker * q + query])
                }
              }
            }
          }
        }
      }
    }
    measured.areKnown = true
    let largestNorm = largestNorms.reduce(0, max)
    var results = [[Neighbour]](repeating: [], count: q)
    try results.withUnsafeMutableBufferPointer { results in
      try parallel(q) { query in
        var selection = selections[query]
        for worker in 1..<max(workers, 1) {
          let other = selections[worker * q + query]
          for i in other.scores.indices { selection.offer(other.scores[i], Int(other.indices[i])) }
        }
        results[query] = try settle(selection, queries + query * width, k, largestNorm: Double(largestNorm))
      }
    }
    withExtendedLifetime((scores, roomOfRows)) {}
    return results
  }

  /// target[q, n] = queries · rowsᵀ of n rows that lie `step` apart.
  private func multiply(
    _ queries: UnsafePointer<Float>, _ q: Int, _ tile: tw_numbers, _ step: Int, _ n: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    guard width > 0 else { return target.update(repeating: 0, count: q * n) }
    if q == 1, width <= Int(TW_FEW_ROWS_DEPTH) {
      target.update(repeating: 0, count: n)
      tw_few_rows(CblasTrans, 1, Int32(n), Int32(width), queries, Int32(width), tile, Int32(step), target, Int32(n))
    } else {
      tw_product_stored(
        CblasNoTrans, CblasTrans, Int32(q), Int32(n), Int32(width), 1, queries, Int32(width), tile, Int32(step), false,
        target, Int32(n))
    }
  }

  /// The squared lengths of the rows of a tile; gives the largest, leaving out rows that hold NaN, and whether one underflows.
  private func measure(
    _ tile: UnsafePointer<Float>, _ step: Int, _ squares: inout Slice<UnsafeMutableBufferPointer<Float>>
  ) -> (largest: Float, hasTiny: Bool) {
    var (largest, hasTiny): (Float, Bool) = (0, false)
    for (i, place) in squares.indices.enumerated() {
      let square = RowKernels.floatSumOfSquares(tile + i * step, width)
      if square > largest { largest = square }
      // Squares that underflow say nothing of the direction: an infinite bound asks for the exact pass.
      if square < 1e-30, RowKernels.sumOfSquares(tile + i * step, width) > 0 { hasTiny = true }
      squares[place] = square
    }
    return (largest, hasTiny)
  }

  /// Turns dot products into scores where larger is nearer (up to what is the same for all rows of a query).
  private func adjust(
    _ target: UnsafeMutablePointer<Float>, _ q: Int, _ squares: Slice<UnsafeMutableBufferPointer<Float>>
  ) {
    let n = squares.count
    guard metric != .dot else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: n) { norms in
      for (i, square) in squares.enumerated() { norms[i] = metric == .cosine ? 1 / square.squareRoot() : square }
      for query in 0..<q {
        let line = target + query * n
        if metric == .cosine {
          for i in 0..<n { line[i] *= norms[i] }
        } else {
          for i in 0..<n { line[i] = 2 * line[i] - norms[i] }
        }
      }
    }
  }

  private func select(_ line: UnsafePointer<Float>, _ range: Range<Int>, _ selection: inout BoundedSelection) {
    var i = 0
    while i < range.count, !selection.isFull {
      selection.offer(line[i], range.lowerBound + i)
      i += 1
    }
    var threshold = selection.threshold
    while i < range.count {
      if i + 16 <= range.count {
        let lanes = UnsafeRawPointer(line + i).loadUnaligned(as: SIMD16<Float>.self)
        if !any(lanes .> threshold) {
          i += 16
          continue
        }
      }
      let end = min(i + 16, range.count)
      while i < end {
        if line[i] > threshold {
          selection.offer(line[i], range.lowerBound + i)
          threshold = selection.threshold
        }
        i += 1
      }
    }
  }

  // MARK: The exact pass

  /// The `k` best of a selection by their exact scores, if no dropped row can be among them; else of the whole space.
  private func settle(
    _ selection: BoundedSelection, _ query: UnsafePointer<Float>, _ k: Int, largestNorm: Double
  ) throws -> [Neighbour] {
    let norm = RowKernels.sumOfSquares(query, width).squareRoot()
    let candidates = ordered(selection.indices.map { Int($0) }.map { exact(query, $0, norm: norm) })
    if candidates.count == count { return Array(candidates.prefix(k)) }
    // Rounding errors of a float32 sum of d products are at most about d·2⁻²⁴ of the product of the norms.
    let unit = Double(width + 8) * 0x1p-24
    let slack =
      switch metric {
      case .dot: unit * norm * largestNorm
      case .cosine: 2 * unit * norm
      case .l2: unit * largestNorm * (largestNorm + 2 * norm)
      }
    let last = candidates[k - 1].score
    // In the units of the float32 pass: the worst answer, and the best that a dropped row can have.
    let worst =
      switch metric {
      case .dot: last
      case .cosine: last * norm
      case .l2: norm * norm - last * last
      }
    // Float's subnormals and the last step of a double add a sliver to the bound.
    if largestNorm.isFinite, worst > Double(selection.threshold) + slack * 1.01 + 1e-30 {
      return Array(candidates.prefix(k))
    }
    return try scan(query, k, norm: norm)
  }

  /// Every row, in double.
  private func scan(_ query: UnsafePointer<Float>, _ k: Int, norm: Double) throws -> [Neighbour] {
    var best: [Neighbour] = []
    for start in stride(from: 0, to: count, by: 4096) {
      try checkInterrupt()
      let block = (start..<min(start + 4096, count)).map { exact(query, $0, norm: norm) }
      if best.count >= k, let last = best.last {
        let better = block.filter { isNearer($0, last) }
        if !better.isEmpty { best = Array(ordered(best + better).prefix(k)) }
      } else {
        best = Array(ordered(best + block).prefix(k))
      }
    }
    return best
  }

  private func exact(_ query: UnsafePointer<Float>, _ row: Int, norm: Double) -> Neighbour {
    let score = rows.with(row) { p in
      switch metric {
      case .dot: RowKernels.dot(query, p, width)
      case .cosine:
        RowKernels.dot(query, p, width) / (norm * RowKernels.sumOfSquares(p, width).squareRoot())
      case .l2: RowKernels.squaredDistance(query, p, width).squareRoot()
      }
    }
    return Neighbour(row: row, score: score)
  }

  private func id(_ row: Int) -> Int { space.labels?.id(ofRow: row) ?? row }

  private func isNearer(_ a: Neighbour, _ b: Neighbour) -> Bool {
    if a.score.isNaN || b.score.isNaN {
      return a.score.isNaN == b.score.isNaN ? id(a.row) < id(b.row) : b.score.isNaN
    }
    if a.score == b.score { return id(a.row) < id(b.row) }
    return metric.prefersLarger == (a.score > b.score)
  }

  private func ordered(_ neighbours: [Neighbour]) -> [Neighbour] { neighbours.sorted(by: isNearer) }
}
