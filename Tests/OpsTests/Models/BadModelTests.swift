// Folders whose files are well formed but do not make a model: the error names the file, the field or tensor, and the reason.

import Glibc
import Lang
import Models
import Operations
import Runtime
import Testing

@Suite(.serialized) struct BadModelTests {
  /// The fault of loading, without the folder's name.
  private func refusal(_ change: (inout ModelFixture) throws -> Void) throws -> String {
    var fixture = ModelFixture()
    try change(&fixture)
    let folder = try ScratchFolder()
    try fixture.write(to: folder)
    return fault { _ = try LoadedModels.load(folder.path) }.replacing(folder.path + "/", with: "")
  }

  @Test(arguments: [
    ("\"n_embd\": 4", "\"n_embd\": \"4\"", "field `n_embd`: it is a string, not a whole number"),
    ("\"n_embd\": 4", "\"n_embd\": 4.5", "field `n_embd`: 4.5 is not a whole number"),
    ("\"n_embd\": 4,", "", "field `n_embd`: it is missing"),
    ("\"n_embd\": 4", "\"n_embd\": null", "field `n_embd`: it is missing"),
    (
      "\"n_embd\": 4", "\"n_embd\": 1e18",
      "field `n_embd`: 1000000000000000000 is out of range, it must be from 1 to 1048576"
    ),
    ("\"n_layer\": 2", "\"n_layer\": 0", "field `n_layer`: 0 is out of range, it must be from 1 to 4096"),
    ("\"n_layer\": 2", "\"n_layer\": -1", "field `n_layer`: -1 is out of range, it must be from 1 to 4096"),
    ("\"n_head\": 2", "\"n_head\": 3", "field `n_head`: 3 heads do not divide the width n_embd = 4"),
    ("\"n_head\": 2", "\"n_head\": true", "field `n_head`: it is a bool, not a whole number"),
    ("1e-5", "0", "field `layer_norm_epsilon`: 0 is out of range, it must be between 0 and 1"),
    ("1e-5", "[]", "field `layer_norm_epsilon`: it is an array, not a number"),
    ("gelu_new", "swoosh", "field `activation_function`: there is no activation function \"swoosh\" here"),
    ("\"gpt2\"", "\"t5\"", "field `model_type`: \"t5\" is not a family that is known here"),
    ("\"gpt2\"", "7", "field `model_type`: it is a number, not a string"),
  ])
  func config(_ text: String, _ replacement: String, _ reason: String) throws {
    #expect(try refusal { $0.config = $0.config.replacing(text, with: replacement) } == "E0506 config.json, \(reason)")
  }

  @Test func configThatIsNoObject() throws {
    #expect(try refusal { $0.config = "[1]" } == "E0506 config.json: it holds an array, not an object")
    #expect(try refusal { $0.config = "{" } == "E0503 config.json: line 1, column 2: the text ends too early")
  }

  @Test func configAgainstWeights() throws {
    let fewer = try refusal { $0.config = $0.config.replacing("\"n_layer\": 2", with: "\"n_layer\": 1") }
    #expect(fewer == "E0506 config.json: it says 1 block, but model.safetensors holds more: it has `h.1.ln_1.weight`")
    let more = try refusal { $0.config = $0.config.replacing("\"n_layer\": 2", with: "\"n_layer\": 3") }
    #expect(more == "E0505 model.safetensors, tensor `h.2.ln_1.weight`: it is missing")
    let rows = try refusal { $0.config = $0.config.replacing("\"vocab_size\": 9", with: "\"vocab_size\": 10") }
    #expect(rows == "E0505 model.safetensors, tensor `wte.weight`: its shape is 9x4, config.json makes it 10x4")
  }

  @Test func missingTensors() throws {
    for name in ["wte.weight", "h.1.attn.c_attn.bias", "ln_f.weight"] {
      let message = try refusal { fixture in fixture.tensors.removeAll { $0.name == name } }
      #expect(message == "E0505 model.safetensors, tensor `\(name)`: it is missing")
    }
  }

