// A family of models: a function from config.json to a layout, and how its files name their tensors. Everything else reads the
// layout.

import Lang
import Runtime

package struct Family {
  /// `model_type` in config.json.
  package let name: String
  /// What may stand before all tensor names of a file; the first that fits is taken.
  let prefixes: [String]
  /// Endings of names that older files spell otherwise, and names of tensors that are tied.
  let otherNames: [(ending: String, other: String)]
  /// Whether the family's own program takes no tensor that it does not know: one more is another model. In files of transformers there are
  /// others, of heads and buffers.
  let isClosed: Bool
  /// From config.json and the shapes of the stored tensors, to which timm's config.json leaves the sizes.
  package let layout: (ConfigReader, TensorShapes) throws -> ModelLayout

  package init(
    _ name: String, prefixes: [String], otherNames: [(ending: String, other: String)] = [], isClosed: Bool = false,
    _ layout: @escaping (ConfigReader) throws -> ModelLayout
  ) {
    (self.name, self.prefixes, self.otherNames, self.isClosed) = (name, prefixes, otherNames, isClosed)
    self.layout = { config, _ in try layout(config) }
  }

  /// A family of timm.
  package init(timm name: String, _ layout: @escaping (ConfigReader, TensorShapes) throws -> ModelLayout) {
    (self.name, prefixes, otherNames, isClosed) = (name, [""], [], true)
    self.layout = layout
  }

  /// All families that config.json can name; checkpoints of nanoGPT name none. A new one is a file in this folder and its name here.
  package static let all: [Family] = [
    .gpt2, .gptNeo, .gptJ, .gptNeoX, .opt, .bloom, .llama, .mistral, .qwen2, .qwen3, .gemma, .gemma2, .gemma3Text,
    .gemma3,
    .phi, .phi3, .stableLM, .olmo2, .starCoder2, .bert, .roberta, .xlmRoberta, .distilBERT, .vit,
  ]

  /// The family of a config.json.
  static func named(by config: ConfigReader) throws -> Family {
    if !config.has("model_type"), config.has("architecture") { return try ofTimm(config) }
    let name = try config.string("model_type")
    guard let family = all.first(where: { $0.name == name }) else {
      throw config.fault(
        "model_type", "\(Printer.quoted(name)) is not a family that is known here",
        help: name.contains("mixer")
          ? "an MLP-Mixer is read as timm saves it, with `architecture` in config.json: patches of an image (stem.proj), blocks, a final norm, "
            + "the mean of the rows, a head"
          : "known: \(all.map(\.name).joined(separator: ", ")), and of timm \(timmForms)")
    }
    return family
  }

  /// The layout that config.json describes. Throws for what no family here computes, and reports what is not read.
  func read(_ config: ConfigReader, _ shapes: TensorShapes) throws -> ModelLayout {
    if config.has("quantization_config") {
      throw config.fault(
        "quantization_config", "quantised weights cannot be read", help: "get the weights as F32, F16 or BF16")
    }
    for field in ["is_encoder_decoder", "add_cross_attention"] { try config.require(field, false) }
    if let heads = config.json["pruned_heads"]?.asObject, !heads.isEmpty {
      throw config.fault("pruned_heads", "models with heads taken out cannot be read")
    }
    let layout = try layout(config, shapes)
    try config.reportUnread(ignored: { !isClosed && Self.isOfTraining($0) }, family: name)
    return layout
  }

  /// Endings of tensors that files hold and nobody needs: causal masks and frequencies, which the layout says.
  static let buffers = [
    ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq",
    ".position_ids",
  ]

  /// Fields of the training, of the tokenizer, of other heads, of generation and of the program that saved the file: none of them
  /// enters a forward pass.
  private static func isOfTraining(_ field: String) -> Bool {
    if field.hasPrefix("_") || field.hasPrefix("summary_") || field.hasPrefix("output_") { return true }
    if field.hasSuffix("_token_id") || field.hasSuffix("_pdrop") || field.hasSuffix("_dropout_prob") { return true }
    return field == "dropout" || field.hasSuffix("_dropout") || neutral.contains(field)
  }

  private static let neutral: Set<String> = [
    "architectures", "auto_map", "bad_words_ids", "chunk_size_feed_forward", "diversity_penalty", "do_sample", "dtype",
    "early_stopping", "finetuning_task", "forced_decoder_start_ids", "gradient_checkpointing", "id2label", "init_std",
    "initializer_range", "is_decoder", "label2id", "layerdrop", "length_penalty", "max_length", "min_length",
    "model_type",
    "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences", "prefix", "pretraining_tp",
    "problem_type", "pruned_heads", "quantization_config", "remove_invalid_values", "reorder_and_upcast_attn",
    "repetition_penalty", "return_dict", "return_dict_in_generate", "slow_but_exact", "suppress_tokens",
    "task_specific_params", "temperature", "tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class", "top_k", "top_p",
    "torch_dtype", "torchscript", "transformers_version", "typical_p", "use_bfloat16", "use_cache",
  ]
}
