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
  /// config.json as it was read, or what says the sizes in its place.
  package let config: JSON
  package let tokenizer: Tokenizer?
  /// [vocabulary, d or e], labelled when there is a tokenizer; nil in a model of images.
  package let wordEmbedding: Tensor?
  /// What a model of images reads; nil in one of words.
  package let patches: PatchWeights?
  /// How its images are made ready, as the files beside the weights say.
  package let imageSettings: ImageSettings
  /// What rows of it are multiplied by.
  package let embeddingScale: Float
  /// [e, d]: from a narrower embedding into the stream.
  package let inputProjection: Tensor?
  /// [positions, d]
  package let positionEmbedding: Tensor?
  /// [types, d]; nil where no token has a type.
  package let typeEmbedding: Tensor?
  package let embeddingNorm: NormWeights?
  /// A token that takes no position, which no text may hold.
  package let paddingID: Int?
  /// Nil where the state is the output of a norm already.
  package let finalNorm: NormWeights?
  /// What makes logits of normed states; nil where the files have no head.
  package let readout: ReadoutWeights?
  /// Names of the classes, where it says classes and they have names.
  package let classNames: [String]?
  package let pooler, nextSentence: LinearWeights?
  package let blocks: [BlockWeights]
  package let parameterCount: Int
  /// Kinds of the stored numbers, as safetensors calls them.
  package let storedTypes: [String]
  package let stored: [StoredWeights]
  /// The model's object while somebody holds it.
  weak var object: ModelObject?
  /// Eᵀ E of the word embedding, once it was asked for.
  package var wordGram: ColumnMatrix?
  private let toldOfKeyNorms = Lock(false)

  /// Checks that every tensor of the layout is there and has its shape. Reads none of the matrices' elements.
  init(
    name: String, family: Family, config: ConfigReader, files: WeightFiles, tokenizer: Tokenizer?,
    images: () throws -> ConfigReader? = { nil }
  ) throws {
    let layout = try family.read(config, files.shapes)
    let readout = layout.readout
    files.shapesTitle = config.title
    try files.name(as: family, byTensor: layout.input.firstTensor)
    var labels = tokenizer.map { Labels($0) }
    self.name = name
    self.family = family
    sizes = layout.sizes
    self.config = config.json
    self.tokenizer = tokenizer
    switch layout.input {
    case .words(let input):
      imageSettings = ImageSettings(config, preprocessor: nil)
      wordEmbedding = try files.tensor(input.words, labels: labels)
      patches = nil
      embeddingScale = input.scale
      try Self.check(tokenizer, layout.sizes, files)
      inputProjection = try input.projection.map { try files.tensor($0) }
      positionEmbedding = try input.positions.map { try files.tensor($0) }
      typeEmbedding = try input.types.map { try files.tensor($0) }
      paddingID = input.paddingID
      embeddingNorm = try input.norm.map { try NormWeights($0, files) }
    case .patches(let input):
      imageSettings = ImageSettings(config, preprocessor: try images())
      patches = try PatchWeights(input, files)
      positionEmbedding = try input.positions.map { try files.tensor($0) }
      (wordEmbedding, inputProjection, typeEmbedding, paddingID, embeddingNorm) = (nil, nil, nil, nil, nil)
      embeddingScale = 1
      labels = try readout.classNames.map { Labels(try TextVocabulary($0)) }
    }
    classNames = readout.classNames
    finalNorm = try readout.norm.map { try NormWeights($0, files) }
    self.readout = try ReadoutWeights(readout, tiedTo: wordEmbedding, labels: labels, family, config, files)
    pooler = try layout.pooler.flatMap { try LinearWeights(ifIn: files, $0) }
    nextSentence = try layout.nextSentence.flatMap { try LinearWeights(ifIn: files, $0) }
    blocks = try (0..<layout.sizes.blocks).map { try BlockWeights(layout.block($0), files) }
    try Self.checkDepth(layout, config, files)
    parameterCount = files.parameterCount
    storedTypes = files.types
    stored = try files.stored
    let unused = files.unused.filter { name in !Family.buffers.contains { name.hasSuffix($0) } }
    if let first = unused.first {
      guard !family.isClosed else {
        throw Fault.badWeights(
          files.path, tensor: first,
          reason: "by \(config.title) a plain \(family.name) has no such tensor, so this one is another model")
      }
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

  /// Whether a token reads only those before it, so that the last one says what comes next.
  package var isCausal: Bool { blocks.allSatisfy { $0.heads.map { $0.layout.mask != .full } ?? false } }

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
