// Squared lengths of the rows of a matrix, which searches need again and again: those of weights are kept with their storage.

package struct MeasuredRows {
  /// Rows of a tile of `width` columns: fewer where a tile's product would take longer than Ctrl-C may wait.
  package static func tile(width: Int) -> Int { max(16, min(512, (1 << 20) / max(width, 1))) }

  /// Which matrix of the storage.
  private let offset: Int
  private let shape, strides: [Int]
  /// Σ x² of each row, in float32.
  package var squares: [Float]
  /// The largest of each tile, leaving out NaN.
  package var largest: [Float]
  /// Whether a tile has a row whose squares underflow.
  package var hasTiny: [Bool]
  package var areKnown = false

  /// Those that are kept for this matrix [n, d], or room for them.
  package init(of matrix: Tensor) {
    let key = (matrix.offset, matrix.shape, matrix.strides)
    if let known = matrix.storage.measuredRows.withLock({ all in
      all.first { ($0.offset, $0.shape, $0.strides) == key }
    }) {
      self = known
      return
    }
    (offset, shape, strides) = key
    let tiles = Tiles(matrix.shape[0], of: Self.tile(width: matrix.shape[1])).count
    squares = [Float](repeating: 0, count: matrix.shape[0])
    largest = [Float](repeating: 0, count: tiles)
    hasTiny = [Bool](repeating: false, count: tiles)
  }

  /// Keeps them, where the elements cannot change. A file has few matrices whose rows are searched; more are measured anew.
  package func keep(with matrix: Tensor) {
    guard areKnown, !matrix.storage.isWritable else { return }
    matrix.storage.measuredRows.withLock { all in
      let isKept = all.contains { ($0.offset, $0.shape, $0.strides) == (offset, shape, strides) }
      if !isKept, all.count < 4 { all.append(self) }
    }
  }
}
