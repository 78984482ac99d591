// Attention of one block: every token reads from those that its mask lets it see.

import COpenBLAS
import Glibc
import Kernels
import Lang
import Models
import Runtime

/// Rows of the queries, keys and values may lie apart, and so may their heads; the entries of a head lie together.
struct SelfAttention {
  /// [n, heads, k]
  let queries: Tensor
  /// [past + n, key heads, k]: of the tokens before these as well.
  package let keys, values: Tensor
  let layout: AttentionLayout

  /// Rows of one tile: few enough that its scores stay in the cache.
  static let tileRows = 128

  var heads: Int { layout.heads }
  var headWidth: Int { layout.width }
  var keyGroup: Int { layout.heads / layout.keyHeads }
  var count: Int { queries.shape[0] }
  /// Tokens that can be read from, these included.
  var total: Int { keys.shape[0] }

  /// What the heads read, side by side [n, heads k], and the pattern [heads, n, total] if it is to be kept.
  func read(keepsPattern: Bool) throws -> (read: Tensor, pattern: Tensor?) {
    let pattern = keepsPattern ? try Tensor(shape: [heads, count, total]) { _ in } : nil
    let tiles = Tiles(count, of: Self.tileRows)
    let workers = Parallel.workers(for: heads * tiles.count)
    let scratchCount = min(count, Self.tileRows) * total
    let scratch = keepsPattern ? nil : try TensorStorage(uninitialized: workers * scratchCount)
    let kept = try pattern?.base()
    let spare = try scratch?.pointer()
    let read = try eachTile(on: workers) { operands, head, rows, worker, out in
      guard
        let weights = kept.map({ $0 + (head * count + rows.lowerBound) * total })
          ?? spare.map({ $0 + worker * scratchCount })
      else { return }
      // Nothing outside of what the tile's rows see is looked at; a kept pattern says so with zeros.
      let seen = seen(by: rows.lowerBound).lowerBound..<seen(by: rows.upperBound - 1).upperBound
      score(operands, head, rows, seen, into: weights)
      soften(weights, head, rows, within: keepsPattern ? 0..<total : seen)
      mix(operands, weights, head, rows, seen, into: out)
    }
    withExtendedLifetime((pattern, scratch)) {}
    return (read, pattern)
  }

  /// What the heads read by a given pattern [heads, n, total]: [n, heads k].
  func read(by pattern: Tensor) throws -> Tensor {
    let weights = try pattern.base()
    return try withExtendedLifetime(pattern) {
      try eachTile(on: Parallel.workers(for: heads * Tiles(count, of: Self.tileRows).count)) {
        operands, head, rows, _, out in
        mix(operands, weights + (head * count + rows.lowerBound) * total, head, rows, 0..<total, into: out)
      }
    }
  }

  /// What the softmax is given, [heads, n, total]: scaled and capped scores with distances, -inf where masked.
  func scores() throws -> Tensor {
    let scores = try Tensor(shape: [heads, count, total]) { _ in }
    let out = try scores.base()
    let operands = try operands()
    let tiles = Tiles(count, of: Self.tileRows)
    try parallel(heads * tiles.count) { tile in
      let (head, rows) = (tile / tiles.count, tiles[tile % tiles.count])
      let weights = out + (head * count + rows.lowerBound) * total
      score(operands, head, rows, 0..<total, into: weights)
      for row in rows {
        let line = weights + (row - rows.lowerBound) * total
        let seen = seen(by: row)
        finish(line, head, row, seen)
        for hidden in [0..<seen.lowerBound, seen.upperBound..<total] {
          (line + hidden.lowerBound).update(repeating: -.infinity, count: hidden.count)
        }
      }
    }
    withExtendedLifetime((self, scores)) {}
    return scores
  }

  /// The pattern of given scores [heads, n, total].
  func pattern(ofScores scores: Tensor) throws -> Tensor {
    try scores.withElements { source in
      try Tensor(shape: scores.shape) { target in
        guard let from = source.baseAddress, let out = target.baseAddress else { return }
        try parallelRows(heads * count) { row in
          FloatKernels.softmax(from + row * total, into: out + row * total, total)
        }
      }
    }
  }

