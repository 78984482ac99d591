// The places in a forward pass whose activations have a name, so that an edit can reach them: `blocks.5.head.3`.

import Lang
import Models
import Runtime

enum ActivationSite: Hashable {
  /// Word embedding plus position, [tokens, d].
  case embed
  /// Attention after softmax, [heads, tokens, tokens].
  case pattern(block: Int)
  /// What one head adds to the stream, without the attention's output bias, [tokens, d].
  case head(block: Int, head: Int)
  /// What the attention adds, [tokens, d].
  case attention(block: Int)
  /// What an MLP over the tokens adds, which stands where others have their attention, [tokens, d].
  case tokens(block: Int)
  /// What the MLP adds, [tokens, d].
  case mlp(block: Int)
  /// The state between the two steps of a block, [tokens, d]; there is none where attention and MLP stand side by side.
  case mid(block: Int)
  /// The state after a block, [tokens, d].
  case resid(block: Int)
  /// The state after the final norm, [tokens, d].
  case finalNorm
  /// [tokens, vocabulary]
  case logits

  /// As help shows the names.
  static let forms =
    "embed, blocks.L.attn.pattern, blocks.L.head.H, blocks.L.attn.out, blocks.L.tokens.out, blocks.L.mid, blocks.L.mlp.out, blocks.L.resid, ln_f, logits"

  var name: String {
    switch self {
    case .embed: "embed"
    case .pattern(let block): "blocks.\(block).attn.pattern"
    case .head(let block, let head): "blocks.\(block).head.\(head)"
    case .attention(let block): "blocks.\(block).attn.out"
    case .tokens(let block): "blocks.\(block).tokens.out"
    case .mlp(let block): "blocks.\(block).mlp.out"
    case .mid(let block): "blocks.\(block).mid"
    case .resid(let block): "blocks.\(block).resid"
    case .finalNorm: "ln_f"
    case .logits: "logits"
    }
  }

  var block: Int? {
    switch self {
    case .pattern(let block), .head(let block, _), .attention(let block), .tokens(let block), .mlp(let block),
      .mid(let block),
      .resid(let block):
      block
    case .embed, .finalNorm, .logits: nil
    }
  }

  /// The site of that name. Throws with the range of the number that is out of it, or with a name that is near.
  init(_ name: String, in model: ModelWeights) throws {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let c = model.sizes
    if parts.count > 2, parts[0] == "blocks", parts[2] == "head" || parts[2] == "attn", c.heads == 0 {
      throw Fault.noHeads(model)
    }
    if parts.count > 2, parts[0] == "blocks", let block = Int(parts[1]) {
      guard block >= 0, block < c.blocks else {
        throw Fault.noSuchPart(name, "model \(model.name) has blocks 0 to \(c.blocks - 1)")
      }
      if parts.count == 4, parts[2] == "head", let head = Int(parts[3]), head < 0 || head >= c.heads {
        throw Fault.noSuchPart(name, "block \(block) of \(model.name) has heads 0 to \(c.heads - 1)")
      }
      if let site = Self.sites(ofBlock: block, model).first(where: { $0.name == name }) {
        self = site
        return
      }
    }
    if let site = Self.ends(model).first(where: { $0.name == name }) {
      self = site
      return
    }
    let block = parts.count > 1 ? Int(parts[1]).map { min(max($0, 0), c.blocks - 1) } ?? 0 : 0
    let candidates = Self.ends(model) + Self.sites(ofBlock: block, model)
    throw Fault.noActivation(name, near: nearestName(to: name, among: candidates.map(\.name)))
  }

  /// All names of a model's activations, in the order of the pass.
  static func names(of model: Value) -> [String] {
    guard let model = (model.asObject as? ModelObject)?.weights else { return [] }
    let blocks = (0..<model.sizes.blocks).flatMap { sites(ofBlock: $0, model) }
    return ([embed] + blocks + ends(model).dropFirst()).map(\.name)
  }

  /// The sites outside of the blocks. A model without a final norm has none after it.
  private static func ends(_ model: ModelWeights) -> [ActivationSite] {
    [.embed] + (model.finalNorm == nil ? [] : [.finalNorm]) + (model.readout == nil ? [] : [.logits])
  }

  private static func sites(ofBlock block: Int, _ model: ModelWeights) -> [ActivationSite] {
    let mid = model.blocks[block].steps.count > 1 ? [ActivationSite.mid(block: block)] : []
    let first: [ActivationSite] =
      model.blocks[block].heads == nil ? [.tokens(block: block)] : [.pattern(block: block), .attention(block: block)]
    return first + mid + [.mlp(block: block), .resid(block: block)]
      + (0..<model.sizes.heads).map { .head(block: block, head: $0) }
  }
}
