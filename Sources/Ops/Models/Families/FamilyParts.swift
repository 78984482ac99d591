// What several families have in common: the names of sizes in config.json, attention and MLPs of `nn.Linear` matrices.

import Kernels
import Lang
import Runtime

/// What a family's own files call the sizes. transformers takes the other families' names too.
struct SizeNames {
  var width = "hidden_size"
  var blocks = "num_hidden_layers"
  var heads = "num_attention_heads"
  var inner = "intermediate_size"
  var positions = "max_position_embeddings"

  static let usual = SizeNames()
  static let gpt2 = SizeNames(
    width: "n_embd", blocks: "n_layer", heads: "n_head", inner: "n_inner", positions: "n_positions")
  static let gptNeo = SizeNames(blocks: "num_layers", heads: "num_heads")
  static let opt = SizeNames(inner: "ffn_dim")
  static let bloom = SizeNames(blocks: "n_layer", heads: "n_head")
}

extension ConfigReader {
  /// Sizes under any of their names in transformers. `headWidth`, `keyHeads`: what a class takes where `head_dim`,
  /// `num_key_value_heads` are missing; d / heads and as many as heads if nil. The inner width is 4 d unless it is given.
  func sizes(
    _ names: SizeNames = .usual, headWidth: Int? = nil, keyHeads: Int? = nil, hasPositions: Bool = true,
    hasWords: Bool = true
  ) throws -> ModelSizes {
    let widthName = try name(names.width, "hidden_size", "n_embd", "dim", "d_model")
    let width = try whole(widthName, in: 1...(1 << 20))
    let headsName = try name(names.heads, "num_attention_heads", "n_head", "num_heads", "n_heads")
    let heads = try whole(headsName, in: 1...(1 << 16))
    // A class's default stands for a missing key; null means as many as heads, and d / heads.
    let groupsDefault = json["num_key_value_heads"] == nil ? keyHeads ?? heads : heads
    let groups = try whole("num_key_value_heads", in: 1...(1 << 16), default: groupsDefault)
    guard heads % groups == 0 else {
      throw fault("num_key_value_heads", "\(groups) key heads do not divide the \(heads) heads of \(headsName)")
    }
    let widthDefault = json["head_dim"] == nil ? headWidth ?? 0 : 0
    let given = try whole("head_dim", in: 1...(1 << 16), default: widthDefault)
    guard given > 0 || width % heads == 0 else {
      throw fault(headsName, "\(heads) heads do not divide the width \(widthName) = \(width)")
    }
    let blocksName = try name(names.blocks, "num_hidden_layers", "n_layer", "num_layers", "n_layers")
    let innerName = try name(names.inner, "intermediate_size", "n_inner", "ffn_dim", "hidden_dim")
    let limitName = try name(names.positions, "max_position_embeddings", "n_positions", "n_ctx")
    return ModelSizes(
      blocks: try whole(blocksName, in: 1...4096), heads: heads, keyHeads: groups, width: width,
      headWidth: given > 0 ? given : width / heads,
      innerWidth: try whole(innerName, in: 1...(1 << 23), default: 4 * width),
      positions: hasPositions ? try whole(limitName, in: 1...(1 << 26)) : nil,
      vocabularySize: hasWords ? try whole("vocab_size", in: 1...(1 << 26)) : 0)
  }

  func epsilon(_ field: String, default: Double) throws -> Float {
    Float(try number(field, above: 0, below: 1, default: `default`))
  }

  /// The window of each block: `layer_types` if it is there, else `slides`, which says whether a block has one.
  func windows(_ window: Int?, blocks: Int, slides: (Int) -> Bool) throws -> [Int?] {
    guard has("layer_types") else { return (0..<blocks).map { slides($0) ? window : nil } }
    let types = try strings("layer_types")
    guard types.count == blocks else {
      throw fault("layer_types", "it holds \(types.count) types for \(blocks) blocks")
    }
    return try types.map { type in
      switch type {
      case "full_attention": return nil
      case "sliding_attention":
        guard let window else { throw fault("layer_types", "a block slides, but no window is in use") }
        return window
      default: throw fault("layer_types", "there is no kind of attention \(Printer.quoted(type)) here")
      }
    }
  }

  /// `sliding_window`, nil where it is null or absent.
  func slidingWindow() throws -> Int? { has("sliding_window") ? try whole("sliding_window", in: 1...(1 << 26)) : nil }
}

