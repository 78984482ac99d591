// Folders whose files are well formed but do not make a model: the error names the file, the field or tensor, and the reason.

import Glibc
import Lang
import Ops
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
    (
      "\"n_head\"", "\"scale_attn_by_inverse_layer_idx\": true, \"n_head\"",
      "field `scale_attn_by_inverse_layer_idx`: true is not supported"
    ),
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
    let message = try refusal { $0.vocabulary = $0.vocabulary.replacing("}", with: ", \"x\": 9}") }
    #expect(message == "E0507 vocab.json: it has 10 tokens, the embedding in model.safetensors has 9 rows")
  }

  @Test func fewerTokensThanRowsAreMentioned() throws {
    var notices: [String] = []
    let sink = Notices.sink
    Notices.sink = { notices.append($0) }
    defer { Notices.sink = sink }
    var fixture = ModelFixture()
    fixture.vocabulary = fixture.vocabulary.replacing(", \"<|endoftext|>\": 8", with: "")
    let model = try fixture.load()
    #expect(
      notices.count == 1
        && notices[0].hasSuffix("vocab.json has 8 tokens, the embedding 9 rows: the last 1 row has no token"))
    #expect(model.wordEmbedding.labels?.text(ofRow: 8) == "<id 8>")
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
      #expect(fault.help?.contains("hf download openai-community/gpt2-none") == true)
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
    let interpreter = Interpreter(operations: Operations.all)
    let session = Session(interpreter: interpreter, isInteractive: false)
    let names = try session.run(SourceFile(name: "test", text: "models().name"), options: nil).value
    #expect(names.asList?.items.prefix(2).map(\.asString) == ["mini", "openai-community/gpt2-test"])
    try folder.write("models--other--gpt2-test/snapshots/1/config.json", "{}")
    #expect(fault { _ = try LoadedModels.load("gpt2-test") }.hasPrefix("E0504 there are 2 models called `gpt2-test`"))
  }
}
