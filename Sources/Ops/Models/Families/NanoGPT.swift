// nanoGPT (Karpathy 2022, model.py): GPT-2's block of `nn.Linear` matrices with GELU as erf, layer norms with ε = 1e-5, and biases
// everywhere or nowhere, norms included. Its sizes are the `model_args` of a checkpoint. Those of before June 2023, and those that
// began as OpenAI's weights, were trained with GELU as tanh, which they do not say: nanoGPT runs them with erf today, and so does this.

import Kernels
import Lang
import Runtime

extension Family {
  static let nanoGPT = Family("nanogpt", prefixes: ["", "_orig_mod."], isClosed: true) { config in
    let s = try config.nanoGPTSizes()
    let (d, k, heads) = (s.width, s.headWidth, s.heads)
    let bias = try config.bool("bias")
    // A matter of the training.
    _ = config.has("dropout")
    // c_attn [3d, d]: d rows of queries, d of keys, d of values.
    func rows(_ part: Int) -> HeadRows { HeadRows(heads: heads, width: k, rows: 3 * d, first: part * d) }
    func norm(_ path: String) -> NormLayout { .layer(path, d, 1e-5, bias: bias) }
    return ModelLayout(
      sizes: s,
      input: .words("transformer.wte.weight", s, positions: "transformer.wpe.weight"),
      blocks: { index in
        let h = "transformer.h.\(index)."
        let (reads, writes) = (h + "attn.c_attn", h + "attn.c_proj")
        func vector(_ part: Int) -> WeightLayout? { bias ? rows(part).bias(reads + ".bias") : nil }
        let attention = AttentionLayout(
          q: rows(0).matrix(reads + ".weight", d: d), k: rows(1).matrix(reads + ".weight", d: d),
          v: rows(2).matrix(reads + ".weight", d: d),
          o: HeadRows(heads: heads, width: k).output(writes + ".weight", d: d), bq: vector(0), bk: vector(1),
          bv: vector(2), bo: bias ? .vector(writes + ".bias", d) : nil)
        return .serial(
          Branch(norm(h + "ln_1"), .attention(attention)),
          Branch(norm(h + "ln_2"), .mlp(.plain(h + "mlp.c_fc", h + "mlp.c_proj", s, .gelu, bias: bias))))
      },
      readout: ReadoutLayout(
        norm: norm("transformer.ln_f"), words: WeightLayout("lm_head.weight", [s.vocabularySize, d]), isTied: true))
  }
}

extension ConfigReader {
  /// Keys of `GPTConfig`, and no other names of theirs.
  fileprivate func nanoGPTSizes() throws -> ModelSizes {
    let width = try whole("n_embd", in: 1...(1 << 20))
    let heads = try whole("n_head", in: 1...(1 << 16))
    guard width % heads == 0 else { throw fault("n_head", "\(heads) heads do not divide the width n_embd = \(width)") }
    return ModelSizes(
      blocks: try whole("n_layer", in: 1...4096), heads: heads, keyHeads: heads, width: width,
      headWidth: width / heads, innerWidth: 4 * width, positions: try whole("block_size", in: 1...(1 << 26)),
      vocabularySize: try whole("vocab_size", in: 1...(1 << 26)))
  }
}
