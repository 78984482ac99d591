// No key of config.json is read and dropped: each one, changed alone, changes the logits or is refused. And what is refused by name.

import Formats
import Lang
import Models
import Operations
import Runtime
import Testing

@Suite struct ConfigKeyTests {
  static let families = [
    "bert", "distilbert", "roberta", "bloom", "gemma", "gemma2", "gemma3_text", "gemma3_text_old_spelling", "gpt2",
    "gpt_neo", "gpt_neox",
    "gpt_neox_sequential", "gptj", "llama", "llama3", "llama_biases", "llama_linear_rope", "mistral", "olmo2", "opt",
    "opt_post_norm", "phi", "phi3", "phi_head_norms", "qwen2", "qwen3", "stablelm", "starcoder2",
    "starcoder2_no_bias",
  ]

  /// Keys of the training, the tokenizer, other heads and the saving program.
  private static func isOfTraining(_ key: String) -> Bool {
    key.contains("dropout") || key.hasSuffix("_pdrop") || key.hasSuffix("_token_id") || key.hasPrefix("summary_")
      || [
        "_name_or_path", "architectures", "dtype", "initializer_range", "init_std", "is_decoder", "layerdrop",
        "pretraining_tp", "reorder_and_upcast_attn", "slow_but_exact", "torch_dtype", "transformers_version",
        "use_cache",
      ].contains(key)
  }

  /// Keys that say nothing in one of these files, and why.
  private static let silent: [String: String] = [
    // The head that the file has is followed, with a notice.
    "tie_word_embeddings": "the file has a head of its own",
    // How long a text may be; nothing else without a scaling that reads it.
    "max_position_embeddings": "a limit", "n_positions": "a limit",
    "original_max_position_embeddings": "longrope and llama3 only",
    "max_window_layers": "no window is in use", "use_sliding_window": "the window begins above the last block",
    "qwen sliding_window": "no window is in use",
    "_sliding_window_pattern": "layer_types says it",
    "sinusoidal_pos_embds": "the file holds its positions, however they were made",
  ]

  @Test(arguments: families)
  func everyKeyCounts(_ family: String) throws {
    let folder = ScratchFolder.fixture("families/\(family)")
    let config = try JSON.parse(
      InputFile.bytes(folder + "/config.json", permissions: Permissions()), name: "config.json")
    let before = try #require(logits(folder))
    for path in Self.paths(config) {
      let key = path.last ?? ""
      let isPosition = family == "roberta" && key == "pad_token_id"
      guard isPosition || !Self.isOfTraining(key), key != "vocab_size" else { continue }
      let name = family.hasPrefix("qwen") && key == "sliding_window" ? "qwen sliding_window" : key
      guard Self.silent[name] == nil else { continue }
      let changed = try ScratchFolder()
      _ = ScratchFolder.run("ln -s '\(folder)'/model* '\(changed.path)'/")
      try changed.write("config.json", Self.text(Self.changed(config, at: path[...])))
      let after = logits(changed.path)
      #expect(after == nil || after != before, "\(family): \(path.joined(separator: ".")) changes nothing")
    }
  }

