// The derivatives of the activation functions, for pull-backs along a pass.

import Glibc

extension Activation {
  /// target[i] = f'(source[i]) for buffers of one length, which may be the same memory. relu has the derivative 0 at 0, as PyTorch has
  /// it.
  package func applyDerivative(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = min(source.count, target.count)
    switch self {
    case .geluTanh:
      // f = x s(v), v = 2 √(2/π) (x + 0.044715 x³): f' = s + x s (1 - s) v'. Where s is 0 or 1 in float32, x v' may be anything.
      FloatKernels.map(from, into: to, count) { x in
        let square = x * x
        let v = 1.5957691216057308 * (x + 0.044715 * square * x)
        let slope = 1.5957691216057308 * (1 + 0.134145 * square)
        let s = 1 / (1 + FloatKernels.exp(-v))
        return (s + x * s * (1 - s) * slope).replacing(with: 0, where: v .< -87).replacing(with: 1, where: v .> 30)
      }
    case .gelu:
      // Φ(x) + x φ(x)
      for i in 0..<count {
        let x = Double(from[i])
        to[i] = Float(0.5 * erfc(-x * 0.5.squareRoot()) + x * Glibc.exp(-0.5 * x * x) * 0.3989422804014327)
      }
    case .quickGelu: Self.sigmoidTimes(1.702, from, to, count)
    case .relu:
      FloatKernels.map(from, into: to, count) { x in
        SIMD8<Float>(repeating: 1).replacing(with: 0, where: x .<= 0).replacing(with: x, where: x .!= x)
      }
    case .silu: Self.sigmoidTimes(1, from, to, count)
    }
  }

  /// Of x s(a x): s + a x s (1 - s).
  private static func sigmoidTimes(
    _ a: Float, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    FloatKernels.map(from, into: to, count) { x in
      let v = a * x
      let s = 1 / (1 + FloatKernels.exp(-v))
      return (s + v * s * (1 - s)).replacing(with: 0, where: v .< -87).replacing(with: 1, where: v .> 30)
    }
  }
}
