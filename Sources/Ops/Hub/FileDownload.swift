// One file of the hub: what has come already, the rest, the check, and its name. What is right follows from the check and from one
// rename; locks only save work, since on some network file systems they hold nobody back.

import CPlatform
import Formats
import Glibc
import Lang
import Runtime

struct FileDownload {
  let file: HubFile
  let facts: HubFileFacts
  let commit: String
  let repository: HubRepository
  let cache: HubCache
  /// Hears how many bytes of the file are here.
  let progress: (Int) -> Void

  /// Downloads into the cache's blobs. False when others have done so meanwhile.
  func run() throws -> Bool {
    let blob = cache.blob(facts.etag)
    try HubCache.makeFolders(Paths.split(blob).folder)
    let partial = try PartialFile(blob: blob)
    try receive(into: partial)
    try check(partial)
    return try partial.becomes(blob)
  }

  // MARK: Receiving

  private func receive(into partial: PartialFile) throws {
    var retries = Retries(note: repository.note)
    var size = facts.size
    if let size, partial.size > size { try partial.clear() }
    while true {
      let start = partial.size
      progress(start)
      if let size, start == size { return }
      do {
        let answer = try ask(partial, from: start, size: size)
        let total = Self.total(of: answer)
        switch answer.status {
        case 200, 206:
          size = size ?? total
          if size == nil || partial.size == size { return }
          try retries.wait(
            repository.broken(file.name, "the connection was cut at \(partial.size) of \(size ?? 0) bytes"))
        case 416:
          // Nothing lies behind the end of what we have: it is no beginning of this file.
          try partial.clear()
          try retries.wait(repository.broken(file.name, "\(answer.address.host) has nothing behind byte \(start)"))
        case 403 where !answer.address.isOfSameHost(as: repository.settings.address):
          // A signed address that is too old; the next try gets a new one.
          try retries.wait(repository.refusal(answer, of: file.name))
        case let status where Retries.mayPass(status):
          try retries.wait(repository.refusal(answer, of: file.name), retryAfter: answer["Retry-After"])
        default: throw repository.refusal(answer, of: file.name)
        }
      } catch HTTPFailure.broken(let reason) {
        try partial.flush()
        if partial.size > start { retries.progressed() }
        try retries.wait(repository.broken(file.name, reason))
      } catch HTTPFailure.refused(let reason) {
        throw repository.broken(file.name, reason)
      }
    }
  }

  /// One request for what is missing, redirects followed: a signed address is asked for each time.
  private func ask(_ partial: PartialFile, from start: Int, size: Int?) throws -> HTTPAnswer {
    var isFirst = true
    let answer = try repository.client.request(
      try repository.place(of: file, commit: commit), headers: start > 0 ? ["Range: bytes=\(start)-"] : [],
      redirects: .all
    ) { answer, bytes in
      guard answer.status == 200 || answer.status == 206 else { return }
      if isFirst {
        isFirst = false
        // A server that gives the whole file, or another part of it.
        if partial.size > 0, answer.status == 200 || Self.start(of: answer) != start { try partial.clear() }
        guard answer.status == 200 || partial.size > 0 || Self.start(of: answer) == 0 else {
          throw HTTPFailure.broken("\(answer.address.host) gives another part of the file")
        }
      }
      try partial.append(bytes)
      if let size, partial.size > size {
        try partial.remove()
        throw Fault.cannotDownload(
          "\(repository.name), \(file.name)", reason: "more than its \(size) bytes came; they were thrown away")
      }
      progress(partial.size)
    }
    try partial.flush()
    return answer
  }

  /// "bytes 100-199/200": the first byte.
  private static func start(of answer: HTTPAnswer) -> Int? {
    guard let range = answer["Content-Range"], range.hasPrefix("bytes ") else { return nil }
    return range.dropFirst(6).split(separator: "-").first.flatMap { Int($0) }
  }

  /// Bytes of the whole file, as the answer says.
  private static func total(of answer: HTTPAnswer) -> Int? {
    guard answer.status == 206 else { return answer["Content-Length"].flatMap { Int($0) } }
    return answer["Content-Range"]?.split(separator: "/").last.flatMap { Int($0) }
  }

  // MARK: Checking

  /// sha256 of a file that Git LFS keeps, Git's sha1 of a small one; other hubs may have etags of their own.
  private func check(_ partial: PartialFile) throws {
    let wanted = [facts.etag, file.sha256 ?? ""].first { Self.isHexadecimal($0, 64) }
    let (kind, expected): (Digest.Kind, String)
    if let wanted {
      (kind, expected) = (.sha256, wanted)
    } else if Self.isHexadecimal(facts.etag, 40) {
      (kind, expected) = (.sha1, facts.etag)
    } else {
      return
    }
    let digest = try Digest(kind)
    if kind == .sha1 { digest.add(Array("blob \(partial.size)\0".utf8)) }
    try partial.read { digest.add($0) }
    let found = digest.finish()
    guard found == expected.lowercased() else {
      try partial.remove()
      throw Fault.cannotDownload(
        "\(repository.name), \(file.name)",
        reason:
          "other bytes came than the hub names (\(kind == .sha256 ? "sha256" : "git sha1") \(found), not \(expected)); they were thrown away",
        help: "pull again; if it stays so, something between here and the hub changes files")
    }
  }

  private static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}
