// StableLM (Bellagente et al. 2024): Llama's block with layer norms, a quarter of each head turns; attention and MLP one after
// the other or side by side.

extension Family {
  static let stableLM = Family("stablelm", prefixes: ["model.", ""]) { config in
    let s = try config.sizes()
    let (d, k) = (s.width, s.headWidth)
    let epsilon = try config.epsilon("layer_norm_eps", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "silu")
    let rule = RotaryRule(partKey: "partial_rotary_factor", part: 0.25)
    let rotary = try config.rotary(rule, width: k, positions: s.positions ?? 0)
    let bias = try config.bool("use_qkv_bias", default: false)
    let hasHeadNorms = try config.bool("qk_layernorm", default: false)
    let isParallel = try config.bool("use_parallel_residual", default: false)
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        func headNorm(_ name: String, _ count: Int) -> HeadNormLayout? {
          guard hasHeadNorms else { return nil }
          return .perHead((0..<count).map { .layer("\(h)self_attn.\(name).norms.\($0)", k, epsilon, bias: false) })
        }
        let norm = NormLayout.layer(h + "input_layernorm", d, epsilon)
        let attention = Branch(
          norm,
          .attention(
            .separate(
              h + "self_attn.", ("q_proj", "k_proj", "v_proj", "o_proj"), s, reads: bias, writes: false,
              position: .rotary(rotary), qNorm: headNorm("q_layernorm", s.heads),
              kNorm: headNorm("k_layernorm", s.keyHeads))))
        let mlp = Mechanism.mlp(.gated(h + "mlp.", s, activation))
        return isParallel
          ? .parallel(attention, Branch(norm, mlp))
          : .serial(attention, Branch(.layer(h + "post_attention_layernorm", d, epsilon), mlp))
      },
      readout: try .words(s, config, norm: .layer("norm", d, epsilon), tied: false))
  }
}
