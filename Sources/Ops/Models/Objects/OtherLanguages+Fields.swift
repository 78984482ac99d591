// Fields of models, blocks and heads by the names that they have in PyTorch, transformers and TransformerLens.

import Lang

extension OtherLanguages {
  /// Help for `m.word` where the model `m` has no such field.
  package static func help(forModelField word: String) -> String? { modelFields[word] }

  /// The same for a block.
  package static func help(forBlockField word: String) -> String? { blockFields[word] }
  /// The same for a head.
  package static func help(forHeadField word: String) -> String? { headFields[word] }

  /// Every help of these tables, with the word it answers.
  package static var allFieldHelp: [(word: String, help: String)] {
    [modelFields, blockFields, headFields].flatMap { $0.map { (word: $0.key, help: $0.value) } }
  }

  private static let modelFields: [String: String] = table([
    ("unembed unembedding W_U embed_out output", "the unembedding is m.lm_head, one row for each token"),
    ("embed embedding embeddings W_E", "the token embeddings are m.wte"),
    ("pos_embed W_pos", "the position embeddings are m.wpe"),
    ("cfg hparams", "the settings are m.config"), ("ln_final final_norm norm", "the final norm is m.ln_f"),
    ("h layers layer block transformer", "the blocks are m.blocks"),
    ("to_tokens encode tokenize", "write encode(m, \"hi\")"),
    ("to_string decode", "write decode(m, ids)"),
    ("to_str_tokens", "write map(encode(m, text), id => decode(m, [id]))"),
    ("forward run_with_cache", "write forward(m, text)"),
    (
      "run_with_hooks hooks hook add_hook hook_dict",
      "write forward(m, text, edit={\"blocks.0.head.1\": x => 0 * x})"
    ),
    ("W_Q W_K W_V W_O", "they are fields of a head: m.blocks[0].heads[0].wq, .wk, .wv, .wo"),
    ("W_in W_out", "they are fields of a block's MLP: m.blocks[0].mlp.w_in, .w_out"),
    ("eval to cpu cuda half float", "leave it out: weights are only read, on the processor"),
    ("vocab vocabulary", "the tokens are those of m.tokenizer"),
  ])

  private static let blockFields: [String: String] = table([
    (
      "attn attention self_attn W_Q W_K W_V W_O",
      "the weights of attention are in the heads: m.blocks[0].heads[0].wq, .wk, .wv, .wo"
    ),
    ("W_in W_out", "they are m.blocks[0].mlp.w_in and .w_out"),
    ("hook_resid_pre hook_resid_post resid", "forward(m, text).resid holds the state before and after each block"),
  ])

  private static let headFields: [String: String] = table([
    ("W_QK QK qk", "write wqk(h)"), ("W_OV OV ov vo", "write wvo(h)"),
    ("pattern attn attention", "forward(m, text).attn[0][1] is the attention of head 1 in block 0"),
  ])

  /// Libraries whose functions are called with their name before a point.
}
