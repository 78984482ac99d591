// The curve 1 / (1 + a d^2b), which turns distances in the layout into weights, fitted to what `min_dist` asks for: 1 up to
// min_dist, then exp(-(d - min_dist)). As umap-learn's `find_ab_params` with spread 1.

import Glibc

package struct MembershipCurve {
  package let a: Double
  package let b: Double

  package init(a: Double, b: Double) { (self.a, self.b) = (a, b) }

  /// Least squares over 300 distances from 0 to 3, by Levenberg's and Marquardt's method from a = b = 1.
  package init(minDist: Double) {
    let samples = (0..<300).map { i -> (x: Double, y: Double) in
      let x = 3 * Double(i) / 299
      return (x, x < minDist ? 1 : exp(minDist - x))
    }
    var (a, b, damping) = (1.0, 1.0, 1e-3)
    var error = MembershipCurve.error(a, b, samples)
    for _ in 0..<200 {
      // Normal equations of the linearised residuals.
      var (aa, ab, bb, ga, gb) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (x, y) in samples where x > 0 {
        let power = pow(x, 2 * b)
        let value = 1 / (1 + a * power)
        let (da, db) = (-power * value * value, -2 * a * power * log(x) * value * value)
        aa += da * da
        ab += da * db
        bb += db * db
        ga += da * (y - value)
        gb += db * (y - value)
      }
      let (p, q) = (aa * (1 + damping), bb * (1 + damping))
      let determinant = p * q - ab * ab
      guard determinant > 0 else { break }
      let (stepA, stepB) = ((q * ga - ab * gb) / determinant, (p * gb - ab * ga) / determinant)
      let tried = MembershipCurve.error(a + stepA, b + stepB, samples)
      if tried < error {
        (a, b, error, damping) = (a + stepA, b + stepB, tried, damping / 10)
        if abs(stepA) + abs(stepB) < 1e-10 { break }
      } else {
        damping *= 10
        if damping > 1e12 { break }
      }
    }
    (self.a, self.b) = (a, b)
  }

  private static func error(_ a: Double, _ b: Double, _ samples: [(x: Double, y: Double)]) -> Double {
    guard a > 0, b > 0 else { return .infinity }
    return samples.reduce(0) { total, sample in
      let residual = sample.y - 1 / (1 + a * pow(sample.x, 2 * b))
      return total + residual * residual
    }
  }
}
