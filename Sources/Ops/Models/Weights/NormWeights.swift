// A norm with its numbers: the one function that the pass, `ln` and the probes apply.

import Kernels
import Lang
import Runtime

package final class NormWeights {
  package let kind: NormKind
  /// [d]: the effective gain, with the family's offset in it.
  package let gain: Tensor
  /// [d]; nil where the norm has none.
  package let bias: Tensor?
  package let epsilon: Float

  /// Reads nothing, unless gains count from another number than 0: then they are made here, d of them.
  init(_ layout: NormLayout, _ files: WeightFiles) throws {
    kind = layout.kind
    epsilon = layout.epsilon
    let stored = try files.tensor(layout.weight)
    bias = try layout.bias.map { try files.tensor($0) }
    gain =
      layout.gainOffset == 0
      ? stored
      : try stored.withElements { from in
        try Tensor(shape: stored.shape) { to in for i in to.indices { to[i] = from[i] + layout.gainOffset } }
      }
  }

  package var width: Int { gain.count }

  /// The norm of each row of x [..., d].
  package func applied(to x: Tensor) throws -> Tensor {
    try normalised(x, kind, gain: gain, bias: bias, epsilon: epsilon)
  }

  /// What a cotangent of the norm's output is for its input x, both [..., d].
  package func pulledBack(_ cotangent: Tensor, at x: Tensor, holdsScale: Bool) throws -> Tensor {
    try normPulledBack(cotangent, at: x, kind, gains: [gain.elements()], epsilon: epsilon, holdsScale: holdsScale)
  }
}

/// Norms of queries or keys: over each head's entries, or over those of all heads.
package struct HeadNormWeights {
  package let norms: [NormWeights]
  /// Whether the statistics are those of all heads together.
  package let isTogether: Bool

  init(_ layout: HeadNormLayout, _ files: WeightFiles) throws {
    norms = try layout.norms.map { try NormWeights($0, files) }
    if case .together = layout { isTogether = true } else { isTogether = false }
  }

  package var kind: NormKind { norms[0].kind }
  package var epsilon: Float { norms[0].epsilon }

  /// [k]: the gain of a head's entries.
  package func gain(ofHead head: Int, width k: Int) -> Tensor { part(norms[head % norms.count].gain, head, k) }

  /// [k], nil where there is no bias.
  package func bias(ofHead head: Int, width k: Int) -> Tensor? {
    norms[head % norms.count].bias.map { part($0, head, k) }
  }

  private func part(_ vector: Tensor, _ head: Int, _ k: Int) -> Tensor {
    isTogether ? vector.sliced(axis: 0, first: head * k, count: k) : vector
  }

  /// Norms `heads` of x in place, x [n, heads, k] with the entries of a head next to each other. With norms over all heads
  /// together, x holds all of them. `first`: number of x's first head.
  package func apply(to x: Tensor, firstHead: Int = 0) throws {
    let (rows, heads, k) = (x.shape[0], x.shape[1], x.shape[2])
    let gains = try (0..<heads).map { try gain(ofHead: firstHead + $0, width: k).elements() }
    let biases = try (0..<heads).map { try bias(ofHead: firstHead + $0, width: k)?.elements() }
    let base = try x.base()
    for row in 0..<rows {
      let start = base + row * x.strides[0]
      func vector(_ head: Int) -> UnsafeMutablePointer<Float> { start + head * x.strides[1] }
      if isTogether {
        var square = 0.0
        for head in 0..<heads { square += RowKernels.sumOfSquares(vector(head), k) }
        // Norms over all heads are RMS norms, see the layouts.
        let scale = 1 / (square / Double(heads * k) + Double(epsilon)).squareRoot()
        for head in 0..<heads { Self.scale(vector(head), k, 0, scale, gains[head], biases[head]) }
      } else {
        for head in 0..<heads {
          let (mean, scale) = normStatistics(vector(head), k, kind, epsilon: Double(epsilon))
          Self.scale(vector(head), k, mean, scale, gains[head], biases[head])
        }
      }
    }
    withExtendedLifetime(x) {}
  }

  /// What a cotangent of the norms' output is for their input x, both [n, heads, k] with the heads of a row together.
  package func pulledBack(_ cotangent: Tensor, at x: Tensor, holdsScale: Bool) throws -> Tensor {
    let (rows, heads, k) = (x.shape[0], x.shape[1], x.shape[2])
    let shape = isTogether ? [rows, heads * k] : [rows * heads, k]
    let pulled = try normPulledBack(
      cotangent.reshaped(shape), at: x.reshaped(shape), kind, gains: norms.map { try $0.gain.elements() },
      epsilon: epsilon, holdsScale: holdsScale)
    return try pulled.reshaped([rows, heads, k])
  }

  private static func scale(
    _ x: UnsafeMutablePointer<Float>, _ k: Int, _ mean: Double, _ scale: Double, _ gain: [Float], _ bias: [Float]?
  ) {
    for i in 0..<k {
      x[i] = Float((Double(x[i]) - mean) * scale) * gain[i]
      if let bias { x[i] += bias[i] }
    }
  }
}
