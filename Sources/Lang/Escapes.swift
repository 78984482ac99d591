// Texts in which some code points stand as escapes: as a terminal may show them, as the language or Python reads them back. They may be of
// any length, and nearly all of a text stays as it is: whole pieces are copied, and between two pieces Ctrl-C is looked for.

import CPlatform

/// Which code points are escaped, and how.
package struct Escapes: @unchecked Sendable {
  /// For each byte, whether a code point that begins with it may need an escape.
  private let mayBegin: [Bool]
  private let escape: (Unicode.Scalar) -> String?

  /// Bytes between two looks for Ctrl-C.
  private static let piece = 1 << 16

  /// `escape` gives nil for a code point that stays as it is; it is asked only for those whose first byte of UTF-8 `mayBegin` one that
  /// is escaped.
  package init(mayBegin: (UInt8) -> Bool, escape: @escaping (Unicode.Scalar) -> String?) {
    self.mayBegin = (UInt8.min...UInt8.max).map(mayBegin)
    self.escape = escape
  }

  /// `text` with its escapes, O(bytes); the text itself, not copied, when it has none. After Ctrl-C the rest is left out: the next look
  /// at the flag ends whatever wanted it.
  package func written(in text: String) -> String {
    var text = text
    return text.withUTF8 { written(in: $0) } ?? text
  }

  /// Nil when nothing is escaped.
  private func written(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var output: [UInt8] = []
    // What lies before this byte has been copied.
    var copied = 0
    var at = 0
    while at < bytes.count {
      // The first piece is always written: the words that say what was ended come after Ctrl-C.
      if at > 0, tw_must_stop() { return String(decoding: output + bytes[copied..<at], as: UTF8.self) }
      let end = min(at + Self.piece, bytes.count)
      while let found = firstMark(in: bytes, from: at, to: end) {
        let (scalar, count) = Self.scalar(in: bytes, at: found)
        at = found + count
        guard let escaped = escape(scalar) else { continue }
        if output.isEmpty { output.reserveCapacity(bytes.count + 16) }
        output.append(contentsOf: bytes[copied..<found])
        output.append(contentsOf: escaped.utf8)
        copied = at
      }
      at = max(at, end)
      // Nothing is copied twice: while no escape has been met, the text may still be given back as it is.
      if !output.isEmpty, copied < at {
        output.append(contentsOf: bytes[copied..<at])
        copied = at
      }
    }
    return output.isEmpty ? nil : String(decoding: output, as: UTF8.self)
  }

  private func firstMark(in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    return mayBegin.withUnsafeBufferPointer { mayBegin in
      for index in start..<end where mayBegin[Int(bytes[index])] { return index }
      return nil
    }
  }

  /// The code point that begins at `index`, and the number of its bytes.
  private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, Int) {
    let first = bytes[index]
    let wanted = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    let count = min(wanted, bytes.count - index)
    guard wanted > 1 else { return (Unicode.Scalar(first), 1) }
    var value = UInt32(first) & (0x7F >> UInt32(wanted))
    for byte in bytes[(index + 1)..<(index + count)] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", count)
  }
}

extension String {
  /// The text, or, where it has more than three times `most` bytes, its first `most` code points and a third as many from its end with
  /// `…` between them.
  package func abridged(to most: Int) -> String {
    guard (utf8.count - 1) / 3 >= most else { return self }
    return String(unicodeScalars.prefix(most)) + " … " + String(unicodeScalars.suffix(most / 3))
  }
}
