// A loaded model: sizes, views over the stored tensors, tokenizer. The objects of the language are thin and share this; it
// holds none of them, so that a head keeps its weights alive and nothing keeps itself alive.

import Formats
import Kernels
import Lang
import Runtime

package final class ModelWeights {
  package let name: String
  package let family: Family
  package let sizes: ModelSizes
  /// config.json as it was read.
  package let config: JSON
  package let tokenizer: Tokenizer?
  /// [vocabulary, d or e], labelled when there is a tokenizer.
  package let wordEmbedding: Tensor
  /// What rows of it are multiplied by.
  package let embeddingScale: Float
  /// [e, d]: from a narrower embedding into the stream.
  package let inputProjection: Tensor?
  /// [positions, d]
  package let positionEmbedding: Tensor?
  package let embeddingNorm: NormWeights?
  /// Nil where the state is the output of a norm already.
  package let finalNorm: NormWeights?
  /// [d, e]
  package let outputProjection: Tensor?
  /// [vocabulary, d or e]: the word embedding itself where the two are tied.
  package let outputEmbedding: Tensor
  /// [vocabulary]
  package let outputBias: Tensor?
  package let logitCap: Float?
  package let blocks: [BlockWeights]
  package let parameterCount: Int
  /// The model's object while somebody holds it.
  weak var object: ModelObject?
  /// Eᵀ E of the word embedding, once it was asked for.
  package var wordGram: ColumnMatrix?
  private let toldOfKeyNorms = Lock(false)

  /// Checks that every tensor of the layout is there and has its shape. Reads none of the matrices' elements.
  init(name: String, config: ConfigReader, files: WeightFiles, tokenizer: Tokenizer?) throws {
    let family = try Family.named(by: config)
    let layout = try family.read(config)
    let (input, readout) = (layout.input, layout.readout)
    try files.choosePrefix(among: family.prefixes, byTensor: input.words.tensor)
    let labels = tokenizer.map { Labels($0) }
    self.name = name
    self.family = family
    sizes = layout.sizes
    self.config = config.json
    self.tokenizer = tokenizer
    wordEmbedding = try files.tensor(input.words, labels: labels)
    embeddingScale = input.scale
    try Self.check(tokenizer, layout.sizes, files)
    inputProjection = try input.projection.map { try files.tensor($0) }
    positionEmbedding = try input.positions.map { try files.tensor($0) }
    embeddingNorm = try input.norm.map { try NormWeights($0, files) }
    finalNorm = try readout.norm.map { try NormWeights($0, files) }
    outputProjection = try readout.projection.map { try files.tensor($0) }
    outputEmbedding = try Self.output(readout, tiedTo: wordEmbedding, labels: labels, config, files)
    outputBias = try readout.bias.map { try files.tensor($0) }
    logitCap = readout.cap
    blocks = try (0..<layout.sizes.blocks).map { try BlockWeights(layout.block($0), files) }
    try Self.checkDepth(layout, config, files)
    parameterCount = files.parameterCount
    let unused = files.unused.filter { name in !Family.buffers.contains { name.hasSuffix($0) } }
    if let first = unused.first {
      let more = unused.count > 1 ? " and \(counted(unused.count - 1, "other tensor"))" : ""
      Notices.warn("\(files.path): `\(first)`\(more) are not used by the family \(family.name)")
    }
  }

  /// Says, once a model, what a matrix W_QK leaves out where keys are normed.
  package func tellOfKeyNorms() {
    let isFirst = toldOfKeyNorms.withLock { told in
      defer { told = true }
      return !told
    }
    guard isFirst else { return }
    Notices.warn(
      "W_QK of \(name) has no norms of queries and keys in it: it ranks keys only up to their lengths; "
        + "query_rows and key_rows are exact")
  }

  /// Width d of the stream.
  package var width: Int { sizes.width }

  /// The output embedding: the file's, or the word embedding where the model is tied and the file has no other. A file that has both
  /// and makes them different is followed, with a notice, as transformers 5 does.
  private static func output(
    _ readout: ReadoutLayout, tiedTo words: Tensor, labels: Labels?, _ config: ConfigReader, _ files: WeightFiles
  ) throws -> Tensor {
    guard files.has(readout.words.tensor) else {
      guard readout.isTied else {
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
    guard readout.isTied else { return own }
    if files.areSame(readout.words.tensor, words) { return words }
    Notices.warn(
      "\(files.path): config.json ties `\(readout.words.tensor)` to the embedding, but the two differ: the file's own is used"
    )
    return own
  }

  /// A file with more blocks than config.json says would be cut without a word.
  private static func checkDepth(_ layout: ModelLayout, _ config: ConfigReader, _ files: WeightFiles) throws {
    let count = layout.sizes.blocks
    guard case .attention(let attention) = layout.block(count - 1).steps.first?.branches.first?.run else { return }
    var parts = attention.q.tensor.split(separator: ".").map(String.init)
    guard let place = parts.firstIndex(of: String(count - 1)) else { return }
    parts = parts[..<place] + ["\(count)", ""]
    if let next = files.first(startingWith: parts.joined(separator: ".")) {
      throw Fault.badConfig(
        config.path, reason: "it says \(counted(count, "block")), but \(files.path) holds more: it has `\(next)`")
    }
  }

  private static func check(_ tokenizer: Tokenizer?, _ c: ModelSizes, _ files: WeightFiles) throws {
    guard let tokenizer else { return }
    let count = tokenizer.count
    if count > c.vocabularySize {
      // As in transformers: tokens that were added without resizing the embedding can be written, not fed.
      let more = count - c.vocabularySize
      Notices.warn(
        "\(tokenizer.path) has \(count) tokens, the embedding in \(files.path) \(c.vocabularySize) rows: "
          + "the last \(more) token\(more == 1 ? " has no row" : "s have no rows")")
    }
    if count < c.vocabularySize {
      let rows = c.vocabularySize - count
      Notices.warn(
        "\(tokenizer.path) has \(count) tokens, the embedding \(c.vocabularySize) rows: "
          + "the last \(rows) row\(rows == 1 ? " has no token" : "s have no tokens")")
    }
  }
}
