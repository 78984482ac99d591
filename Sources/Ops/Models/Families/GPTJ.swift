// GPT-J (Wang, Komatsuzaki 2021): attention and MLP read the same norm side by side; neighbouring entries turn; an output
// matrix of its own with a bias.

extension Family {
  static let gptJ = Family("gptj", prefixes: ["transformer.", ""]) { config in
    let s = try config.sizes(.gpt2)
    let d = s.width
    let epsilon = try config.epsilon("layer_norm_epsilon", default: 1e-5)
    let activation = try config.activation("activation_function", default: "gelu_new")
    let r = try config.whole("rotary_dim", in: 2...max(s.headWidth, 2), default: min(64, s.headWidth))
    guard r % 2 == 0 else { throw config.fault("rotary_dim", "\(r) entries cannot turn in pairs") }
    let rotary = Rotary(dimensions: r, base: 10000, pairing: .pair)
    return ModelLayout(
      sizes: s, input: .words("wte.weight", s),
      blocks: { index in
        let h = "h.\(index)."
        let norm = NormLayout.layer(h + "ln_1", d, epsilon)
        let attention = AttentionLayout.separate(
          h + "attn.", ("q_proj", "k_proj", "v_proj", "out_proj"), s, reads: false, writes: false,
          position: .rotary(rotary))
        return .parallel(
          Branch(norm, .attention(attention)),
          Branch(norm, .mlp(.plain(h + "mlp.fc_in", h + "mlp.fc_out", s, activation))))
      },
      readout: try .words(s, config, norm: .layer("ln_f", d, epsilon), bias: "lm_head.bias", tied: false))
  }
}
