// Queries, keys and values of a block, as the pass and the probes compute them.

import Kernels
import Lang
import Models
import Runtime

/// What the heads of a block make of what they read, [n, heads, k] each.
struct ProjectedHeads {
  let queries, keys, values: Tensor
  let raw: (queries: Tensor, keys: Tensor)?
}

extension AttentionWeights {
  /// Queries [n, heads, k], keys and values [n, key heads, k] of what the heads read, x [n, d]: with bias, norm and turn. With
  /// `keepingRaw` also the queries and keys before their norms, where there are any.
  func projected(_ x: Tensor, _ turns: Rotary.Turns?, keepingRaw: Bool = false) throws -> ProjectedHeads {
    var parts = [Tensor?](repeating: nil, count: 3)
    for projection in projections {
      for (number, heads) in try projection.applied(to: x) { parts[number] = heads }
    }
    guard let queries = parts[0], let keys = parts[1], let values = parts[2] else {
      throw Fault.unsupported("an attention without queries, keys or values cannot run")
    }
    let raw = keepingRaw && qNorm != nil ? (try queries.copied(), try keys.copied()) : nil
    try finish(queries, qNorm, turns)
    try finish(keys, kNorm, turns)
    return ProjectedHeads(queries: queries, keys: keys, values: values, raw: raw)
  }

  /// Norm and turn of fresh queries or keys [n, heads, k], in place.
  func finish(_ vectors: Tensor, _ norm: HeadNormWeights?, _ turns: Rotary.Turns?, firstHead: Int = 0) throws {
    try norm?.apply(to: vectors, firstHead: firstHead)
    guard let turns else { return }
    let base = try vectors.base()
    for row in 0..<vectors.shape[0] {
      turns.apply(base + row * vectors.strides[0], count: vectors.shape[1], stride: vectors.strides[1], row: row)
    }
    withExtendedLifetime(vectors) {}
  }
}

extension MLPWeights {
  /// What enters the down projection: [n, inner].
  func inner(_ x: Tensor) throws -> Tensor {
    guard let gate else { return try linear(x, win, bin, then: activation) }
    let up = try linear(x, win, bin)
    let factors = try up.base()
    return try withExtendedLifetime(up) {
      try linear(x, gate, bgate) { piece, place in
        activation.apply(UnsafeBufferPointer(piece), piece)
        for i in piece.indices { piece[i] *= factors[place + i] }
      }
    }
  }
}
