// A model from the hub into the cache: which files, which of them are here, and the rest one by one.

import Formats
import Glibc
import Lang
import Models
import Runtime

package struct HubPull {
  /// What a pull will do.
  package struct Plan {
    package let commit: String
    /// The files that are wanted, and whether each is here.
    package let files: [(file: HubFile, isHere: Bool)]
    /// Bytes that are to come, as far as the hub says.
    package var missingBytes: Int { files.reduce(0) { $0 + ($1.isHere ? 0 : $1.file.size ?? 0) } }
  }

  /// What happens, for who looks on.
  package enum Event {
    /// So many bytes of a file are here, of so many. It is file `index` of those that are to come.
    case progress(HubFile, done: Int, total: Int?)
    case finished(HubFile, size: Int)
    /// Why there is another try.
    case note(String)
  }

  private let repository: HubRepository
  private let cache: HubCache
  private let patterns: [String]

  package static let mainRevision = "main"

  /// Without patterns, the files that make up a model.
  package init(
    _ name: String, revision: String = mainRevision, patterns: [String] = [], report: @escaping (Event) -> Void
  ) throws {
    let settings = try HubSettings()
    repository = HubRepository(
      name: name, revision: revision, settings: settings, client: try HTTPClient(settings), note: { report(.note($0)) })
    cache = HubCache(root: settings.cache, repository: name)
    self.patterns = patterns
    self.report = report
  }

  private let report: (Event) -> Void

  /// Whether a text may name a repository: NAME or ORG/NAME.
  package static func isName(_ text: String) -> Bool { ModelPlaces.isHubName(text) }

  /// Whether a text may name a branch, a tag or a commit. It becomes a path in the cache.
  package static func isRevision(_ text: String) -> Bool { isSafe(text) }

  /// Asks the hub. Throws `modelNotFound`, `cannotDownload`.
  package func plan() throws -> Plan {
    let (commit, files) = try repository.list()
    let wanted = try chosen(files)
    if let bad = wanted.first(where: { !Self.isSafe($0.name) }) {
      throw Fault.cannotDownload(repository.name, reason: "it names a file outside its folder: \(bad.name)")
    }
    return Plan(commit: commit, files: try wanted.map { ($0, try cache.has($0, commit)) })
  }

  /// Downloads what is missing, and gives the folder with all files. Throws `cannotDownload`, `cannotWrite`, `interrupted`; what has
  /// come until then stays for the next time.
  package func run(_ plan: Plan) throws -> String {
    let missing = plan.files.filter { !$0.isHere }.map(\.file)
    if !missing.isEmpty {
      try HubCache.makeFolders(cache.folder)
      try cache.checkRoom(plan.missingBytes)
    }
    for file in missing { try pull(file, plan.commit) }
    try cache.setReference(repository.revision, plan.commit)
    return cache.snapshot(plan.commit)
  }

  private func pull(_ file: HubFile, _ commit: String) throws {
    guard let facts = try repository.facts(file, commit: commit) else {
      try cache.markMissing(file.name, commit)
      throw Fault.cannotDownload("\(repository.name), \(file.name)", reason: "the hub lists it and does not have it")
    }
    let lock = FileLock(cache.locks, facts.etag)
    defer { lock.release() }
    var isOurs = false
    let blob = cache.blob(facts.etag)
    if let status = Paths.status(blob), facts.size.map({ Int(status.st_size) == $0 }) ?? true {
      report(.progress(file, done: Int(status.st_size), total: facts.size))
    } else if Paths.status(blob) != nil {
      throw Fault.badFile(
        blob, reason: "it has another size than the hub says",
        help: "it is not ours to delete: remove it, then pull again")
    } else {
      let download = FileDownload(
        file: file, facts: facts, commit: commit, repository: repository, cache: cache,
        progress: { report(.progress(file, done: $0, total: facts.size)) })
      isOurs = try download.run()
    }
    try cache.link(file.name, commit, etag: facts.etag, isOurs: isOurs)
    let size = Paths.status(cache.place(file.name, commit)).map { Int($0.st_size) } ?? 0
    report(.finished(file, size: size))
  }

  // MARK: Choosing

  /// The files that `load` and Python's tools make a model of, in the folder itself.
  private static let modelFiles: Set = [
    "config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model",
    "spiece.model", "sentencepiece.bpe.model", "chat_template.jinja",
  ]

  private func chosen(_ files: [HubFile]) throws -> [HubFile] {
    guard !files.isEmpty else {
      throw Fault(
        .modelNotFound, "the repository \(repository.name) is empty", help: "look at its page, and at other revisions")
    }
    func shown() -> String {
      files.prefix(20).map(\.name).joined(separator: ", ") + (files.count > 20 ? ", … (\(files.count) files)" : "")
    }
    if !patterns.isEmpty {
      for pattern in patterns where !files.contains(where: { Self.matches($0.name, pattern) }) {
        throw Fault(
          .modelNotFound, "no file of \(repository.name) matches \(pattern)", help: "it holds \(shown())")
      }
      return files.filter { file in patterns.contains { Self.matches(file.name, $0) } }
    }
    func isIndexed(_ name: String, _ ending: String) -> Bool {
      name.hasSuffix(ending) || name.hasSuffix(ending + ".index.json")
    }
    let own = files.filter { !$0.name.contains("/") }
    let safetensors = own.filter { isIndexed($0.name, ".safetensors") }
    let weights =
      safetensors.isEmpty
      ? own.filter { $0.name.hasPrefix("pytorch_model") && isIndexed($0.name, ".bin") } : safetensors
    let wanted = Set(weights.map(\.name)).union(Self.modelFiles)
    let chosen = own.filter { wanted.contains($0.name) }
    guard !chosen.isEmpty else {
      throw Fault(
        .modelNotFound, "\(repository.name) holds no files of a model",
        help: "it holds \(shown()); --files GLOB takes what you name")
    }
    // The large ones last: a mistake in the small ones shows at once.
    return chosen.sorted { ($0.size ?? 0, $0.name) < ($1.size ?? 0, $1.name) }
  }

  /// As huggingface_hub reads patterns: `*` goes through folders.
  private static func matches(_ name: String, _ pattern: String) -> Bool {
    fnmatch(pattern.hasSuffix("/") ? pattern + "*" : pattern, name, 0) == 0
  }

  /// A path that stays below its folder.
  private static func isSafe(_ path: String) -> Bool {
    !path.isEmpty && path.utf8.count <= 1000 && path.utf8.allSatisfy { $0 > 0x1F && $0 != 0x7F }
      && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
  }
}

/// Waits while another process, of Python's tools too, downloads the same contents; for at most a while, since the lock may be that of
/// a machine which is gone. Without it the download happens twice, and is right both times.
private struct FileLock {
  private let descriptor: Int32
  private static let longestWait = 10.0

  init(_ folder: String, _ etag: String) {
    guard (try? HubCache.makeFolders(folder)) != nil else {
      descriptor = -1
      return
    }
    descriptor = Paths.withSystem("\(folder)/\(etag).lock") { open($0, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    var waited = 0.0
    while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, waited < Self.longestWait,
      (try? checkInterrupt()) != nil
    {
      usleep(100_000)
      waited += 0.1
    }
  }

  func release() { if descriptor >= 0 { close(descriptor) } }
}
