// A place that holds a model: a folder in Hugging Face layout, the model that is compiled into the program, a checkpoint of nanoGPT,
// a GGUF file.

import Formats
import Glibc
import Lang
import Runtime

struct ModelFolder {
  /// As the user named it; descriptions show it.
  let name: String
  /// Nil for the embedded model.
  let path: String?
  /// What may be read; nil is anything.
  var permissions: Permissions?
  /// The file in the folder that was named: a checkpoint, or a GGUF file; of one that was split the first part.
  var checkpoint: String?

  static let embeddedName = "mini"
  static let embedded = ModelFolder(name: embeddedName, path: nil)
  /// No model: vocab.json and merges.txt of GPT-2.
  static let gpt2Tokenizer = ModelFolder(name: "gpt2-tokenizer", path: nil)

  static let weightFile = "model.safetensors"
  static let indexFile = "model.safetensors.index.json"
  /// What PyTorch saved, where there is no safetensors file.
  static let torchFile = "pytorch_model.bin"
  static let torchIndexFile = "pytorch_model.bin.index.json"
  /// How images are made ready.
  static let imageFile = "preprocessor_config.json"
  /// What peft saved: a change to a model, which is not applied.
  static let adapterFile = "adapter_config.json"
  static let weightFiles = [weightFile, indexFile, torchFile, torchIndexFile]
  static let tokenizerFiles = [
    "tokenizer.json", "vocab.json", "merges.txt", "added_tokens.json", "tokenizer_config.json",
    "special_tokens_map.json", "vocab.txt", charactersFile,
  ]
  /// The files that make up a model here, but for a checkpoint of another name.
  static let fileNames = ["config.json", checkpointFile, imageFile] + weightFiles + tokenizerFiles

  /// Whether there are a config.json and weights.
  var hasNamedModel: Bool { has("config.json") && Self.weightFiles.contains(where: has) }
  /// Whether there is what `load` reads.
  var hasModel: Bool { hasNamedModel || !has("config.json") && has(Self.checkpointFile) }

  func path(of file: String) -> String {
    guard let path else { return "Models/\(name)/\(file)" }
    return Paths.joined(path, file)
  }

  func has(_ file: String) -> Bool {
    path == nil ? MappedFile.embedded(path(of: file)) != nil : MappedFile.isFile(path(of: file))
  }

  /// The same, for a file whose absence would change what is loaded: throws `cannotRead` for a link that leads nowhere.
  func holds(_ file: String) throws -> Bool {
    if has(file) { return true }
    if path != nil { try checkLink(file) }
    return false
  }

  /// The hub's cache holds links to the contents, which an interrupted download lacks.
  private func checkLink(_ file: String) throws {
    let place = path(of: file)
    guard let status = Paths.status(place, followingLinks: false), status.st_mode & S_IFMT == S_IFLNK,
      Paths.status(place) == nil
    else { return }
    throw Fault.cannotRead(
      place, reason: "it is a link that leads nowhere: the download is incomplete", help: ModelPlaces.downloadHelp(name)
    )
  }

  /// Throws `cannotRead` when it is not there, `notPermitted` when it may not be read, `badFile` for a pointer of Git LFS.
  func open(_ file: String) throws -> MappedFile {
    let filePath = path(of: file)
    if path != nil {
      try checkLink(file)
      let mapped = try MappedFile(path: filePath, permissions: permissions)
      try LFSPointer.check(mapped.bytes, path: filePath)
      return mapped
    }
    if let embedded = MappedFile.embedded(filePath) { return embedded }
    throw Fault.cannotRead(filePath, reason: "it is not part of the program")
  }

