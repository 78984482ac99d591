// The derivatives of the activation functions, for pull-backs along a pass.

import COpenBLAS
import Glibc

extension Activation {
  /// target[i] = f'(source[i]) for buffers of one length, which may be the same memory. relu has the derivative 0 at 0, as PyTorch has
  /// it.
  package func applyDerivative(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = min(source.count, target.count)
    switch self {
    case .geluTanh: tw_activate(TW_GELU_TANH_SLOPE, from, to, count)
    case .gelu:
      // Φ(x) + x φ(x)
      for i in 0..<count {
        let x = Double(from[i])
        to[i] = Float(0.5 * erfc(-x * 0.5.squareRoot()) + x * Glibc.exp(-0.5 * x * x) * 0.3989422804014327)
      }
    case .quickGelu: tw_activate(TW_QUICK_GELU_SLOPE, from, to, count)
    case .relu: tw_activate(TW_RELU_SLOPE, from, to, count)
    case .silu: tw_activate(TW_SILU_SLOPE, from, to, count)
    }
  }
}
