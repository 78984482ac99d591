// Causal attention of one block: every token reads from itself and from those before it.

import COpenBLAS
import Lang
import Runtime

/// Rows of the queries, keys and values may lie apart; the elements of a row lie together.
struct SelfAttention {
  /// [n, heads k]
  let queries: Tensor
  /// [past + n, key heads k]: of the tokens before these as well.
  let keys, values: Tensor
  let heads: Int
  /// Heads that share one key and one value.
  let keyGroup: Int
  /// k
  let headWidth: Int

  /// Rows of one tile: few enough that its scores stay in the cache.
  private static let tileRows = 128

  private var count: Int { queries.shape[0] }
  /// Tokens that can be read from, these included.
  private var total: Int { keys.shape[0] }

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
      // Nothing behind the last token of the tile is looked at; a kept pattern says so with zeros.
      let reach = total - count + rows.upperBound
      score(operands, head, rows, reach: reach, into: weights)
      soften(weights, rows, width: keepsPattern ? total : reach)
      mix(operands, weights, head, rows, reach: reach, into: out)
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
        mix(operands, weights + (head * count + rows.lowerBound) * total, head, rows, reach: total, into: out)
      }
    }
  }

  // MARK: One tile: some rows of one head

  private struct Operands {
    let queries, keys, values: UnsafeMutablePointer<Float>
  }

  /// A tensor [n, heads k] that `body` fills tile by tile, on at most `workers` threads.
  private func eachTile(
    on workers: Int,
    _ body: (Operands, _ head: Int, _ rows: Range<Int>, _ worker: Int, _ out: UnsafeMutablePointer<Float>) -> Void
  ) throws -> Tensor {
    try loadBLAS()
    let tiles = Tiles(count, of: Self.tileRows)
    let operands = Operands(queries: try queries.base(), keys: try keys.base(), values: try values.base())
    return try withExtendedLifetime(self) {
      try Tensor(shape: queries.shape, labels: queries.labels) { target in
        guard let out = target.baseAddress else { return }
        try parallelTiles(heads * tiles.count, on: workers) { tile, worker in
          body(operands, tile / tiles.count, tiles[tile % tiles.count], worker, out)
        }
      }
    }
  }

  /// weights [rows, reach] = q kᵀ / √k, rows `total` apart.
  private func score(
    _ operands: Operands, _ head: Int, _ rows: Range<Int>, reach: Int, into weights: UnsafeMutablePointer<Float>
  ) {
    let (queryStride, keyStride) = (queries.strides[0], keys.strides[0])
    tw_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(reach), Int32(headWidth),
      1 / Float(headWidth).squareRoot(), operands.queries + rows.lowerBound * queryStride + head * headWidth,
      Int32(queryStride), operands.keys + head / keyGroup * headWidth, Int32(keyStride), 0, weights, Int32(total))
  }

  /// Softmax of each row up to its own token, zeros behind it up to `width`.
  private func soften(_ weights: UnsafeMutablePointer<Float>, _ rows: Range<Int>, width: Int) {
    for row in rows {
      let line = weights + (row - rows.lowerBound) * total
      let seen = total - count + row + 1
      FloatKernels.softmax(line, into: line, seen)
      if seen < width { (line + seen).update(repeating: 0, count: width - seen) }
    }
  }

  /// out [rows, k] of this head = weights [rows, reach] values [reach, k].
  private func mix(
    _ operands: Operands, _ weights: UnsafeMutablePointer<Float>, _ head: Int, _ rows: Range<Int>, reach: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    let width = queries.shape[1]
    tw_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows.count), Int32(headWidth), Int32(reach), 1, weights,
      Int32(total), operands.values + head / keyGroup * headWidth, Int32(values.strides[0]), 0,
      out + rows.lowerBound * width + head * headWidth, Int32(width))
  }
}
