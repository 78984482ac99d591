// What a head compares: its queries and keys with everything between the state and the score in them, and the matrix of the
// score where there is one.

import Kernels
import Lang
import Models
import Runtime

extension HeadObject {
  enum Side { case queries, keys }

  /// Throws unless keys can stand `offset` tokens back.
  func checkOffset(_ offset: Int) throws {
    guard offset != 0 else { return }
    let family = model.family.name
    switch weights.layout.position {
    case .rotary: break
    case .none: throw Fault.badValue("\(family) adds positions to the states: wqk has no offset")
    case .linear:
      throw Fault.badValue("\(family) adds h.slope times the distance to the scores: wqk has no offset")
    }
    if case .causal = weights.layout.mask, offset < 0 {
      throw Fault.badValue(
        "`offset` is how far back the key stands, got \(offset): \(family) reads no token ahead of its own")
    }
  }

  /// s R_o(W_Q γ_q) (R_0(W_K γ_k))ᵀ, factored [d, d].
  func scoreMatrix(offset: Int = 0, scale: Double) throws -> FactoredObject {
    let product = try FactoredObject(left: factor(.queries, at: offset), right: factor(.keys, at: 0).transposed)
    return scale == 1 ? product : try product.scaled(by: scale)
  }

  /// W_Q or W_K [d, k] with the gains of the head's norm, each row turned as at that position: the weights themselves where there
  /// is nothing to do. A layer norm's centring over the k entries is in it, since it is linear.
  func factor(_ side: Side, at position: Int) throws -> Tensor {
    let matrix = side == .queries ? wq : wk
    let rotary = weights.layout.position.rotary
    let turns = rotary.flatMap { $0.factor == 1 && position == 0 ? nil : $0 }
    let norm = side == .queries ? weights.qNorm : weights.kNorm
    guard turns != nil || norm != nil else { return matrix }
    let k = headWidth
    let gain = try norm?.gain(ofHead: side == .queries ? index : keyHead, width: k).elements()
    let made = try Tensor(shape: matrix.shape) { target in
      try matrix.copyElements(to: target)
      guard let norm, let gain, let start = target.baseAddress else { return }
      for row in 0..<matrix.shape[0] {
        let x = start + row * k
        let mean = norm.kind == .layer ? Float(RowKernels.sum(x, k) / Double(k)) : 0
        for i in 0..<k { x[i] = (x[i] - mean) * gain[i] }
      }
    }
    if let turns {
      let turn = Rotary.Turns(turns, at: [position], lengths: [position + 1])
      turn.apply(try made.base(), count: matrix.shape[0], stride: k, row: 0)
    }
    return made
  }

  /// Queries (scaled) or keys [n, k] of rows x [n, d] at their positions, one for all or one for each: bias, norm and turn included. A
  /// vector gives a vector.
  func rows(_ side: Side, of x: Tensor, at positions: [Int]) throws -> Tensor {
    guard x.rank == 1 || x.rank == 2, x.shape.last == width else {
      throw Fault(
        .shapeMismatch, "rows of length \(width) are what \(summary) reads, got \(Tensor.phrase(shape: x.shape))")
    }
    let input = x.rank == 1 ? x.insertingAxis(0) : x
    let count = input.shape[0]
    guard positions.count == 1 || positions.count == count else {
      throw Fault.badValue("`at` has \(positions.count) positions for \(counted(count, "row"))")
    }
    let places = positions.count == count ? positions : [Int](repeating: positions.first ?? 0, count: count)
    let turns = weights.layout.position.rotary.map { Rotary.Turns($0, at: places, lengths: places.map { $0 + 1 }) }
    var made = try projected(side, input, turns)
    if side == .queries { made = try made.scaled(by: weights.layout.scale) }
    made.labels = input.labels
    return x.rank == 1 ? made.selected(axis: 0, index: 0) : made
  }

  private func projected(_ side: Side, _ x: Tensor, _ turns: Rotary.Turns?) throws -> Tensor {
    let norm = side == .queries ? weights.qNorm : weights.kNorm
    let place = side == .queries ? index : keyHead
    if let norm, norm.isTogether {
      // The norm needs all heads.
      let all = try weights.projected(x, turns)
      return (side == .queries ? all.queries : all.keys).selected(axis: 1, index: place)
    }
    let rows = try linear(x, side == .queries ? wq : wk, side == .queries ? bq : bk)
    let heads = rows.view(shape: [rows.shape[0], 1, headWidth], strides: [rows.strides[0], headWidth, 1])
    try weights.finish(heads, norm, turns, firstHead: place)
    return rows
  }
}
