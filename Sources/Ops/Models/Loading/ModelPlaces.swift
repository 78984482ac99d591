// Where models are looked for: the embedded one, folders, and the cache that Hugging Face's tools download to
// (huggingface_hub, "Understand caching": models--ORG--NAME/refs/main names the folder in snapshots/).

import Formats
import Glibc
import Lang
import Runtime

package enum ModelPlaces {
  /// The folder that a name or path means. Throws `modelNotFound` with all places that were looked at, and `notPermitted` for
  /// a folder that may not be read.
  static func find(_ nameOrPath: String, permissions: Permissions? = nil) throws -> ModelFolder {
    if nameOrPath == ModelFolder.embeddedName { return .embedded }
    guard !nameOrPath.isEmpty else {
      throw Fault.badValue("a model needs a name or a folder", help: "models() lists what is here")
    }
    guard !nameOrPath.utf8.contains(0) else { throw Fault.cannotRead(nameOrPath, reason: "the path holds a zero byte") }
    let path = Paths.expanded(nameOrPath)
    if MappedFile.isFolder(path) {
      try permissions?.checkModelRead(path)
      return ModelFolder(name: nameOrPath, path: path, permissions: permissions)
    }
    if MappedFile.isFile(path) {
      let file = try MappedFile(path: path, permissions: permissions)
      if let kind = ForeignWeights.kind(of: file) {
        throw Fault.cannotRead(nameOrPath, reason: "it is \(kind), which cannot be read", help: ForeignWeights.help)
      }
      let (place, given) = Paths.split(path)
      // Any part of a model that was split names it; it is called by the first, so that each of them is the same model.
      let name = SplitName(given)?.first ?? given
      let folder = ModelFolder(
        name: name == given ? nameOrPath : nameOrPath.dropLast(given.count) + name, path: place,
        permissions: permissions,
        checkpoint: name)
      if name.hasPrefix("adapter_model."), let adapter = folder.adapter() {
        throw Fault.cannotRead(nameOrPath, reason: "it is part of \(adapter.kind)", help: adapter.help)
      }
      guard ForeignWeights.isTorch(file) || GGUFFile.isGGUF(file) else {
        throw Fault.cannotRead(nameOrPath, reason: "it is a file", help: "give the folder that holds it")
      }
      return folder
    }
    var looked = [path]
    var incomplete: Fault?
    if isHubName(nameOrPath) {
      for root in cacheRoots() {
        if let folder = try inCache(nameOrPath, root: root, permissions) { return folder }
        incomplete = incomplete ?? damage(nameOrPath, repository: root + "/" + folderName(nameOrPath))
        looked.append(root + "/" + folderName(nameOrPath))
      }
    }
    throw incomplete ?? notFound(nameOrPath, looked)
  }

  /// Why a repository that is in the cache cannot be used, nil when it is not there.
  private static func damage(_ name: String, repository: String) -> Fault? {
    guard MappedFile.isFolder(repository) else { return nil }
    let snapshots = Paths.names(inFolder: repository + "/snapshots")
    let main = MappedFile.isFile(repository + "/refs/main")
    let reason =
      snapshots.isEmpty
      ? "it holds no snapshot"
      : main
        ? "refs/main names a snapshot that is not there"
        : "refs/main is missing, and there are \(snapshots.count) snapshots"
    let choice = snapshots.map { "\nor: load(\(Printer.quoted(repository + "/snapshots/" + $0)))" }.prefix(2).joined()
    return Fault(
      .modelNotFound, "the download of `\(name)` in \(repository) is incomplete: \(reason)",
      help: downloadHelp(name) + choice)
  }

  /// How to get all files of a model, or of a folder's.
  static func downloadHelp(_ name: String) -> String {
    isHubName(name) && !name.hasPrefix(".") ? "get it again with: tw pull \(name)" : "copy or download it again"
  }

  /// The embedded model, then everything in the cache that has what `load` reads, then other programs' GGUF files, named by their paths.
  static func all(permissions: Permissions? = nil) -> [ModelFolder] {
    var folders = [ModelFolder.embedded]
    for root in cacheRoots() {
      for entry in Paths.names(inFolder: root) where entry.hasPrefix("models--") {
        let name = entry.dropFirst("models--".count).split(separator: "-", omittingEmptySubsequences: false)
        guard let path = snapshot(root + "/" + entry, permissions) else { continue }
        let folder = ModelFolder(name: joined(name), path: path)
        if folder.hasModel { folders.append(folder) }
      }
    }
    for path in LocalGGUF.all(permissions: permissions) {
      let (place, name) = Paths.split(path)
      folders.append(ModelFolder(name: path, path: place, checkpoint: name))
    }
    return folders
  }

  /// "org--name" → "org/name"
  private static func joined(_ parts: [Substring]) -> String {
    guard let gap = parts.firstIndex(of: "") else { return parts.joined(separator: "-") }
    return parts[..<gap].joined(separator: "-") + "/" + parts[(gap + 1)...].joined(separator: "-")
  }

  /// Cache folders in the order in which huggingface_hub prefers them, those that the environment names first.
  package static func cacheRoots() -> [String] {
    var roots: [String] = []
    func add(_ variable: String, _ suffix: String) {
      guard let value = Paths.environment(variable) else { return }
      let root = Paths.expanded(value) + suffix
      if !roots.contains(root) { roots.append(root) }
    }
    add("HF_HUB_CACHE", "")
    add("HUGGINGFACE_HUB_CACHE", "")
    add("HF_HOME", "/hub")
    add("XDG_CACHE_HOME", "/huggingface/hub")
    add("HOME", "/.cache/huggingface/hub")
    return roots
  }

  /// `NAME` or `ORG/NAME` as the hub allows them.
  package static func isHubName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".")
        && part.unicodeScalars.allSatisfy {
          $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
        }
    }
  }

  package static func folderName(_ name: String) -> String {
    "models--" + name.split(separator: "/").joined(separator: "--")
  }

  private static func inCache(_ name: String, root: String, _ permissions: Permissions?) throws -> ModelFolder? {
    if let path = snapshot(root + "/" + folderName(name), permissions) {
      return ModelFolder(name: name, path: path, permissions: permissions)
    }
    // `gpt2` may lie under its organisation, `openai-community/gpt2` under its old name.
    let parts = name.split(separator: "/").map(String.init)
    var others: [String] = []
    if parts.count == 1 {
      others = Paths.names(inFolder: root).filter { $0.hasPrefix("models--") && $0.hasSuffix("--" + name) }
    } else if parts[0] == "openai-community" {
      others = ["models--" + parts[1]]
    }
    let found = others.compactMap { other in snapshot(root + "/" + other, permissions).map { (other, $0) } }
    guard found.count < 2 else {
      let names = found.map {
        joined($0.0.dropFirst("models--".count).split(separator: "-", omittingEmptySubsequences: false))
      }
      throw Fault(
        .modelNotFound, "there are \(found.count) models called `\(name)` in \(root)",
        help: "say which one: \(names.joined(separator: ", "))")
    }
    return found.first.map { ModelFolder(name: name, path: $0.1, permissions: permissions) }
  }

  /// The folder of the revision that `refs/main` names, or the only one there is.
  private static func snapshot(_ repository: String, _ permissions: Permissions?) -> String? {
    let snapshots = repository + "/snapshots"
    if let file = try? MappedFile(path: repository + "/refs/main", permissions: permissions) {
      let hash = String(decoding: file.bytes.prefix { $0 > 32 && $0 != UInt8(ascii: "/") }.prefix(256), as: UTF8.self)
      let path = snapshots + "/" + hash
      if !hash.isEmpty, hash != "..", MappedFile.isFolder(path) { return path }
    }
    let all = Paths.names(inFolder: snapshots)
    guard all.count == 1, let only = all.first, MappedFile.isFolder(snapshots + "/" + only) else { return nil }
    return snapshots + "/" + only
  }

  private static func notFound(_ name: String, _ looked: [String]) -> Fault {
    var help = "looked at " + looked.joined(separator: "\n          ")
    if isHubName(name) {
      let repository = name.contains("/") ? name : name.hasPrefix("gpt2") ? "openai-community/" + name : name
      help += "\nget it with: tw pull \(repository), at the prompt :pull \(repository)"
      help +=
        "\nor, with Git LFS: git lfs install && git clone https://huggingface.co/\(repository), then load(\"./\(repository.split(separator: "/").last ?? "")\")"
    } else {
      help += "\ngive a folder with config.json, model.safetensors and tokenizer files, or a checkpoint of nanoGPT"
    }
    help += "\nmodels() lists what is here; \"mini\" always is"
    return Fault(.modelNotFound, "there is no model `\(name)`", help: help)
  }
}
