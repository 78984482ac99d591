// Tokens that stand for single bytes in vocabularies that are written as text: `<0x0A>` (SentencePiece's byte fallback).

enum ByteToken {
  private static let digits = Array("0123456789ABCDEF".utf8)

  static func text(of byte: UInt8) -> [UInt8] {
    Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
  }

  /// The byte that a token stands for; nil for any other token.
  static func byte(_ token: some Collection<UInt8>) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8) else { return nil }
    var value: UInt8 = 0
    for digit in token.dropFirst(3).prefix(2) {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | (digit - 48)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | (digit - 55)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | (digit - 87)
      default: return nil
      }
    }
    return token.dropFirst(5).first == UInt8(ascii: ">") ? value : nil
  }
}
