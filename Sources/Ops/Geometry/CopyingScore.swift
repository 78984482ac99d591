// Does a head write the tokens that it reads? The eigenvalues of E W_V W_O Eᵀ, a matrix as large as the vocabulary, through
// the k x k matrix W_O (Eᵀ E) W_V, which has the same ones but for zeros.

import COpenBLAS
import Lang
import Runtime

enum CopyingScore {
  /// Σ Re λ / Σ |λ| for each head, between -1 and 1; NaN where all eigenvalues are 0.
  static func scores(_ heads: [HeadObject]) throws -> [Double] {
    try loadLAPACK()
    var grams: [ObjectIdentifier: ColumnMatrix] = [:]
    for head in heads where grams[ObjectIdentifier(head.model)] == nil {
      grams[ObjectIdentifier(head.model)] = try head.model.embeddingGram()
    }
    try ColumnMatrix.prepare(heads.flatMap { [$0.wo, $0.wv] })
    var scores = [Double](repeating: .nan, count: heads.count)
    try scores.withUnsafeMutableBufferPointer { scores in
      try parallel(heads.count) { index in
        let head = heads[index]
        guard let gram = grams[ObjectIdentifier(head.model)] else { return }
        let out = try ColumnMatrix(head.wo, for: "copying_score")
        let value = try ColumnMatrix(head.wv, for: "copying_score")
        let eigenvalues = try Eigenvalues.general(out.product(gram.product(value)))
        let total = eigenvalues.reduce(0) { $0 + $1.modulus }
        scores[index] = eigenvalues.reduce(0) { $0 + $1.real } / total
      }
    }
    return scores
  }
}

extension ModelWeights {
  /// Eᵀ E [d, d] of the word embedding. Made on first use and kept with the model.
  fileprivate func embeddingGram() throws -> ColumnMatrix {
    if let wordGram { return wordGram }
    let gram = try ColumnMatrix.gram(ofRows: wordEmbedding, for: "copying_score")
    wordGram = gram
    return gram
  }
}

extension ColumnMatrix {
  /// Xᵀ X [d, d] of X [n, d]: float32 products of 2048 rows at a time, added up in double.
  static func gram(ofRows tensor: Tensor, for operation: String) throws -> ColumnMatrix {
    let isReady = tensor.shape[1] < 2 || (tensor.strides[1] == 1 && tensor.strides[0] >= tensor.shape[1])
    let dense = isReady ? tensor : try tensor.rowMajor()
    let (count, width) = (dense.shape[0], dense.shape[1])
    let step = count > 1 ? dense.strides[0] : max(width, 1)
    let result = try ColumnMatrix(width, width)
    try loadBLAS()
    let base = try dense.base()
    let cells = Tiles(width, of: 128)
    let chunks = Tiles(count, of: 2048)
    // The lower half, tile by tile; (i, j) and (j, i) are the same numbers.
    let tiles = (0..<cells.count).flatMap { row in (0...row).map { (row, $0) } }
    let workers = Parallel.workers(for: tiles.count)
    let scratch = try TensorStorage(uninitialized: workers * 128 * 128)
    let products = try scratch.pointer()
    try parallelTiles(tiles.count, on: workers) { tile, worker in
      let (rows, columns) = (cells[tiles[tile].0], cells[tiles[tile].1])
      let target = products + worker * 128 * 128
      for chunk in 0..<chunks.count {
        if chunk % 8 == 7 { try checkInterrupt() }
        let start = base + chunks[chunk].lowerBound * step
        tw_sgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, Int32(rows.count), Int32(columns.count),
          Int32(chunks[chunk].count), 1, start + rows.lowerBound, Int32(step), start + columns.lowerBound, Int32(step),
          0,
          target, Int32(columns.count))
        for row in 0..<rows.count {
          for column in 0..<columns.count {
            result[rows.lowerBound + row, columns.lowerBound + column] += Double(target[row * columns.count + column])
          }
        }
      }
    }
    withExtendedLifetime((scratch, dense)) {}
    for row in 0..<width {
      for column in 0...row {
        guard result[row, column].isFinite else { throw Fault.notFinite(operation, tensor) }
        result[column, row] = result[row, column]
      }
    }
    return result
  }
}
