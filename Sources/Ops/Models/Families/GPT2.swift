// GPT-2 (Radford et al. 2019) as Hugging Face stores it: norms before the sub-layers, learned positions, biases everywhere,
// linear weights as [in, out] (`Conv1D`), queries, keys and values side by side in one matrix, output embedding tied.

extension Family {
  static let gpt2 = Family("gpt2", prefixes: ["", "transformer."]) { config in
    let s = try config.sizes(.gpt2)
    let (d, k, heads) = (s.width, s.headWidth, s.heads)
    let epsilon = try config.epsilon("layer_norm_epsilon", default: 1e-5)
    let activation = try config.activation("activation_function", default: "gelu_new")
    let scales = try config.bool("scale_attn_weights", default: true)
    let scalesByBlock = try config.bool("scale_attn_by_inverse_layer_idx", default: false)
    return ModelLayout(
      sizes: s,
      input: .words("wte.weight", s, positions: "wpe.weight"),
      blocks: { index in
        let h = "h.\(index)."
        // c_attn.weight [d, 3d] and c_attn.bias [3d]: part 0 the queries, 1 the keys, 2 the values; head i has k columns of each.
        func projection(_ part: Int) -> WeightLayout {
          WeightLayout(
            h + "attn.c_attn.weight", stored: [d, 3 * d], offset: part * d, shape: [heads, d, k],
            strides: [k, 3 * d, 1])
        }
        func bias(_ part: Int) -> WeightLayout {
          WeightLayout(h + "attn.c_attn.bias", stored: [3 * d], offset: part * d, shape: [heads, k], strides: [k, 1])
        }
        let scale = (scales ? 1 / Double(k).squareRoot() : 1) / (scalesByBlock ? Double(index + 1) : 1)
        let attention = AttentionLayout(
          q: projection(0), k: projection(1), v: projection(2),
          // c_proj.weight [d, d]: head i has k rows.
          o: WeightLayout(h + "attn.c_proj.weight", stored: [d, d], shape: [heads, k, d], strides: [k * d, d, 1]),
          bq: bias(0), bk: bias(1), bv: bias(2), bo: .vector(h + "attn.c_proj.bias", d), scale: scale)
        let mlp = MLPLayout(
          in: WeightLayout(h + "mlp.c_fc.weight", [d, s.innerWidth]),
          out: WeightLayout(h + "mlp.c_proj.weight", [s.innerWidth, d]),
          bin: .vector(h + "mlp.c_fc.bias", s.innerWidth),
          bout: .vector(h + "mlp.c_proj.bias", d), activation)
        return .serial(
          Branch(.layer(h + "ln_1", d, epsilon), .attention(attention)),
          Branch(.layer(h + "ln_2", d, epsilon), .mlp(mlp)))
      },
      readout: try .words(s, config, norm: .layer("ln_f", d, epsilon), tied: true))
  }
}
