// Blocks, heads and norms as values of the language.

import Lang
import Runtime

/// One transformer block.
package final class BlockObject: Object {
  package let model: ModelWeights
  package let index: Int
  package let weights: BlockWeights
  package private(set) lazy var heads: [HeadObject] =
    weights.heads.map { attention in
      (0..<attention.layout.heads).map { HeadObject(model, attention, block: index, index: $0) }
    } ?? []
  private lazy var headList = ListObject(ContiguousArray(heads.map(Value.object)))
  private lazy var norms: [String: NormObject] = {
    let (attention, mlp) = (weights.attention, weights.mlp)
    let found: [(String, NormWeights?)] = [
      ("ln_1", attention.before ?? weights.attentionStep.post), ("ln_1_post", attention.after),
      ("ln_2", mlp.before ?? weights.mlpStep.post), ("ln_2_post", mlp.after),
    ]
    return Dictionary(
      uniqueKeysWithValues: found.compactMap { name, norm in
        norm.map { (name, NormObject($0, name, of: model, block: index)) }
      })
  }()

  init(_ model: ModelWeights, index: Int) {
    self.model = model
    self.index = index
    weights = model.blocks[index]
    super.init()
  }

  /// The norm whose output the heads read: before the attention, or, where norms stand after the sums, the one before the block.
  /// Nil where the heads read the state as it is.
  var inputNorm: NormObject? {
    if weights.attention.before != nil { return norms["ln_1"] }
    guard index > 0 else { return model.embeddingNorm.map { NormObject($0, "ln_e", of: model) } }
    let last = model.blocks[index - 1].steps.last?.post
    return last.map { NormObject($0, "ln_2", of: model, block: index - 1) }
  }

  package override var typeName: String { "block" }
  package override var fieldNames: [String] {
    [
      "ln_1", "ln_2", "ln_1_post", "ln_2_post", "ln_in", "heads", "tokens", "mlp", "bo", "q_norm", "k_norm", "mask",
      "window",
      "rotary", "cap", "kind", "skip", "index", "model",
    ]
  }
  package override func help(forField name: String) -> String? { OtherLanguages.help(forBlockField: name) }
  package override var assignmentHelp: String? { ModelObject.weightHelp }

  package override func field(_ name: String) throws -> Value? {
    let layout = weights.heads?.layout
    switch name {
    case "ln_1", "ln_2", "ln_1_post", "ln_2_post": return norms[name].map(Value.object) ?? .nil
    case "ln_in": return inputNorm.map(Value.object) ?? .nil
    case "heads":
      if weights.heads == nil { throw Fault.noHeads(model) }
      return .object(headList)
    case "tokens": return try record(of: weights.attention.tokens)
    case "mlp": return try record(of: weights.mlp.mlp)
    case "bo": return try weights.heads?.bo.map(Value.tensor) ?? zeros([model.width])
    case "q_norm": return headNorms("q_norm", weights.heads?.qNorm)
    case "k_norm": return headNorms("k_norm", weights.heads?.kNorm)
    case "mask": return layout.map { .string($0.mask.name) } ?? .nil
    case "window": return layout?.mask.window.map { .number($0) } ?? .nil
    case "rotary": return rotary(layout?.position.rotary)
    case "cap": return layout?.cap.map { .number(readable($0)) } ?? .nil
    case "kind": return .string(weights.kind)
    case "skip": return .string(weights.attentionStep.skipsFromNorm ? "norm" : "state")
    case "index": return .number(index)
    case "model": return .object(ModelObject.of(model))
    default: return nil
    }
  }

  /// y = act(x w_in + b_in) w_out + b_out, with a gate (act(x w_gate + b_gate) * (x w_in + b_in)) w_out + b_out.
  private func record(of mlp: MLPWeights?) throws -> Value {
    guard let mlp else { return .nil }
    let record = RecordObject()
    func add(_ name: String, _ matrix: Tensor, _ biasName: String, _ bias: Tensor?) throws {
      record[name] = .tensor(matrix)
      record[biasName] = try bias.map(Value.tensor) ?? zeros([matrix.shape[1]])
    }
    try add("w_in", mlp.win, "b_in", mlp.bin)
    if let gate = mlp.gate { try add("w_gate", gate, "b_gate", mlp.bgate) }
    try add("w_out", mlp.out, "b_out", mlp.bout)
    return .object(record)
  }

  /// A norm, or a list of them where every head has its own; nil where there is none.
  private func headNorms(_ name: String, _ weights: HeadNormWeights?) -> Value {
    guard let weights else { return .nil }
    let objects = weights.norms.map { NormObject($0, name, of: model, block: index) }
    return objects.count == 1 ? .object(objects[0]) : .list(objects.map(Value.object))
  }

  private func rotary(_ rotary: Rotary?) -> Value {
    guard let rotary else { return .nil }
    return .object(
      RecordObject([
        "dims": .number(rotary.dimensions), "base": .number(rotary.base), "type": .string(rotary.type),
        "pairing": .string(rotary.pairing.rawValue), "frequencies": .list(rotary.frequencies.map(Value.number)),
        "factor": .number(rotary.factor),
      ]))
  }

  package override var description: String {
    let c = model.sizes
    let first =
      weights.attention.tokens.map { "MLP over the tokens of width \($0.win.shape[1])" }
      ?? "\(counted(c.heads, "head")) of width \(c.headWidth)"
    return "block \(index) of \(model.name): \(first), MLP of width \(c.innerWidth)"
  }

  package override var summary: String { "block \(index) of \(model.name)" }
}

