// What a caller of `forward` wants of a pass: what is kept, where it starts and stops, what is rewritten on the way, what is
// differentiated.

import Lang
import Models
import Runtime

struct ForwardRequest {
  /// What can be kept that is no activation.
  enum Extra: String, CaseIterable {
    case ids, tokens, next, past
  }

  /// Names that `keep` takes whatever the model.
  static let words = ["ids", "tokens"] + ActivationPart.fields + ["next", "past"]

  private(set) var extras: Set<Extra>
  /// Fields of the record, each with the activations of all blocks.
  let fields: Set<String>
  /// Single activations, under the names that they were asked for by.
  let sites: [(name: String, site: ActivationSite)]
  /// Blocks to run.
  let blocks: Range<Int>
  let edits: ForwardEdits
  let start: ForwardStart?
  let gradient: GradientRequest?
  private let keptSites: Set<ActivationSite>
  /// For what is outside of the blocks, and for each block, which parts are kept, edited or have a gradient of their own: one bit each.
  private let marks: [UInt32]

  /// Numbers of the parameters.
  struct Parameters {
    let keep, upto, edit, from, grad, freeze: Int
  }

  init(_ call: Call, _ parameters: Parameters, model: ModelWeights, texts: PassInputs) throws {
    let all = model.sizes.blocks
    let end = call.isNil(parameters.upto) ? all : try call.whole(parameters.upto, atLeast: 0)
    guard end <= all else {
      throw Fault.badValue("`forward` cannot run \(end) blocks: model \(model.name) has \(all)")
    }
    let start = try ForwardStart(call, parameters.from, model: model, texts: texts)
    if let start, start.block > end {
      throw Fault.badValue("`forward` cannot start at block \(start.block) with upto=\(end)")
    }
    let kept = try Kept(call, parameters.keep, model: model, blocks: end)
    let gradient = try GradientRequest(call, parameters.grad, freeze: parameters.freeze, model: model, texts: texts)
    let edits = try ForwardEdits(call, model: model, parameter: parameters.edit, texts: texts)
    (extras, fields, sites) = (kept.extras, kept.fields, kept.sites)
    (self.start, self.edits, self.gradient) = (start, edits, gradient)
    // A metric reads what the model says next.
    if let gradient, gradient.hasMetric, model.isCausal { extras.insert(.next) }
    keptSites = Set(kept.sites.map(\.site))
    let first = start?.block ?? 0
    // Blocks behind all that is asked for are not run.
    let isOfSites =
      call.isNil(parameters.upto) && gradient == nil && fields.isEmpty && extras.isSubset(of: [.ids, .tokens])
    let needed = keptSites.union(edits.sites).map { $0.blocksBefore ?? all }.max() ?? 0
    blocks = first..<(isOfSites ? max(needed, first) : end)
    marks = Self.marks(fields, keptSites.union(edits.sites).union(gradient?.sites ?? []), blocks: all)
    try check(model, all)
  }

  private static func marks(_ fields: Set<String>, _ sites: Set<ActivationSite>, blocks: Int) -> [UInt32] {
    var marks = [UInt32](repeating: 0, count: blocks + 1)
    for field in fields {
      for part in ActivationPart.parts(ofField: field) {
        for block in part.isInBlocks ? 1..<blocks + 1 : 0..<1 { marks[block] |= 1 << UInt32(part.rawValue) }
      }
    }
    for site in sites { marks[(site.block ?? -1) + 1] |= 1 << UInt32(site.part.rawValue) }
    return marks
  }

  /// Throws for names in `keep` that the model has not, before a file is looked for.
  static func checkNames(_ call: Call, _ parameters: Parameters, model: ModelWeights) throws {
    _ = try Kept(call, parameters.keep, model: model, blocks: model.sizes.blocks)
    for key in call[parameters.edit].asRecord?.entries.keys.map(\.name) ?? [] { _ = try ActivationSite(key, in: model) }
  }

