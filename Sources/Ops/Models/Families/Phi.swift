// Phi-1 to Phi-2 (Gunasekar et al. 2023): attention and MLP read one norm side by side, half of each head turns, biases
// everywhere. Phi-3 (Abdin et al. 2024): Llama's block with fused matrices.

extension Family {
  static let phi = Family("phi", prefixes: ["model.", ""]) { config in
    let s = try config.sizes()
    let (d, k) = (s.width, s.headWidth)
    let epsilon = try config.epsilon("layer_norm_eps", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "gelu_new")
    let rule = RotaryRule(partKey: "partial_rotary_factor", part: 0.5)
    let rotary = try config.rotary(rule, width: k, positions: s.positions ?? 0)
    let hasHeadNorms = try config.bool("qk_layernorm", default: false)
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        let norm = NormLayout.layer(h + "input_layernorm", d, epsilon)
        func headNorm(_ name: String) -> HeadNormLayout? {
          hasHeadNorms ? .shared(.layer(h + "self_attn." + name, k, epsilon)) : nil
        }
        let attention = AttentionLayout.separate(
          h + "self_attn.", ("q_proj", "k_proj", "v_proj", "dense"), s, reads: true, writes: true,
          position: .rotary(rotary), qNorm: headNorm("q_layernorm"), kNorm: headNorm("k_layernorm"))
        return .parallel(
          Branch(norm, .attention(attention)),
          Branch(norm, .mlp(.plain(h + "mlp.fc1", h + "mlp.fc2", s, activation))))
      },
      readout: try .words(s, config, norm: .layer("final_layernorm", d, epsilon), bias: "lm_head.bias", tied: false))
  }

  static let phi3 = Family("phi3", prefixes: ["model.", ""]) { config in
    let s = try config.sizes()
    let (d, k, inner) = (s.width, s.headWidth, s.innerWidth)
    let epsilon = try config.epsilon("rms_norm_eps", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "silu")
    let rule = RotaryRule(partKey: "partial_rotary_factor")
    let rotary = try config.rotary(rule, width: k, positions: s.positions ?? 0)
    _ = config.has("original_max_position_embeddings")
    let windows = try config.windows(try config.slidingWindow(), blocks: s.blocks) { _ in true }
    // Rows of qkv_proj: H k of queries, G k of keys, G k of values.
    let rows = (s.heads + 2 * s.keyHeads) * k
    let q = HeadRows(heads: s.heads, width: k, rows: rows)
    let key = HeadRows(heads: s.keyHeads, width: k, rows: rows, first: s.heads * k)
    let value = HeadRows(heads: s.keyHeads, width: k, rows: rows, first: (s.heads + s.keyHeads) * k)
    return ModelLayout(
      sizes: s, input: .words("embed_tokens.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        let fused = h + "self_attn.qkv_proj.weight"
        let attention = AttentionLayout(
          q: q.matrix(fused, d: d), k: key.matrix(fused, d: d), v: value.matrix(fused, d: d),
          o: HeadRows(heads: s.heads, width: k).output(h + "self_attn.o_proj.weight", d: d),
          mask: .causal(window: windows[index]), position: .rotary(rotary))
        let mlp = MLPLayout(
          in: .linear(h + "mlp.gate_up_proj.weight", in: d, out: inner, rows: 2 * inner, first: inner),
          gate: .linear(h + "mlp.gate_up_proj.weight", in: d, out: inner, rows: 2 * inner),
          out: .linear(h + "mlp.down_proj.weight", in: inner, out: d), activation)
        return .serial(
          Branch(.rms(h + "input_layernorm", d, epsilon), .attention(attention)),
          Branch(.rms(h + "post_attention_layernorm", d, epsilon), .mlp(mlp)))
      },
      readout: try .words(s, config, norm: .rms("norm", d, epsilon), tied: false))
  }
}
