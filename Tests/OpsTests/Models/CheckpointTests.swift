// Checkpoints of nanoGPT beside other kinds of files: which one is loaded, with which tokenizer, under which name, and what the others are.
// Fixtures: tools/goldens/make_nanogpt.py.

import Formats
import Glibc
import Lang
import Models
import Runtime
import Testing

@Suite struct CheckpointTests {
  private static let characters = ScratchFolder.fixture("families/nanogpt")
  private static let plain = ScratchFolder.fixture("families/nanogpt_no_bias")

  /// A folder with copies of these files, and what `load` says of it or of a file in it.
  private func folder(_ files: String...) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    for file in files { #expect(ScratchFolder.run("cp -L \(file) '\(folder.path)'").isEmpty) }
    return folder
  }

  private func loaded(_ folder: ScratchFolder, _ file: String = "") throws -> (model: ModelObject, notices: [String]) {
    var notices: [String] = []
    Notices.listener = { notices.append($0.replacing(folder.path + "/", with: "")) }
    defer { Notices.listener = nil }
    return (try LoadedModels.load(folder.path + (file.isEmpty ? "" : "/" + file)), notices)
  }

  private func refusal(_ folder: ScratchFolder, _ file: String = "") -> Fault? {
    do {
      _ = try LoadedModels.load(folder.path + (file.isEmpty ? "" : "/" + file))
    } catch {
      return error as? Fault
    }
    return nil
  }

  private func reason(_ folder: ScratchFolder, _ file: String = "") -> String {
    refusal(folder, file)?.message.replacing(folder.path + "/", with: "") ?? "loads"
  }

  // MARK: Which file

  @Test func aFolderOrItsFile() throws {
    let (folder, file) = (try LoadedModels.load(Self.characters), try LoadedModels.load(Self.characters + "/ckpt.pt"))
    #expect(folder.description == "model nanogpt: nanogpt, 2 blocks x 5 heads, width 20, 66 tokens, 12760 parameters")
    #expect(folder.name == "nanogpt" && file.name == "nanogpt/ckpt.pt")
    #expect(file.weights.readout?.words.storage === file.weights.wordEmbedding?.storage, "the embeddings are tied")
    #expect(try file.field("config")?.asRecord?["block_size"]?.asNumber == 64)
    #expect(try LoadedModels.load(Self.characters + "/ckpt.pt") === file)
  }

  @Test func aCheckpointUnderAnotherName() throws {
    let folder = try folder(Self.characters + "/meta.pkl")
    _ = ScratchFolder.run("cp '\(Self.characters)/ckpt.pt' '\(folder.path)/step-250.pt'")
    #expect(try loaded(folder, "step-250.pt").model.tokenizer?.count == 66)
    #expect(reason(folder) == "cannot read config.json: no such file; step-250.pt is a checkpoint of nanoGPT")
    #expect(refusal(folder)?.help == "load(\"\(folder.path)/step-250.pt\")")
  }

  @Test func safetensorsComesFirst() throws {
    let gpt2 = ScratchFolder.fixture("families/gpt2")
    let folder = try folder(gpt2 + "/config.json", gpt2 + "/model.safetensors", Self.plain + "/ckpt.pt")
    #expect(try loaded(folder).model.weights.family.name == "gpt2")
    #expect(try loaded(folder, "ckpt.pt").model.weights.family.name == "nanogpt")
    try folder.remove("model.safetensors")
    #expect(reason(folder) == "cannot read model.safetensors: no such file; ckpt.pt is a checkpoint of nanoGPT")
    let both = try self.folder(
      ScratchFolder.fixture("families/opt_pytorch_bin") + "/config.json",
      ScratchFolder.fixture("families/opt/model.safetensors"),
      ScratchFolder.fixture("families/opt_pytorch_bin") + "/pytorch_model.bin")
    // The two folders' sizes differ: config.json belongs to the other file.
    #expect(reason(both).hasPrefix("model.safetensors, tensor"))
  }

  // MARK: Which tokenizer

