// What the hub says of a repository: its commit, its files, and of each file where it is and what it must be.
// Source: huggingface_hub, `hf_api.py` (model_info), `file_download.py` (get_hf_file_metadata), `utils/_http.py` (error codes).

import Formats
import Glibc
import Lang
import Runtime

/// A file as the list of a repository names it.
package struct HubFile {
  /// Path within the repository.
  package let name: String
  /// Bytes, where the list says so.
  package let size: Int?
  /// Of a file that Git LFS keeps.
  let sha256: String?
}

/// What the answer to HEAD says of a file.
struct HubFileFacts {
  /// Names the contents: sha256 of a file that Git LFS keeps, Git's sha1 of a small one.
  let etag: String
  let size: Int?
}

struct HubRepository {
  /// ORG/NAME
  let name: String
  let revision: String
  let settings: HubSettings
  let client: HTTPClient
  let note: (String) -> Void

  /// Bytes of the longest list that is read.
  private static let longestList = 64 << 20

  private var page: String { settings.endpoint + "/" + name }

  private func address(_ text: String) throws -> WebAddress {
    guard let address = WebAddress(text) else {
      throw Fault.badValue("\(text) is no address", help: "look at HF_ENDPOINT")
    }
    return address
  }

  // MARK: Asking

  /// The commit that the revision means, and its files. Throws `modelNotFound`, `cannotDownload`.
  func list() throws -> (commit: String, files: [HubFile]) {
    let target = try address(
      "\(settings.endpoint)/api/models/\(name)/revision/\(percentEncoded(revision))?blobs=true")
    var bytes: [UInt8] = []
    _ = try answered(target, what: "the list of its files", redirects: .all) { answer in
      bytes = []
      return try client.request(target, redirects: .all) { _, piece in
        guard bytes.count + piece.count <= Self.longestList else {
          throw Fault.cannotDownload(name, reason: "the list of its files has no end")
        }
        bytes.append(contentsOf: piece)
      }
    }
    let source = "the answer of \(target.host) about \(name)"
    let json = try JSON.parse(bytes, name: source)
    guard let commit = json["sha"]?.asString, Self.isCommit(commit), let siblings = json["siblings"]?.asArray else {
      throw Fault.badFile(source, reason: "it holds no commit and no list of files", help: "is HF_ENDPOINT a hub?")
    }
    let files = siblings.compactMap { file in
      file["rfilename"]?.asString.map {
        HubFile(
          name: $0, size: file["size"]?.asWhole ?? file["lfs"]?["size"]?.asWhole,
          sha256: file["lfs"]?["sha256"]?.asString)
      }
    }
    return (commit, files)
  }

