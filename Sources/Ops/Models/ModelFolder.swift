// A place that holds a model in Hugging Face layout: a folder, or the model that is compiled into the program.

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
  static let fileNames = [
    "config.json", weightFile, indexFile, "tokenizer.json", "vocab.json", "merges.txt", "added_tokens.json",
  ]

  func path(of file: String) -> String {
    guard let path else { return "Models/\(name)/\(file)" }
    return Paths.joined(path, file)
  }

  func has(_ file: String) -> Bool {
    path == nil ? MappedFile.embedded(path(of: file)) != nil : MappedFile.isFile(path(of: file))
  }

  /// Throws `cannotRead` when it is not there, `notPermitted` when it may not be read.
  func open(_ file: String) throws -> MappedFile {
    let filePath = path(of: file)
    if path != nil { return try MappedFile(path: filePath, permissions: permissions) }
    if let embedded = MappedFile.embedded(filePath) { return embedded }
    throw Fault.cannotRead(filePath, reason: "it is not part of the program")
  }

  /// Equal as long as the same unchanged files lie at the same place.
  var signature: String {
    guard let path else { return "embedded " + name }
    var parts = [Paths.resolved(path)]
    for file in Self.fileNames {
      var status = stat()
      guard stat(self.path(of: file), &status) == 0 else { continue }
      parts.append("\(file) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
    }
    return parts.joined(separator: "\n")
  }

  /// Loads the model. Weights are mapped and checked, not read.
  func load() throws -> ModelWeights {
    guard has("config.json") else {
      throw Fault.cannotRead(path(of: "config.json"), reason: "no such file", help: "a model folder holds config.json")
    }
    let config = try ConfigReader(try open("config.json"))
    return try ModelWeights(name: displayName, config: config, files: try weights(), tokenizer: try tokenizer())
  }

  /// The last part of a path, or the name in the cache.
  private var displayName: String {
    guard name.hasPrefix("/") || name.hasPrefix(".") || name.hasPrefix("~") else { return name }
    return name.split(separator: "/").last.map(String.init) ?? name
  }

  private func weights() throws -> WeightFiles {
    if has(Self.weightFile) { return WeightFiles(try Safetensors(try open(Self.weightFile))) }
    if has(Self.indexFile) { return try WeightFiles(index: try open(Self.indexFile), open: open) }
    if has("pytorch_model.bin") {
      throw Fault.cannotRead(
        path(of: Self.weightFile), reason: "no such file; pytorch_model.bin cannot be read",
        help: "convert it once with transformers:\n"
          + "AutoModel.from_pretrained(\"\(name)\").save_pretrained(\"folder\", safe_serialization=True)")
    }
    throw Fault.cannotRead(path(of: Self.weightFile), reason: "no such file")
  }

  /// Nil when the folder has none: the model can still be looked at by id.
  private func tokenizer() throws -> Tokenizer? {
    guard has("tokenizer.json") || has("vocab.json") else { return nil }
    return try Tokenizer(folder: self)
  }
}
