// A whole model as data: sizes, what stands before the first block, the blocks, what stands after the last.

import Kernels

package struct ModelLayout {
  package let sizes: ModelSizes
  package let input: InputLayout
  /// The block of a number below `sizes.blocks`. Made one by one, as the weights are found: config.json may promise more than there is.
  package let block: (Int) -> BlockLayout
  let readout: ReadoutLayout

  package init(sizes: ModelSizes, input: InputLayout, blocks: @escaping (Int) -> BlockLayout, readout: ReadoutLayout) {
    self.sizes = sizes
    self.input = input
    self.block = blocks
    self.readout = readout
  }
}

/// The sizes of a model.
package struct ModelSizes {
  package var blocks: Int
  package var heads: Int
  /// Heads that have keys and values of their own.
  package var keyHeads: Int
  /// Model width d.
  package var width: Int
  /// Head width k; not d / heads in every family.
  package var headWidth: Int
  /// Width of the MLP's inner layer.
  package var innerWidth: Int
  /// Longest text, in tokens; nil where the positions set no limit.
  package var positions: Int?
  package var vocabularySize: Int
}

/// x₀ = norm(scale · E[ids] P + positions)
package struct InputLayout {
  /// [vocabulary, d], or [vocabulary, e] where there is a projection.
  package let words: WeightLayout
  package var scale: Float = 1
  /// [e, d]
  package var projection: WeightLayout?
  /// [positions, d]: the rows that are used.
  package var positions: WeightLayout?
  package var norm: NormLayout?
}

/// logits = cap(norm(x) P U ᵀ + bias)
package struct ReadoutLayout {
  package var norm: NormLayout?
  /// [d, e]
  package var projection: WeightLayout?
  /// U [vocabulary, d or e]. Where the file has no such tensor and the model is tied, the word embedding serves.
  package let words: WeightLayout
  /// [vocabulary]
  package var bias: WeightLayout?
  /// Logits s become cap · tanh(s / cap).
  package var cap: Float?
  /// What config.json, or the family's default, says of U being the word embedding.
  package let isTied: Bool
}

extension Activation {
  /// By the name in config.json (transformers, `activations.py`).
  init?(configName: String) {
    guard let found = Self.configNames.first(where: { $0.name == configName }) else { return nil }
    self = found.activation
  }

  static let configNames: [(name: String, activation: Activation)] = [
    ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh), ("gelu_fast", .geluTanh), ("gelu", .gelu),
    ("gelu_python", .gelu), ("quick_gelu", .quickGelu), ("relu", .relu), ("silu", .silu), ("swish", .silu),
  ]
}
