// OLMo 2 (Walsh et al. 2025): Llama's block with its norms after the branches only, and norms of queries and keys over all
// heads together.

extension Family {
  static let olmo2 = Family("olmo2", prefixes: ["model.", ""]) { config in
    let s = try config.sizes()
    let (d, k) = (s.width, s.headWidth)
    let epsilon = try config.epsilon("rms_norm_eps", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "silu")
    let rotary = try config.rotary(RotaryRule(), width: k, positions: s.positions ?? 0)
    let bias = try config.bool("attention_bias", default: false)
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        let attention = AttentionLayout.separate(
          h + "self_attn.", ("q_proj", "k_proj", "v_proj", "o_proj"), s, reads: bias, writes: bias,
          position: .rotary(rotary), qNorm: .together(.rms(h + "self_attn.q_norm", s.heads * k, epsilon)),
          kNorm: .together(.rms(h + "self_attn.k_norm", s.keyHeads * k, epsilon)))
        return .serial(
          Branch(nil, .attention(attention), after: .rms(h + "post_attention_layernorm", d, epsilon)),
          Branch(
            nil, .mlp(.gated(h + "mlp.", s, activation)), after: .rms(h + "post_feedforward_layernorm", d, epsilon)))
      },
      readout: try .words(s, config, norm: .rms("norm", d, epsilon), tied: false))
  }
}
