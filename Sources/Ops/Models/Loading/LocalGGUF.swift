// GGUF files where other programs keep theirs: llama.cpp's cache, LM Studio's models, Ollama's blobs by their manifests. They are only read.

import Formats
import Lang
import Runtime

enum LocalGGUF {
  /// The files that can be loaded by their paths, each once; of models that were split the first part.
  static func all(permissions: Permissions?) -> [String] {
    let home = Paths.environment("HOME") ?? ""
    let cache = Paths.environment("XDG_CACHE_HOME").map { Paths.expanded($0) } ?? home + "/.cache"
    let llamaCpp = Paths.environment("LLAMA_CACHE").map { Paths.expanded($0) } ?? cache + "/llama.cpp"
    var files = below(llamaCpp, depth: 1)
    for folder in [home + "/.lmstudio/models", home + "/.cache/lm-studio/models"] { files += below(folder, depth: 3) }
    files += ollama(
      Paths.environment("OLLAMA_MODELS").map { Paths.expanded($0) } ?? home + "/.ollama/models", permissions)
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted }
  }

  private static func below(_ folder: String, depth: Int) -> [String] {
    Paths.names(inFolder: folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      if MappedFile.isFolder(path) { return depth > 1 ? below(path, depth: depth - 1) : [] }
      guard Paths.fileExtension(name) == "gguf", SplitName(name)?.number ?? 1 == 1, MappedFile.isFile(path) else {
        return []
      }
      return [path]
    }
  }

  /// manifests/HOST/ORG/NAME/TAG are JSON, whose layer of the model's type names its blob.
  private static func ollama(_ root: String, _ permissions: Permissions?) -> [String] {
    func manifests(_ folder: String, _ depth: Int) -> [String] {
      Paths.names(inFolder: folder).flatMap { name -> [String] in
        let path = folder + "/" + name
        return MappedFile.isFolder(path) ? (depth > 1 ? manifests(path, depth - 1) : []) : [path]
      }
    }
    return manifests(root + "/manifests", 4).compactMap { path in
      guard let file = try? MappedFile(path: path, permissions: permissions),
        let layers = (try? JSON.parse(file.bytes, name: path))?["layers"]?.asArray,
        let model = layers.first(where: { $0["mediaType"]?.asString == "application/vnd.ollama.image.model" }),
        let digest = model["digest"]?.asString, !digest.contains("/")
      else { return nil }
      let blob = root + "/blobs/" + digest.replacing(":", with: "-")
      return MappedFile.isFile(blob) ? blob : nil
    }
  }
}
