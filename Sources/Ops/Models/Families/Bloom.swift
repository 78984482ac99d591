// Bloom (Le Scao et al. 2022): scores fall with the distance instead of positions in the states (ALiBi), a norm after the
// embedding, q, k and v interleaved by head.

import Glibc

extension Family {
  static let bloom = Family("bloom", prefixes: ["transformer.", ""]) { config in
    var s = try config.sizes(.bloom, hasPositions: false)
    s.innerWidth = 4 * s.width
    // What old files say of the training and of fused kernels.
    for field in [
      "seq_length", "offset_alibi", "masked_softmax_fusion", "bias_dropout_fusion", "skip_bias_add",
      "skip_bias_add_qkv", "attention_softmax_in_fp32", "n_inner",
    ] { _ = config.has(field) }
    let d = s.width
    let epsilon = try config.epsilon("layer_norm_epsilon", default: 1e-5)
    let skipsFromNorm = try config.bool("apply_residual_connection_post_layernorm", default: false)
    let slopes = alibiSlopes(s.heads)
    return ModelLayout(
      sizes: s,
      input: InputLayout(
        words: WeightLayout("word_embeddings.weight", [s.vocabularySize, d]),
        norm: .layer("word_embeddings_layernorm", d, epsilon)),
      blocks: { index in
        let h = "h.\(index)."
        return BlockLayout(
          Step(
            Branch(
              .layer(h + "input_layernorm", d, epsilon),
              .attention(
                .interleaved(
                  h + "self_attention.query_key_value", h + "self_attention.dense", s, bias: true,
                  position: .linear(slopes: slopes)))), skipsFromNorm: skipsFromNorm),
          Step(
            Branch(
              .layer(h + "post_attention_layernorm", d, epsilon),
              .mlp(.plain(h + "mlp.dense_h_to_4h", h + "mlp.dense_4h_to_h", s, .geluTanh))),
            skipsFromNorm: skipsFromNorm))
      },
      readout: try .words(s, config, norm: .layer("ln_f", d, epsilon), tied: true))
  }

  /// 2^(-8 i / n) for i = 1 … n, n the next lower power of two; the heads beyond take every other slope of 2n heads.
  /// Source: Press, Smith, Lewis 2022, as transformers' `build_alibi_tensor` computes it.
  private static func alibiSlopes(_ heads: Int) -> [Float] {
    var power = 1
    while power * 2 <= heads { power *= 2 }
    func slopes(_ count: Int) -> [Float] { (1...count).map { Float(pow(2, -8 * Double($0) / Double(count))) } }
    let more = slopes(2 * power).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    return slopes(power) + more.prefix(heads - power)
  }
}
