// GPT-2 (Radford et al. 2019) as Hugging Face stores it: norms before the sub-layers, learned positions, biases everywhere,
// linear weights as [in, out] (`Conv1D`), queries, keys and values side by side in one matrix, output embedding tied.

import Lang
import Runtime

extension Architecture {
  public static let gpt2 = Architecture(
    name: "gpt2", norm: .layerNorm, normPlacement: .beforeBlock, positions: .learned, prefixes: ["", "transformer."],
    buffers: [".attn.bias", ".attn.masked_bias"],
    configuration: { config in
      let width = try config.whole("n_embd", in: 1...(1 << 20))
      let heads = try config.whole("n_head", in: 1...(1 << 16))
      guard width % heads == 0 else {
        throw Fault.badConfig(
          config.path, field: "n_head", reason: "\(heads) heads do not divide the width n_embd = \(width)")
      }
      for (field, expected) in [("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false)]
      where try config.bool(field, default: expected) != expected {
        throw Fault.badConfig(config.path, field: field, reason: "\(!expected) is not supported")
      }
      let positions = config.has("n_positions") ? "n_positions" : "n_ctx"
      return ModelConfiguration(
        blocks: try config.whole("n_layer", in: 1...4096), heads: heads, width: width, headWidth: width / heads,
        innerWidth: try config.whole("n_inner", in: 1...(1 << 23), default: 4 * width),
        positions: try config.whole(positions, in: 1...(1 << 26)),
        vocabularySize: try config.whole("vocab_size", in: 1...(1 << 26)),
        epsilon: Float(try config.number("layer_norm_epsilon", above: 0, below: 1, default: 1e-5)),
        activation: try config.activation("activation_function", default: "gelu_new"))
    },
    embeddings: { c in
      EmbeddingLayout(
        words: WeightLayout("wte.weight", [c.vocabularySize, c.width]),
        positions: WeightLayout("wpe.weight", [c.positions, c.width]),
        finalNorm: norm("ln_f", "ln_f", c), output: WeightLayout("lm_head.weight", [c.vocabularySize, c.width]))
    },
    block: { c, index in
      let h = "h.\(index)."
      let (d, k, heads) = (c.width, c.headWidth, c.heads)
      // c_attn.weight [d, 3d] and c_attn.bias [3d]: part 0 the queries, 1 the keys, 2 the values; head i has k columns of each.
      func projection(_ part: Int) -> WeightLayout {
        WeightLayout(
          h + "attn.c_attn.weight", stored: [d, 3 * d], offset: part * d, shape: [heads, d, k], strides: [k, 3 * d, 1])
      }
      func bias(_ part: Int) -> WeightLayout {
        WeightLayout(h + "attn.c_attn.bias", stored: [3 * d], offset: part * d, shape: [heads, k], strides: [k, 1])
      }
      return BlockLayout(
        norm1: norm("ln_1", h + "ln_1", c), wq: projection(0), wk: projection(1), wv: projection(2),
        // c_proj.weight [d, d]: head i has k rows.
        wo: WeightLayout(h + "attn.c_proj.weight", stored: [d, d], shape: [heads, k, d], strides: [k * d, d, 1]),
        bq: bias(0), bk: bias(1), bv: bias(2), bo: WeightLayout(h + "attn.c_proj.bias", [d]),
        norm2: norm("ln_2", h + "ln_2", c),
        mlpIn: WeightLayout(h + "mlp.c_fc.weight", [d, c.innerWidth]),
        mlpInBias: WeightLayout(h + "mlp.c_fc.bias", [c.innerWidth]),
        mlpOut: WeightLayout(h + "mlp.c_proj.weight", [c.innerWidth, d]),
        mlpOutBias: WeightLayout(h + "mlp.c_proj.bias", [d]))
    })

  private static func norm(_ name: String, _ path: String, _ c: ModelConfiguration) -> NormLayout {
    NormLayout(
      name: name, weight: WeightLayout(path + ".weight", [c.width]), bias: WeightLayout(path + ".bias", [c.width]))
  }
}
