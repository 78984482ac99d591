// Addresses of the web, as far as a client of the hub takes them apart (RFC 3986): where a token may go, and where a redirect leads.

struct WebAddress: Equatable {
  /// "http" or "https".
  let scheme: String
  /// Host, and port where one is written, in lower case.
  let host: String
  /// Path and query; begins with "/".
  let target: String

  var text: String { "\(scheme)://\(host)\(target)" }

  /// Nil for what is no address of the web. A name or a password before the host is none of ours to pass on.
  init?(_ text: String) {
    guard let mark = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<mark.lowerBound].lowercased()
    let rest = text[mark.upperBound...].prefix { $0 != "#" }
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard scheme == "http" || scheme == "https", !host.isEmpty,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !host.contains("@")
    else { return nil }
    let target = rest[host.endIndex...]
    self.init(
      scheme: scheme, host: host.lowercased(), target: target.hasPrefix("/") ? String(target) : "/" + target)
  }

  private init(scheme: String, host: String, target: String) {
    self.scheme = scheme
    self.host = host
    self.target = target
  }

  /// Where the `Location` of an answer from here leads; nil for nowhere.
  func following(_ location: String) -> WebAddress? {
    if location.contains("://") { return WebAddress(location) }
    if location.hasPrefix("//") { return WebAddress(scheme + ":" + location) }
    guard !location.isEmpty, location.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
    let location = location.prefix { $0 != "#" }
    if location.hasPrefix("/") { return WebAddress(scheme: scheme, host: host, target: String(location)) }
    let path = target.prefix { $0 != "?" }
    if location.hasPrefix("?") { return WebAddress(scheme: scheme, host: host, target: String(path) + location) }
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
    return WebAddress(scheme: scheme, host: host, target: String(folder) + location)
  }

  /// Whether a secret of one is one of the other.
  func isOfSameHost(as other: WebAddress) -> Bool { scheme == other.scheme && host == other.host }
}

extension String {
  /// Where a text first stands in it.
  func firstRange(of part: String) -> Range<String.Index>? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part), let end = self.index(index, offsetBy: part.count, limitedBy: endIndex) {
        return index..<end
      }
      index = self.index(after: index)
    }
    return nil
  }
}
