// Models as values of the language: `m.blocks[3].heads[1].wq`. Read-only views; every tensor is a strided view of the file.

import Lang
import Runtime

/// A loaded model.
package final class ModelObject: Object {
  package let weights: ModelWeights

  package init(_ weights: ModelWeights) {
    self.weights = weights
    super.init()
  }

  package var name: String { weights.name }
  package var sizes: ModelSizes { weights.sizes }
  package var tokenizer: Tokenizer? { weights.tokenizer }
  /// [vocabulary, d], labelled by token; nil in a model of images.
  package var wordEmbedding: Tensor? { weights.wordEmbedding }
  /// [positions, d]
  package var positionEmbedding: Tensor? { weights.positionEmbedding }
  package private(set) lazy var finalNorm = weights.finalNorm.map { NormObject($0, "ln_f", of: weights) }
  package private(set) lazy var embeddingNorm = weights.embeddingNorm.map { NormObject($0, "ln_e", of: weights) }
  package private(set) lazy var blocks: [BlockObject] = weights.blocks.indices.map { BlockObject(weights, index: $0) }
  private lazy var blockList = ListObject(ContiguousArray(blocks.map(Value.object)))
  private lazy var headList = ListObject(ContiguousArray(blocks.flatMap(\.heads).map(Value.object)))
  private lazy var configRecord = weights.config.toValue()

  package override var typeName: String { "model" }
  package override var fieldNames: [String] {
    [
      "config", "wte", "embed_scale", "patch", "cls", "labels", "wpe", "wte_type", "positions", "project_in",
      "project_out", "ln_e", "ln_f",
      "blocks", "heads", "head", "lm_head", "lm_bias", "logit_cap", "pooler", "next_sentence", "tokenizer", "name",
    ]
  }

  package override func help(forField name: String) -> String? { OtherLanguages.help(forModelField: name) }
  package override var assignmentHelp: String? { Self.weightHelp }
  package override func reason(whyNil name: String) -> String? {
    name == "wte" && weights.patches != nil ? Fault.noWords(weights).message : nil
  }

  /// What to do in place of changing a weight.
  static let weightHelp =
    "weights are only read: a name of its own can be changed, W = m.wte and then W[0] = 0 * W[0];\n"
    + "forward(m, text, edit={…}) changes what a pass computes"

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "config": return configRecord
    case "wte": return wordEmbedding.map(Value.tensor) ?? .nil
    case "patch": return patchRecord
    case "cls": return weights.patches?.cls.map { .tensor($0.selected(axis: 0, index: 0)) } ?? .nil
    case "labels": return weights.classNames.map { .strings($0) } ?? .nil
    case "wpe": return positionEmbedding.map(Value.tensor) ?? .nil
    case "wte_type": return weights.typeEmbedding.map(Value.tensor) ?? .nil
    case "embed_scale": return .number(readable(weights.embeddingScale))
    case "positions": return sizes.positions.map { .number($0) } ?? .nil
    case "project_in": return weights.inputProjection.map(Value.tensor) ?? .nil
    case "project_out": return weights.readout?.projection.map(Value.tensor) ?? .nil
    case "ln_e": return embeddingNorm.map(Value.object) ?? .nil
    case "ln_f": return finalNorm.map(Value.object) ?? .nil
    case "lm_bias": return weights.readout?.bias.map(Value.tensor) ?? .nil
    case "logit_cap": return weights.readout?.cap.map { .number(readable($0)) } ?? .nil
    case "blocks": return .object(blockList)
    case "heads":
      if let block = weights.blocks.first, block.heads == nil { throw Fault.noHeads(weights) }
      return .object(headList)
    case "head": return headRecord
    case "lm_head": return weights.readout.map { .tensor($0.words) } ?? .nil
    case "pooler": return Self.record(weights.pooler)
    case "next_sentence": return Self.record(weights.nextSentence)
    case "tokenizer": return tokenizer.map { .object(TokenizerObject($0)) } ?? .nil
    case "name": return .string(self.name)
    default: return nil
    }
  }

  /// What comes before the unembedding where that alone makes no logits: ln(act(x w + b), norm).
  private var headRecord: Value {
    guard let transform = weights.readout?.transform else { return .nil }
    return .object(
      RecordObject([
        "w": .tensor(transform.linear.matrix), "b": .tensor(transform.linear.bias),
        "activation": .string(transform.activation.name),
        "norm": .object(NormObject(transform.norm, "head", of: weights)),
      ]))
  }

  /// x = patches w + b, and how an image is cut.
  private var patchRecord: Value {
    guard let patches = weights.patches else { return .nil }
    let grid = patches.grid
    return .object(
      RecordObject([
        "w": .tensor(patches.matrix), "b": .tensor(patches.bias), "rows": .number(grid.rows),
        "columns": .number(grid.columns), "size": .numbers(grid.imageShape),
        "height": .number(grid.patchHeight), "width": .number(grid.patchWidth), "channels": .number(grid.channels),
      ]))
  }

  private static func record(_ linear: LinearWeights?) -> Value {
    linear.map { .object(RecordObject(["w": .tensor($0.matrix), "b": .tensor($0.bias)])) } ?? .nil
  }

  /// "model mini: gpt2, 6 blocks x 6 heads, width 192, 8192 tokens, 4.3 M parameters"
  package override var description: String {
    let c = sizes
    let heads = c.heads == 0 ? "" : " x \(counted(c.heads, "head"))"
    let sizes = "\(counted(c.blocks, "block"))\(heads), width \(c.width), \(reading)"
    return "model \(name): \(weights.family.name), \(sizes), \(countText(weights.parameterCount)) parameters"
  }

  /// What the model reads: so many tokens, or patches of images of a size.
  private var reading: String {
    guard let grid = weights.patches?.grid else { return "\(sizes.vocabularySize) tokens" }
    return "images of \(grid.height)x\(grid.width) in \(grid.count) patches"
  }

  package override var summary: String { "model \(name)" }

  private func countText(_ count: Int) -> String {
    switch count {
    case 1_000_000_000...: formatFixed(Double(count) / 1e9, decimals: 1) + " G"
    case 1_000_000...: formatFixed(Double(count) / 1e6, decimals: 1) + " M"
    default: String(count)
    }
  }

  /// The object of loaded weights: the same one as long as somebody holds it.
  package static func of(_ weights: ModelWeights) -> ModelObject {
    if let object = weights.object { return object }
    let object = ModelObject(weights)
    weights.object = object
    return object
  }
}

/// A float32 as the shortest decimal that reads back as it, so that 1e-5 shows as 1e-05 and not as 9.999999747378752e-06.
func readable(_ x: Float) -> Double { Double("\(x)") ?? Double(x) }
