// GPT-NeoX and Pythia (Black et al. 2022, Biderman et al. 2023): attention and MLP side by side, each with a norm of its own, or
// one after the other; q, k and v interleaved by head in one matrix; a part of each head turns.

extension Family {
  static let gptNeoX = Family("gpt_neox", prefixes: ["gpt_neox.", ""]) { config in
    let s = try config.sizes()
    let d = s.width
    let epsilon = try config.epsilon("layer_norm_eps", default: 1e-5)
    let activation = try config.activation("hidden_act", default: "gelu")
    let rule = RotaryRule(baseKey: "rotary_emb_base", partKey: "rotary_pct", part: 0.25)
    let rotary = try config.rotary(rule, width: s.headWidth, positions: s.positions ?? 0)
    let bias = try config.bool("attention_bias", default: true)
    let isParallel = try config.bool("use_parallel_residual", default: true)
    return ModelLayout(
      sizes: s, input: .words("embed_in.weight", s),
      blocks: { index in
        let h = "layers.\(index)."
        let attention = Branch(
          .layer(h + "input_layernorm", d, epsilon),
          .attention(
            .interleaved(
              h + "attention.query_key_value", h + "attention.dense", s, bias: bias, position: .rotary(rotary))))
        let mlp = Branch(
          .layer(h + "post_attention_layernorm", d, epsilon),
          .mlp(.plain(h + "mlp.dense_h_to_4h", h + "mlp.dense_4h_to_h", s, activation)))
        return isParallel ? .parallel(attention, mlp) : .serial(attention, mlp)
      },
      readout: try .words(
        s, config, tensor: "embed_out.weight", norm: .layer("final_layer_norm", d, epsilon), tied: false))
  }
}
