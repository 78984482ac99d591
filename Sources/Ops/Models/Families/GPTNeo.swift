// GPT-Neo (Black et al. 2021): GPT-2's block with separate projections, every other block with a window, and scores that are
// not divided by √k.

import Lang

extension Family {
  static let gptNeo = Family("gpt_neo", prefixes: ["transformer.", ""]) { config in
    let s = try config.sizes(.gptNeo)
    let d = s.width
    let epsilon = try config.epsilon("layer_norm_epsilon", default: 1e-5)
    let activation = try config.activation("activation_function", default: "gelu_new")
    let window = try config.whole("window_size", in: 1...(1 << 26), default: 256)
    let kinds = try attentionKinds(config, blocks: s.blocks)
    return ModelLayout(
      sizes: s,
      input: .words("wte.weight", s, positions: "wpe.weight"),
      blocks: { index in
        let h = "h.\(index)."
        let attention = AttentionLayout.separate(
          h + "attn.attention.", ("q_proj", "k_proj", "v_proj", "out_proj"), s, reads: false, writes: true, scale: 1,
          mask: .causal(window: kinds[index] == "local" ? window : nil))
        return .serial(
          Branch(.layer(h + "ln_1", d, epsilon), .attention(attention)),
          Branch(.layer(h + "ln_2", d, epsilon), .mlp(.plain(h + "mlp.c_fc", h + "mlp.c_proj", s, activation))))
      },
      readout: try .words(s, config, norm: .layer("ln_f", d, epsilon), tied: true))
  }

  /// "global" or "local" for each block: `attention_types` [[[kinds], repeats], …] written out, which `attention_layers` repeats.
  private static func attentionKinds(_ config: ConfigReader, blocks: Int) throws -> [String] {
    var kinds: [String] = []
    if config.has("attention_types") {
      for group in config.json["attention_types"]?.asArray ?? [] {
        guard let pair = group.asArray, pair.count == 2, let names = pair[0].asArray, let times = pair[1].asWhole,
          (0...blocks).contains(times)
        else { throw config.fault("attention_types", "it is not a list of [kinds, repeats]") }
        for _ in 0..<times { kinds += names.map { $0.asString ?? "" } }
      }
    } else {
      for index in 0..<blocks { kinds.append(index % 2 == 0 ? "global" : "local") }
    }
    guard kinds.count == blocks, kinds.allSatisfy({ $0 == "global" || $0 == "local" }) else {
      throw config.fault("attention_types", "it must give \"global\" or \"local\" for each of the \(blocks) blocks")
    }
    if config.has("attention_layers"), try config.strings("attention_layers") != kinds {
      throw config.fault("attention_layers", "it contradicts `attention_types`")
    }
    return kinds
  }
}
