// A place that holds a model in Hugging Face layout: a folder, or the model that is compiled into the program.

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

  static let embeddedName = "mini"
  static let embedded = ModelFolder(name: embeddedName, path: nil)

  /// The files that make up a model here.
  static let weightFile = "model.safetensors"
  static let indexFile = "model.safetensors.index.json"
  /// What PyTorch saved, where there is no safetensors file.
  static let torchFile = "pytorch_model.bin"
  static let torchIndexFile = "pytorch_model.bin.index.json"
  /// How images are made ready.
  static let imageFile = "preprocessor_config.json"
  static let fileNames = [
    "config.json", weightFile, indexFile, torchFile, torchIndexFile, "tokenizer.json", "vocab.json", "merges.txt",
    "added_tokens.json",
    "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", imageFile,
  ]

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
    var parts = [Paths.resolved(path)]
    for file in Self.fileNames {
      guard let status = Paths.status(self.path(of: file)) else { continue }
      parts.append("\(file) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
    }
    return parts.joined(separator: "\n")
  }

  /// Loads the model. Weights are mapped and checked, not read.
  func load() throws -> ModelWeights {
    guard try holds("config.json") else {
      throw Fault.cannotRead(path(of: "config.json"), reason: "no such file", help: "a model folder holds config.json")
    }
    let config = try ConfigReader(try open("config.json"))
    return try ModelWeights(name: displayName, config: config, files: try weights(), tokenizer: try tokenizer()) {
      try holds(Self.imageFile) ? ConfigReader(open(Self.imageFile)) : nil
    }
  }

  /// The last part of a path, or the name in the cache.
  private var displayName: String {
    guard name.hasPrefix("/") || name.hasPrefix(".") || name.hasPrefix("~") else { return name }
    return name.split(separator: "/").last.map(String.init) ?? name
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
    if let path, let name = Paths.names(inFolder: path).first(where: { $0.hasSuffix(".gguf") }) {
      throw Fault.cannotRead(
        self.path(of: Self.weightFile), reason: "no such file; \(name) is a GGUF file, which cannot be read",
        help: Self.foreignHelp)
    }
    throw Fault.cannotRead(path(of: Self.weightFile), reason: "no such file")
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

  /// What a file of another program is, by its first bytes.
  static func foreignKind(of path: String, _ permissions: Permissions?) -> String? {
    guard let file = try? MappedFile(path: path, permissions: permissions) else { return nil }
    return file.bytes.starts(with: Array("GGUF".utf8)) ? "a GGUF file, llama.cpp's format, which cannot be read" : nil
  }

  static let foreignHelp = "load the repository that it was made from: a folder with config.json and model.safetensors"

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
  private static let vocabularies = ["tokenizer.json", "vocab.json", "vocab.txt"]

  func holdsTokenizer() throws -> Bool { try Self.vocabularies.contains(where: holds) }

  /// Nil when the folder has none: the model can still be looked at by id.
  private func tokenizer() throws -> Tokenizer? {
    guard try holdsTokenizer() else { return nil }
    return try Tokenizer(folder: self)
  }
}
