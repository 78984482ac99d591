// OPT (Zhang et al. 2022): GPT-2's block with ReLU and positions that begin at row 2. The 350 M model has its norms after the
// sums, no final norm, and an embedding narrower than the stream.

extension Family {
  static let opt = Family("opt", prefixes: ["model.decoder.", "decoder.", ""]) { config in
    let s = try config.sizes(.opt)
    let (d, epsilon) = (s.width, Float(1e-5))
    let activation = try config.activation("activation_function", default: "relu")
    let bias = try config.bool("enable_bias", default: true)
    let isBefore = try config.bool("do_layer_norm_before", default: true)
    let e = try config.whole("word_embed_proj_dim", in: 1...(1 << 20), default: d)
    try config.require("layer_norm_elementwise_affine", true)
    try config.require("_remove_final_layer_norm", false)
    let rows = s.positions ?? 0
    return ModelLayout(
      sizes: s,
      input: InputLayout(
        words: WeightLayout("embed_tokens.weight", [s.vocabularySize, e]),
        projection: e == d ? nil : .linear("project_in.weight", in: e, out: d),
        positions: WeightLayout(
          "embed_positions.weight", stored: [rows + 2, d], offset: 2 * d, shape: [rows, d], strides: [d, 1])),
      blocks: { index in
        let h = "layers.\(index)."
        let attention = Mechanism.attention(
          .separate(h + "self_attn.", ("q_proj", "k_proj", "v_proj", "out_proj"), s, reads: bias, writes: bias))
        let mlp = Mechanism.mlp(.plain(h + "fc1", h + "fc2", s, activation, bias: bias))
        let (first, second) = (
          NormLayout.layer(h + "self_attn_layer_norm", d, epsilon), NormLayout.layer(h + "final_layer_norm", d, epsilon)
        )
        return isBefore
          ? .serial(Branch(first, attention), Branch(second, mlp))
          : .afterNorms(attention, first, mlp, second)
      },
      readout: ReadoutLayout(
        norm: isBefore ? .layer("final_layer_norm", d, epsilon) : nil,
        projection: e == d ? nil : .linear("project_out.weight", in: d, out: e),
        words: WeightLayout("lm_head.weight", [s.vocabularySize, e]),
        isTied: try config.bool("tie_word_embeddings", default: true)))
  }
}
