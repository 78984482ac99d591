// The activation functions of MLPs over blocks of float32 elements.

import Glibc

extension Activation {
  /// target[i] = f(source[i]) for buffers of one length, which may be the same memory.
  public func apply(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = min(source.count, target.count)
    switch self {
    case .geluTanh:
      // ½ x (1 + tanh u) = x / (1 + exp(-2u)), u = √(2/π) (x + 0.044715 x³)
      FloatKernels.map(from, into: to, count) { x in
        x / (1 + FloatKernels.exp(-1.5957691216057308 * (x + 0.044715 * x * x * x)))
      }
    case .gelu: for i in 0..<count { to[i] = 0.5 * from[i] * (1 + erff(from[i] * 0.70710678)) }
    case .relu: FloatKernels.map(from, into: to, count) { $0.replacing(with: 0, where: $0 .< 0) }
    case .silu: FloatKernels.map(from, into: to, count) { $0 / (1 + FloatKernels.exp(-$0)) }
    }
  }
}
