// Short texts lie in the object, long ones beside it: nobody can tell where one ends and the other begins.

import Runtime
import Testing

@Suite struct StringObjectTests {
  /// Texts of 0 to 40 bytes and more, of one to four bytes a code point.
  static let texts = (0...40).flatMap { length in
    ["a", "é", "→", "😀"].map { String(repeating: $0, count: length) + (length % 2 == 0 ? "" : "z") }
  }

  @Test(arguments: texts)
  func aTextComesBackAsItWas(text: String) throws {
    let scalars = text.unicodeScalars.count
    let bytes = Array(text.utf8)
    for string in [StringObject(text), bytes.withUnsafeBufferPointer { StringObject(utf8: $0) }] {
      #expect(string.text == text)
      #expect(string.count == scalars)
      #expect(string.utf8Count == bytes.count)
      #expect(string.withBytes { Array($0) } == bytes)
    }
  }

  @Test func orderIsThatOfTheBytesAtAnyLength() throws {
    for left in Self.texts {
      for right in Self.texts.indices.filter({ $0 % 7 == 0 }).map({ Self.texts[$0] }) {
        let order = left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : left.utf8.elementsEqual(right.utf8) ? 0 : 1
        #expect(try compareValues(.string(left), .string(right)) == order)
        #expect(try valuesEqual(.string(left), .string(right)) == (order == 0))
      }
    }
  }
}