  @Test func charactersOfTheDataSet() throws {
    let (model, notices) = try loaded(try folder(Self.characters + "/ckpt.pt", Self.characters + "/meta.pkl"))
    let tokenizer = try #require(model.tokenizer)
    #expect(notices.isEmpty && tokenizer.count == 66)
    #expect(try tokenizer.decode(tokenizer.encode("Ab, cd\n漢🙂")) == "Ab, cd\n漢🙂")
    // Two characters that Swift takes for one: U+00C5 and U+212B.
    #expect(try tokenizer.encode("\u{C5}\u{212B}") == [59, 63])
    #expect(
      fault { _ = try tokenizer.encode("a9") }.replacing(tokenizer.path, with: "meta.pkl")
        == "E0306 the character \"9\" is no token of meta.pkl")
  }

  @Test func charactersOfAnotherDataSetAreNotTaken() throws {
    let folder = try folder(Self.characters + "/ckpt.pt")
    try folder.write(
      "meta.pkl", [0x80, 2] + Array("}(X\u{4}\0\0\0itos}K\0X\u{1}\0\0\0asX\u{4}\0\0\0stoi}X\u{1}\0\0\0aK\0su.".utf8))
    let (model, notices) = try loaded(folder)
    #expect(model.tokenizer == nil)
    #expect(
      notices == [
        "meta.pkl has 1 character, ckpt.pt 66 rows: it is of another data set, and the model has no tokenizer"
      ])
  }

  @Test func tokensOfSeveralCharactersCanBeLookedAt() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "meta.pkl", [0x80, 2] + Array("}(X\u{4}\0\0\0itos}K\0X\u{2}\0\0\0absX\u{4}\0\0\0stoi}X\u{2}\0\0\0abK\0su.".utf8))
    let tokenizer = try Tokenizer(nameOrPath: folder.path)
    #expect(try tokenizer.decode([0, 0]) == "abab")
    #expect(
      fault { _ = try tokenizer.encode("ab") }.replacing(folder.path + "/", with: "")
        == "E0508 meta.pkl cannot encode text: "
        + "its token \"ab\" is more than one character, and the file does not say how texts are cut")
  }

  @Test func gpt2sWhereTheEmbeddingHasItsSize() throws {
    let folder = try folder(ScratchFolder.fixture("families/nanogpt_gpt2_words") + "/ckpt.pt")
    let (model, notices) = try loaded(folder)
    let tokenizer = try #require(model.tokenizer)
    #expect(notices == ["GPT-2 (embedded) has 50257 tokens, the embedding 50304 rows: the last 47 rows have no tokens"])
    let file = try Tokenizer(nameOrPath: ScratchFolder.fixture("gpt2-tokenizer"))
    for text in ["To kill two birds with one stone", "naïve 漢字 <|endoftext|>\n\n  x"] {
      #expect(try tokenizer.encode(text) == file.encode(text))
    }
    #expect(model.wordEmbedding?.labels?.text(ofRow: 50300) == "<id 50300>")
  }

  @Test func noneWhereNoneFits() throws {
    let folder = try folder(Self.plain + "/ckpt.pt")
    let (model, notices) = try loaded(folder)
    #expect(model.tokenizer == nil)
    #expect(
      notices == [
        "ckpt.pt: its 66 tokens are not GPT-2's, and there is no meta.pkl beside it: the model has no tokenizer; "
          + "copy nanoGPT's data/tiny_char/meta.pkl there"
      ])
    // As the help of an error says.
    try folder.write("vocab.json", ModelFixture().vocabulary)
    try folder.write("merges.txt", ModelFixture().merges)
    #expect(try loaded(folder).model.tokenizer?.encode("ab a") == [3, 5])
  }

  // MARK: Settings

  /// The checkpoint with the value behind a key of its settings changed: to another small number, or to the other bool.
  private static func changed(_ bytes: [UInt8], _ key: String, to value: UInt8? = nil, named name: String? = nil) throws
    -> [UInt8]
  {
    let wanted = [UInt8(ascii: "X"), UInt8(key.utf8.count), 0, 0, 0] + Array(key.utf8)
    let settings = try #require(bytes.firstRange(of: Array("model_args".utf8))).upperBound
    let found = try #require(bytes[settings...].firstRange(of: wanted))
    var bytes = bytes
    if let name { bytes.replaceSubrange(found.upperBound - name.utf8.count..<found.upperBound, with: name.utf8) }
    // Behind the key BINPUT and its place.
    let place = found.upperBound + (bytes[found.upperBound] == UInt8(ascii: "q") ? 2 : 5)
    if let value {
      #expect(bytes[place] == UInt8(ascii: "K"))
      bytes[place + 1] = value
    } else if name == nil {
      #expect(bytes[place] == 0x88)
      bytes[place] = 0x89
    }
    return bytes
  }

  @Test func everySettingCounts() throws {
    let folder = try folder(Self.characters + "/meta.pkl")
    let bytes = try InputFile.bytes(Self.characters + "/ckpt.pt", permissions: Permissions())
    func text(_ key: String, _ value: UInt8?) throws -> String {
      try folder.write("ckpt.pt", try Self.changed(bytes, key, to: value))
      return reason(folder)
    }
    func logits() throws -> [Double] {
      try Program.numbers("forward(load(\"\(folder.path)\"), [1, 2, 3], keep=\"next\").next")
    }
    #expect(try text("n_layer", 2) == "loads")
    let before = try logits()
    #expect(try text("n_head", 4) == "loads")
    #expect(try logits() != before)
    #expect(
      try text("n_layer", 1) == "ckpt.pt: it says 1 block, but ckpt.pt holds more: it has `transformer.h.1.ln_1.weight`"
    )
    #expect(try text("n_layer", 3) == "ckpt.pt, tensor `_orig_mod.transformer.h.2.ln_1.weight`: it is missing")
    #expect(
      try text("n_embd", 40)
        == "ckpt.pt, tensor `_orig_mod.transformer.wte.weight`: its shape is 66x20, model_args makes it 66x40")
    #expect(
      try text("block_size", 63)
        == "ckpt.pt, tensor `_orig_mod.transformer.wpe.weight`: its shape is 64x20, model_args makes it 63x20")
    #expect(
      try text("vocab_size", 65)
        == "ckpt.pt, tensor `_orig_mod.transformer.wte.weight`: its shape is 66x20, model_args makes it 65x20")
    #expect(
      try text("bias", nil) == "ckpt.pt, tensor `_orig_mod.transformer.h.0.ln_1.bias`: "
        + "by model_args a plain nanogpt has no such tensor, so this one is another model")
  }

  @Test func settingsThatNobodyKnowsAreReported() throws {
    let folder = try folder(Self.characters + "/meta.pkl")
    let bytes = try InputFile.bytes(Self.characters + "/ckpt.pt", permissions: Permissions())
    try folder.write("ckpt.pt", try Self.changed(bytes, "dropout", named: "rotates"))
    #expect(
      try loaded(folder).notices == [
        "ckpt.pt: `model_args.rotates` are not known for the family nanogpt and change nothing"
      ])
    try folder.write("ckpt.pt", try Self.changed(bytes, "n_head", named: "n_foot"))
    #expect(reason(folder) == "ckpt.pt, field `model_args.n_head`: it is missing")
  }

  // MARK: What is not read

  @Test(arguments: [
    ("tf_model.h5", "\u{89}HDF", "a file of Keras (HDF5)"),
    ("flax_model.msgpack", "", "a file of Flax (MessagePack)"), ("rust_model.ot", "", "a file of rust-bert"),
    ("model.onnx", "", "an ONNX graph"),
  ])
  func filesOfOtherPrograms(name: String, start: String, kind: String) throws {
    let folder = try ScratchFolder()
    try folder.write(name, start.unicodeScalars.map { UInt8($0.value) })
    #expect(reason(folder, name) == "cannot read \(name): it is \(kind), which cannot be read")
    try folder.write("config.json", ModelFixture().config)
    #expect(reason(folder) == "cannot read model.safetensors: no such file; \(name) is \(kind), which cannot be read")
  }

  @Test func adapters() throws {
    let folder = try ScratchFolder()
    try folder.write("adapter_config.json", #"{"peft_type": "LORA", "base_model_name_or_path": "org/base"}"#)
    try folder.write("adapter_model.safetensors", "")
    let adapter = "an adapter (LORA), a change to \"org/base\""
    #expect(reason(folder) == "cannot read config.json: no such file; the folder holds \(adapter)")
    #expect(
      reason(folder, "adapter_model.safetensors") == "cannot read adapter_model.safetensors: it is part of \(adapter)")
    #expect(refusal(folder)?.help?.hasPrefix("load(\"org/base\") is the model without it;\n") == true)
    // Beside a whole model it is left out, which is said.
    try ModelFixture().write(to: folder)
    #expect(
      try loaded(folder).notices == [
        "adapter_config.json: the adapter is left out; what is loaded are the weights beside it"
      ])
  }

  /// Another GPT's checkpoint, with its own names; the folder beside it is a model that can be read. It is not part of the repository:
  /// TW_MODELS names the folder of such models.
  private static let other = (getenv("TW_MODELS").map { String(cString: $0) } ?? "") + "/slm4096-gpt"

  @Test(.enabled(if: MappedFile.isFolder(other))) func anotherGPTsCheckpoint() throws {
    #expect(try LoadedModels.load(Self.other).weights.family.name == "gpt2")
    do {
      _ = try LoadedModels.load(Self.other + "/ckpt.pt")
      Issue.record("it is no checkpoint of nanoGPT")
    } catch let fault as Fault {
      #expect(fault.message.hasSuffix("\"corpus_bytes\", \"n_params\", not `model` and `model_args`"))
      #expect(fault.help?.hasSuffix("load(\"\(Self.other)\")") == true)
    }
  }
}
