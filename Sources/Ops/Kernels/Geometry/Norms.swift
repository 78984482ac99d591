// The two norms of transformers. A layer norm's centring is the projection on the hyperplane orthogonal to (1, …, 1), its scaling
// puts the row on a sphere of radius √d; an RMS norm only scales. Gain and bias make the sphere a displaced ellipsoid.

import Lang
import Runtime

/// The two kinds of norms. A family's norm is never guessed from the tensors that are there.
package enum NormKind: String {
  /// (x - mean x) / √(var x + ε), biased variance. Source: Ba, Kiros, Hinton 2016.
  case layer
  /// x / √(mean x² + ε). Source: Zhang, Sennrich 2019.
  case rms

  package var phrase: String { self == .layer ? "layer norm" : "RMS norm" }
}

/// (x - mean x) / √(var x + ε) · gain + bias, or x / √(mean x² + ε) · gain + bias, for each row of the last axis of `x` [..., d],
/// with the biased variance; `gain` and `bias` [d]. Statistics are summed in double. The labels of `x` stay.
/// Sources: Ba, Kiros, Hinton 2016; Zhang, Sennrich 2019.
package func normalised(_ x: Tensor, _ kind: NormKind, gain: Tensor?, bias: Tensor?, epsilon: Float) throws -> Tensor {
  guard let width = x.shape.last else { throw Fault.badShape("a \(kind.phrase) needs a vector or rows, got a scalar") }
  for (name, vector) in [("gain", gain), ("bias", bias)] {
    guard let vector, vector.shape != [width] else { continue }
    throw Fault.badShape(
      "a norm's \(name) of shape \(Tensor.describe(shape: vector.shape)) does not fit rows of length \(width)")
  }
  let gains = try gain?.elements()
  let biases = try bias?.elements()
  return try x.withElements { source in
    try Tensor(shape: x.shape, axisLabels: x.axisLabels) { target in
      guard width > 0, let start = source.baseAddress, let out = target.baseAddress else { return }
      let tiles = Tiles(source.count / width, of: max(1, (1 << 15) / width))
      try parallel(tiles.count) { tile in
        for row in tiles[tile] {
          try normalise(
            start + row * width, into: out + row * width, width, kind, gains, biases, epsilon: Double(epsilon))
        }
      }
    }
  }
}

/// What is taken from each of the entries, and what they are multiplied by.
package func normStatistics(
  _ x: UnsafePointer<Float>, _ width: Int, _ kind: NormKind, epsilon: Double
) -> (mean: Double, scale: Double) {
  normStatistics(x, width, kind, epsilon: epsilon) {}
}

/// The same for a row of any length: `look` is called between two stretches of it, and may throw.
private func normStatistics(
  _ x: UnsafePointer<Float>, _ width: Int, _ kind: NormKind, epsilon: Double, look: () throws -> Void
) rethrows -> (mean: Double, scale: Double) {
  let mean = kind == .layer ? try RowKernels.sum(x, width, look: look) / Double(width) : 0
  let square = try RowKernels.sumOfSquares(x, width, centre: mean, look: look) / Double(width)
  return (mean, 1 / (square + epsilon).squareRoot())
}

private func normalise(
  _ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, _ width: Int, _ kind: NormKind, _ gain: [Float]?,
  _ bias: [Float]?, epsilon: Double
) throws {
  let (mean, scale) = try normStatistics(x, width, kind, epsilon: epsilon, look: checkInterrupt)
  try inBlocks(width, of: 1 << 18) { block in
    for i in block { out[i] = Float((Double(x[i]) - mean) * scale) }
    if let gain {
      gain.withUnsafeBufferPointer { gain in for i in block { out[i] *= gain[i] } }
    }
    if let bias {
      bias.withUnsafeBufferPointer { bias in for i in block { out[i] += bias[i] } }
    }
  }
}