  /// The tokens that row `row` sees.
  func seen(by row: Int) -> Range<Int> {
    switch layout.mask {
    case .full: return 0..<total
    case .causal(let window):
      let end = total - count + row + 1
      return max(0, end - (window ?? end))..<end
    }
  }

  // MARK: One tile: some rows of one head

  struct Operands {
    let queries, keys, values: UnsafeMutablePointer<Float>
  }

  func operands() throws -> Operands {
    Operands(queries: try queries.base(), keys: try keys.base(), values: try values.base())
  }

  /// A tensor [n, heads k] that `body` fills tile by tile, on at most `workers` threads.
  private func eachTile(
    on workers: Int,
    _ body: (Operands, _ head: Int, _ rows: Range<Int>, _ worker: Int, _ out: UnsafeMutablePointer<Float>) -> Void
  ) throws -> Tensor {
    let tiles = Tiles(count, of: Self.tileRows)
    let operands = try operands()
    return try withExtendedLifetime(self) {
      try Tensor(shape: [count, heads * headWidth], labels: queries.labels) { target in
        guard let out = target.baseAddress else { return }
        try parallelTiles(heads * tiles.count, on: workers) { tile, worker in
          body(operands, tile / tiles.count, tiles[tile % tiles.count], worker, out)
        }
      }
    }
  }

  /// weights [rows, seen] = scale · q kᵀ, rows `total` apart.
  func score(
    _ operands: Operands, _ head: Int, _ rows: Range<Int>, _ seen: Range<Int>,
    into weights: UnsafeMutablePointer<Float>
  ) {
    let (queryStride, keyStride) = (queries.strides[0], keys.strides[0])
    tw_product(
      CblasNoTrans, CblasTrans, Int32(rows.count), Int32(seen.count), Int32(headWidth), Float(layout.scale),
      operands.queries + rows.lowerBound * queryStride + head * queries.strides[1], Int32(queryStride),
      operands.keys + seen.lowerBound * keyStride + head / keyGroup * keys.strides[1], Int32(keyStride), false,
      weights + seen.lowerBound, Int32(total))
  }

  /// Cap, distance and softmax of each row over what it sees, zeros elsewhere in `range`.
  private func soften(_ weights: UnsafeMutablePointer<Float>, _ head: Int, _ rows: Range<Int>, within range: Range<Int>)
  {
    for row in rows {
      let line = weights + (row - rows.lowerBound) * total
      let seen = seen(by: row)
      finish(line, head, row, seen)
      FloatKernels.softmax(line + seen.lowerBound, into: line + seen.lowerBound, seen.count)
      for hidden in [range.lowerBound..<seen.lowerBound, seen.upperBound..<max(range.upperBound, seen.upperBound)] {
        (line + hidden.lowerBound).update(repeating: 0, count: hidden.count)
      }
    }
  }

  /// Cap and distance of a row's scores.
  private func finish(_ line: UnsafeMutablePointer<Float>, _ head: Int, _ row: Int, _ seen: Range<Int>) {
    if let cap = layout.cap { for place in seen { line[place] = cap * tanhf(line[place] / cap) } }
    if case .linear(let slopes) = layout.position {
      let own = total - count + row
      for place in seen { line[place] += slopes[head] * Float(place - own) }
    }
  }

  /// out [rows, k] of this head = weights [rows, seen] values [seen, k].
  private func mix(
    _ operands: Operands, _ weights: UnsafeMutablePointer<Float>, _ head: Int, _ rows: Range<Int>, _ seen: Range<Int>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let width = heads * headWidth
    tw_product(
      CblasNoTrans, CblasNoTrans, Int32(rows.count), Int32(headWidth), Int32(seen.count), 1, weights + seen.lowerBound,
      Int32(total), operands.values + seen.lowerBound * values.strides[0] + head / keyGroup * values.strides[1],
      Int32(values.strides[0]), false, out + rows.lowerBound * width + head * headWidth, Int32(width))
  }
}