  /// What a file of a commit is. Nil where the hub does not have it after all.
  func facts(_ file: HubFile, commit: String) throws -> HubFileFacts? {
    let target = try place(of: file, commit: commit)
    let answer = try answered(target, what: file.name, missingIsFine: true, redirects: .relative) { _ in
      try client.request(target, isHead: true, redirects: .relative)
    }
    if answer.status == 404 { return nil }
    guard let at = answer["X-Repo-Commit"] else {
      throw Fault.cannotDownload(
        "\(name), \(file.name)", reason: "the answer of \(answer.address.host) names no commit",
        help: "is HF_ENDPOINT a hub?")
    }
    guard at == commit else {
      throw Fault.cannotDownload(
        "\(name), \(file.name)", reason: "the hub gives it from commit \(at.prefix(12)), not \(commit.prefix(12))",
        help: "somebody may have changed the repository just now: pull again")
    }
    var etag = answer["X-Linked-Etag"] ?? answer["ETag"] ?? ""
    if etag.hasPrefix("W/") { etag.removeFirst(2) }
    etag = etag.filter { $0 != "\"" }
    guard Self.isName(etag) else {
      throw Fault.cannotDownload("\(name), \(file.name)", reason: "the hub gives no etag, which names its contents")
    }
    let length = answer["X-Linked-Size"] ?? (answer.isRedirect ? nil : answer["Content-Length"])
    return HubFileFacts(etag: etag, size: length.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } ?? file.size)
  }

  func place(of file: HubFile, commit: String) throws -> WebAddress {
    try address("\(settings.endpoint)/\(name)/resolve/\(commit)/\(percentEncoded(file.name, keeping: "/"))")
  }

  /// The answer to a request without a body that matters, after as many tries as it takes.
  private func answered(
    _ address: WebAddress, what: String, missingIsFine: Bool = false, redirects: HTTPClient.Redirects,
    _ ask: (WebAddress) throws -> HTTPAnswer
  ) throws -> HTTPAnswer {
    var retries = Retries(note: note)
    while true {
      do {
        let answer = try ask(address)
        let isFine = answer.status / 100 == 2 || redirects == .relative && answer.isRedirect
        let isMissing = answer.status == 404 && [nil, "EntryNotFound"].contains(answer["X-Error-Code"])
        if isFine || missingIsFine && isMissing { return answer }
        let fault = refusal(answer, of: what)
        guard Retries.mayPass(answer.status) else { throw fault }
        try retries.wait(fault, retryAfter: answer["Retry-After"])
      } catch HTTPFailure.broken(let reason) {
        try retries.wait(broken(what, reason))
      } catch HTTPFailure.refused(let reason) {
        throw broken(what, reason)
      }
    }
  }

  // MARK: Refusals

  func broken(_ what: String, _ reason: String) -> Fault {
    .cannotDownload(
      "\(name), \(what)", reason: settings.withoutToken(reason),
      help: "look at the network; proxies are read from https_proxy, certificates from SSL_CERT_FILE")
  }

  /// What an answer that gives nothing means: the hub's `X-Error-Code`, where there is one, says it.
  func refusal(_ answer: HTTPAnswer, of what: String) -> Fault {
    let host = answer.address.host
    let words = answer["X-Error-Message"].map { ": " + settings.withoutToken($0) } ?? ""
    let whereToPut =
      "put a token of yours into HF_TOKEN or \(settings.tokenFile); \(settings.endpoint)/settings/tokens makes them"
    switch (answer["X-Error-Code"], answer.status) {
    case ("GatedRepo", _):
      return .cannotDownload(
        "\(name), \(what)", reason: "it is gated: its authors give it to those who accept their licence",
        help: "accept it at \(page)"
          + (settings.token == nil ? ", then \(whereToPut)" : ", with the account that your token belongs to"))
    case ("RevisionNotFound", _):
      return Fault(
        .modelNotFound, "\(name) has no revision `\(revision)`",
        help: "a revision is a branch, a tag or a commit; without --revision it is main")
    case (_, 401) where words.contains("Invalid credentials"):
      return .cannotDownload(name, reason: "\(host) does not accept your token", help: whereToPut)
    case ("RepoNotFound", _), (nil, 401), (nil, 404):
      return Fault(
        .modelNotFound, "there is no repository \(name) on \(host), or it is private",
        help: "look at its name"
          + (settings.token == nil ? "; if it is private, \(whereToPut)" : "; your token may not see it"))
    case ("EntryNotFound", _): return .cannotDownload("\(name), \(what)", reason: "the hub does not have it")
    case (_, 401), (_, 403):
      return .cannotDownload(
        "\(name), \(what)", reason: "\(host) refuses it (\(answer.status))\(words)",
        help: settings.token == nil ? whereToPut : "your token may not read it: \(page)")
    case (_, 429): return .cannotDownload("\(name), \(what)", reason: "\(host) has had too many requests (429)")
    default: return .cannotDownload("\(name), \(what)", reason: "\(host) answers \(answer.status)\(words)")
    }
  }

  // MARK: Forms

  private static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.utf8.allSatisfy {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
      }
  }

  /// What may become the name of a file in the cache.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 200 && !text.hasPrefix(".")
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
      }
  }
}

extension Fault {
  static func cannotDownload(_ what: String, reason: String, help: String? = nil) -> Fault {
    Fault(.cannotDownload, "cannot download \(what): \(reason)", help: help)
  }
}
