// The activation functions of MLPs over blocks of float32 elements.

import COpenBLAS
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
  /// limit.
  package func apply(_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) {
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    let count = min(source.count, target.count)
    switch self {
    case .geluTanh: tw_activate(TW_GELU_TANH, from, to, count)
    case .gelu:
      for i in 0..<count { to[i] = from[i] < -15 ? -0.0 : 0.5 * from[i] * erfcf(from[i] * -0.70710678) }
    case .quickGelu: tw_activate(TW_QUICK_GELU, from, to, count)
    case .relu: tw_activate(TW_RELU, from, to, count)
    case .silu: tw_activate(TW_SILU, from, to, count)
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
