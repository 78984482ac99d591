// HTTP by libcurl: one request, its redirects, and where the token goes.

import CCurl
import Glibc
import Lang
import Runtime

/// The head of an answer.
struct HTTPAnswer {
  var status = 0
  /// Names in lower case.
  var headers: [String: String] = [:]
  /// Where it came from, redirects followed.
  var address: WebAddress

  subscript(name: String) -> String? { headers[name.lowercased()] }

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) && self["Location"] != nil }
}

/// A request that got no whole answer.
enum HTTPFailure: Error {
  /// Another try may help.
  case broken(String)
  case refused(String)
}

/// Connections to hosts, for one thread.
final class HTTPClient {
  /// Which redirects are followed.
  enum Redirects {
    /// Those that name no host: the repository has another name.
    case relative
    case all
  }

  private let curl: OpaquePointer
  private let settings: HubSettings
  private static let mostRedirects = 10
  private static let connectSeconds = 10

  init(_ settings: HubSettings) throws {
    func missing(_ reason: String) -> Fault {
      .libraryMissing("libcurl, which `tw pull` asks the hub with,", reason: reason, install: "apt install libcurl4")
    }
    if let reason = tw_curl_load() { throw missing(String(cString: reason)) }
    guard let curl = tw_curl_make() else { throw missing("it makes no request") }
    self.curl = curl
    self.settings = settings
  }

  deinit { tw_curl_free(curl) }

  /// Asks and follows redirects. `body` gets the pieces of the answer's body. The token goes to the hub alone, and to nobody once
  /// another host had its turn. Throws `HTTPFailure`, `interrupted`, and what `body` throws.
  func request(
    _ address: WebAddress, isHead: Bool = false, headers: [String] = [], redirects: Redirects,
    body: (HTTPAnswer, UnsafeRawBufferPointer) throws -> Void = { _, _ in }
  ) throws -> HTTPAnswer {
    var address = address
    var mayHaveToken = true
    for _ in 0...Self.mostRedirects {
      mayHaveToken = mayHaveToken && address.isOfSameHost(as: settings.address)
      var lines = headers + ["Accept-Encoding: identity"]
      if mayHaveToken, let token = settings.token { lines.append("Authorization: Bearer " + token) }
      let answer = try send(address, isHead: isHead, headers: lines) { answer, bytes in
        if !answer.isRedirect { try body(answer, bytes) }
      }
      guard answer.isRedirect, let location = answer["Location"] else { return answer }
      if redirects == .relative, location.contains("://") || location.hasPrefix("//") { return answer }
      guard let next = address.following(location) else {
        throw HTTPFailure.refused("\(address.host) redirects to what is no address")
      }
      guard next.scheme == "https" || address.scheme == "http" else {
        throw HTTPFailure.refused("\(address.host) redirects to \(next.host) without encryption")
      }
      address = next
    }
    throw HTTPFailure.refused("\(address.host) redirects more than \(Self.mostRedirects) times")
  }

  /// What one request is about, for the functions that libcurl calls.
  private final class Exchange {
    var answer: HTTPAnswer
    var failure: (any Error)?
    let body: (HTTPAnswer, UnsafeRawBufferPointer) throws -> Void

    init(_ address: WebAddress, _ body: @escaping (HTTPAnswer, UnsafeRawBufferPointer) throws -> Void) {
      answer = HTTPAnswer(address: address)
      self.body = body
    }

    /// An answer may have several heads: what a proxy says comes before.
    func head(_ line: String) {
      if line.hasPrefix("HTTP/") {
        answer = HTTPAnswer(address: answer.address)
        answer.status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      } else if let colon = line.firstIndex(of: ":") {
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        answer.headers[line[..<colon].lowercased()] = String(value)
      }
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
      do {
        try body(answer, bytes)
        return true
      } catch {
        failure = error
        return false
      }
    }
  }

  private func send(
    _ address: WebAddress, isHead: Bool, headers: [String],
    body: (HTTPAnswer, UnsafeRawBufferPointer) throws -> Void
  ) throws -> HTTPAnswer {
    try withoutActuallyEscaping(body) { body in
      let exchange = Exchange(address, body)
      var reason = [CChar](repeating: 0, count: 512)
      let end = withCStrings(headers) { lines in
        withCStrings([address.text, "tw/\(Version.current.text)"]) { texts in
          let place = settings.certificates.map { Paths.bytes($0).map(CChar.init(bitPattern:)) + [0] }
          var request = tw_curl_request()
          request.url = texts[0]
          request.is_head = isHead
          request.headers = lines.baseAddress
          request.header_count = headers.count
          request.user_agent = texts[1]
          request.certificates_are_folder = settings.certificates.map { Paths.isFolder($0) } ?? false
          request.connect_seconds = Self.connectSeconds
          request.silent_seconds = settings.silentSeconds
          request.context = Unmanaged.passUnretained(exchange).toOpaque()
          request.head = { context, line, size in
            guard let context, let line else { return false }
            let bytes = UnsafeRawBufferPointer(start: line, count: size)
            Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().head(String(decoding: bytes, as: UTF8.self))
            return true
          }
          request.body = { context, bytes, size in
            guard let context else { return false }
            return Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue().take(
              UnsafeRawBufferPointer(start: bytes, count: size))
          }
          guard let place else { return tw_curl_perform(curl, &request, &reason, reason.count) }
          return place.withUnsafeBufferPointer {
            request.certificates = $0.baseAddress
            return tw_curl_perform(curl, &request, &reason, reason.count)
          }
        }
      }
      if let failure = exchange.failure { throw failure }
      let words =
        "\(address.host): \(reason.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" })"
      switch end {
      case TW_CURL_DONE: return exchange.answer
      case TW_CURL_BROKEN: throw HTTPFailure.broken(words)
      case TW_CURL_STOPPED:
        try checkInterrupt()
        throw HTTPFailure.broken(words)
      default: throw HTTPFailure.refused(words)
      }
    }
  }
}

/// Texts as C's, side by side.
private func withCStrings<R>(
  _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) throws -> R
) rethrows -> R {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  return try copies.map { UnsafePointer($0) }.withUnsafeBufferPointer(body)
}
