// StarCoder 2 (Lozhkov et al. 2024): Llama's attention with layer norms, a plain MLP, biases everywhere and one window for all
// blocks.

extension Family {
  static let starCoder2 = Family("starcoder2", prefixes: ["model.", ""]) { config in
    let s = try config.sizes(keyHeads: 2)
    let d = s.width
    let epsilon = try config.epsilon("norm_epsilon", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "gelu_pytorch_tanh")
    let rotary = try config.rotary(RotaryRule(), width: s.headWidth, positions: s.positions ?? 0)
    let window = try config.slidingWindow()
    let bias = try config.bool("use_bias", default: true)
    // Files of the first release say these too; the class knows no other kind.
    for (field, kind) in [("norm_type", "layer_norm"), ("mlp_type", "default")] {
      let found = try config.string(field, default: kind)
      guard found == kind else { throw config.fault(field, "only \(kind) is supported") }
    }
    _ = config.has("rms_norm_eps")
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        let attention = AttentionLayout.separate(
          h + "self_attn.", ("q_proj", "k_proj", "v_proj", "o_proj"), s, reads: bias, writes: bias,
          mask: .causal(window: window), position: .rotary(rotary))
        return .serial(
          Branch(.layer(h + "input_layernorm", d, epsilon), .attention(attention)),
          Branch(
            .layer(h + "post_attention_layernorm", d, epsilon),
            .mlp(.plain(h + "mlp.c_fc", h + "mlp.c_proj", s, activation, bias: bias))))
      },
      readout: try .words(s, config, norm: .layer("norm", d, epsilon), tied: true))
  }
}
