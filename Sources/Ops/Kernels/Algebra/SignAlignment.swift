// A singular vector's sign is free. Aligned, it is the one whose best dot product with a row of a space is the larger.
//
// The products are float32, in tiles on all cores; where the two signs come closer than their rounding errors, that
// vector is compared with every row in double.

import COpenBLAS
import Lang
import Runtime

struct SignAlignment {
  private static let block = 256
  private static let tile = 512

  private let rows: MatrixRows
  private var count: Int { rows.count }
  private var width: Int { rows.width }
  private let largestNorm: Double

  /// `space` [V, d]
  init(space: Tensor) throws {
    guard space.shape[0] < Int(Int32.max), space.shape[1] < Int(Int32.max) else {
      throw Fault.badShape("the space \(Tensor.describe(shape: space.shape)) is too large")
    }
    rows = try MatrixRows(space)
    let (rows, count, width) = (rows, space.shape[0], space.shape[1])
    let tiles = Tiles(count, of: 4096)
    var norms = [Double](repeating: 0, count: tiles.count)
    try norms.withUnsafeMutableBufferPointer { norms in
      try parallel(tiles.count) { tile in
        var largest: Float = 0
        for row in tiles[tile] {
          largest = max(largest, rows.with(row) { RowKernels.floatSumOfSquares($0, width) })
        }
        norms[tile] = Double(largest).squareRoot()
      }
    }
    largestNorm = norms.reduce(0, max)
  }

  /// For each row of each of `vectors` [r, d], contiguous: whether the opposite sign has the larger best product (a tie: no).
  func opposite(_ vectors: [Tensor]) throws -> [[Bool]] {
    let lines = vectors.map { $0.shape[0] }
    let stacked = try Tensor(shape: [lines.reduce(0, +), width]) { target in
      guard var at = target.baseAddress else { return }
      for matrix in vectors {
        try matrix.withElements { elements in
          if let start = elements.baseAddress { at.update(from: start, count: elements.count) }
          at += elements.count
        }
      }
    }
    let total = stacked.shape[0]
    let queries = try stacked.base()
    var turned: [Bool] = []
    turned.reserveCapacity(total)
    let blocks = Tiles(total, of: SignAlignment.block)
    for index in 0..<blocks.count {
      let block = blocks[index]
      turned += try opposite(queries + block.lowerBound * width, block.count)
    }
    withExtendedLifetime(stacked) {}
    var rest = turned[...]
    return lines.map { count in
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
  }

  private func opposite(_ queries: UnsafePointer<Float>, _ q: Int) throws -> [Bool] {
    guard count > 0, width > 0 else { return [Bool](repeating: false, count: q) }
    let tiles = Tiles(count, of: SignAlignment.tile)
    let workers = Parallel.workers(for: tiles.count)
    let scratch = try TensorStorage(uninitialized: workers * q * SignAlignment.tile)
    let scores = try scratch.pointer()
    let roomSize = rows.room(forRows: SignAlignment.tile)
    let roomOfRows = try TensorStorage(uninitialized: workers * roomSize)
    let room = try roomOfRows.pointer()
    var highest = [Float](repeating: -.infinity, count: workers * q)
    var lowest = [Float](repeating: .infinity, count: workers * q)
    try highest.withUnsafeMutableBufferPointer { highest in
      try lowest.withUnsafeMutableBufferPointer { lowest in
        try parallelTiles(tiles.count, on: workers) { tile, worker in
          let range = tiles[tile]
          let target = scores + worker * q * SignAlignment.tile
          let (start, step) = rows.read(range, room + worker * roomSize)
          tw_product(
            CblasNoTrans, CblasTrans, Int32(q), Int32(range.count), Int32(width), 1, queries, Int32(width),
            start, Int32(step), false, target, Int32(range.count))
          for query in 0..<q {
            let (low, high) = RowKernels.range(target + query * range.count, range.count)
            highest[worker * q + query] = max(highest[worker * q + query], high)
            lowest[worker * q + query] = min(lowest[worker * q + query], low)
          }
        }
      }
    }
    withExtendedLifetime((scratch, roomOfRows)) {}
    var turned = [Bool](repeating: false, count: q)
    for query in 0..<q {
      var (low, high) = (Float.infinity, -Float.infinity)
      for worker in 0..<workers {
        low = min(low, lowest[worker * q + query])
        high = max(high, highest[worker * q + query])
      }
      let margin = -Double(low) - Double(high)
      // Rounding errors of a float32 sum of d products are at most about d·2⁻²⁴ of the product of the norms (here 1 times
      // that of the row), on both sides.
      let slack = 2.02 * Double(width + 8) * 0x1p-24 * largestNorm + 1e-30
      turned[query] = abs(margin) > slack ? margin > 0 : try isOppositeExactly(queries + query * width)
    }
    return turned
  }

  private func isOppositeExactly(_ query: UnsafePointer<Float>) throws -> Bool {
    let tiles = Tiles(count, of: 4096)
    var bounds = [(low: Double, high: Double)](repeating: (.infinity, -.infinity), count: tiles.count)
    try bounds.withUnsafeMutableBufferPointer { bounds in
      try parallel(tiles.count) { tile in
        for row in tiles[tile] {
          let score = rows.with(row) { RowKernels.dot(query, $0, width) }
          if score < bounds[tile].low { bounds[tile].low = score }
          if score > bounds[tile].high { bounds[tile].high = score }
        }
      }
    }
    let low = bounds.reduce(Double.infinity) { min($0, $1.low) }
    let high = bounds.reduce(-Double.infinity) { max($0, $1.high) }
    return -low > high
  }
}
