// What makes logits of states, and what else files hold after the last block.

import Kernels
import Lang
import Runtime

/// x W + b
package struct LinearWeights {
  /// [in, out], [out]
  package let matrix, bias: Tensor

  init(_ layout: LinearLayout, _ files: WeightFiles) throws {
    (matrix, bias) = (try files.tensor(layout.matrix), try files.tensor(layout.bias))
  }

  /// Nil where the files have no such matrix.
  init?(ifIn files: WeightFiles, _ layout: LinearLayout) throws {
    guard files.has(layout.matrix.tensor) else { return nil }
    try self.init(layout, files)
  }
}

/// norm(act(x W + b))
package struct TransformWeights {
  package let linear: LinearWeights
  package let activation: Activation
  package let norm: NormWeights

  init(_ layout: TransformLayout, _ files: WeightFiles) throws {
    linear = try LinearWeights(layout.linear, files)
    activation = layout.activation
    norm = try NormWeights(layout.norm, files)
  }

  /// Of each row of x [n, d].
  package func applied(to x: Tensor) throws -> Tensor {
    try norm.applied(to: Kernels.linear(x, linear.matrix, linear.bias, then: activation))
  }
}

/// logits = cap(t(x) P U ᵀ + bias), x [n, d] after the final norm.
package struct ReadoutWeights {
  package let transform: TransformWeights?
  /// [d, e]
  package let projection: Tensor?
  /// U [vocabulary, d or e]: the word embedding itself where the two are tied.
  package let words: Tensor
  /// [vocabulary]
  package let bias: Tensor?
  package let cap: Float?
  package let rows: ReadoutLayout.Rows

  /// Nil where the files have no head and need not have one.
  init?(
    _ layout: ReadoutLayout, tiedTo words: Tensor?, labels: Labels?, _ family: Family, _ config: ConfigReader,
    _ files: WeightFiles
  ) throws {
    if layout.isOptional, !files.has((layout.transform?.linear.matrix ?? layout.words).tensor) { return nil }
    transform = try layout.transform.map { try TransformWeights($0, files) }
    projection = try layout.projection.map { try files.tensor($0) }
    self.words = try Self.words(layout, tiedTo: words, labels: labels, family, config, files)
    bias = try layout.bias.map { try files.tensor($0) }
    cap = layout.cap
    rows = layout.rows
  }

  /// The output embedding: the file's, or the word embedding where the model is tied and the file has no other. A file that has both
  /// and makes them different is followed, with a notice, as transformers 5 does.
  private static func words(
    _ readout: ReadoutLayout, tiedTo words: Tensor?, labels: Labels?, _ family: Family, _ config: ConfigReader,
    _ files: WeightFiles
  ) throws -> Tensor {
    guard files.has(readout.words.tensor) else {
      guard readout.isTied, let words else {
        throw Fault.badWeights(
          files.path, tensor: readout.words.tensor,
          reason: "it is missing, and config.json "
            + (config.has("tie_word_embeddings")
              ? "says tie_word_embeddings: false" : "does not tie it to the embedding"),
          help: "the file was saved without its head, e.g. with AutoModel: get the whole one; "
            + "tie_word_embeddings: true if the head is the embedding")
      }
      return words
    }
    let own = try files.tensor(readout.words, labels: labels)
    guard readout.isTied, let words else { return own }
    if files.areSame(readout.words.tensor, words) { return words }
    guard !family.isClosed else {
      throw Fault.badWeights(
        files.path, tensor: readout.words.tensor,
        reason: "in a plain \(family.name) it is the embedding, but the two differ, so this one is another model")
    }
    Notices.warn(
      "\(files.path): config.json ties `\(readout.words.tensor)` to the embedding, but the two differ: the file's own is used"
    )
    return own
  }
}