/// What stands for a bias that a family does not have.
func zeros(_ shape: [Int]) throws -> Value { .tensor(try Tensor(shape: shape) { $0.update(repeating: 0) }) }

/// One attention head: q = x wq + bq, k = x wk + bk, v = x wv + bv, output v wo.
package final class HeadObject: Object {
  package let model: ModelWeights
  package let block: Int
  package let index: Int
  package let weights: AttentionWeights

  init(_ model: ModelWeights, _ weights: AttentionWeights, block: Int, index: Int) {
    self.model = model
    self.weights = weights
    self.block = block
    self.index = index
    super.init()
  }

  /// d
  package var width: Int { model.sizes.width }
  /// k
  package var headWidth: Int { weights.layout.width }
  /// The head whose keys and values this one reads, of those that have their own.
  package var keyHead: Int { index / weights.keyGroup }
  /// [d, k]
  package var wq: Tensor { weights.wq.plane(index) }
  package var wk: Tensor { weights.wk.plane(keyHead) }
  package var wv: Tensor { weights.wv.plane(keyHead) }
  /// [k, d]
  package var wo: Tensor { weights.wo.plane(index) }
  /// [k], nil where the family has none.
  package var bq: Tensor? { weights.bq?.plane(index) }
  package var bk: Tensor? { weights.bk?.plane(keyHead) }
  package var bv: Tensor? { weights.bv?.plane(keyHead) }

  package override var typeName: String { "head" }
  package override var fieldNames: [String] {
    ["wq", "wk", "wv", "wo", "bq", "bk", "bv", "scale", "slope", "kv", "index", "block", "model"]
  }
  package override func help(forField name: String) -> String? { OtherLanguages.help(forHeadField: name) }
  package override var assignmentHelp: String? { ModelObject.weightHelp }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "wq": return .tensor(wq)
    case "wk": return .tensor(wk)
    case "wv": return .tensor(wv)
    case "wo": return .tensor(wo)
    case "bq": return try bq.map(Value.tensor) ?? zeros([headWidth])
    case "bk": return try bk.map(Value.tensor) ?? zeros([headWidth])
    case "bv": return try bv.map(Value.tensor) ?? zeros([headWidth])
    case "scale": return .number(weights.layout.scale)
    case "slope":
      guard case .linear(let slopes) = weights.layout.position else { return .nil }
      return .number(readable(slopes[index]))
    case "kv": return .number(keyHead)
    case "index": return .number(index)
    case "block": return .number(block)
    case "model": return .object(ModelObject.of(model))
    default: return nil
    }
  }

  package override var description: String {
    "head \(index) of block \(block) of \(model.name): width \(headWidth) in \(width)"
  }

  /// "head 0.3 of mini": head 3 of block 0.
  package override var summary: String { "head \(block).\(index) of \(model.name)" }
}

/// One norm's gain, bias and ε.
package final class NormObject: Object {
  package let weights: NormWeights
  private let label: String
  private let place: String

  init(_ weights: NormWeights, _ label: String, of model: ModelWeights, block: Int? = nil) {
    self.weights = weights
    self.label = label
    place = (block.map { "block \($0) of " } ?? "") + model.name
    super.init()
  }

  package override var typeName: String { "norm" }
  package override var fieldNames: [String] { ["kind", "weight", "bias", "eps"] }
  package override var assignmentHelp: String? { ModelObject.weightHelp }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "kind": return .string(weights.kind.rawValue)
    case "weight": return .tensor(weights.gain)
    case "bias": return try weights.bias.map(Value.tensor) ?? zeros([weights.width])
    case "eps": return .number(readable(weights.epsilon))
    default: return nil
    }
  }

  package override func isEqual(to other: Object) -> Bool { (other as? NormObject)?.weights === weights }

  package override var description: String {
    "\(summary): \(weights.kind.phrase), width \(weights.width), eps \(numberText(readable(weights.epsilon)))"
  }

  package override var summary: String { "norm \(label) of \(place)" }
}

extension Tensor {
  /// Entry `index` of the first axis, as a view. The index is the caller's own count, never a number of a program.
  fileprivate func plane(_ index: Int) -> Tensor {
    view(offset: offset + index * strides[0], shape: Array(shape.dropFirst()), strides: Array(strides.dropFirst()))
  }
}