extension AttentionLayout {
  /// Four matrices `PATH.NAME.weight` stored as (out, in). `reads`: biases of q, k, v; `writes`: of the output.
  static func separate(
    _ path: String, _ names: (q: String, k: String, v: String, o: String), _ s: ModelSizes, reads: Bool, writes: Bool,
    scale: Double? = nil, mask: Mask = .causal(window: nil), position: PositionRule = .none,
    qNorm: HeadNormLayout? = nil, kNorm: HeadNormLayout? = nil, cap: Float? = nil
  ) -> AttentionLayout {
    let own = HeadRows(heads: s.heads, width: s.headWidth)
    let shared = HeadRows(heads: s.keyHeads, width: s.headWidth)
    let (q, k, v, o) = (path + names.q, path + names.k, path + names.v, path + names.o)
    return AttentionLayout(
      q: own.matrix(q + ".weight", d: s.width), k: shared.matrix(k + ".weight", d: s.width),
      v: shared.matrix(v + ".weight", d: s.width), o: own.output(o + ".weight", d: s.width),
      bq: reads ? own.bias(q + ".bias") : nil, bk: reads ? shared.bias(k + ".bias") : nil,
      bv: reads ? shared.bias(v + ".bias") : nil, bo: writes ? .vector(o + ".bias", s.width) : nil, scale: scale,
      mask: mask, position: position, qNorm: qNorm, kNorm: kNorm, cap: cap)
  }

  /// One matrix for q, k and v with rows (head, part, k), as GPT-NeoX and Bloom have it, and an output matrix (d, H k).
  static func interleaved(
    _ fused: String, _ output: String, _ s: ModelSizes, bias: Bool, position: PositionRule
  ) -> AttentionLayout {
    let k = s.headWidth
    func part(_ number: Int) -> HeadRows {
      HeadRows(heads: s.heads, width: k, rows: 3 * s.heads * k, first: number * k, step: 3 * k)
    }
    func matrix(_ number: Int) -> WeightLayout { part(number).matrix(fused + ".weight", d: s.width) }
    func vector(_ number: Int) -> WeightLayout? { bias ? part(number).bias(fused + ".bias") : nil }
    return AttentionLayout(
      q: matrix(0), k: matrix(1), v: matrix(2),
      o: HeadRows(heads: s.heads, width: k).output(output + ".weight", d: s.width), bq: vector(0), bk: vector(1),
      bv: vector(2), bo: bias ? .vector(output + ".bias", s.width) : nil, position: position)
  }
}

extension MLPLayout {
  /// act(x W_in + b) W_out + b of matrices stored as (out, in).
  static func plain(
    _ input: String, _ output: String, _ s: ModelSizes, _ activation: Activation, bias: Bool = true
  ) -> MLPLayout {
    plain(input, output, in: s.width, inner: s.innerWidth, activation, bias: bias)
  }

  static func plain(
    _ input: String, _ output: String, in width: Int, inner: Int, _ activation: Activation, bias: Bool = true
  ) -> MLPLayout {
    MLPLayout(
      in: .linear(input + ".weight", in: width, out: inner), out: .linear(output + ".weight", in: inner, out: width),
      bin: bias ? .vector(input + ".bias", inner) : nil, bout: bias ? .vector(output + ".bias", width) : nil, activation
    )
  }

  /// (act(x W_gate) ⊙ (x W_up)) W_down of matrices stored as (out, in).
  static func gated(_ path: String, _ s: ModelSizes, _ activation: Activation, bias: Bool = false) -> MLPLayout {
    MLPLayout(
      in: .linear(path + "up_proj.weight", in: s.width, out: s.innerWidth),
      gate: .linear(path + "gate_proj.weight", in: s.width, out: s.innerWidth),
      out: .linear(path + "down_proj.weight", in: s.innerWidth, out: s.width),
      bin: bias ? .vector(path + "up_proj.bias", s.innerWidth) : nil,
      bgate: bias ? .vector(path + "gate_proj.bias", s.innerWidth) : nil,
      bout: bias ? .vector(path + "down_proj.bias", s.width) : nil, activation)
  }
}

extension InputLayout {
  /// Rows of an embedding, times `scale`, and the rows of `positions` where a family has them.
  static func words(_ tensor: String, _ s: ModelSizes, scale: Float = 1, positions: String? = nil) -> InputLayout {
    InputLayout(
      words: WeightLayout(tensor, [s.vocabularySize, s.width]), scale: scale,
      positions: positions.map { WeightLayout($0, [s.positions ?? 0, s.width]) })
  }
}

extension ReadoutLayout {
  /// cap(norm(x) U ᵀ + bias) with U [vocabulary, d]. `tied`: what the family's class takes where `tie_word_embeddings` is missing.
  static func words(
    _ s: ModelSizes, _ config: ConfigReader, tensor: String = "lm_head.weight", norm: NormLayout, bias: String? = nil,
    cap: Float? = nil, tied: Bool
  ) throws -> ReadoutLayout {
    ReadoutLayout(
      norm: norm, words: WeightLayout(tensor, [s.vocabularySize, s.width]),
      bias: bias.map { WeightLayout($0, [s.vocabularySize]) }, cap: cap,
      isTied: try config.bool("tie_word_embeddings", default: tied))
  }
}
