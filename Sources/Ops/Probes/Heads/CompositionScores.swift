// How much every head reads of what the heads of earlier blocks write, for all pairs of a model.
//
// ‖W_V W_O · X Y‖ for factors of inner size k needs no d x d matrix: with the QR decompositions W_V = Q₁ R₁ and Yᵀ = Q₂ R₂ it is
// ‖(R₁ W_O)(X R₂ᵀ)‖, since orthonormal columns keep the norm. So one side depends on the writing head alone and the
// other on the reading one, and all pairs of two blocks come out of one product of two matrices.

import COpenBLAS
import Kernels
import Lang
import Models
import Runtime

struct CompositionScores {
  /// One pair: head `fromHead` of block `fromBlock` writes, head `toHead` of the later block `toBlock` reads.
  struct Pair {
    let fromBlock, fromHead, toBlock, toHead: Int
    /// Through the queries, keys and values of the reader.
    let query, key, value: Double
  }

  /// A factored matrix with one factor replaced by its R: rows [p, d] for each head of a block, one head after the other.
  private struct Side {
    let rows: TensorStorage
    let norms: [Double]
  }

  private let blocks: [[HeadObject]]
  private let width: Int
  /// p = min(d, k)
  private let inner: Int
  private let headCount: Int

  init(_ model: ModelObject) throws {
    if model.sizes.heads == 0 { throw Fault.noHeads(model.weights) }
    try loadLAPACK()
    blocks = model.blocks.map(\.heads)
    (width, headCount) = (model.sizes.width, model.sizes.heads)
    inner = min(width, model.sizes.headWidth)
  }

  /// Earlier blocks first within each later block.
  package func pairs() throws -> [Pair] {
    var pairs: [Pair] = []
    var writers: [Side] = []
    for (index, heads) in blocks.enumerated() {
      if index > 0 {
        let readers = [
          try side(heads) { (try $0.factor(.keys, at: 0), try $0.factor(.queries, at: 0)) },
          try side(heads) { (try $0.factor(.queries, at: 0), try $0.factor(.keys, at: 0)) },
          try side(heads) { ($0.wo.transposed, $0.wv) },
        ]
        let scores = try compare(writers, readers)
        for from in 0..<index {
          for writer in 0..<headCount {
            for reader in 0..<headCount {
              let place = writer * headCount + reader
              pairs.append(
                Pair(
                  fromBlock: from, fromHead: writer, toBlock: index, toHead: reader, query: scores[3 * from][place],
                  key: scores[3 * from + 1][place], value: scores[3 * from + 2][place]))
            }
          }
        }
      }
      if index + 1 < blocks.count { writers.append(try side(heads) { ($0.wv, $0.wo.transposed) }) }
    }
    return pairs
  }

  /// R Xᵀ [p, d] of each head, where `factors` gives [d, k] matrices: the one to take R of, and X.
  private func side(_ heads: [HeadObject], _ factors: (HeadObject) throws -> (Tensor, Tensor)) throws -> Side {
    let size = inner * width
    let storage = try TensorStorage(uninitialized: heads.count * size)
    let rows = try storage.pointer()
    let pairs = try heads.map(factors)
    var norms = [Double](repeating: 0, count: heads.count)
    try norms.withUnsafeMutableBufferPointer { norms in
      try parallel(heads.count) { index in
        let (outer, other) = pairs[index]
        let triangle = try Reflectors(ColumnMatrix(outer, for: "composition_scores")).triangle()
        // (X Rᵀ) by columns is R Xᵀ by rows.
        let product = try ColumnMatrix(other, for: "composition_scores").product(triangle, otherTransposed: true)
        let target = rows + index * size
        var total = 0.0
        for place in 0..<size {
          target[place] = Float(product.elements[place])
          total += product.elements[place] * product.elements[place]
        }
        norms[index] = total.squareRoot()
      }
    }
    return Side(rows: storage, norms: norms)
  }

  /// Scores [heads, heads] of each writing block with each of the reading sides.
  private func compare(_ writers: [Side], _ readers: [Side]) throws -> [[Double]] {
    let count = writers.count * readers.count
    let height = headCount * inner
    var scores = [[Double]](repeating: [], count: count)
    let workers = Parallel.workers(for: count)
    let scratch = try TensorStorage(uninitialized: workers * height * height)
    let products = try scratch.pointer()
    try scores.withUnsafeMutableBufferPointer { scores in
      try parallelTiles(count, on: workers) { tile, worker in
        let (writer, reader) = (writers[tile / readers.count], readers[tile % readers.count])
        let target = products + worker * height * height
        tw_product(
          CblasNoTrans, CblasTrans, Int32(height), Int32(height), Int32(width), 1, try writer.rows.pointer(),
          Int32(width), try reader.rows.pointer(), Int32(width), false, target, Int32(height))
        var squares = [Double](repeating: 0, count: headCount * headCount)
        for row in 0..<height {
          for head in 0..<headCount {
            squares[row / inner * headCount + head] +=
              RowKernels.sumOfSquares(target + row * height + head * inner, inner)
          }
        }
        for place in squares.indices {
          let (a, b) = (writer.norms[place / headCount], reader.norms[place % headCount])
          squares[place] = squares[place].squareRoot() / (a * b)
        }
        scores[tile] = squares
      }
    }
    withExtendedLifetime(scratch) {}
    return scores
  }
}
