// The places in a forward pass whose activations have a name, so that they can be kept, edited and differentiated by:
// `blocks.5.head.3.q`.

import Lang
import Models
import Runtime

struct ActivationSite: Hashable {
  let part: ActivationPart
  /// Nil outside of the blocks.
  var block: Int?
  /// One head's share; for keys and values the number of a key head.
  var head: Int?

  init(_ part: ActivationPart, block: Int? = nil, head: Int? = nil) {
    (self.part, self.block, self.head) = (part, block, head)
  }

  /// The names of what a model has, as help shows them.
  static func forms(_ model: ModelWeights) -> String {
    let had = ActivationPart.allCases.filter { has($0, model) }
    let parts = had.map { ($0.isInBlocks ? "blocks.L." : "") + $0.entry.path }
    let shares = had.compactMap { part in
      part.entry.share.map { "blocks.L." + (part.form == .perKeyHead ? "kv.G" : "head.H") + $0 }
    }
    return (parts + ["blocks.L.resid_in"] + shares).joined(separator: ", ")
  }

  var name: String {
    let entry = part.entry
    guard let block else { return entry.path }
    guard let head else { return "blocks.\(block).\(entry.path)" }
    return "blocks.\(block).\(part.form == .perKeyHead ? "kv" : "head").\(head)\(entry.share ?? "")"
  }

  /// All heads' activation, if this is one head's share of it.
  var whole: ActivationSite { ActivationSite(part, block: block) }

  /// Axis of the tokens in the activation of one text.
  var tokenAxis: Int { head == nil ? part.form.tokenAxis : 0 }

  /// The first block that has to run for it, and the first that need not have run before.
  var firstBlock: Int { part == .embed ? 0 : part == .resid ? (block ?? 0) + 1 : block ?? .max }

  /// How many blocks have to run for it; nil for all.
  var blocksBefore: Int? { part == .embed ? 0 : block.map { $0 + 1 } }

  /// The site of that name. Throws with the range of the number that is out of it, or with a name that is near.
  init(_ name: String, in model: ModelWeights) throws {
    if let found = try Self.found(name, in: model) {
      self = found
      return
    }
    let c = model.sizes
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let block = parts.count > 1 ? Int(parts[1]).map { min(max($0, 0), c.blocks - 1) } ?? 0 : 0
    let candidates = Self.ends(model) + Self.sites(ofBlock: block, model)
    throw Fault.noActivation(name, near: nearestName(to: name, among: candidates.map(\.name)), model)
  }

  private static func found(_ name: String, in model: ModelWeights) throws -> ActivationSite? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let c = model.sizes
    if parts.count > 2, parts[0] == "blocks", ["head", "attn", "kv"].contains(parts[2]), c.heads == 0 {
      throw Fault.noHeads(model)
    }
    if parts.count > 2, parts[0] == "blocks", let block = Int(parts[1]) {
      guard block >= 0, block < c.blocks else {
        throw Fault.noSuchPart(name, "model \(model.name) has blocks 0 to \(c.blocks - 1)")
      }
      if parts.count > 3, let head = Int(parts[3]) {
        let (count, kind) = parts[2] == "kv" ? (c.keyHeads, "key heads") : (c.heads, "heads")
        if parts[2] == "head" || parts[2] == "kv", head < 0 || head >= count {
          throw Fault.noSuchPart(name, "block \(block) of \(model.name) has \(kind) 0 to \(count - 1)")
        }
      }
      if parts.count == 3, parts[2] == "resid_in" {
        return block == 0 ? ActivationSite(.embed) : ActivationSite(.resid, block: block - 1)
      }
      if let site = sites(ofBlock: block, model).first(where: { $0.name == name }) { return site }
    }
    return ends(model).first { $0.name == name }
  }

  /// Whether it is the name of a site.
  static func exists(_ name: String, in model: ModelWeights) -> Bool {
    (try? found(name, in: model)).flatMap { $0 } != nil
  }

  /// All names of a model's activations, in the order of the pass.
  static func names(of model: Value) -> [String] {
    guard let model = (model.asObject as? ModelObject)?.weights else { return [] }
    let blocks = (0..<model.sizes.blocks).flatMap { sites(ofBlock: $0, model) }
    let ends = ends(model)
    return (ends.prefix(1) + blocks + ends.dropFirst()).map(\.name)
  }

  /// The sites outside of the blocks. A model without a final norm has none after it.
  static func ends(_ model: ModelWeights) -> [ActivationSite] {
    let parts: [ActivationPart?] = [
      .embed, model.finalNorm == nil ? nil : .finalNorm, model.readout == nil ? nil : .logits,
    ]
    return parts.compactMap { $0.map { ActivationSite($0) } }
  }

  private static func sites(ofBlock block: Int, _ model: ModelWeights) -> [ActivationSite] {
    let weights = model.blocks[block]
    let parts = ActivationPart.allCases.filter { weights.has($0) }
    let shares = parts.filter { $0.entry.share != nil }.flatMap { part in
      let heads = part.form == .perKeyHead ? model.sizes.keyHeads : model.sizes.heads
      return (0..<heads).map { ActivationSite(part, block: block, head: $0) }
    }
    return parts.map { ActivationSite($0, block: block) } + shares
  }

  /// Whether any block of the model, or its ends, has such an activation.
  static func has(_ part: ActivationPart, _ model: ModelWeights) -> Bool {
    part.isInBlocks ? model.blocks.contains { $0.has(part) } : ends(model).contains { $0.part == part }
  }
}
