// Texts that are UTF-16 or UTF-32, as Excel ("Unicode text") and older Windows programs write them, known by their mark
// (The Unicode Standard 16.0, section 23.8). UTF-16 without a mark is only recognised, not guessed.

import Lang

package enum TextEncoding: String {
  case utf16Little = "UTF-16LE"
  case utf16Big = "UTF-16BE"
  case utf32Little = "UTF-32LE"
  case utf32Big = "UTF-32BE"

  private static let marks: [(mark: [UInt8], encoding: TextEncoding)] = [
    ([0xFF, 0xFE, 0, 0], .utf32Little), ([0, 0, 0xFE, 0xFF], .utf32Big), ([0xFF, 0xFE], .utf16Little),
    ([0xFE, 0xFF], .utf16Big),
  ]

  /// The encoding that a mark at the start says, nil for UTF-8 and for bytes without a mark.
  package static func marked(_ bytes: some Collection<UInt8>) -> (encoding: TextEncoding, markLength: Int)? {
    marks.first { bytes.starts(with: $0.mark) }.map { ($0.encoding, $0.mark.count) }
  }

  /// The encoding that zero bytes at regular places betray: most characters of most texts are below U+0100.
  static func likely(_ bytes: some Collection<UInt8>) -> TextEncoding? {
    let head = Array(bytes.prefix(4096))
    guard head.count >= 4, head.contains(0) else { return nil }
    var zeros = [0, 0, 0, 0]
    for (index, byte) in head.enumerated() where byte == 0 { zeros[index & 3] += 1 }
    let most = max(head.count / 4 * 9 / 10, 1)
    if zeros[0] == 0, zeros[1] >= most, zeros[2] >= most, zeros[3] >= most { return .utf32Little }
    if zeros[3] == 0, zeros[0] >= most, zeros[1] >= most, zeros[2] >= most { return .utf32Big }
    let (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3])
    // One zero byte at the end of a short text says nothing.
    let half = max(head.count / 4, 2)
    if even == 0, odd >= half { return .utf16Little }
    if odd == 0, even >= half { return .utf16Big }
    return nil
  }

  /// The same text as UTF-8, without a mark where there was one of UTF-16 or UTF-32; UTF-8 as it is. Throws `badFile` where the bytes
  /// are not what their mark says, and for what is UTF-16 or UTF-32 without one.
  package static func utf8(_ bytes: [UInt8], path: String) throws -> [UInt8] {
    if let (encoding, markLength) = marked(bytes) {
      guard let text = encoding.decoded(bytes.dropFirst(markLength)) else {
        throw Fault.badFile(path, reason: "its mark says \(encoding.name), but it is not all of that")
      }
      return Array(text.utf8)
    }
    if let encoding = likely(bytes) {
      throw Fault.badFile(
        path, reason: "it is \(encoding.name) without the mark that says so",
        help: "convert it first: iconv -f \(encoding.rawValue) -t UTF-8")
    }
    return bytes
  }

  /// "UTF-16"
  package var name: String { String(rawValue.dropLast(2)) }

  private var width: Int { self == .utf16Little || self == .utf16Big ? 2 : 4 }
  private var isLittle: Bool { self == .utf16Little || self == .utf32Little }

  /// Nil where the bytes are none of this encoding: half a unit, half a pair, a number that is no code point.
  private func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count % width == 0 else { return nil }
    let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: width).lazy.map { start in
      bytes[start..<start + width].enumerated().reduce(UInt32(0)) { sum, byte in
        sum | UInt32(byte.element) << UInt32(8 * (isLittle ? byte.offset : width - 1 - byte.offset))
      }
    }
    if width == 4 {
      var text = String.UnicodeScalarView()
      for unit in units {
        guard let scalar = Unicode.Scalar(unit) else { return nil }
        text.append(scalar)
      }
      return String(text)
    }
    return String(validating: units.map { UInt16(truncatingIfNeeded: $0) }, as: UTF16.self)
  }
}