  /// What a probe wants of the first blocks.
  init(of call: Call, upto blocks: Int, keeping sites: [ActivationSite]) {
    (extras, fields, self.blocks, start, gradient) = ([], [], 0..<blocks, nil, nil)
    self.sites = sites.map { ($0.name, $0) }
    edits = ForwardEdits(of: call)
    keptSites = Set(sites)
    marks = Self.marks([], keptSites, blocks: blocks)
  }

  /// Throws for what cannot be computed as it is asked for.
  private func check(_ model: ModelWeights, _ all: Int) throws {
    let reads = keepsLogits || keepsNext || gradient?.readsLogits == true
    if model.readout == nil, reads { throw Fault.noHead(model) }
    if blocks.upperBound < all {
      let wanted = [
        keepsLogits ? "logits" : nil, keeps(ActivationSite(.finalNorm)) ? "ln_f" : nil,
        extras.contains(.next) ? "next" : nil,
        extras.contains(.past) ? "past" : nil,
      ]
      if let name = wanted.compactMap({ $0 }).first { throw Fault.needsAllBlocks(name, upto: blocks.upperBound, all) }
      if gradient?.readsLogits == true { throw Fault.gradientNeedsLogits(upto: blocks.upperBound, all) }
    }
    if extras.contains(.past), blocks.lowerBound > 0 { throw Fault.pastNeedsAllBlocks(from: blocks.lowerBound) }
    for (name, site) in sites where !runs(site) {
      throw Fault.badValue("there is no \(Printer.quoted(name)) to keep: \(notReached(site))")
    }
    for site in edits.sites.sorted(by: { $0.name < $1.name }) {
      if !runs(site) { throw Fault.editNotReached(site, notReached(site)) }
      let isReached =
        site.part == .logits ? reads : site.part == .finalNorm ? reads || keeps(ActivationSite(.finalNorm)) : true
      guard isReached else { throw Fault.editNotReached(site, "no logits are computed") }
    }
    try gradient?.check(edits) { runs($0) ? nil : notReached($0) }
  }

  /// Whether the pass comes to a site, logits apart.
  private func runs(_ site: ActivationSite) -> Bool {
    if site.part == .embed || site.part == .resid {
      return blocks.lowerBound <= site.firstBlock && site.firstBlock <= blocks.upperBound
    }
    return site.block.map(blocks.contains) ?? true
  }

  private func notReached(_ site: ActivationSite) -> String {
    let block = site.block ?? 0
    return block >= blocks.upperBound
      ? "upto=\(blocks.upperBound) stops before block \(block)"
      : "`from` starts at block \(blocks.lowerBound)"
  }

  // MARK: What is kept

  func keeps(_ extra: Extra) -> Bool { extras.contains(extra) }

  func keeps(_ site: ActivationSite) -> Bool {
    site.head == nil && fields.contains(site.part.entry.field) || keptSites.contains(site)
  }

  /// Whether logits of all rows are kept.
  var keepsLogits: Bool { keeps(ActivationSite(.logits)) }
  var keepsNext: Bool { extras.contains(.next) }

  /// Whether anybody looks at these activations.
  func touches(_ part: ActivationPart, _ block: Int?) -> Bool {
    marks[(block ?? -1) + 1] & (1 << UInt32(part.rawValue)) != 0
  }

  /// Rows behind what the heads of the last block read that somebody looks at.
  enum Rows { case all, last, none }

  /// The rows that are needed behind what the heads of block `index` read: where only the next token is asked for, those of the last
  /// tokens will do in the last block, and none where the pattern was all.
  func rows(behindHeadsOf index: Int) -> Rows {
    let ofHeads: [ActivationPart] = [.queries, .keys, .values, .scores, .pattern, .readings]
    let others = marks[index + 1] & ~ofHeads.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    let readsAllRows = others != 0 || touches(.logits, nil) || touches(.finalNorm, nil) || gradient != nil
    if readsAllRows || index != blocks.upperBound - 1 { return .all }
    return keepsNext ? .last : .none
  }

