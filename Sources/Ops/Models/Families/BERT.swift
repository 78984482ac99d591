// BERT (Devlin et al. 2018), RoBERTa (Liu et al. 2019), DistilBERT (Sanh et al. 2019): every token reads all of them, norms stand after
// the sums, and a head that is not linear says which word stands at a place.

import Kernels
import Lang
import Runtime

extension Family {
  static let bert = Family(
    "bert", prefixes: ["bert.", ""], otherNames: oldNorms + [("cls.predictions.bias", "cls.predictions.decoder.bias")]
  ) { config in
    try bertLayout(
      config,
      readout: { s, activation, epsilon in
        let head = "cls.predictions."
        return try .masked(
          s, config, dense: head + "transform.dense", norm: head + "transform.LayerNorm",
          words: head + "decoder.weight",
          bias: head + "bias", activation, epsilon)
      }, nextSentence: "cls.seq_relationship")
  }

  static let roberta = robertaFamily("roberta")
  static let xlmRoberta = robertaFamily("xlm-roberta")

  /// As BERT, with positions that count from the padding on and a head whose activation does not follow config.json.
  private static func robertaFamily(_ name: String) -> Family {
    Family(name, prefixes: ["roberta.", ""], otherNames: oldNorms + [("lm_head.bias", "lm_head.decoder.bias")]) {
      config in
      try bertLayout(
        config, padding: try config.whole("pad_token_id", in: 0...(1 << 26), default: 1), types: 1,
        readout: { s, _, epsilon in
          try .masked(
            s, config, dense: "lm_head.dense", norm: "lm_head.layer_norm", words: "lm_head.decoder.weight",
            bias: "lm_head.bias", .gelu, epsilon)
        })
    }
  }

  static let distilBERT = Family("distilbert", prefixes: ["distilbert.", ""]) { config in
    let s = try config.sizes(SizeNames(width: "dim", blocks: "n_layers", heads: "n_heads", inner: "hidden_dim"))
    let activation = try config.activation("activation", default: "gelu")
    let epsilon = Float(1e-12)
    // The file holds its positions, however they were made.
    _ = config.has("sinusoidal_pos_embds")
    var input = InputLayout.words(
      "embeddings.word_embeddings.weight", s, positions: "embeddings.position_embeddings.weight")
    input.norm = .layer("embeddings.LayerNorm", s.width, epsilon)
    return ModelLayout(
      sizes: s, input: input,
      blocks: { index in
        let h = "transformer.layer.\(index)."
        return .afterNorms(
          .attention(
            .separate(
              h + "attention.", ("q_lin", "k_lin", "v_lin", "out_lin"), s, reads: true, writes: true, mask: .full)),
          .layer(h + "sa_layer_norm", s.width, epsilon),
          .mlp(.plain(h + "ffn.lin1", h + "ffn.lin2", s, activation)),
          .layer(h + "output_layer_norm", s.width, epsilon))
      },
      readout: try .masked(
        s, config, dense: "vocab_transform", norm: "vocab_layer_norm", words: "vocab_projector.weight",
        bias: "vocab_projector.bias", activation, epsilon))
  }

  /// What files of before 2019 call gain and bias of a norm.
  private static let oldNorms = [
    ("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta"),
  ]

  /// `padding`: the token from whose row positions count, which takes none. `types`: rows of the types where config.json does not say.
  private static func bertLayout(
    _ config: ConfigReader, padding: Int? = nil, types: Int = 2,
    readout: (ModelSizes, Activation, Float) throws -> ReadoutLayout, nextSentence: String? = nil
  ) throws -> ModelLayout {
    var s = try config.sizes()
    let (d, epsilon) = (s.width, try config.epsilon("layer_norm_eps", default: 1e-12))
    let activation = try config.activation("hidden_act", default: "gelu")
    try config.require("is_decoder", false)
    let positions = try config.string("position_embedding_type", default: "absolute")
    guard positions == "absolute" else {
      throw config.fault("position_embedding_type", "\(Printer.quoted(positions)) is not supported")
    }
    let rows = s.positions ?? 0
    let first = padding.map { $0 + 1 } ?? 0
    guard first < rows else {
      throw config.fault("max_position_embeddings", "\(rows) rows leave no position: texts begin at row \(first)")
    }
    s.positions = rows - first
    return ModelLayout(
      sizes: s,
      input: InputLayout(
        words: WeightLayout("embeddings.word_embeddings.weight", [s.vocabularySize, d]),
        positions: WeightLayout(
          "embeddings.position_embeddings.weight", stored: [rows, d], offset: first * d, shape: [rows - first, d],
          strides: [d, 1]),
        types: WeightLayout(
          "embeddings.token_type_embeddings.weight",
          [try config.whole("type_vocab_size", in: 1...(1 << 16), default: types), d]),
        paddingID: padding, norm: .layer("embeddings.LayerNorm", d, epsilon)),
      blocks: { index in
        let h = "encoder.layer.\(index)."
        return .afterNorms(
          .attention(
            .separate(
              h + "attention.", ("self.query", "self.key", "self.value", "output.dense"), s, reads: true, writes: true,
              mask: .full)),
          .layer(h + "attention.output.LayerNorm", d, epsilon),
          .mlp(.plain(h + "intermediate.dense", h + "output.dense", s, activation)),
          .layer(h + "output.LayerNorm", d, epsilon))
      },
      readout: try readout(s, activation, epsilon), pooler: LinearLayout("pooler.dense", in: d, out: d),
      nextSentence: nextSentence.map { LinearLayout($0, in: d, out: 2) })
  }
}

extension ReadoutLayout {
  /// norm(act(x W + b)) U ᵀ + bias, which files of models without a head lack.
  fileprivate static func masked(
    _ s: ModelSizes, _ config: ConfigReader, dense: String, norm: String, words: String, bias: String,
    _ activation: Activation, _ epsilon: Float
  ) throws -> ReadoutLayout {
    ReadoutLayout(
      transform: TransformLayout(
        linear: LinearLayout(dense, in: s.width, out: s.width), activation: activation,
        norm: .layer(norm, s.width, epsilon)),
      words: WeightLayout(words, [s.vocabularySize, s.width]), bias: .vector(bias, s.vocabularySize),
      isTied: try config.bool("tie_word_embeddings", default: true), isOptional: true)
  }
}
