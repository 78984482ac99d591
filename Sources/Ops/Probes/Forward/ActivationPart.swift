// What a forward pass goes through, one entry a kind: the one list from which `keep=`, `edit=`, `grad=`, completion, help and errors
// come. n tokens, t those that can be read, d width, k head width, H query heads, G key/value heads, i inner width, V vocabulary.

import Models

enum ActivationPart: Int, CaseIterable {
  // In the order of the pass.
  case embed, norm1, queries, keys, values, scores, pattern, readings, heads, attention, tokens, mid, norm2, hidden, mlp
  case resid
  case finalNorm, logits

  /// How the activation of one text lies: which axes are tokens, and whether it has one share a head.
  enum Form {
    /// [n, …]
    case rows
    /// [heads, n, …]: one share for each of the query heads.
    case perHead
    /// The same for each of the heads that have keys and values of their own.
    case perKeyHead
    /// [H, n, t]
    case square

    var tokenAxis: Int { self == .rows ? 0 : 1 }
  }

  struct Entry {
    /// Behind "blocks.L."; the whole name where the site is outside of the blocks.
    let path: String
    /// The field of the record that holds all of them.
    let field: String
    let shape: String
    let form: Form
    /// Behind "blocks.L.head.H" or "blocks.L.kv.G" for the share of one head.
    var share: String?
    let about: String
  }

  var entry: Entry {
    switch self {
    case .embed: Entry(path: "embed", field: "resid", shape: "n x d", form: .rows, about: "what enters block 0")
    case .norm1:
      Entry(
        path: "ln_1", field: "ln_1", shape: "n x d", form: .rows,
        about: "the output of the attention's norm, gain and bias included")
    case .queries:
      Entry(
        path: "q", field: "q", shape: "H x n x k", form: .perHead, share: ".q",
        about: "queries as they are multiplied: bias, norm and rotary turn included, the scale not")
    case .keys:
      Entry(path: "k", field: "k", shape: "G x n x k", form: .perKeyHead, share: ".k", about: "keys, likewise")
    case .values: Entry(path: "v", field: "v", shape: "G x n x k", form: .perKeyHead, share: ".v", about: "values")
    case .scores:
      Entry(
        path: "scores", field: "scores", shape: "H x n x n", form: .square, share: ".scores",
        about: "scaled and capped scores before the softmax, -inf where masked")
    case .pattern:
      Entry(
        path: "attn.pattern", field: "attn", shape: "H x n x n", form: .square, share: ".pattern",
        about: "after the softmax: row = the token that reads")
    case .readings:
      Entry(
        path: "z", field: "z", shape: "H x n x k", form: .perHead, share: ".z",
        about: "pattern times values, before W_O")
    case .heads:
      Entry(
        path: "heads", field: "heads", shape: "H x n x d", form: .perHead, share: "",
        about: "what each head adds, before the output bias and a norm that follows")
    case .attention:
      Entry(
        path: "attn.out", field: "attn_out", shape: "n x d", form: .rows, about: "what the attention adds to the stream"
      )
    case .tokens:
      Entry(
        path: "tokens.out", field: "tokens_out", shape: "n x d", form: .rows,
        about: "what an MLP over the tokens adds, which MLP-Mixer has in the place of attention")
    case .mid:
      Entry(
        path: "mid", field: "mid", shape: "n x d", form: .rows,
        about: "the state between attention and MLP, where one comes after the other")
    case .norm2: Entry(path: "ln_2", field: "ln_2", shape: "n x d", form: .rows, about: "the output of the MLP's norm")
    case .hidden:
      Entry(
        path: "mlp.hidden", field: "hidden", shape: "n x i", form: .rows,
        about: "the neurons: after the activation, times the gate's partner where there is a gate")
    case .mlp: Entry(path: "mlp.out", field: "mlp", shape: "n x d", form: .rows, about: "what the MLP adds")
    case .resid:
      Entry(
        path: "resid", field: "resid", shape: "n x d", form: .rows,
        about: "the state after block L: r.resid[L + 1], since r.resid[0] is `embed`")
    case .finalNorm:
      Entry(path: "ln_f", field: "ln_f", shape: "n x d", form: .rows, about: "the state after the final norm")
    case .logits:
      Entry(path: "logits", field: "logits", shape: "n x V", form: .rows, about: "row i scores what follows token i")
    }
  }

  var form: Form { entry.form }

  var isInBlocks: Bool { self != .embed && self != .finalNorm && self != .logits }

  /// Fields of the record, in the order of the pass; what has long been there comes first.
  static let fields: [String] = {
    let first = ["resid", "attn", "mlp"]
    let others = allCases.map(\.entry.field).filter { !first.contains($0) && $0 != "logits" }
    return first + others + ["logits"]
  }()

  /// What a field holds: the state before the first block and those after each in one list.
  static func parts(ofField field: String) -> [ActivationPart] { allCases.filter { $0.entry.field == field } }

  /// One line a site, for help.
  static let table: String = allCases.map { part in
    let entry = part.entry
    let prefix = part.isInBlocks ? "blocks.L." : ""
    let field =
      part == .embed
      ? "resid[0]" : part == .resid ? "resid[L + 1]" : part.isInBlocks ? entry.field + "[L]" : entry.field
    return "  `\(prefix)\(entry.path)`  \(field)  \(entry.shape)  \(entry.about)"
  }.joined(separator: "\n")
}

extension BlockWeights {
  /// Whether the block has such an activation. A norm that both branches read is `ln_1`.
  func has(_ part: ActivationPart) -> Bool {
    switch part {
    case .norm1: norm1 != nil
    case .norm2: norm2 != nil
    case .mid: steps.count > 1
    case .queries, .keys, .values, .scores, .pattern, .readings, .heads, .attention: heads != nil
    case .tokens: heads == nil
    case .hidden, .mlp, .resid: true
    case .embed, .finalNorm, .logits: false
    }
  }
}

extension BranchWeights {
  /// What it adds to the stream.
  var part: ActivationPart {
    switch run {
    case .attention: .attention
    case .mlp: .mlp
    case .tokens: .tokens
    }
  }
}

extension BlockWeights {
  /// Which of the two norms it is.
  func part(of norm: NormWeights) -> ActivationPart { norm === norm1 ? .norm1 : .norm2 }
}
