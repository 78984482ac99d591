// Cotangents through the attention of one text. With P = softmax(S), z = P v, S = s q kᵀ (capped, with distances, masked), and
// dX the cotangent of X: dP = dz vᵀ, dv = Pᵀ dz, dS = P ⊙ (dP - rowsum(P ⊙ dP)), dq = s dS k, dk = s dSᵀ q.

import COpenBLAS
import Glibc
import Kernels
import Lang
import Models
import Runtime

extension SelfAttention {
  /// What a tile of rows has to do with: everything where an edit may have unmasked something, or somebody looks.
  private func range(of rows: Range<Int>, _ isFull: Bool) -> Range<Int> {
    isFull ? 0..<total : seen(by: rows.lowerBound).lowerBound..<seen(by: rows.upperBound - 1).upperBound
  }

  /// A tensor [heads, n, total] whose `range` of each tile `body` fills; outside there is nothing of worth.
  private func eachSquare(
    _ isFull: Bool,
    _ body: (_ head: Int, _ rows: Range<Int>, _ range: Range<Int>, _ out: UnsafeMutablePointer<Float>) -> Void
  ) throws -> Tensor {
    let tiles = Tiles(count, of: Self.tileRows)
    return try Tensor(shape: [heads, count, total]) { target in
      guard let out = target.baseAddress else { return }
      try parallel(heads * tiles.count) { tile in
        let (head, rows) = (tile / tiles.count, tiles[tile % tiles.count])
        body(head, rows, range(of: rows, isFull), out + (head * count + rows.lowerBound) * total)
      }
    }
  }

  /// dP [heads, n, total] of dz [n, heads k].
  func patternCotangent(_ dz: Tensor, isFull: Bool) throws -> Tensor {
    let (k, width) = (headWidth, heads * headWidth)
    let operands = try operands()
    return try dz.withElements { dz in
      try eachSquare(isFull) { head, rows, range, out in
        guard let dz = dz.baseAddress else { return }
        tw_product(
          CblasNoTrans, CblasTrans, Int32(rows.count), Int32(range.count), Int32(k), 1,
          dz + rows.lowerBound * width + head * k, Int32(width),
          operands.values + range.lowerBound * values.strides[0] + head / keyGroup * values.strides[1],
          Int32(values.strides[0]), false, out + range.lowerBound, Int32(total))
      }
    }
  }

  /// dS [heads, n, total] of dP, P being what the softmax gave.
  func scoresCotangent(_ dP: Tensor, softened: Tensor, isFull: Bool) throws -> Tensor {
    try dP.withElements { dP in
      try softened.withElements { softened in
        try eachSquare(isFull) { head, rows, range, out in
          guard let dP = dP.baseAddress, let softened = softened.baseAddress else { return }
          for row in rows {
            let at = (head * count + row) * total + range.lowerBound
            let line = out + (row - rows.lowerBound) * total + range.lowerBound
            let mean = Float(RowKernels.dot(dP + at, softened + at, range.count))
            for i in 0..<range.count { line[i] = softened[at + i] * (dP[at + i] - mean) }
          }
        }
      }
    }
  }

  /// The cotangent of the scores before their cap, of the one after it: times 1 - tanh²(s / cap).
  func uncapped(_ dS: Tensor, cap: Float, isFull: Bool) throws -> Tensor {
    let operands = try operands()
    return try dS.withElements { dS in
      try eachSquare(isFull) { head, rows, range, out in
        guard let dS = dS.baseAddress else { return }
        score(operands, head, rows, range, into: out)
        for row in rows {
          let at = (head * count + row) * total
          let line = out + (row - rows.lowerBound) * total
          for i in range {
            let t = tanhf(line[i] / cap)
            line[i] = dS[at + i] * (1 - t * t)
          }
        }
      }
    }
  }

  /// Scores that are masked do not depend on queries and keys: a cotangent that was given of one goes no further.
  func masked(_ dS: Tensor) throws -> Tensor {
    try dS.withElements { dS in
      try eachSquare(true) { head, rows, _, out in
        for row in rows {
          let line = out + (row - rows.lowerBound) * total
          line.update(repeating: 0, count: total)
          for place in seen(by: row) { line[place] = dS[(head * count + row) * total + place] }
        }
      }
    }
  }

  /// dq [n, heads, k] and dk [n, key heads, k] of dS, keys of earlier passes being constants.
  func queriesAndKeysCotangents(_ dS: Tensor, isFull: Bool) throws -> (queries: Tensor, keys: Tensor) {
    let (k, width) = (headWidth, heads * headWidth)
    let operands = try operands()
    return try dS.withElements { dS in
      let dq = try Tensor(shape: [count, heads, k]) { target in
        guard let out = target.baseAddress, let dS = dS.baseAddress else { return }
        let tiles = Tiles(count, of: Self.tileRows)
        try parallel(heads * tiles.count) { tile in
          let (head, rows) = (tile / tiles.count, tiles[tile % tiles.count])
          let range = range(of: rows, isFull)
          tw_product(
            CblasNoTrans, CblasNoTrans, Int32(rows.count), Int32(k), Int32(range.count), Float(layout.scale),
            dS + (head * count + rows.lowerBound) * total + range.lowerBound, Int32(total),
            operands.keys + range.lowerBound * keys.strides[0] + head / keyGroup * keys.strides[1],
            Int32(keys.strides[0]), false, out + rows.lowerBound * width + head * k, Int32(width))
        }
      }
      let dk = try eachKeyHead(dS, isFull, queries, operands.queries, scale: Float(layout.scale))
      return (dq, dk)
    }
  }

  /// dv [n, key heads, k] of dz [n, heads k] for what was read by `pattern`.
  func valuesCotangent(_ dz: Tensor, pattern: Tensor, isFull: Bool) throws -> Tensor {
    try dz.withElements { elements in
      try pattern.withElements { pattern in
        guard let from = elements.baseAddress else { return dz }
        let rows = dz.view(shape: [count, heads, headWidth], strides: [heads * headWidth, headWidth, 1])
        return try eachKeyHead(pattern, isFull, rows, from, scale: 1)
      }
    }
  }

  /// scale · Σ over the heads of a key head and their rows of squareᵀ x, [n, key heads, k] of the newest tokens, for `square` [heads, n,
  /// total] and x [n, heads, k], whose elements begin at `from`.
  private func eachKeyHead(
    _ square: UnsafeBufferPointer<Float>, _ isFull: Bool, _ x: Tensor, _ from: UnsafePointer<Float>, scale: Float
  ) throws -> Tensor {
    let (k, keyHeads) = (headWidth, layout.keyHeads)
    let all = try Tensor(shape: [total, keyHeads, k]) { target in
      target.update(repeating: 0)
      guard let out = target.baseAddress, let square = square.baseAddress else { return }
      let tiles = Tiles(count, of: Self.tileRows)
      try parallel(keyHeads) { group in
        for head in group * keyGroup..<(group + 1) * keyGroup {
          for tile in 0..<tiles.count {
            try checkInterrupt()
            let rows = tiles[tile]
            let range = range(of: rows, isFull)
            tw_product(
              CblasTrans, CblasNoTrans, Int32(range.count), Int32(k), Int32(rows.count), scale,
              square + (head * count + rows.lowerBound) * total + range.lowerBound, Int32(total),
              from + rows.lowerBound * x.strides[0] + head * x.strides[1], Int32(x.strides[0]), true,
              out + (range.lowerBound * keyHeads + group) * k, Int32(keyHeads * k))
          }
        }
      }
    }
    return all.sliced(axis: 0, first: total - count, count: count)
  }
}
