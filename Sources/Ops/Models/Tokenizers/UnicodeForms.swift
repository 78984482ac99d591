// Unicode's normal forms C and D. The standard library computes them for its own comparison of strings and lends them out under an
// SPI name; this is the only file that uses it. Foundation would cost more than the rest of the program together.

@_spi(_Unicode) import Swift
import Runtime

enum UnicodeForm {
  case composed, decomposed

  /// The form of a text (valid UTF-8), as Hugging Face tokenizers compute it: with the tables of Unicode 9. A code point that is
  /// newer neither comes apart nor joins nor moves there, so the text is cut at each.
  package func of(_ bytes: [UInt8]) throws -> [UInt8] {
    // Below U+0300 nothing joins; below U+00C0 nothing comes apart.
    let limit: UInt8 = self == .composed ? 0xCC : 0xC3
    guard bytes.contains(where: { $0 >= limit }) else { return bytes }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var growth = Growth()
    var start = 0
    var at = 0
    try bytes.withUnsafeBufferPointer { bytes in
      while let (scalar, end) = CodePoints.scalar(at: at, in: bytes) {
        try growth.add(end - at)
        if scalar.value >= 0x300, Self.isNew(scalar) {
          try append(bytes[start..<at], to: &output, &growth)
          output.append(contentsOf: bytes[at..<end])
          start = end
        }
        at = end
      }
      try append(bytes[start...], to: &output, &growth)
    }
    return output
  }

  /// Tibetan vowel signs that are starters and come apart into marks: the standard library does not sort these among their neighbours
  /// (Swift 6.3), so they come apart first. Nothing joins them again.
  private static let parts: [Unicode.Scalar: [Unicode.Scalar]] = [
    "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
  ]

  private func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, to output: inout [UInt8], _ growth: inout Growth)
    throws
  {
    guard !bytes.isEmpty else { return }
    var text = String(decoding: bytes, as: UTF8.self)
    if bytes.contains(0xE0), text.unicodeScalars.contains(where: { 0xF73...0xF81 ~= $0.value }) {
      text = String(String.UnicodeScalarView(text.unicodeScalars.flatMap { Self.parts[$0] ?? [$0] }))
    }
    switch self {
    case .composed: try append(text._nfc, to: &output, &growth)
    case .decomposed: try append(text._nfd, to: &output, &growth)
    }
  }

  private func append(
    _ scalars: some Sequence<Unicode.Scalar>, to output: inout [UInt8], _ growth: inout Growth
  ) throws {
    for scalar in scalars {
      CodePoints.append(scalar, to: &output)
      try growth.add(2)
    }
  }

  private static func isNew(_ scalar: Unicode.Scalar) -> Bool {
    // Ideographs and Hangul syllables: what is new among them has no part in normal forms.
    if (0x3400...0x9FFF).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value) { return false }
    guard let age = scalar.properties.age else { return false }
    return age.major > 9
  }
}