  /// The last logits of a text that is longer than the windows and has no padding in it, nil where the model is refused.
  private func logits(_ folder: String) -> [Float]? {
    let ids = (0..<30).map { ($0 * 37 + 11) % 387 + 3 }
    let session = Session(
      interpreter: Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule),
      isInteractive: false)
    let code = "forward(load(\"\(folder)\"), \(ids), keep=\"logits\").logits[-1]"
    let value = try? session.run(SourceFile(name: "test", text: code), options: nil).value
    return try? value?.asTensor?.elements()
  }

  private static func paths(_ json: JSON) -> [[String]] {
    (json.asObject ?? []).flatMap { key, value in
      value.asObject == nil ? [[key]] : paths(value).map { [key] + $0 }
    }
  }

  private static func isActivation(_ key: String) -> Bool { key.hasPrefix("hidden_act") || key.hasPrefix("activation") }

  /// Another value of the same kind, one that could be meant.
  private static func other(_ key: String, _ json: JSON) -> JSON {
    switch json {
    case .bool(let bool): .bool(!bool)
    case .number(let number): .number(number == number.rounded() ? number + 1 : number * 1.5)
    case .string(let text): .string(isActivation(key) ? (text == "relu" ? "gelu" : "relu") : text + "x")
    case .null: key == "rope_scaling" ? .object([("type", .string("linear")), ("factor", .number(2))]) : .number(3)
    case .array(let items): .array(Array(items.dropLast()))
    case .object: json
    }
  }

  private static func changed(_ json: JSON, at path: ArraySlice<String>) -> JSON {
    guard let key = path.first, let members = json.asObject else { return json }
    return .object(
      members.map { name, value in
        guard name == key else { return (name, value) }
        return (name, path.count == 1 ? other(key, value) : changed(value, at: path.dropFirst()))
      })
  }

  private static func text(_ json: JSON) -> String {
    switch json {
    case .null: "null"
    case .bool(let bool): "\(bool)"
    case .number(let number): "\(number)"
    case .string(let text): "\"\(text)\""
    case .array(let items): "[" + items.map(text).joined(separator: ", ") + "]"
    case .object(let members): "{" + members.map { "\"\($0.key)\": \(text($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  // MARK: Refusals

  /// The message of loading a family with one text of its config.json replaced.
  private func refusal(_ family: String, _ text: String, _ replacement: String) throws -> String {
    let folder = ScratchFolder.fixture("families/\(family)")
    let config = String(
      decoding: try InputFile.bytes(folder + "/config.json", permissions: Permissions()), as: UTF8.self)
    let changed = try ScratchFolder()
    _ = ScratchFolder.run("ln -s '\(folder)'/model* '\(changed.path)'/")
    let result = config.replacing(text, with: replacement)
    #expect(result != config)
    try changed.write("config.json", result)
    return fault { _ = try LoadedModels.load(changed.path) }.replacing(changed.path + "/", with: "")
  }

  @Test(arguments: [
    (
      "llama", "\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"banana\"}",
      "field `rope_scaling.type`: the rotary scaling \"banana\" is not known here"
    ),
    (
      "llama3", "\"factor\": 8.0", "\"factor\": 8.0, \"mrope_section\": [1]",
      "field `rope_scaling.mrope_section`: it is not known here, and what stands beside it may mean something else with it"
    ),
    (
      "llama", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3",
      "field `num_key_value_heads`: 3 key heads do not divide the 4 heads of num_attention_heads"
    ),
    (
      "llama", "\"mlp_bias\": false", "\"quantization_config\": {\"bits\": 4}",
      "field `quantization_config`: quantised weights cannot be read"
    ),
    (
      "llama_biases", "\"rope_theta\": 10000.0",
      "\"rope_theta\": 10000.0}, \"x\": {\"y\": 1}, \"rope_theta\": 500.0, \"z\": {\"y\": 1",
      "field `rope_theta`: it is 500, but `rope_parameters` says 10000"
    ),
    (
      "gpt_neo", "\"num_heads\": 4", "\"num_heads\": 4, \"num_attention_heads\": 2",
      "field `num_attention_heads`: it contradicts `num_heads`, which means the same"
    ),
    (
      "gemma2", "\"layer_types\": [", "\"layer_types\": [\"full_attention\",",
      "field `layer_types`: it holds 4 types for 3 blocks"
    ),
    ("gptj", "\"rotary_dim\": 6", "\"rotary_dim\": 5", "field `rotary_dim`: 5 entries cannot turn in pairs"),
    (
      "opt", "\"layer_norm_elementwise_affine\": true", "\"layer_norm_elementwise_affine\": false",
      "field `layer_norm_elementwise_affine`: false is not supported"
    ),
    (
      "gpt_neo", "\"window_size\": 5", "\"window_size\": 5, \"attention_layers\": [\"global\", \"global\", \"global\"]",
      "field `attention_layers`: it contradicts `attention_types`"
    ),
    (
      "starcoder2", "\"use_bias\": true", "\"use_bias\": true, \"norm_type\": \"rms_norm\"",
      "field `norm_type`: only layer_norm is supported"
    ),
    (
      "qwen2", "\"rope_theta\": 1000000.0", "\"head_dim\": 5",
      "field `head_dim`: 5 of the 5 entries of a head would turn; it must be an even number"
    ),
  ])
  func refused(_ family: String, _ text: String, _ replacement: String, _ reason: String) throws {
    #expect(try refusal(family, text, replacement) == "E0506 config.json, \(reason)")
  }
}
