// The activation functions of MLPs over blocks of float32 elements.

import Glibc

/// The MLP's activation function.
package enum Activation: String, CaseIterable {
  /// x Φ(x) by the tanh formula (Hendrycks & Gimpel 2016).
  case geluTanh
  /// x Φ(x) by the error function.
  case gelu
  /// x sigmoid(1.702 x)
  case quickGelu
  case relu
  /// x sigmoid(x)
  case silu
}

extension Activation {
  /// target[i] = f(source[i]) for buffers of one length, which may be the same memory. Far below zero all but relu come to -0, the
  /// limit; there e^88, where the kernel's exponential stops, would leave x / e^88, which is no small number for a large x.
  package func apply(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = min(source.count, target.count)
    switch self {
    case .geluTanh:
      // ½ x (1 + tanh u) = x / (1 + exp(-2u)), u = √(2/π) (x + 0.044715 x³)
      FloatKernels.map(from, into: to, count) { x in
        let exponent = -1.5957691216057308 * (x + 0.044715 * x * x * x)
        return (x / (1 + FloatKernels.exp(exponent))).replacing(with: -0.0, where: exponent .> 88)
      }
    case .gelu:
      for i in 0..<count { to[i] = from[i] < -15 ? -0.0 : 0.5 * from[i] * erfcf(from[i] * -0.70710678) }
    case .quickGelu:
      FloatKernels.map(from, into: to, count) { x in
        (x / (1 + FloatKernels.exp(-1.702 * x))).replacing(with: -0.0, where: x .< -51)
      }
    case .relu: FloatKernels.map(from, into: to, count) { $0.replacing(with: 0, where: $0 .< 0) }
    case .silu:
      FloatKernels.map(from, into: to, count) { x in
        (x / (1 + FloatKernels.exp(-x))).replacing(with: -0.0, where: x .< -88)
      }
    }
  }

  /// The same of a number, in double; for what `gelu` of the language offers.
  static func gelu(_ x: Double, exact: Bool) -> Double {
    if x < -40 { return -0.0 }
    if exact { return 0.5 * x * erfc(-x * 0.5.squareRoot()) }
    return x / (1 + Glibc.exp(-2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
  }
}

extension Activation {
  /// By the name in config.json (transformers, `activations.py`).
  package init?(configName: String) {
    guard let found = Self.configNames.first(where: { $0.name == configName }) else { return nil }
    self = found.activation
  }

  /// The first of its names in config.json.
  package var name: String { Self.configNames.first { $0.activation == self }?.name ?? rawValue }

  package static let configNames: [(name: String, activation: Activation)] = [
    ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh), ("gelu_fast", .geluTanh), ("gelu", .gelu),
    ("gelu_python", .gelu), ("quick_gelu", .quickGelu), ("relu", .relu), ("silu", .silu), ("swish", .silu),
  ]
}
