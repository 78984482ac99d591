// A loaded model: sizes, views over the stored tensors, tokenizer. The objects of the language are thin and share this; it
// holds none of them, so that a head keeps its weights alive and nothing keeps itself alive.

import Lang
import Runtime

/// Gain, bias and ε of one norm.
public struct NormWeights {
  public let name: String
  public let kind: Architecture.Norm
  /// [d]
  public let weight: Tensor
  /// [d]; zeros where the family has none.
  public let bias: Tensor
  public let epsilon: Float
}

/// The weights of one block, with the head as the first axis of the attention matrices. No copies.
public struct BlockWeights {
  public let norm1: NormWeights
  public let norm2: NormWeights
  /// [heads, d, k], [heads / keyGroup, d, k] twice, [heads, k, d]
  public let wq, wk, wv, wo: Tensor
  /// [heads, k], [heads / keyGroup, k] twice, [d]; zeros where the family has none.
  public let bq, bk, bv, bo: Tensor
  public let keyGroup: Int
  /// [d, inner], [inner], [inner, d], [d]
  public let mlpIn, mlpInBias, mlpOut, mlpOutBias: Tensor
}

public final class ModelWeights {
  public let name: String
  public let architecture: Architecture
  public let configuration: ModelConfiguration
  /// config.json as it was read.
  public let config: JSON
  public let tokenizer: Tokenizer?
  /// [vocabulary, d], labelled when there is a tokenizer.
  public let wordEmbedding: Tensor
  /// [positions, d]
  public let positionEmbedding: Tensor?
  public let finalNorm: NormWeights
  /// [vocabulary, d]: the word embedding itself where the two are tied.
  public let outputEmbedding: Tensor
  public let blocks: [BlockWeights]
  public let parameterCount: Int
  /// The model's object while somebody holds it.
  weak var object: ModelObject?
  /// Eᵀ E of the word embedding, once it was asked for.
  var wordGram: ColumnMatrix?

  /// Checks that every tensor of the family is there and has its shape. Reads none of their elements.
  init(name: String, config: ConfigReader, files: WeightFiles, tokenizer: Tokenizer?) throws {
    let architecture = try Architecture.named(by: config)
    let configuration = try architecture.configuration(config)
    let embeddings = architecture.embeddings(configuration)
    try files.choosePrefix(among: architecture.prefixes, byTensor: embeddings.words.tensor)
    let labels = tokenizer.map { Labels($0) }
    self.name = name
    self.architecture = architecture
    self.configuration = configuration
    self.config = config.json
    self.tokenizer = tokenizer
    let binder = Binder(files: files, architecture: architecture, configuration: configuration)
    wordEmbedding = try files.tensor(embeddings.words, labels: labels)
    try Self.check(tokenizer, configuration, files)
    positionEmbedding = try embeddings.positions.map { try files.tensor($0) }
    finalNorm = try binder.norm(embeddings.finalNorm)
    // Without a head of its own a model reads words off its embedding, unless it says that it does not.
    let isTied = !files.has(embeddings.output.tensor)
    if isTied, try !config.bool("tie_word_embeddings", default: true) {
      throw Fault.badWeights(
        files.path, tensor: embeddings.output.tensor,
        reason: "it is missing, and config.json says tie_word_embeddings: false",
        help: "the file was saved without its head, e.g. with AutoModel: get the whole one; "
          + "tie_word_embeddings: true if the head is the embedding")
    }
    outputEmbedding = isTied ? wordEmbedding : try files.tensor(embeddings.output, labels: labels)
    blocks = try (0..<configuration.blocks).map { try binder.block(architecture.block(configuration, $0)) }
    // A file with more blocks than config.json says would be cut without a word.
    let next = architecture.block(configuration, configuration.blocks).norm1.weight.tensor
    if files.has(next) {
      throw Fault.badConfig(
        config.path,
        reason: "it says \(counted(configuration.blocks, "block")), but \(files.path) holds more: it has `\(next)`")
    }
    parameterCount = files.parameterCount
    let unused = files.unused.filter { name in !architecture.buffers.contains { name.hasSuffix($0) } }
    if let first = unused.first {
      let more = unused.count > 1 ? " and \(counted(unused.count - 1, "other tensor"))" : ""
      Notices.warn("\(files.path): `\(first)`\(more) are not used by the family \(architecture.name)")
    }
  }

  private static func check(_ tokenizer: Tokenizer?, _ c: ModelConfiguration, _ files: WeightFiles) throws {
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

/// Binds layouts to stored tensors.
private struct Binder {
  let files: WeightFiles
  let architecture: Architecture
  let configuration: ModelConfiguration

  func norm(_ layout: NormLayout) throws -> NormWeights {
    NormWeights(
      name: layout.name, kind: architecture.norm, weight: try files.tensor(layout.weight),
      bias: try bias(layout.bias, [configuration.width]), epsilon: configuration.epsilon)
  }

  func block(_ layout: BlockLayout) throws -> BlockWeights {
    let c = configuration
    let keyHeads = c.heads / max(layout.keyGroup, 1)
    return BlockWeights(
      norm1: try norm(layout.norm1), norm2: try norm(layout.norm2), wq: try files.tensor(layout.wq),
      wk: try files.tensor(layout.wk), wv: try files.tensor(layout.wv), wo: try files.tensor(layout.wo),
      bq: try bias(layout.bq, [c.heads, c.headWidth]), bk: try bias(layout.bk, [keyHeads, c.headWidth]),
      bv: try bias(layout.bv, [keyHeads, c.headWidth]), bo: try bias(layout.bo, [c.width]), keyGroup: layout.keyGroup,
      mlpIn: try files.tensor(layout.mlpIn), mlpInBias: try bias(layout.mlpInBias, [c.innerWidth]),
      mlpOut: try files.tensor(layout.mlpOut), mlpOutBias: try bias(layout.mlpOutBias, [c.width]))
  }

  private func bias(_ layout: WeightLayout?, _ shape: [Int]) throws -> Tensor {
    if let layout { return try files.tensor(layout) }
    return try Tensor(shape: shape) { $0.update(repeating: 0) }
  }
}
