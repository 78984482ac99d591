// Does a head write the tokens that it reads? The eigenvalues of E W_V W_O Uᵀ, a matrix as large as the vocabulary, through
// the k x k matrix W_O (Uᵀ E) W_V, which has the same ones but for zeros. U is the unembedding: E itself where they are tied.

import COpenBLAS
import Kernels
import Lang
import Models
import Runtime

enum CopyingScore {
  /// Σ Re λ / Σ |λ| for each head, between -1 and 1; NaN where all eigenvalues are 0.
  static func scores(_ heads: [HeadObject]) throws -> [Double] {
    try loadLAPACK()
    var grams: [ObjectIdentifier: ColumnMatrix] = [:]
    for head in heads where grams[ObjectIdentifier(head.model)] == nil {
      grams[ObjectIdentifier(head.model)] = try head.model.embeddingGram()
    }
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
  /// Uᵀ E [d, d] of the unembedding and the word embedding, each with its projection. Made on first use and kept with the model.
  fileprivate func embeddingGram() throws -> ColumnMatrix {
    if let wordGram { return wordGram }
    guard let wordEmbedding else { throw Fault.noWords(self) }
    let words = try inputProjection.map { try linear(wordEmbedding, $0, nil) } ?? wordEmbedding
    guard let readout else { throw Fault.noHead(self) }
    guard readout.transform == nil else {
      throw Fault.badValue("copying needs an unembedding of the stream; \(family.name)'s head is not linear: m.head")
    }
    let isTied = readout.words.storage === wordEmbedding.storage && inputProjection == nil && readout.projection == nil
    let outputs = try readout.projection.map { try linear(readout.words, $0.transposed, nil) } ?? readout.words
    let gram = try ColumnMatrix.gram(of: isTied ? words : outputs, words, for: "copying_score")
    wordGram = gram
    return gram
  }
}

extension ColumnMatrix {
  /// Xᵀ Y [d, d] of X and Y [n, d]: float32 products of 2048 rows at a time, added up in double. Half of it is computed where X and Y
  /// are one.
  static func gram(of x: Tensor, _ y: Tensor, for operation: String) throws -> ColumnMatrix {
    let isSymmetric = x.storage === y.storage && x.offset == y.offset
    let (left, right) = (try MatrixRows(x), try MatrixRows(y))
    let (count, width) = (left.count, left.width)
    let result = try ColumnMatrix(width, width)
    let cells = Tiles(width, of: 128)
    let chunks = Tiles(count, of: 2048)
    let roomSize = max(left.room(forRows: 2048), right.room(forRows: 2048))
    let rooms = try TensorStorage(uninitialized: 2 * roomSize)
    let room = try rooms.pointer()
    // The lower half, tile by tile, where (i, j) and (j, i) are the same numbers.
    let tiles = (0..<cells.count).flatMap { row in
      (isSymmetric ? 0..<row + 1 : 0..<cells.count).map { (row, $0) }
    }
    let workers = Parallel.workers(for: tiles.count)
    let scratch = try TensorStorage(uninitialized: workers * 128 * 128)
    let products = try scratch.pointer()
    for chunk in 0..<chunks.count {
      try checkInterrupt()
      let (leftRows, leftStep) = left.read(chunks[chunk], room)
      let (rightRows, rightStep) = isSymmetric ? (leftRows, leftStep) : right.read(chunks[chunk], room + roomSize)
      try parallelTiles(tiles.count, on: workers) { tile, worker in
        let (rows, columns) = (cells[tiles[tile].0], cells[tiles[tile].1])
        let target = products + worker * 128 * 128
        tw_product(
          CblasTrans, CblasNoTrans, Int32(rows.count), Int32(columns.count), Int32(chunks[chunk].count), 1,
          leftRows + rows.lowerBound, Int32(leftStep), rightRows + columns.lowerBound, Int32(rightStep), false, target,
          Int32(columns.count))
        for row in 0..<rows.count {
          for column in 0..<columns.count {
            result[rows.lowerBound + row, columns.lowerBound + column] += Double(target[row * columns.count + column])
          }
        }
      }
    }
    withExtendedLifetime((scratch, rooms)) {}
    for row in 0..<width {
      for column in 0..<(isSymmetric ? row + 1 : width) {
        guard result[row, column].isFinite else { throw Fault.notFinite(operation, x) }
        if isSymmetric { result[column, row] = result[row, column] }
      }
    }
    return result
  }
}
