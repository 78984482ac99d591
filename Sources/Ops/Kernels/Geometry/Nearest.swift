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
  /// Rows of the space in a tile of `width` columns: fewer where a tile's product would take longer than Ctrl-C may wait.
  private static func spaceTile(width: Int) -> Int { max(16, min(512, (1 << 20) / max(width, 1))) }

  private let space: Tensor
  private let metric: Metric
  private let rows: UnsafeMutablePointer<Float>
  private let step: Int
  private let count: Int
  private let width: Int
  private let spaceTile: Int

  /// `space` [V, d]
  package init(space: Tensor, metric: Metric) throws {
    guard space.rank == 2 else {
      throw Fault.badShape("`nearest` searches the rows of a matrix, got \(Tensor.phrase(shape: space.shape))")
    }
    guard space.shape[0] < Int(Int32.max), space.shape[1] < Int(Int32.max) else {
      throw Fault.badShape("the space \(Tensor.describe(shape: space.shape)) is too large")
    }
    let dense =
      space.shape[1] < 2 || (space.strides[1] == 1 && space.strides[0] >= space.shape[1])
      ? space : try space.rowMajor()
    self.space = dense
    self.metric = metric
    (count, width) = (dense.shape[0], dense.shape[1])
    spaceTile = Self.spaceTile(width: width)
    step = count > 1 ? dense.strides[0] : max(width, 1)
    rows = try dense.base()
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
      try withProgress("queries", total: total) { progress in
        for block in 0..<blocks.count {
          results += try search(start + blocks[block].lowerBound * width, blocks[block].count, k)
          progress.report(blocks[block].upperBound)
        }
      }
      return results
    }
  }

  // MARK: The float32 pass

  /// Queries [q, d], contiguous.
  private func search(_ queries: UnsafePointer<Float>, _ q: Int, _ k: Int) throws -> [[Neighbour]] {
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
    try selections.withUnsafeMutableBufferPointer { selections in
      try largestNorms.withUnsafeMutableBufferPointer { largestNorms in
        try parallelTiles(tiles.count, on: workers) { tile, worker in
          let range = tiles[tile]
          let target = scratch + worker * q * spaceTile
          multiply(queries, q, range, into: target)
          let largest = adjust(target, q, range)
          largestNorms[worker] = max(largestNorms[worker], largest)
          for query in 0..<q {
            select(target + query * range.count, range, &selections[worker * q + query])
          }
        }
      }
    }
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
    withExtendedLifetime(scores) {}
    return results
  }

  /// target[q, tile] = queries · rowsᵀ
  private func multiply(
    _ queries: UnsafePointer<Float>, _ q: Int, _ range: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    let tile = rows + range.lowerBound * step
    guard width > 0 else { return target.update(repeating: 0, count: q * range.count) }
    if q == 1 {
      target.update(repeating: 0, count: range.count)
      tw_few_rows(
        CblasTrans, 1, Int32(range.count), Int32(width), queries, Int32(width), tile, Int32(step), target,
        Int32(range.count))
    } else {
      tw_product(
        CblasNoTrans, CblasTrans, Int32(q), Int32(range.count), Int32(width), 1, queries, Int32(width), tile,
        Int32(step), false, target, Int32(range.count))
    }
  }

  /// Turns dot products into scores where larger is nearer (up to what is the same for all rows of a query). Returns the
  /// largest norm of the tile's rows, leaving out those that hold NaN.
  private func adjust(_ target: UnsafeMutablePointer<Float>, _ q: Int, _ range: Range<Int>) -> Float {
    let n = range.count
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: n) { norms in
      var largest: Float = 0
      for i in 0..<n {
        let row = rows + (range.lowerBound + i) * step
        let squares = RowKernels.floatSumOfSquares(row, width)
        if squares > largest { largest = squares }
        // Squares that underflow say nothing of the direction: an infinite bound asks for the exact pass.
        if metric == .cosine, squares < 1e-30, RowKernels.sumOfSquares(row, width) > 0 { largest = .infinity }
        norms[i] = metric == .cosine ? 1 / squares.squareRoot() : squares
      }
      switch metric {
      case .dot: break
      case .cosine:
        for query in 0..<q {
          let line = target + query * n
          for i in 0..<n { line[i] *= norms[i] }
        }
      case .l2:
        for query in 0..<q {
          let line = target + query * n
          for i in 0..<n { line[i] = 2 * line[i] - norms[i] }
        }
      }
      return largest.squareRoot()
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
    let p = rows + row * step
    let score =
      switch metric {
      case .dot: RowKernels.dot(query, p, width)
      case .cosine:
        RowKernels.dot(query, p, width) / (norm * RowKernels.sumOfSquares(p, width).squareRoot())
      case .l2: RowKernels.squaredDistance(query, p, width).squareRoot()
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