  @Test func wrongShapes() throws {
    let message = try refusal { fixture in
      fixture.tensors[try fixture.index(of: "h.0.mlp.c_fc.weight")].shape = [16, 4]
    }
    #expect(
      message == "E0505 model.safetensors, tensor `h.0.mlp.c_fc.weight`: its shape is 16x4, config.json makes it 4x16")
  }

  @Test func wrongTypes() throws {
    let message = try refusal { fixture in fixture.tensors[try fixture.index(of: "ln_f.bias")].type = "I32" }
    #expect(message == "E0505 model.safetensors, tensor `ln_f.bias`: its type I32 cannot be used")
  }

  @Test func moreTokensThanRows() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    var fixture = ModelFixture()
    fixture.vocabulary = fixture.vocabulary.replacing("}", with: ", \"x\": 9}")
    let folder = try ScratchFolder()
    try fixture.write(to: folder)
    let model = try LoadedModels.load(folder.path)
    #expect(notices.count == 1 && notices[0].hasSuffix("9 rows: the last 1 token has no row"))
    #expect(model.wordEmbedding?.shape == [9, 4])
    // What has no row cannot be fed, by id or in a text.
    let load = "m = load(\"\(folder.path)\"); "
    #expect(try Program.text(load + "encode(m, \"ax\")") == "[0, 9]")
    #expect(try Program.text(load + "len(forward(m, \"ab\").logits)") == "1")
    let fed = fault { _ = try Program.value(load + "forward(m, \"ax\")") }
    #expect(fed == "E0405 the token \"x\" (id 9) has no row in the embedding of 9")
    #expect(fault { _ = try Program.value(load + "forward(m, [0, 9])") }.contains("no token 9 in a vocabulary of 9"))
  }

  /// tie_word_embeddings: false and no lm_head.weight: there are no right logits.
  @Test func headThatIsMissing() throws {
    let untied = "\"tie_word_embeddings\": false, \"n_head\""
    let message = try refusal { $0.config = $0.config.replacing("\"n_head\"", with: untied) }
    #expect(
      message == "E0505 model.safetensors, tensor `lm_head.weight`: it is missing, "
        + "and config.json says tie_word_embeddings: false")
    var fixture = ModelFixture()
    fixture.config = fixture.config.replacing("\"n_head\"", with: untied)
    fixture.tensors.append(ModelFixture.Stored(name: "lm_head.weight", shape: [9, 4]))
    #expect(try fixture.load().weights.readout?.words.shape == [9, 4])
  }

  @Test func tensorsThatNobodyUsesAreMentioned() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    var fixture = ModelFixture()
    // Buffers of old files are no weights.
    fixture.tensors.append(ModelFixture.Stored(name: "h.0.attn.bias", shape: [1]))
    fixture.tensors.append(ModelFixture.Stored(name: "h.1.attn.masked_bias", shape: [1]))
    _ = try fixture.load()
    #expect(notices.isEmpty)
    fixture.tensors.append(ModelFixture.Stored(name: "h.0.attn.q_norm.weight", shape: [4]))
    fixture.tensors.append(ModelFixture.Stored(name: "score.weight", shape: [4]))
    _ = try fixture.load()
    #expect(
      notices.count == 1
        && notices[0].hasSuffix("`h.0.attn.q_norm.weight` and 1 other tensor are not used by the family gpt2"))
  }

  /// Each default of a family, as transformers' GPT2Config has it: the field left out gives the same numbers as the field.
  @Test(arguments: [
    ("\"activation_function\": \"gelu_new\"", "activation_function"),
    ("\"layer_norm_epsilon\": 1e-5", "layer_norm_epsilon"),
    ("\"n_inner\": 16", "n_inner"), ("\"tie_word_embeddings\": true", "tie_word_embeddings"),
    ("\"scale_attn_weights\": true", "scale_attn_weights"),
    ("\"scale_attn_by_inverse_layer_idx\": false", "scale_attn_by_inverse_layer_idx"),
  ])
  func defaults(_ field: String, _ name: String) throws {
    func logits(_ fields: String) throws -> [Double] {
      var fixture = ModelFixture()
      fixture.config =
        #"{"model_type": "gpt2", "n_layer": 2, "n_head": 2, "n_embd": 4, "n_positions": 8, "vocab_size": 9"# + fields
        + "}"
      let folder = try ScratchFolder()
      try fixture.write(to: folder)
      return try Program.numbers("reshape(forward(load(\"\(folder.path)\"), [0, 3, 8]).logits, -1)")
    }
    let known = try logits(", " + field)
    #expect(known.count == 27)
    #expect(try logits("") == known)
    #expect(try logits(", \"\(name)\": null") == known)
  }

  /// A clone without Git LFS holds pointers; so may any file.
  @Test func gitLFSPointers() throws {
    let pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:\(String(repeating: "5a", count: 32))\nsize 548105171\n"
    for file in ["config.json", "model.safetensors", "vocab.json", "merges.txt"] {
      let folder = try ScratchFolder()
      try ModelFixture().write(to: folder)
      try folder.write(file, pointer)
      do {
        _ = try LoadedModels.load(folder.path).tokenizer?.encode("ab")
        Issue.record("\(file) was read")
      } catch let fault as Fault {
        #expect(
          fault.message
            == "\(folder.path)/\(file): it is a Git LFS pointer: the contents of 548105171 bytes were not downloaded")
        #expect(fault.help == "in that folder: git lfs install && git lfs pull")
      }
    }
    let folder = try ScratchFolder()
    for (file, code) in [
      ("a.csv", "read_csv"), ("a.json", "read_json"), ("a.npy", "read_npy"), ("a.npz", "read_npy"),
      ("a.txt", "read_lines"),
      ("b.txt", "read_text"),
    ] {
      try folder.write(file, pointer)
      let message = fault { _ = try Program.value("\(code)(\"\(folder.path)/\(file)\")") }
      #expect(message.contains("it is a Git LFS pointer"), "\(message)")
    }
  }

  @Test func fewerTokensThanRowsAreMentioned() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    var fixture = ModelFixture()
    fixture.vocabulary = fixture.vocabulary.replacing(", \"<|endoftext|>\": 8", with: "")
    let model = try fixture.load()
    #expect(
      notices.count == 1
        && notices[0].hasSuffix("vocab.json has 8 tokens, the embedding 9 rows: the last 1 row has no token"))
    #expect(model.wordEmbedding?.labels?.text(ofRow: 8) == "<id 8>")
    let folder = try ScratchFolder()
    try fixture.write(to: folder)
    let load = "m = load(\"\(folder.path)\"); "
    #expect(try Program.text(load + "decode(m, [3, 8, 3])") == "\"ab<id 8>ab\"")
    #expect(try Program.text(load + "token_bytes(m, 8)") == "[]")
    #expect(try Program.text(load + "len(logit_lens(m, [3, 8]).top)") == "2")
    #expect(fault { _ = try Program.value(load + "decode(m, 9)") }.contains("no token 9 in a vocabulary of 9"))
    #expect(
      fault { _ = try Program.value(load + "decode(m.tokenizer, 8)") }.contains("no token 8 in a vocabulary of 8"))
  }

  @Test func notFound() throws {
    let folder = try ScratchFolder()
    setenv("HF_HUB_CACHE", folder.path, 1)
    defer { unsetenv("HF_HUB_CACHE") }
    do {
      _ = try LoadedModels.load("gpt2-none")
      Issue.record("a model that does not exist was loaded")
    } catch let fault as Fault {
      #expect(fault.code == .modelNotFound && fault.message == "there is no model `gpt2-none`")
      #expect(fault.help?.contains("\(folder.path)/models--gpt2-none") == true)
      #expect(fault.help?.contains("tw pull openai-community/gpt2-none") == true)
    }
    #expect(fault { _ = try LoadedModels.load("") } == "E0306 a model needs a name or a folder")
    #expect(
      fault { _ = try LoadedModels.load(folder.path) }.hasPrefix(
        "E0501 cannot read \(folder.path)/config.json: no such file"))
  }

  @Test func cacheOfHuggingFace() throws {
    let folder = try ScratchFolder()
    setenv("HF_HUB_CACHE", folder.path, 1)
    defer { unsetenv("HF_HUB_CACHE") }
    let fixture = ModelFixture()
    let snapshot = "models--openai-community--gpt2-test/snapshots/"
    for (name, bytes) in [
      ("config.json", Array(fixture.config.utf8)), ("model.safetensors", fixture.safetensors()),
      ("vocab.json", Array(fixture.vocabulary.utf8)), ("merges.txt", Array(fixture.merges.utf8)),
    ] { try folder.write(snapshot + "0123abc/" + name, bytes) }
    try folder.write(snapshot + "old/config.json", "{}")
    try folder.write("models--openai-community--gpt2-test/refs/main", "0123abc")
    let model = try LoadedModels.load("openai-community/gpt2-test")
    #expect(
      model.description
        == "model openai-community/gpt2-test: gpt2, 2 blocks x 2 heads, width 4, 9 tokens, 564 parameters")
    #expect(try LoadedModels.load("gpt2-test") === model, "the organisation may be left out")
    let interpreter = Interpreter(operations: Registrations.all)
    let session = Session(interpreter: interpreter, isInteractive: false)
    let names = try session.run(SourceFile(name: "test", text: "models().name"), options: nil).value
    #expect(names.asList?.items.prefix(2).map(\.asString) == ["mini", "openai-community/gpt2-test"])
    try folder.write("models--other--gpt2-test/snapshots/1/config.json", "{}")
    #expect(fault { _ = try LoadedModels.load("gpt2-test") }.hasPrefix("E0504 there are 2 models called `gpt2-test`"))
  }

  /// What interrupted downloads leave in the hub's cache.
  @Test func incompleteDownloads() throws {
    let folder = try ScratchFolder()
    setenv("HF_HUB_CACHE", folder.path, 1)
    defer { unsetenv("HF_HUB_CACHE") }
    let fixture = ModelFixture()
    let snapshot = "models--me--m/snapshots/0123"
    func refusal() -> (message: String, help: String) {
      do {
        _ = try LoadedModels.load("me/m")
        return ("no error", "")
      } catch let fault as Fault {
        return (
          fault.message.replacing(folder.path, with: "HUB"), (fault.help ?? "").replacing(folder.path, with: "HUB")
        )
      } catch {
        return ("\(error)", "")
      }
    }
    let again = "get it again with: tw pull me/m"
    try folder.write("models--me--m/blobs/beef.incomplete", "x")
    #expect(refusal() == ("the download of `me/m` in HUB/models--me--m is incomplete: it holds no snapshot", again))
    try folder.write("models--me--m/refs/main", "4567")
    #expect(refusal().message.hasSuffix("is incomplete: it holds no snapshot"))
    try folder.write(snapshot + "/config.json", fixture.config)
    try folder.write("models--me--m/snapshots/89ab/config.json", fixture.config)
    let gone = refusal()
    #expect(gone.message.hasSuffix("is incomplete: refs/main names a snapshot that is not there"))
    #expect(gone.help.contains("\nor: load(\"HUB/models--me--m/snapshots/0123\")"))
    try folder.remove("models--me--m/refs/main")
    #expect(refusal().message.hasSuffix("is incomplete: refs/main is missing, and there are 2 snapshots"))
    try folder.write("models--me--m/refs/main", "0123")
    let place = "HUB/models--me--m/snapshots/0123"
    #expect(refusal() == ("cannot read \(place)/model.safetensors: no such file", ""))
    for file in ["model.safetensors", "vocab.json", "merges.txt", "tokenizer_config.json"] {
      #expect(symlink("../../blobs/beef", folder.file(snapshot + "/" + file)) == 0)
      #expect(
        refusal() == (
          "cannot read \(place)/\(file): it is a link that leads nowhere: the download is incomplete", again
        ))
      try folder.remove(snapshot + "/" + file)
      try folder.write(
        snapshot + "/" + file,
        file == "model.safetensors"
          ? fixture.safetensors()
          : Array((file == "vocab.json" ? fixture.vocabulary : file == "merges.txt" ? fixture.merges : "{}").utf8))
    }
    #expect(try LoadedModels.load("me/m").tokenizer?.count == 9)
    try folder.remove(snapshot + "/model.safetensors")
    try folder.write(
      snapshot + "/model.safetensors.index.json", #"{"weight_map": {"wte.weight": "model-00001-of-00002.safetensors"}}"#
    )
    #expect(
      refusal() == (
        "cannot read \(place)/model-00001-of-00002.safetensors: no such file, "
          + "yet model.safetensors.index.json names it: the download is incomplete", again
      ))
  }
}
