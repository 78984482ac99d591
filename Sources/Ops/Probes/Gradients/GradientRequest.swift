// What a caller of `forward` wants differentiated: cotangents, or a metric that gives one, and what is held constant.

import Kernels
import Lang
import Models
import Runtime

struct GradientRequest {
  private enum Source {
    /// One set for each text.
    case tensors([[ActivationSite: Tensor]])
    /// A function of the record of a pass.
    case metric(Value)
  }

  private let source: Source
  let holdsPattern, holdsNorms: Bool
  /// Where cotangents are given.
  let sites: Set<ActivationSite>
  private let call: Call

  /// Whether the cotangent is a function of what the pass gives.
  var hasMetric: Bool { if case .metric = source { true } else { false } }
  /// Whether cotangents come down from the logits.
  var readsLogits: Bool { sites.contains { $0.part == .logits || $0.part == .finalNorm } }

  /// Nil when `grad` is.
  init?(_ call: Call, _ index: Int, freeze: Int, model: ModelWeights, texts: PassInputs) throws {
    let frozen = try Self.frozen(call, freeze)
    if call.isNil(index) {
      guard frozen.isEmpty else {
        throw Fault.badValue("`freeze` holds something constant while `grad` differentiates: give both")
      }
      return nil
    }
    self.call = call
    (holdsPattern, holdsNorms) = (frozen.contains("pattern"), frozen.contains("norm"))
    if let record = call[index].asRecord, let function = record["cotangent"], record["value"] != nil {
      guard let kind = function.asObject?.kind, kind == .function || kind == .builtin else {
        throw Fault.badGradient(
          "the `cotangent` of a metric is a function of the record of a pass, got \(function.typePhrase)")
      }
      (source, sites) = (.metric(function), [ActivationSite(.logits)])
      return
    }
    let values = try Self.each(call[index], texts)
    let read = try values.indices.map { text in
      try Self.cotangents(values[text], model, tokens: texts.all[text].count, before: texts.before[text])
    }
    (source, sites) = (.tensors(read), Set(read.flatMap(\.keys)))
  }

  /// The words of `freeze`.
  static let freezable = ["pattern", "norm"]

  private static func frozen(_ call: Call, _ index: Int) throws -> Set<String> {
    if call.isNil(index) { return [] }
    let words = try call[index].asString.map { [Value.string($0)] } ?? Array(call.list(index))
    return Set(
      try words.enumerated().map { place, value in
        guard let word = value.asString else { throw call.wrongElement(index, "a list of names", at: place, value) }
        guard freezable.contains(word) else {
          throw Fault.badChoice(operation: "forward", parameter: "freeze", got: word, allowed: freezable)
        }
        return word
      })
  }

  /// One value for each text: of several texts a list has one each, anything else serves all.
  private static func each(_ value: Value, _ texts: PassInputs) throws -> [Value] {
    guard texts.isBatch, let items = value.asList?.items, items.contains(where: { $0.asNumber == nil }) else {
      return [Value](repeating: value, count: texts.all.count)
    }
    guard items.count == texts.all.count else {
      throw Fault.badGradient("`grad` is a list of \(items.count) for \(counted(texts.all.count, "text"))")
    }
    return Array(items)
  }

  /// The cotangents of one text.
  private static func cotangents(
    _ value: Value, _ model: ModelWeights, tokens: Int, before: Int
  ) throws -> [ActivationSite: Tensor] {
    guard let record = value.asRecord else {
      guard model.readout != nil else { throw Fault.noHead(model) }
      return [ActivationSite(.logits): try cotangent(value, ActivationSite(.logits), "logits", model, tokens, before)]
    }
    var found: [ActivationSite: Tensor] = [:]
    for (key, value) in record.entries {
      let site = try ActivationSite(key.name, in: model)
      guard found[site] == nil else {
        throw Fault.badGradient("there are two cotangents of \(Printer.quoted(site.name))")
      }
      found[site] = try cotangent(value, site, key.name, model, tokens, before)
    }
    guard !found.isEmpty else { throw Fault.badGradient("`grad` is an empty record") }
    return found
  }

  private static func cotangent(
    _ value: Value, _ site: ActivationSite, _ name: String, _ model: ModelWeights, _ tokens: Int, _ before: Int
  ) throws -> Tensor {
    if value.asObject?.kind == .function || value.asObject?.kind == .builtin {
      throw Fault.plainFunctionHasNoGradient()
    }
    let wanted = site.shape(tokens: tokens, before: before, model)
    guard let tensor = try value.asTensor ?? Tensor(nested: value) else {
      throw Fault.badGradient("the cotangent of \(Printer.quoted(name)) is a tensor, got \(value.typePhrase)")
    }
    guard tensor.shape == wanted || site.part == .logits && tensor.shape == wanted.suffix(1) else {
      throw Fault.badCotangent(name, tensor.shape, wanted: wanted, isOfLogits: site.part == .logits)
    }
    return tensor.renamed([])
  }

  /// Throws for what cannot be differentiated, and for cotangents of what the pass does not come to; `reason`: why, nil if it does.
  func check(_ edits: ForwardEdits, reason: (ActivationSite) -> String?) throws {
    if let site = edits.function { throw Fault.functionEditHasNoGradient(site) }
    for site in sites.sorted(by: { $0.name < $1.name }) {
      if let reason = reason(site) {
        throw Fault.badGradient("there is no \(Printer.quoted(site.name)) to differentiate by: \(reason)")
      }
    }
  }

  /// The cotangents of text number `number`, whose record is `record`.
  func cotangents(
    ofText number: Int, _ record: RecordObject, _ model: ModelWeights, tokens: Int, before: Int
  ) throws -> [ActivationSite: Tensor] {
    switch source {
    case .tensors(let all): return all[number]
    case .metric(let function):
      let value = try call.apply(function, .object(record))
      let logits = ActivationSite(.logits)
      return [logits: try Self.cotangent(value, logits, "logits", model, tokens, before)]
    }
  }
}

extension ActivationSite {
  /// The shape of the activation of a text of `tokens`, `before` which others were read.
  func shape(tokens n: Int, before: Int, _ model: ModelWeights) -> [Int] {
    let c = model.sizes
    let whole: [Int]
    switch part {
    case .queries, .readings: whole = [c.heads, n, c.headWidth]
    case .keys, .values: whole = [c.keyHeads, n, c.headWidth]
    case .scores, .pattern: whole = [c.heads, n, before + n]
    case .heads: whole = [c.heads, n, c.width]
    case .hidden: whole = [n, c.innerWidth]
    case .logits:
      let width = model.readout?.words.shape[0] ?? 0
      whole = model.saysOnce ? [width] : [n, width]
    default: whole = [n, c.width]
    }
    return head == nil ? whole : Array(whole.dropFirst())
  }
}
