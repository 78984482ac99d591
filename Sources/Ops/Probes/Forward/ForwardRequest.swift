// What a caller of `forward` wants of a pass: what is kept, where it stops, what is rewritten on the way.

import Lang
import Models
import Runtime

/// The parts of a pass that can be kept.
enum KeptPart: String, CaseIterable {
  case ids, tokens, resid, attn, mlp, logits, next, past

  /// What is kept when nobody says.
  static let usual: Set<KeptPart> = [.ids, .tokens, .resid, .attn, .mlp, .logits]
}

struct ForwardRequest {
  let kept: Set<KeptPart>
  /// Blocks to run.
  let blocks: Int
  let edits: ForwardEdits

  init(_ call: Call, model: ModelWeights, keep: Int, upto: Int, edit: Int) throws {
    let all = model.sizes.blocks
    blocks = call.isNil(upto) ? all : try call.whole(upto, atLeast: 0)
    guard blocks <= all else {
      throw Fault.badValue("`forward` cannot run \(blocks) blocks: model \(model.name) has \(all)")
    }
    edits = try ForwardEdits(call, model: model, parameter: edit)
    var usual = KeptPart.usual
    if blocks < all || model.readout == nil { usual.remove(.logits) }
    if model.sizes.heads == 0 { usual.remove(.attn) }
    kept = try Self.parts(call, keep) ?? usual
    if model.sizes.heads == 0, !call.isNil(keep), kept.contains(.attn) { throw Fault.noHeads(model) }
    if !model.isCausal, kept.contains(.next) || kept.contains(.past) { throw Fault.notCausal(model) }
    if model.readout == nil, kept.contains(.logits) || kept.contains(.next) { throw Fault.noHead(model) }
    if blocks < all, let part = [KeptPart.logits, .next, .past].first(where: kept.contains) {
      throw Fault.badValue(
        "`forward` cannot keep \"\(part.rawValue)\" with upto=\(blocks): it needs all \(all) blocks",
        help: "ln(r.resid[-1], m.ln_f) @ m.lm_head.T reads a state as the last one; logit_lens does so for all of them")
    }
    try edits.checkReached(blocks: blocks, hasLogits: !kept.isDisjoint(with: [.logits, .next]))
  }

  /// What a probe wants of the first blocks.
  init(upto blocks: Int, keeping kept: Set<KeptPart>, edits: ForwardEdits) {
    (self.blocks, self.kept, self.edits) = (blocks, kept, edits)
  }

  func keeps(_ part: KeptPart) -> Bool { kept.contains(part) }

  /// Nil when the argument is.
  private static func parts(_ call: Call, _ index: Int) throws -> Set<KeptPart>? {
    if call.isNil(index) { return nil }
    let words = try call[index].asString.map { [Value.string($0)] } ?? Array(call.list(index))
    return Set(
      try words.enumerated().map { place, value in
        guard let word = value.asString else { throw call.wrongElement(index, "a list of names", at: place, value) }
        guard let part = KeptPart(rawValue: word) else {
          throw Fault.badChoice(
            operation: "forward", parameter: "keep", got: word, allowed: KeptPart.allCases.map(\.rawValue))
        }
        return part
      })
  }
}

/// Functions of the language that rewrite activations.
struct ForwardEdits {
  private var functions: [ActivationSite: Value] = [:]
  private let call: Call

  /// None.
  init(of call: Call) { self.call = call }

  init(_ call: Call, model: ModelWeights, parameter: Int) throws {
    self.call = call
    guard let record = call[parameter].asRecord else { return }
    for (key, function) in record.entries {
      let site = try ActivationSite(key.name, in: model)
      guard let kind = function.asObject?.kind, kind == .function || kind == .builtin else {
        throw Fault.badEdit(key.name, got: function)
      }
      let shape = try call.shape(of: function)
      guard shape.required <= 1, shape.takesRest || !shape.parameters.isEmpty else {
        throw Fault.badEdit(key.name, takes: shape, at: (function.asObject as? FunctionObject)?.wholePlace)
      }
      functions[site] = function
    }
  }

  func touches(_ site: ActivationSite) -> Bool { !functions.isEmpty && functions[site] != nil }

  /// Heads of a block that are edited, in order.
  package func heads(ofBlock block: Int) -> [Int] {
    functions.keys.compactMap { site in
      if case .head(block, let head) = site { head } else { nil }
    }.sorted()
  }

  /// What the edit of a site makes of its activation: of the same shape, under the same labels.
  func applied(_ site: ActivationSite, to activation: Tensor) throws -> Tensor {
    guard !functions.isEmpty, let function = functions[site] else { return activation }
    let value = try call.apply(function, .tensor(activation))
    guard var result = value.asTensor, result.shape == activation.shape else {
      throw Fault.badEditResult(site, shape: activation.shape, got: value)
    }
    result = try result.rowMajor()
    result.labels = activation.labels
    return result
  }

  /// Throws for an edit that the pass does not come to.
  func checkReached(blocks: Int, hasLogits: Bool) throws {
    for site in functions.keys.sorted(by: { $0.name < $1.name }) {
      if let block = site.block, block >= blocks {
        throw Fault.editNotReached(site, "upto=\(blocks) stops before block \(block)")
      }
      if site == .logits || site == .finalNorm, !hasLogits {
        throw Fault.editNotReached(site, "no logits are computed")
      }
    }
  }
}
