// Cuts a text into the pieces within which bytes are merged. This is GPT-2's pattern (openai/gpt-2, `encoder.py`) written out by
// hand:
//
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+

import Runtime

struct PreTokenizer {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0

  /// `bytes` must be valid UTF-8 and outlive the value.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Byte range of the next piece, or nil at the end. Every byte is in exactly one piece.
  mutating func next() throws -> Range<Int>? {
    guard offset < bytes.count else { return nil }
    let start = offset
    if let end = contraction(at: start) { offset = end } else { offset = try run(from: start) }
    return start..<offset
  }

  /// End of `'s 't 'm 'd 're 've 'll`.
  private func contraction(at start: Int) -> Int? {
    guard bytes[start] == UInt8(ascii: "'"), start + 1 < bytes.count else { return nil }
    switch bytes[start + 1] {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return follows(start, UInt8(ascii: "e"))
    case UInt8(ascii: "l"): return follows(start, UInt8(ascii: "l"))
    default: return nil
    }
  }

  private func follows(_ start: Int, _ letter: UInt8) -> Int? {
    start + 2 < bytes.count && bytes[start + 2] == letter ? start + 3 : nil
  }

  /// End of a run of one class, with at most one blank before it, or of a run of white space.
  private func run(from start: Int) throws -> Int {
    var (kind, end) = decode(at: start)
    if kind == .space {
      let isBlank = bytes[start] == UInt8(ascii: " ")
      guard end < bytes.count else { return end }
      let (nextKind, nextEnd) = decode(at: end)
      guard isBlank, nextKind != .space else { return try white(from: start) }
      (kind, end) = (nextKind, nextEnd)
    }
    var looked = start
    while end < bytes.count {
      // A word may be as long as the text.
      if end - looked > 1 << 16 {
        try checkInterrupt()
        looked = end
      }
      let (nextKind, nextEnd) = decode(at: end)
      if nextKind != kind { break }
      end = nextEnd
    }
    return end
  }

  /// `\s+(?!\S)|\s+`: the last space before a word is left to the word, unless it is the only one.
  private func white(from start: Int) throws -> Int {
    var end = start
    var last = start
    var looked = start
    while end < bytes.count {
      if end - looked > 1 << 16 {
        try checkInterrupt()
        looked = end
      }
      let (kind, next) = decode(at: end)
      guard kind == .space else { return last > start ? last : end }
      last = end
      end = next
    }
    return end
  }

  /// Class of the code point at `offset`, and where it ends.
  private func decode(at offset: Int) -> (CharacterClass, Int) {
    let lead = UInt32(bytes[offset])
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    let end = min(offset + length, bytes.count)
    var value = length == 1 ? lead : lead & (0x7F >> UInt32(length))
    for index in (offset + 1)..<max(end, offset + 1) { value = value << 6 | UInt32(bytes[index] & 0x3F) }
    return (Unicode.Scalar(value).map(CharacterClass.of) ?? .other, end)
  }
}
