// A model in llama.cpp's format: its metadata as the config.json that transformers would have, its tensors under the names of the family's
// files. Source: llama.cpp's gguf-py (constants.py, tensor_mapping.py) and conversion scripts.

import Formats
import Lang
import Runtime

struct GGUFModel {
  /// The file, or all files of one that was split; metadata stand in the first.
  let files: [GGUFFile]
  /// `general.architecture`, which stands before the keys of its sizes.
  let architecture: String
  private let form: Form

  private var first: GGUFFile { files[0] }

  /// How the tensors of an architecture are called in transformers.
  private struct Form {
    /// `model_type`; nil: as the architecture.
    var family: String?
    var outside: [String: String]
    /// Stands before the number of a block.
    var block: String
    var inside: [String: String]
    /// Endings of matrices that transformers stores as (in, out), GGUF as (out, in).
    var transposed: [String] = []
  }

  private static let llamaForm = Form(
    outside: ["token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"],
    block: "model.layers.",
    inside: [
      "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
      "attn_v": "self_attn.v_proj", "attn_qkv": "self_attn.qkv_proj", "attn_output": "self_attn.o_proj",
      "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm", "ffn_norm": "post_attention_layernorm",
      "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    ])

  private static var gemma2Form: Form {
    var form = llamaForm
    form.inside["post_attention_norm"] = "post_attention_layernorm"
    form.inside["ffn_norm"] = "pre_feedforward_layernorm"
    form.inside["post_ffw_norm"] = "post_feedforward_layernorm"
    return form
  }

  private static let forms: [String: Form] = {
    var phi3 = llamaForm
    phi3.inside["ffn_up"] = "mlp.gate_up_proj"
    var gemma3 = gemma2Form
    gemma3.family = "gemma3_text"
    return [
      "llama": llamaForm, "qwen2": llamaForm, "qwen3": llamaForm, "gemma": llamaForm, "gemma2": gemma2Form,
      "gemma3": gemma3, "phi3": phi3,
      "gpt2": Form(
        outside: ["token_embd": "wte", "position_embd": "wpe", "output_norm": "ln_f", "output": "lm_head"], block: "h.",
        inside: [
          "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
          "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
        ], transposed: ["attn_qkv.weight", "attn_output.weight", "ffn_up.weight", "ffn_down.weight"]),
      "bert": Form(
        outside: [
          "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
          "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "embeddings.LayerNorm",
        ], block: "encoder.layer.",
        inside: [
          "attn_q": "attention.self.query", "attn_k": "attention.self.key", "attn_v": "attention.self.value",
          "attn_output": "attention.output.dense", "attn_output_norm": "attention.output.LayerNorm",
          "ffn_up": "intermediate.dense", "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
        ]),
    ]
  }()

  /// `files`: all parts in order, which their names promise. Throws `badWeights` for files that are damaged, incomplete, or of an architecture
  /// that is not read.
  init(_ files: [GGUFFile]) throws {
    self.files = files
    let first = files[0]
    try Self.checkParts(files)
    guard let architecture = try first.text("general.architecture") else {
      throw first.fault(
        "it names no general.architecture", help: "is it a model? Adapters and vocabularies cannot be loaded")
    }
    guard let form = Self.forms[architecture] else {
      throw first.fault(
        "its architecture \(Printer.quoted(architecture)) is not read here",
        help: "known: \(Self.forms.keys.sorted().joined(separator: ", "))")
    }
    (self.architecture, self.form) = (architecture, form)
  }

  /// Each file says of itself what its name says, and together they hold what the first promises.
  private static func checkParts(_ files: [GGUFFile]) throws {
    for (index, file) in files.enumerated() {
      let (number, count) = (try file.wholeNumber("split.no") ?? 0, try file.wholeNumber("split.count") ?? 1)
      // A count of 0 is none, as llama.cpp takes it.
      guard number == index, max(1, count) == files.count else {
        let named = files.count == 1 ? "a whole model" : "part \(index + 1) of \(files.count)"
        let said = count > 1 ? "split.no is \(number), split.count \(count)" : "there is no split.count"
        throw file.fault(
          "its name says \(named), and within it \(said)",
          help: "the parts of a model are called NAME-00001-of-00003.gguf and so on; split.no counts from 0")
      }
    }
    let held = files.reduce(0) { $0 + $1.tensors.count }
    if let total = try files[0].wholeNumber("split.tensors.count"), total != held {
      throw files[0].fault("its parts hold \(held) tensors, \(total) are promised")
    }
  }

  // MARK: Names

  /// What transformers calls a tensor, and whether it stores it the other way round; nil for a tensor that is none of the model's weights.
  func name(of tensor: String) -> (name: String, isTransposed: Bool)? {
    let parts = tensor.split(separator: ".", maxSplits: 2).map(String.init)
    if parts.count == 3, parts[0] == "blk", let number = Int(parts[1]) {
      guard let dot = parts[2].lastIndex(of: "."), let inside = form.inside[String(parts[2][..<dot])] else {
        return nil
      }
      return ("\(form.block)\(number).\(inside)\(parts[2][dot...])", form.transposed.contains(parts[2]))
    }
    guard let dot = tensor.lastIndex(of: "."), let outside = form.outside[String(tensor[..<dot])] else { return nil }
    return (outside + tensor[dot...], false)
  }

  /// Tensors that the layout takes as numbers.
  static let ofPositions = ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"]

  private func tensor(_ name: String) -> (file: GGUFFile, entry: GGUFFile.Tensor)? {
    for file in files {
      if let entry = file.tensors.first(where: { $0.name == name }) { return (file, entry) }
    }
    return nil
  }

  private func has(_ name: String) -> Bool { tensor(name) != nil }

  private func numbers(ofTensor name: String) throws -> JSON? {
    guard let (file, entry) = tensor(name) else { return nil }
    let storage = try file.file.storage(of: entry.bytes, type: entry.type, count: entry.count, tensor: name)
    let elements = try storage.pointer()
    return .array((0..<entry.count).map { .number(Double(elements[$0])) })
  }

  // MARK: Metadata

  /// The settings under the names of transformers' config.json. Throws `badWeights` for what no family here computes.
  func config() throws -> JSON {
    var fields: [(key: String, value: JSON)] = [("model_type", .string(form.family ?? architecture))]
    var read: Set<String> = []
    func has(_ key: String) -> Bool {
      read.insert(key)
      return first.metadata["\(architecture).\(key)"] != nil
    }
    func number(_ key: String) throws -> Double? { has(key) ? try first.number("\(architecture).\(key)") : nil }
    func add(_ name: String, _ value: Double?) { if let value { fields.append((name, .number(value))) } }
    /// A number, or a list of one for each block, which must be equal.
    func same(_ key: String) throws -> Double? {
      guard has(key), case .array = first.metadata["\(architecture).\(key)"] else { return try number(key) }
      let list = try first.numbers("\(architecture).\(key)") ?? []
      guard Set(list).count == 1 else {
        throw first.fault("its \(architecture).\(key) differs from block to block, which is not computed here")
      }
      return list[0]
    }
    func refuse(_ key: String, unless isRight: (Double) -> Bool) throws {
      if let value = try number(key), !isRight(value) {
        throw first.fault("its \(architecture).\(key) is \(numberText(value)), which is not computed here")
      }
    }

    let isGPT2 = architecture == "gpt2"
    let (width, heads) = (try number("embedding_length"), try same("attention.head_count"))
    add(isGPT2 ? "n_embd" : "hidden_size", width)
    add(isGPT2 ? "n_layer" : "num_hidden_layers", try number("block_count"))
    add(isGPT2 ? "n_head" : "num_attention_heads", heads)
    let keyHeads = try same("attention.head_count_kv")
    if isGPT2 || architecture == "bert" {
      if let keyHeads, keyHeads != heads { throw first.fault("its attention.head_count_kv is not its head_count") }
    } else {
      add("num_key_value_heads", keyHeads ?? heads)
    }
    add(isGPT2 ? "n_inner" : "intermediate_size", try same("feed_forward_length"))
    add(isGPT2 ? "n_positions" : "max_position_embeddings", try number("context_length"))
    let rows = tensor("token_embd.weight")?.entry.shape.first.map(Double.init)
    let promised = try number("vocab_size")
    if let rows, let promised, rows != promised {
      throw first.fault(
        "its \(architecture).vocab_size is \(numberText(promised)), token_embd.weight has \(numberText(rows)) rows")
    }
    add("vocab_size", rows ?? promised)

    let plain = (width ?? 0) / max(1, heads ?? 1)
    let headWidth = try number("attention.key_length") ?? plain
    try refuse("attention.value_length") { $0 == headWidth }
    let epsilon = try number("attention.layer_norm_rms_epsilon")
    let layerEpsilon = try number("attention.layer_norm_epsilon")
    if isGPT2 {
      add("layer_norm_epsilon", layerEpsilon)
    } else if architecture == "bert" {
      add("layer_norm_eps", layerEpsilon)
      add("type_vocab_size", tensor("token_types.weight")?.entry.shape.first.map(Double.init))
      if has("attention.causal"), try first.bool("bert.attention.causal") == true {
        throw first.fault("its attention is causal")
      }
    } else {
      add("head_dim", headWidth)
      add("rms_norm_eps", epsilon)
    }
    if architecture != "bert", has("attention.causal"), try first.bool("\(architecture).attention.causal") == false {
      throw first.fault("its attention is not causal, which is not computed here")
    }
    for key in ["expert_count", "expert_used_count"] { try refuse(key) { $0 == 0 } }
    let isTied = !self.has("output.weight")
    if architecture != "bert" { fields.append(("tie_word_embeddings", .bool(isTied))) }

    if form.block == Self.llamaForm.block {
      try addPositions(&fields, headWidth: headWidth, number: number, has: has)
      if architecture == "llama" || architecture == "qwen3" {
        fields.append(("attention_bias", .bool(self.has("blk.0.attn_q.bias"))))
      }
      if architecture == "llama" { fields.append(("mlp_bias", .bool(self.has("blk.0.ffn_up.bias")))) }
      // A window of 0 is none.
      let window = try number("attention.sliding_window").flatMap { $0 > 0 ? $0 : nil }
      switch architecture {
      case "gemma2", "gemma3":
        add("sliding_window", window)
        add("attn_logit_softcapping", try number("attn_logit_softcapping"))
        add("final_logit_softcapping", try number("final_logit_softcapping"))
        // The largest models scale by the width of d / heads (llama.cpp, `f_attention_scale`).
        let isLargest = try number("block_count") == (architecture == "gemma2" ? 46 : 62)
        add("query_pre_attn_scalar", isLargest ? plain : headWidth)
      case "phi3": add("sliding_window", window)
      default:
        if let window {
          guard architecture == "llama" else {
            throw first.fault("its attention has a window, which is not computed here")
          }
          fields[0] = ("model_type", .string("mistral"))
          fields.removeAll { ["attention_bias", "mlp_bias"].contains($0.key) }
          add("sliding_window", window)
        }
      }
      try refuse("attention.scale") { abs($0 - 1 / headWidth.squareRoot()) < 1e-6 }
    }
    // What says nothing of a pass.
    for key in ["pooling_type", "attention.sliding_window_pattern"] + (architecture == "bert" ? ["rope.freq_base"] : [])
    { _ = has(key) }
    let unread = first.metadata.keys.filter {
      $0.hasPrefix(architecture + ".") && !read.contains(String($0.dropFirst(architecture.count + 1)))
    }
    if !unread.isEmpty {
      Notices.warn("\(first.file.path): not read: \(unread.sorted().joined(separator: ", "))")
    }
    return .object(fields)
  }

  private func addPositions(
    _ fields: inout [(key: String, value: JSON)], headWidth: Double, number: (String) throws -> Double?,
    has: (String) -> Bool
  ) throws {
    let turning = try number("rope.dimension_count") ?? headWidth
    if turning != headWidth {
      guard architecture == "phi3" else {
        throw first.fault(
          "\(numberText(turning)) of the \(numberText(headWidth)) entries of a head turn, which this family does not have"
        )
      }
      fields.append(("partial_rotary_factor", .number(turning / headWidth)))
    }
    let base = try number("rope.freq_base") ?? (architecture == "gemma3" ? 1e6 : 10000)
    fields.append(("rope_theta", .number(base)))
    if architecture == "gemma3" {
      fields.append(("rope_local_base_freq", .number(try number("rope.freq_base_swa") ?? 10000)))
    }
    let context = try number("context_length") ?? 0
    let type = has("rope.scaling.type") ? try first.text("\(architecture).rope.scaling.type") ?? "none" : "none"
    let factor = try number("rope.scaling.factor") ?? number("rope.scale_linear")
    let original = try number("rope.scaling.original_context_length")
    let attention = try number("rope.scaling.attn_factor")
    func scaling(_ members: [(key: String, value: JSON)]) { fields.append(("rope_scaling", .object(members))) }
    if let frequencies = try numbers(ofTensor: "rope_freqs.weight") {
      // Llama 3's scaling: what each frequency is divided by.
      return scaling([
        ("rope_type", .string("longrope")), ("short_factor", frequencies), ("long_factor", frequencies),
        ("attention_factor", .number(1)), ("original_max_position_embeddings", .number(context)),
      ])
    }
    if let long = try numbers(ofTensor: "rope_factors_long.weight"),
      let short = try numbers(ofTensor: "rope_factors_short.weight")
    {
      return scaling(
        [
          ("rope_type", .string("longrope")), ("short_factor", short), ("long_factor", long),
          ("original_max_position_embeddings", .number(original ?? context)),
        ] + (attention.map { [("attention_factor", .number($0))] } ?? []))
    }
    switch type {
    case "none": break
    case "linear":
      scaling([("rope_type", .string("linear")), ("factor", .number(factor ?? 1))])
    case "yarn":
      var members: [(key: String, value: JSON)] = [("rope_type", .string("yarn")), ("factor", .number(factor ?? 1))]
      if let original { members.append(("original_max_position_embeddings", .number(original))) }
      if let attention { members.append(("attention_factor", .number(attention))) }
      for (key, name) in [("yarn_beta_fast", "beta_fast"), ("yarn_beta_slow", "beta_slow")] {
        if let value = try number("rope.scaling.\(key)") { members.append((name, .number(value))) }
      }
      scaling(members)
    default: throw first.fault("its rope.scaling.type \(Printer.quoted(type)) is not computed here")
    }
  }
}

extension ModelFolder {
  /// Loads a GGUF file of this folder, with the other parts of one that was split.
  func load(gguf name: String) throws -> ModelWeights {
    let model = try GGUFModel(try SplitName.files(of: name).map { try GGUFFile(open(part: $0)) })
    let config = ConfigReader(try model.config(), path: path(of: name), title: "metadata", isGGUF: true)
    return try ModelWeights(
      name: displayName, family: try Family.named(by: config), config: config, files: WeightFiles(model),
      tokenizer: try GGUFTokenizer.read(model))
  }

  /// Opens a file that was named, or another part of it. Throws `cannotRead` for a part that is missing, by its name.
  func open(part name: String) throws -> MappedFile {
    if let part = SplitName(name), try !holds(name) {
      throw Fault.cannotRead(
        path(of: name), reason: "no such file, yet it is part \(part.number) of \(part.count) of the model",
        help: "put all parts of the model into one folder")
    }
    return try open(name)
  }
}
