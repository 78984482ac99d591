// What a cotangent of a norm's output is for its input.

import Lang
import Runtime

/// For y = norm(x) and a cotangent g of y, the cotangent of x; all [..., d]. With ŷ = (x - mean) s, h = g ⊙ gain:
/// s (h - mean h - ŷ mean(h ⊙ ŷ)) for a layer norm, s (h - ŷ mean(h ⊙ ŷ)) for an RMS norm; without the last term where the scale s is
/// held constant. `gains` [d] each: row r has number r mod their count; none for 1. Sums are in double. O(elements).
package func normPulledBack(
  _ g: Tensor, at x: Tensor, _ kind: NormKind, gains: [[Float]], epsilon: Float, holdsScale: Bool
) throws -> Tensor {
  guard let width = x.shape.last, width > 0, g.shape == x.shape else { return g }
  return try x.withElements { source in
    try g.withElements { cotangent in
      try Tensor(shape: x.shape, axisLabels: x.axisLabels) { target in
        guard let x = source.baseAddress, let g = cotangent.baseAddress, let out = target.baseAddress else { return }
        let tiles = Tiles(source.count / width, of: max(1, (1 << 15) / width))
        try parallel(tiles.count) { tile in
          for row in tiles[tile] {
            let at = row * width
            let gain = gains.isEmpty ? nil : gains[row % gains.count]
            pullBack(g + at, x + at, out + at, width, kind, gain, Double(epsilon), holdsScale)
          }
        }
      }
    }
  }
}

private func pullBack(
  _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ width: Int,
  _ kind: NormKind, _ gain: [Float]?, _ epsilon: Double, _ holdsScale: Bool
) {
  let (mean, scale) = normStatistics(x, width, kind, epsilon: epsilon)
  if let gain {
    gain.withUnsafeBufferPointer { gain in for i in 0..<width { out[i] = g[i] * gain[i] } }
  } else {
    out.update(from: g, count: width)
  }
  let centre = kind == .layer ? RowKernels.sum(out, width) / Double(width) : 0
  var along = 0.0
  if !holdsScale {
    for i in 0..<width { along += Double(out[i]) * (Double(x[i]) - mean) }
    along *= scale * scale / Double(width)
  }
  for i in 0..<width { out[i] = Float(scale * (Double(out[i]) - centre - (Double(x[i]) - mean) * along)) }
}
