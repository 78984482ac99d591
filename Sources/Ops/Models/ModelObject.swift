// Models as values of the language: `m.blocks[3].heads[1].wq`. Read-only views; every tensor is a strided view of the file.

import Lang
import Runtime

/// A loaded model.
public final class ModelObject: Object {
  public let weights: ModelWeights

  public init(_ weights: ModelWeights) {
    self.weights = weights
    super.init()
  }

  public var name: String { weights.name }
  public var configuration: ModelConfiguration { weights.configuration }
  public var tokenizer: Tokenizer? { weights.tokenizer }
  /// [vocabulary, d], labelled by token.
  public var wordEmbedding: Tensor { weights.wordEmbedding }
  /// [positions, d]
  public var positionEmbedding: Tensor? { weights.positionEmbedding }
  /// [vocabulary, d]: the word embedding unless the model has another.
  public var outputEmbedding: Tensor { weights.outputEmbedding }
  public private(set) lazy var finalNorm = NormObject(weights.finalNorm, of: weights)
  public private(set) lazy var blocks: [BlockObject] = weights.blocks.indices.map { BlockObject(weights, index: $0) }
  private lazy var blockList = ListObject(ContiguousArray(blocks.map(Value.object)))
  private lazy var headList = ListObject(ContiguousArray(blocks.flatMap(\.heads).map(Value.object)))
  private lazy var configRecord = weights.config.toValue()

  public override var typeName: String { "model" }
  public override var fieldNames: [String] {
    ["config", "wte", "wpe", "ln_f", "blocks", "heads", "lm_head", "tokenizer", "name"]
  }

  public override func help(forField name: String) -> String? { OtherLanguages.help(forModelField: name) }
  public override var assignmentHelp: String? { Self.weightHelp }

  /// What to do in place of changing a weight.
  static let weightHelp =
    "weights are only read: a name of its own can be changed, W = m.wte and then W[0] = 0 * W[0];\n"
    + "forward(m, text, edit={…}) changes what a pass computes"

  public override func field(_ name: String) throws -> Value? {
    switch name {
    case "config": return configRecord
    case "wte": return .tensor(wordEmbedding)
    case "wpe": return positionEmbedding.map(Value.tensor) ?? .nil
    case "ln_f": return .object(finalNorm)
    case "blocks": return .object(blockList)
    case "heads": return .object(headList)
    case "lm_head": return .tensor(outputEmbedding)
    case "tokenizer": return tokenizer.map { .object(TokenizerObject($0)) } ?? .nil
    case "name": return .string(self.name)
    default: return nil
    }
  }

  /// "model mini: gpt2, 6 blocks x 6 heads, width 192, 8192 tokens, 4.3 M parameters"
  public override var description: String {
    let c = configuration
    let sizes =
      "\(counted(c.blocks, "block")) x \(counted(c.heads, "head")), width \(c.width), \(c.vocabularySize) tokens"
    return "model \(name): \(weights.architecture.name), \(sizes), \(countText(weights.parameterCount)) parameters"
  }

  public override var summary: String { "model \(name)" }

  private func countText(_ count: Int) -> String {
    switch count {
    case 1_000_000_000...: formatFixed(Double(count) / 1e9, decimals: 1) + " G"
    case 1_000_000...: formatFixed(Double(count) / 1e6, decimals: 1) + " M"
    default: String(count)
    }
  }

  /// The object of loaded weights: the same one as long as somebody holds it.
  static func of(_ weights: ModelWeights) -> ModelObject {
    if let object = weights.object { return object }
    let object = ModelObject(weights)
    weights.object = object
    return object
  }
}

func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// One transformer block.
public final class BlockObject: Object {
  public let model: ModelWeights
  public let index: Int
  public let weights: BlockWeights
  public private(set) lazy var norm1 = NormObject(weights.norm1, of: model, block: index)
  public private(set) lazy var norm2 = NormObject(weights.norm2, of: model, block: index)
  public private(set) lazy var heads: [HeadObject] = (0..<model.configuration.heads).map {
    HeadObject(model, weights, block: index, index: $0)
  }
  private lazy var headList = ListObject(ContiguousArray(heads.map(Value.object)))

  init(_ model: ModelWeights, index: Int) {
    self.model = model
    self.index = index
    weights = model.blocks[index]
    super.init()
  }

  public override var typeName: String { "block" }
  public override var fieldNames: [String] { ["ln_1", "ln_2", "heads", "mlp", "bo", "index", "model"] }
  public override func help(forField name: String) -> String? { OtherLanguages.help(forBlockField: name) }
  public override var assignmentHelp: String? { ModelObject.weightHelp }

