// A whole model as data: sizes, what stands before the first block, the blocks, what stands after the last.

import Kernels

package struct ModelLayout {
  package let sizes: ModelSizes
  /// What a text or an image becomes before the first block.
  package let input: Input
  /// The block of a number below `sizes.blocks`. Made one by one, as the weights are found: config.json may promise more than there is.
  package let block: (Int) -> BlockLayout
  let readout: ReadoutLayout
  /// What sums up a text by its first token, tanh(x[0] W + b), and what says by that whether a second text follows the first. Files
  /// have them or not.
  let pooler, nextSentence: LinearLayout?

  package enum Input {
    case words(InputLayout)
    case patches(PatchLayout)

    /// A tensor that no file of the family lacks: the prefix of all names is found by it.
    var firstTensor: String {
      switch self {
      case .words(let layout): layout.words.tensor
      case .patches(let layout): layout.matrix.tensor
      }
    }
  }

  package init(
    sizes: ModelSizes, input: InputLayout, blocks: @escaping (Int) -> BlockLayout, readout: ReadoutLayout,
    pooler: LinearLayout? = nil, nextSentence: LinearLayout? = nil
  ) {
    self.init(sizes, .words(input), blocks, readout, pooler, nextSentence)
  }

  /// A model of images.
  package init(
    sizes: ModelSizes, patches: PatchLayout, blocks: @escaping (Int) -> BlockLayout, readout: ReadoutLayout,
    pooler: LinearLayout? = nil
  ) {
    self.init(sizes, .patches(patches), blocks, readout, pooler, nil)
  }

  private init(
    _ sizes: ModelSizes, _ input: Input, _ blocks: @escaping (Int) -> BlockLayout, _ readout: ReadoutLayout,
    _ pooler: LinearLayout?, _ nextSentence: LinearLayout?
  ) {
    self.sizes = sizes
    self.input = input
    self.block = blocks
    self.readout = readout
    (self.pooler, self.nextSentence) = (pooler, nextSentence)
  }
}

/// x W + b
package struct LinearLayout {
  /// [in, out], [out]
  package let matrix, bias: WeightLayout

  /// The tensors PATH.weight, stored as (out, in), and PATH.bias.
  package init(_ path: String, in width: Int, out: Int) {
    matrix = .linear(path + ".weight", in: width, out: out)
    bias = .vector(path + ".bias", out)
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

/// x₀ = norm(scale · E[ids] P + positions + types)
package struct InputLayout {
  /// [vocabulary, d], or [vocabulary, e] where there is a projection.
  package let words: WeightLayout
  package var scale: Float = 1
  /// [e, d]
  package var projection: WeightLayout?
  /// [positions, d]: the rows that are used.
  package var positions: WeightLayout?
  /// [types, d]: which of two texts a token is of (BERT's `token_type_ids`).
  package var types: WeightLayout?
  /// A token that takes no position (RoBERTa's padding).
  package var paddingID: Int?
  package var norm: NormLayout?
}

/// logits = cap(t(norm(x)) P U ᵀ + bias), x all rows or what `rows` says.
package struct ReadoutLayout {
  /// Which rows the logits are of.
  package enum Rows {
    /// Each of its own: a word for every token.
    case each
    /// The first: an image's class, by the row that stands for all of it.
    case first
    /// The mean of the normed rows.
    case mean
  }

  package var norm: NormLayout?
  package var transform: TransformLayout?
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
  /// Files may have no head: then there is all but logits.
  var isOptional = false
  var rows = Rows.each
  /// Names of the rows of U, where they are classes and no words.
  var classNames: [String]?
}

/// t(x) = norm(act(x W + b)), what BERT does with a state before the words.
package struct TransformLayout {
  package let linear: LinearLayout
  package let activation: Activation
  package let norm: NormLayout
}
