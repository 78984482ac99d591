// Llama (Touvron et al. 2023), Mistral, Qwen 2 and Qwen 3: RMS norms, rotary positions, gated MLPs, heads that share keys. They
// differ in biases, windows and norms of queries and keys.

extension Family {
  static let llama = Family("llama", prefixes: llamaPrefixes) { config in
    let bias = try config.bool("attention_bias", default: false)
    return try llamaLike(
      config, isPermuted: config.isGGUF, reads: bias, writes: bias, mlpBias: try config.bool("mlp_bias", default: false)
    )
  }

  static let mistral = Family("mistral", prefixes: llamaPrefixes) { config in
    // The class has a window of 4096 where the key is missing, and none where it is null.
    let isMissing = config.json["sliding_window"] == nil
    let window = isMissing ? 4096 : try config.slidingWindow()
    return try llamaLike(
      config, keyHeads: 8, isPermuted: config.isGGUF, windows: { try config.windows(window, blocks: $0) { _ in true } })
  }

  static let qwen2 = Family("qwen2", prefixes: llamaPrefixes) { config in
    try llamaLike(config, reads: true, windows: { try qwenWindows(config, blocks: $0) })
  }

  static let qwen3 = Family("qwen3", prefixes: llamaPrefixes) { config in
    let bias = try config.bool("attention_bias", default: false)
    return try llamaLike(
      config, headWidth: 128, reads: bias, writes: bias, hasHeadNorms: true,
      windows: { try qwenWindows(config, blocks: $0) })
  }

  private static let llamaPrefixes = ["model.", ""]

  /// A window counts only with `use_sliding_window`, and then from block `max_window_layers` on.
  private static func qwenWindows(_ config: ConfigReader, blocks: Int) throws -> [Int?] {
    let isUsed = try config.bool("use_sliding_window", default: false)
    let window = isUsed ? try config.whole("sliding_window", in: 1...(1 << 26), default: 4096) : nil
    _ = config.has("sliding_window")
    let first = try config.whole("max_window_layers", in: 0...4096, default: 28)
    return try config.windows(window, blocks: blocks) { $0 >= first }
  }

  /// `isPermuted`: rows of queries and keys stand in the order of the pairs that turn together.
  private static func llamaLike(
    _ config: ConfigReader, headWidth: Int? = nil, keyHeads: Int? = nil, isPermuted: Bool = false, reads: Bool = false,
    writes: Bool = false, mlpBias: Bool = false, hasHeadNorms: Bool = false,
    windows: (Int) throws -> [Int?] = { Array(repeating: nil, count: $0) }
  ) throws -> ModelLayout {
    let s = try config.sizes(headWidth: headWidth, keyHeads: keyHeads)
    let (d, k) = (s.width, s.headWidth)
    let epsilon = try config.epsilon("rms_norm_eps", default: 1e-6)
    let activation = try config.activation("hidden_act", default: "silu")
    let rotary = try config.rotary(
      RotaryRule(pairing: isPermuted ? .pair : .half), width: k, positions: s.positions ?? 0)
    let windows = try windows(s.blocks)
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        func headNorm(_ name: String) -> HeadNormLayout? {
          hasHeadNorms ? .shared(.rms(h + "self_attn." + name, k, epsilon)) : nil
        }
        let attention = AttentionLayout.separate(
          h + "self_attn.", ("q_proj", "k_proj", "v_proj", "o_proj"), s, reads: reads, writes: writes,
          mask: .causal(window: windows[index]), position: .rotary(rotary), qNorm: headNorm("q_norm"),
          kNorm: headNorm("k_norm"))
        return .serial(
          Branch(.rms(h + "input_layernorm", d, epsilon), .attention(attention)),
          Branch(
            .rms(h + "post_attention_layernorm", d, epsilon), .mlp(.gated(h + "mlp.", s, activation, bias: mlpBias))))
      },
      readout: try .words(s, config, norm: .rms("norm", d, epsilon), tied: false))
  }
}