  /// Equal as long as the same unchanged files lie at the same place.
  var signature: String {
    guard let path else { return "embedded " + name }
    var parts = [Paths.resolved(path), checkpoint ?? ""]
    for file in Self.fileNames + (checkpoint.map(SplitName.files) ?? []) {
      guard let status = Paths.status(self.path(of: file)) else { continue }
      parts.append("\(file) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
    }
    return parts.joined(separator: "\n")
  }

  /// Loads the model. Weights are mapped and checked, not read.
  func load() throws -> ModelWeights {
    if let checkpoint, GGUFFile.isGGUF(try open(part: checkpoint)) { return try load(gguf: checkpoint) }
    if let checkpoint = try checkpointName() { return try load(checkpoint: checkpoint) }
    guard try holds("config.json") else { throw missing("config.json") }
    let config = try ConfigReader(try open("config.json"))
    let files = try weights()
    if has(Self.adapterFile) {
      Notices.warn("\(path(of: Self.adapterFile)): the adapter is left out; what is loaded are the weights beside it")
    }
    return try ModelWeights(
      name: displayName, family: try Family.named(by: config), config: config, files: files, tokenizer: try tokenizer()
    ) {
      try holds(Self.imageFile) ? ConfigReader(open(Self.imageFile)) : nil
    }
  }

  /// The last part of a path, of a checkpoint's the folder too, or the name in the cache.
  var displayName: String {
    guard name.hasPrefix("/") || name.hasPrefix(".") || name.hasPrefix("~") else { return name }
    let parts = name.split(separator: "/").filter { $0 != "." }.suffix(checkpoint == nil ? 1 : 2)
    return parts.isEmpty ? name : parts.joined(separator: "/")
  }

  private func weights() throws -> WeightFiles {
    if try holds(Self.weightFile) { return try WeightFiles(Safetensors(open(Self.weightFile))) }
    if try holds(Self.indexFile) { return try shards(Self.indexFile) }
    if try holds(Self.torchFile) {
      let files = try WeightFiles(TorchArchive(open(Self.torchFile)))
      adviseSafetensors(Self.torchFile)
      return files
    }
    if try holds(Self.torchIndexFile) {
      let files = try shards(Self.torchIndexFile)
      adviseSafetensors(Self.torchIndexFile)
      return files
    }
    throw missing(Self.weightFile)
  }

  private func shards(_ index: String) throws -> WeightFiles {
    try WeightFiles(index: try open(index)) { shard in
      guard try holds(shard) else {
        throw Fault.cannotRead(
          path(of: shard), reason: "no such file, yet \(index) names it: the download is incomplete",
          help: ModelPlaces.downloadHelp(name))
      }
      return try open(shard)
    }
  }

  /// A file of PyTorch may hold a program, which other tools run: who passes a model on does better with safetensors. With the lines of
  /// Python that make a folder of what is here, with the head that config.json names and the tokenizer.
  private func adviseSafetensors(_ file: String) {
    let json = (try? ConfigReader(open("config.json")))?.json
    let named = json?["architectures"]?.asArray?.first?.asString ?? ""
    let isName = !named.isEmpty && named.utf8.allSatisfy { $0 < 128 && Unicode.Scalar($0).properties.isXIDContinue }
    let model = isName ? named : "AutoModelForCausalLM"
    let hasTokenizer = Self.vocabularies.contains(where: has)
    let place = PythonRepr.text(Paths.expanded(name))
    func line(_ name: String) -> String { "\n\(name).from_pretrained(\(place)).save_pretrained(\"folder\")" }
    Notices.warn(
      "\(path(of: file)): only its tensors are read; to have them in the safer safetensors, once, with transformers:\n"
        + "from transformers import \(model)\(hasTokenizer ? ", AutoTokenizer" : "")"
        + line(model) + (hasTokenizer ? line("AutoTokenizer") : ""))
  }

  /// Files each of which makes a tokenizer.
  private static let vocabularies = ["tokenizer.json", "vocab.json", "vocab.txt", charactersFile]

  func holdsTokenizer() throws -> Bool { try Self.vocabularies.contains(where: holds) }

  /// Nil when the folder has none: the model can still be looked at by id.
  private func tokenizer() throws -> Tokenizer? {
    guard try holdsTokenizer() else { return nil }
    return try Tokenizer(folder: self)
  }
}
