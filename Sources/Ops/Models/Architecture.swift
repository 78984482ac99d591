// A family of models as data: how its checkpoints name, orient and share their tensors, where the norms sit and which they
// are. Views, operations and the forward pass read this and know no family by name.

import Lang
import Runtime

public struct Architecture {
  public enum Norm { case layerNorm, rmsNorm }
  public enum NormPlacement { case beforeBlock, afterBlock }
  public enum Positions { case learned, rotary }

  /// `model_type` in config.json.
  public let name: String
  public let norm: Norm
  public let normPlacement: NormPlacement
  public let positions: Positions
  /// What may stand before all tensor names of a file; the first that fits is taken.
  public let prefixes: [String]
  /// Endings of tensors that old files hold and nobody needs.
  public let buffers: [String]
  public let configuration: (ConfigReader) throws -> ModelConfiguration
  public let embeddings: (ModelConfiguration) -> EmbeddingLayout
  /// Layout of block `index`.
  public let block: (ModelConfiguration, _ index: Int) -> BlockLayout

  /// All families that can be loaded.
  public static let all: [Architecture] = [.gpt2]

  /// The family of a config.json.
  static func named(by config: ConfigReader) throws -> Architecture {
    let name = try config.string("model_type")
    if let architecture = all.first(where: { $0.name == name }) { return architecture }
    throw Fault.badConfig(
      config.path, field: "model_type", reason: "\(Printer.quoted(name)) is not a family that is known here",
      help: "known: \(all.map(\.name).joined(separator: ", "))")
  }
}

/// The sizes of a model.
public struct ModelConfiguration {
  public var blocks: Int
  public var heads: Int
  /// Model width d.
  public var width: Int
  /// Head width k.
  public var headWidth: Int
  /// Width of the MLP's inner layer.
  public var innerWidth: Int
  /// Longest text, in tokens.
  public var positions: Int
  public var vocabularySize: Int
  /// ε of all norms.
  public var epsilon: Float
  public var activation: Activation
}

/// The MLP's activation function.
public enum Activation: String, CaseIterable {
  /// x Φ(x) by the tanh formula (Hendrycks & Gimpel 2016).
  case geluTanh
  /// x Φ(x) by the error function.
  case gelu
  case relu
  /// x sigmoid(x)
  case silu

  /// By the name in config.json (transformers, `activations.py`).
  init?(configName: String) {
    switch configName {
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast": self = .geluTanh
    case "gelu", "gelu_python": self = .gelu
    case "relu": self = .relu
    case "silu", "swish": self = .silu
    default: return nil
    }
  }

  static let configNames = [
    "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu", "gelu_python", "relu", "silu", "swish",
  ]
}