  public override func field(_ name: String) throws -> Value? {
    switch name {
    case "ln_1": return .object(norm1)
    case "ln_2": return .object(norm2)
    case "heads": return .object(headList)
    case "mlp": return mlp
    case "bo": return .tensor(weights.bo)
    case "index": return .number(index)
    case "model": return .object(ModelObject.of(model))
    default: return nil
    }
  }

  /// y = act(x w_in + b_in) w_out + b_out
  private var mlp: Value {
    .object(
      RecordObject([
        "w_in": .tensor(weights.mlpIn), "b_in": .tensor(weights.mlpInBias),
        "w_out": .tensor(weights.mlpOut), "b_out": .tensor(weights.mlpOutBias),
      ]))
  }

  public override var description: String {
    let c = model.configuration
    return
      "block \(index) of \(model.name): \(counted(c.heads, "head")) of width \(c.headWidth), MLP of width \(c.innerWidth)"
  }

  public override var summary: String { "block \(index) of \(model.name)" }
}

/// One attention head: q = x wq + bq, k = x wk + bk, v = x wv + bv, output v wo.
public final class HeadObject: Object {
  public let model: ModelWeights
  public let block: Int
  public let index: Int
  private let weights: BlockWeights

  init(_ model: ModelWeights, _ weights: BlockWeights, block: Int, index: Int) {
    self.model = model
    self.weights = weights
    self.block = block
    self.index = index
    super.init()
  }

  /// d
  public var width: Int { model.configuration.width }
  /// k
  public var headWidth: Int { model.configuration.headWidth }
  /// [d, k]
  public var wq: Tensor { weights.wq.plane(index) }
  public var wk: Tensor { weights.wk.plane(index / max(weights.keyGroup, 1)) }
  public var wv: Tensor { weights.wv.plane(index / max(weights.keyGroup, 1)) }
  /// [k, d]
  public var wo: Tensor { weights.wo.plane(index) }
  /// [k]
  public var bq: Tensor { weights.bq.plane(index) }
  public var bk: Tensor { weights.bk.plane(index / max(weights.keyGroup, 1)) }
  public var bv: Tensor { weights.bv.plane(index / max(weights.keyGroup, 1)) }

  public override var typeName: String { "head" }
  public override var fieldNames: [String] {
    ["wq", "wk", "wv", "wo", "bq", "bk", "bv", "index", "block", "model"]
  }
  public override func help(forField name: String) -> String? { OtherLanguages.help(forHeadField: name) }
  public override var assignmentHelp: String? { ModelObject.weightHelp }

  public override func field(_ name: String) throws -> Value? {
    switch name {
    case "wq": return .tensor(wq)
    case "wk": return .tensor(wk)
    case "wv": return .tensor(wv)
    case "wo": return .tensor(wo)
    case "bq": return .tensor(bq)
    case "bk": return .tensor(bk)
    case "bv": return .tensor(bv)
    case "index": return .number(index)
    case "block": return .number(block)
    case "model": return .object(ModelObject.of(model))
    default: return nil
    }
  }

  public override var description: String {
    "head \(index) of block \(block) of \(model.name): width \(headWidth) in \(width)"
  }

  /// "head 0.3 of mini": head 3 of block 0.
  public override var summary: String { "head \(block).\(index) of \(model.name)" }
}

/// One norm's gain, bias and ε.
public final class NormObject: Object {
  public let weights: NormWeights
  private let place: String

  init(_ weights: NormWeights, of model: ModelWeights, block: Int? = nil) {
    self.weights = weights
    place = (block.map { "block \($0) of " } ?? "") + model.name
    super.init()
  }

  /// [d]
  public var weight: Tensor { weights.weight }
  /// [d]
  public var bias: Tensor { weights.bias }
  public var epsilon: Float { weights.epsilon }

  public override var typeName: String { "norm" }
  public override var fieldNames: [String] { ["weight", "bias", "eps"] }
  public override var assignmentHelp: String? { ModelObject.weightHelp }

  public override func field(_ name: String) throws -> Value? {
    switch name {
    case "weight": return .tensor(weight)
    case "bias": return .tensor(bias)
    // The shortest decimal of the float32, so that 1e-5 reads as 1e-05 and not as 9.999999747378752e-06.
    case "eps": return .number(Double("\(epsilon)") ?? Double(epsilon))
    default: return nil
    }
  }

  public override var description: String {
    let kind = weights.kind == .layerNorm ? "layer norm" : "RMS norm"
    return
      "\(summary): \(kind), width \(weight.count), eps \(numberText(Double("\(epsilon)") ?? 0))"
  }

  public override var summary: String { "norm \(weights.name) of \(place)" }
}

extension Tensor {
  /// Entry `index` of the first axis, as a view. The index is the caller's own count, never a number of a program.
  fileprivate func plane(_ index: Int) -> Tensor {
    view(offset: offset + index * strides[0], shape: Array(shape.dropFirst()), strides: Array(strides.dropFirst()))
  }
}
