// The version of tw, the one place that says it, and how versions compare: `needs tw >= 0.2`, `tw --version`.

/// Numbers with points between them: "0.2", "1.10.3".
package struct Version: Comparable {
  package let text: String
  /// Without the zeros at its end: 0.2 and 0.2.0 are the same version.
  private let parts: [Int]

  /// The version of this program and of the language that it runs.
  package static let current = Version(parts: [0, 2, 0], text: "0.2.0")

  /// Nil unless `text` is decimal numbers with single points between them, each of at most nine digits.
  package init?(_ text: String) {
    let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let parts = words.compactMap { word -> Int? in
      (1...9).contains(word.count) && word.allSatisfy { 48...57 ~= $0 } ? Int(Substring(word)) : nil
    }
    guard parts.count == words.count else { return nil }
    self.init(parts: parts, text: text)
  }

  private init(parts: [Int], text: String) {
    var parts = parts
    while parts.last == 0 { parts.removeLast() }
    self.parts = parts
    self.text = text
  }

  package static func == (a: Version, b: Version) -> Bool { a.parts == b.parts }

  /// Part by part, as numbers: 0.9 is older than 0.10.
  package static func < (a: Version, b: Version) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }
}
