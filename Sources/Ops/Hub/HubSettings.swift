// What the environment says about the hub, under the names that huggingface_hub reads.

import Formats
import Lang
import Models
import Runtime

package struct HubSettings {
  /// The hub, without a slash at its end.
  let endpoint: String
  /// Its host, for messages and for the question where the token may go.
  let address: WebAddress
  /// The cache that is written to.
  package let cache: String
  /// Never part of a text that anybody reads.
  let token: String?
  /// Where a token would be read from.
  let tokenFile: String
  /// A file or folder of certificates.
  let certificates: String?
  /// Seconds without a byte after which a connection counts as broken.
  let silentSeconds: Int

  /// Throws `notPermitted` where the environment says that nothing is to be sent, `badValue` for an endpoint or a token that is none.
  package init() throws {
    for name in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] {
      guard let value = Paths.environment(name), ["1", "ON", "YES", "TRUE"].contains(value.uppercased()) else {
        continue
      }
      throw Fault(
        .notPermitted, "\(name)=\(value) is set: nothing is sent to the hub",
        help: "what is in the cache loads without it; to get more: \(name)=0 tw pull …")
    }
    var endpoint = Paths.environment("HF_ENDPOINT") ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    guard let address = WebAddress(endpoint) else {
      throw Fault.badValue(
        "HF_ENDPOINT is no address of a hub", help: "it looks like https://huggingface.co, without a name or password")
    }
    self.endpoint = endpoint
    self.address = address
    guard let cache = ModelPlaces.cacheRoots().first else {
      throw Fault.badValue("there is no place for a cache: HOME is not set", help: "set HF_HUB_CACHE to a folder")
    }
    self.cache = cache
    let home =
      Paths.environment("HF_HOME").map { Paths.expanded($0) }
      ?? Paths.environment("XDG_CACHE_HOME").map { Paths.expanded($0) + "/huggingface" }
      ?? Paths.expanded("~/.cache/huggingface")
    tokenFile = Paths.environment("HF_TOKEN_PATH").map { Paths.expanded($0) } ?? home + "/token"
    token = try Self.token(file: tokenFile)
    certificates =
      ["CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { Paths.environment($0) }
      .first
    silentSeconds = Paths.environment("HF_HUB_DOWNLOAD_TIMEOUT").flatMap { Int($0) }.map { max($0, 1) } ?? 30
  }

  private static func token(file: String) throws -> String? {
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
      if let text = Paths.environment(name), let token = try checked(text, from: name) { return token }
    }
    guard MappedFile.isFile(file) else { return nil }
    return try checked(try InputFile.text(file, permissions: Permissions()), from: file)
  }

  /// Without the line ends that a file has. Nil where nothing is left.
  private static func checked(_ text: String, from place: String) throws -> String? {
    let words = text.split { $0.isWhitespace }
    guard let token = words.first else { return nil }
    guard words.count == 1, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Fault.badValue("what \(place) holds is no token", help: "it is one word, such as hf_…")
    }
    return String(token)
  }

  /// A text of the other side, which might repeat what it was sent.
  func withoutToken(_ text: String) -> String {
    guard let token else { return text }
    var output = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix(token) {
        output += "[token]"
        rest = rest.dropFirst(token.count)
      } else {
        output.append(rest.removeFirst())
      }
    }
    return output
  }
}