  /// Heads of a part whose shares are kept by themselves.
  func keptHeads(_ part: ActivationPart, _ block: Int?) -> [Int] {
    keptSites.isEmpty ? [] : keptSites.compactMap { $0.part == part && $0.block == block ? $0.head : nil }
  }

  /// The lowest block that the pull-back has to go through.
  var lowestBlock: Int {
    fields.contains { $0 != "logits" && $0 != "ln_f" } ? blocks.lowerBound : keptSites.map(\.firstBlock).min() ?? .max
  }
}

/// What `keep` says.
private struct Kept {
  var extras: Set<ForwardRequest.Extra> = []
  var fields: Set<String> = []
  var sites: [(name: String, site: ActivationSite)] = []

  init(_ call: Call, _ index: Int, model: ModelWeights, blocks: Int) throws {
    if call.isNil(index) {
      extras = [.ids, .tokens]
      fields = model.sizes.heads == 0 ? ["resid", "mlp"] : ["resid", "attn", "mlp"]
      if blocks == model.sizes.blocks, model.readout != nil { fields.insert("logits") }
      return
    }
    let words = try call[index].asString.map { [Value.string($0)] } ?? Array(call.list(index))
    for (place, value) in words.enumerated() {
      guard let word = value.asString else { throw call.wrongElement(index, "a list of names", at: place, value) }
      if let extra = ForwardRequest.Extra(rawValue: word) {
        if !model.isCausal, extra == .next || extra == .past { throw Fault.notCausal(model) }
        extras.insert(extra)
      } else if ActivationPart.fields.contains(word) {
        guard ActivationPart.parts(ofField: word).contains(where: { ActivationSite.has($0, model) }) else {
          if word == "logits" { throw Fault.noHead(model) }
          if word == "attn", model.sizes.heads == 0 { throw Fault.noHeads(model) }
          throw Fault.noActivation(word, near: nil, model)
        }
        fields.insert(word)
      } else if word.contains(".") || word == "embed" {
        let site = try ActivationSite(word, in: model)
        if !sites.contains(where: { $0.name == word }) { sites.append((word, site)) }
      } else {
        throw Fault.nothingToKeep(
          word, near: nearestName(to: word, among: ForwardRequest.words), model)
      }
    }
  }
}

/// What `from` says: a state that stands before a block.
struct ForwardStart {
  let block: Int
  /// [n, d], one for each text.
  private let states: [Tensor]

  /// Nil when the argument is.
  init?(_ call: Call, _ index: Int, model: ModelWeights, texts: PassInputs) throws {
    guard let record = call[index].asRecord else { return nil }
    if let key = record.entries.keys.first(where: { $0.name != "block" && $0.name != "resid" }) {
      throw Fault.badStart("`from` has no \(Printer.quoted(key.name))")
    }
    guard let number = record["block"]?.asNumber, let resid = record["resid"] else {
      throw Fault.badStart("`from` wants a block and the state before it")
    }
    block = try wholeNumber(number, what: "`block` of `from`")
    guard block >= 0, block < model.sizes.blocks else {
      throw Fault.badStart(
        "`from` cannot start at block \(block): model \(model.name) has blocks 0 to \(model.sizes.blocks - 1)")
    }
    let given = texts.isBatch ? resid.asList?.items.map { $0.asTensor } ?? [] : [resid.asTensor]
    guard given.count == texts.all.count else {
      throw Fault.badStart("`resid` of `from` is a list of states, one for each of \(counted(texts.all.count, "text"))")
    }
    states = try zip(given, texts.all).map { state, text in
      let shape = [text.count, model.width]
      guard let state, state.shape == shape else {
        throw Fault.badStart(
          "`resid` of `from` is \(Tensor.describe(shape: shape)) for \(counted(text.count, "token")), got "
            + (state.map { Tensor.describe(shape: $0.shape) } ?? "no tensor"))
      }
      return state
    }
  }

  /// The state of text number `text`.
  func state(of text: Int) -> Tensor { states[text] }
}
