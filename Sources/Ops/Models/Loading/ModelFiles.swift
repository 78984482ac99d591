// Which files a model is, and their checksums: from the names that the hub's cache gives to contents, or computed once and kept.

import Formats
import Glibc
import Lang
import Runtime

package enum ModelFiles {
  /// A file of a model and its sha256.
  package struct File {
    package let name: String
    package let sha256: String
  }

  /// The files that `load` makes a model of, in the order of their names.
  package static func all(of model: RunRecord.Model) throws -> [File] {
    guard let folder = model.folder else {
      let name = model.name
      let prefix = "Models/\(name)/"
      return try MappedFile.embeddedPaths.filter { $0.hasPrefix(prefix) }.sorted().compactMap { path in
        guard let file = MappedFile.embedded(path), ModelFolder.fileNames.contains(String(path.dropFirst(prefix.count)))
        else { return nil }
        let own = Paths.status("/proc/self/exe").map(key) ?? ""
        return File(
          name: String(path.dropFirst(prefix.count)),
          sha256: try Checksums.kept("\(own) \(path)") { try Digest.sha256(file.bytes) })
      }
    }
    let names = Paths.names(inFolder: folder)
    if let file = model.file {
      let named = Set(SplitName.files(of: file))
      let wanted = names.filter { named.contains($0) || ModelFolder.tokenizerFiles.contains($0) }
      return try wanted.map { File(name: $0, sha256: try checksum(of: Paths.joined(folder, $0))) }
    }
    let safetensors = names.filter { $0.hasSuffix(".safetensors") }
    let weights =
      safetensors.isEmpty ? names.filter { $0.hasPrefix("pytorch_model") && $0.hasSuffix(".bin") } : safetensors
    let wanted = names.filter {
      weights.contains($0) || ModelFolder.fileNames.contains($0) && !isOtherWeights($0, weights)
    }
    return try wanted.map { File(name: $0, sha256: try checksum(of: Paths.joined(folder, $0))) }
  }

  private static func isOtherWeights(_ name: String, _ weights: [String]) -> Bool {
    name.hasPrefix("pytorch_model") && !weights.contains { $0.hasPrefix("pytorch_model") }
  }

  /// The commit that a folder of the hub's cache is of.
  package static func revision(of folder: String?) -> String? {
    guard let folder else { return nil }
    let (above, name) = Paths.split(folder)
    return Paths.split(above).name == "snapshots" && isHexadecimal(name, 40) ? name : nil
  }

  /// sha256 of a file.
  package static func checksum(of path: String) throws -> String {
    let real = Paths.resolved(path)
    let (folder, name) = Paths.split(real)
    if Paths.split(folder).name == "blobs", isHexadecimal(name, 64) { return name }
    guard let status = Paths.status(real) else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    return try Checksums.kept(key(status)) {
      let file = try MappedFile(path: real)
      return try withExtendedLifetime(file) { try Digest.sha256(file.bytes) }
    }
  }

  private static func key(_ status: stat) -> String {
    "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  private static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}

/// Checksums that took long, in a file of the user's cache: a line "SHA256 KEY" each, the newest last.
private enum Checksums {
  private static let most = 1000

  private static var path: String? {
    let cache =
      Paths.environment("XDG_CACHE_HOME").map { Paths.expanded($0) } ?? Paths.environment("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/traveling-words/checksums" }
  }

  /// What is known under a key, or `compute`, which is then known. A file that cannot be read or written only costs time.
  static func kept(_ key: String, _ compute: () throws -> String) throws -> String {
    guard let path else { return try compute() }
    let lines = (try? InputFile.lines(path, permissions: Permissions())) ?? []
    if let line = lines.last(where: { $0.dropFirst(65) == key }) { return String(line.prefix(64)) }
    let checksum = try compute()
    let kept = lines.suffix(most - 1) + ["\(checksum) \(key)"]
    try? AtomicFile.write(path, permissions: Permissions()) { try $0.write(kept.joined(separator: "\n") + "\n") }
    return checksum
  }
}
