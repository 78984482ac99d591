// Gemma 1, 2 and 3: gains that count from 0, embeddings multiplied by √d; from the second on norms after the branches too, caps
// and windows; in the third two kinds of rotary positions, and norms of queries and keys.

import Kernels
import Lang
import Runtime

extension Family {
  static let gemma = Family("gemma", prefixes: ["model.", ""]) { config in
    // `hidden_act` says "gelu" in the first files; the model was trained with the tanh formula and nothing else.
    let named = try config.string("hidden_act", default: "gelu_pytorch_tanh")
    let given = try config.string("hidden_activation", default: named)
    guard ["gelu", "gelu_pytorch_tanh", "gelu_new"].contains(given) else {
      throw config.fault("hidden_act", "Gemma has the tanh GELU, not \(Printer.quoted(given))")
    }
    let s = try config.sizes(headWidth: 256, keyHeads: 16)
    let rotary = try config.rotary(RotaryRule(), width: s.headWidth, positions: s.positions ?? 0)
    return try gemmaLike(config, s, .geluTanh) { _ in
      GemmaAttention(scale: nil, mask: .causal(window: nil), rotary: rotary, cap: nil)
    }
  }

  static let gemma2 = Family("gemma2", prefixes: ["model.", ""]) { config in
    let s = try config.sizes(headWidth: 256, keyHeads: 4)
    let rotary = try config.rotary(RotaryRule(), width: s.headWidth, positions: s.positions ?? 0)
    let windows = try config.windows(try gemmaWindow(config, default: 4096), blocks: s.blocks) { $0 % 2 == 0 }
    let scale = try gemmaScale(config)
    let cap = try gemmaCap(config, "attn_logit_softcapping", default: 50)
    try config.requireCausal()
    return try gemmaLike(
      config, s, try config.activation("hidden_activation", default: "gelu_pytorch_tanh"), hasPost: true,
      finalCap: try gemmaCap(config, "final_logit_softcapping", default: 30)
    ) { index in GemmaAttention(scale: scale, mask: .causal(window: windows[index]), rotary: rotary, cap: cap) }
  }

  static let gemma3Text = Family(
    "gemma3_text", prefixes: ["model.", "language_model.model.", "model.language_model.", ""]
  ) {
    try gemma3Layout($0)
  }

  /// The multimodal files: the text part, whose sizes lie under `text_config`.
  static let gemma3 = Family("gemma3", prefixes: ["language_model.model.", "model.language_model.", "model."]) {
    config in
    for field in ["vision_config", "mm_tokens_per_image", "boi_token_index", "eoi_token_index", "image_token_index"] {
      _ = config.has(field)
    }
    guard let text = try config.nested("text_config", isWhole: true) else {
      throw config.fault("text_config", "it is missing")
    }
    return try gemma3Layout(text)
  }

  private static func gemma3Layout(_ config: ConfigReader) throws -> ModelLayout {
    let s = try config.sizes(headWidth: 256, keyHeads: 4)
    let isNew = config.has("rope_parameters")
    let full = try config.rotary(
      RotaryRule(base: 1e6, layerType: isNew ? "full_attention" : nil), width: s.headWidth, positions: s.positions ?? 0)
    let local = try config.rotary(
      RotaryRule(
        base: 1e4, baseKey: "rope_local_base_freq", layerType: isNew ? "sliding_attention" : nil, hasScaling: false),
      width: s.headWidth, positions: s.positions ?? 0)
    let pattern = try config.whole(
      try config.name("sliding_window_pattern", "_sliding_window_pattern"), in: 1...4096, default: 6)
    let window = try gemmaWindow(config, default: 4096)
    let windows = try config.windows(window, blocks: s.blocks) { ($0 + 1) % pattern != 0 }
    let scale = try gemmaScale(config)
    let cap = try gemmaCap(config, "attn_logit_softcapping", default: nil)
    try config.requireCausal()
    return try gemmaLike(
      config, s, try config.activation("hidden_activation", default: "gelu_pytorch_tanh"), hasPost: true,
      hasHeadNorms: true, finalCap: try gemmaCap(config, "final_logit_softcapping", default: nil)
    ) { index in
      GemmaAttention(
        scale: scale, mask: .causal(window: windows[index]), rotary: windows[index] == nil ? full : local, cap: cap)
    }
  }

  private struct GemmaAttention {
    let scale: Double?
    let mask: Mask
    let rotary: Rotary
    let cap: Float?
  }

  private static func gemmaScale(_ config: ConfigReader) throws -> Double {
    1 / (try config.number("query_pre_attn_scalar", above: 0, below: 1e9, default: 256)).squareRoot()
  }

  private static func gemmaWindow(_ config: ConfigReader, default: Int) throws -> Int? {
    config.json["sliding_window"] == nil ? `default` : try config.slidingWindow()
  }

  /// A missing key is the class's default, null is no cap.
  private static func gemmaCap(_ config: ConfigReader, _ field: String, default: Double?) throws -> Float? {
    if config.json[field] == nil { return `default`.map { Float($0) } }
    return config.has(field) ? Float(try config.number(field, above: 0, below: 1e9)) : nil
  }

  private static func gemmaLike(
    _ config: ConfigReader, _ s: ModelSizes, _ activation: Activation, hasPost: Bool = false,
    hasHeadNorms: Bool = false,
    finalCap: Float? = nil, _ rule: @escaping (Int) -> GemmaAttention
  ) throws -> ModelLayout {
    let (d, k) = (s.width, s.headWidth)
    let epsilon = try config.epsilon("rms_norm_eps", default: 1e-6)
    let bias = try config.bool("attention_bias", default: false)
    func norm(_ path: String, _ width: Int) -> NormLayout {
      .rms(path, width, epsilon, gainOffset: config.isGGUF ? 0 : 1)
    }
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s, scale: Float(Double(d).squareRoot())),
      blocks: { index in
        let (h, rule) = ("layers.\(index).", rule(index))
        func headNorm(_ name: String) -> HeadNormLayout? {
          hasHeadNorms ? .shared(norm(h + "self_attn." + name, k)) : nil
        }
        let attention = AttentionLayout.separate(
          h + "self_attn.", ("q_proj", "k_proj", "v_proj", "o_proj"), s, reads: bias, writes: bias, scale: rule.scale,
          mask: rule.mask, position: .rotary(rule.rotary), qNorm: headNorm("q_norm"), kNorm: headNorm("k_norm"),
          cap: rule.cap)
        return .serial(
          Branch(
            norm(h + "input_layernorm", d), .attention(attention),
            after: hasPost ? norm(h + "post_attention_layernorm", d) : nil),
          Branch(
            norm(h + (hasPost ? "pre_feedforward_layernorm" : "post_attention_layernorm"), d),
            .mlp(.gated(h + "mlp.", s, activation)),
            after: hasPost ? norm(h + "post_feedforward_layernorm", d) : nil))
      },
      readout: try .words(s, config, norm: norm("norm", d), cap: finalCap, tied: true))
  }
}

extension ConfigReader {
  /// Gemma's later classes can be made to read both ways.
  fileprivate func requireCausal() throws { try require("use_bidirectional_attention", false) }
}
