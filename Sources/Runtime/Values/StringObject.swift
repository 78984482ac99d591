// Text, compared, hashed, ordered and counted by code points. Swift's own `==` and `count` work on grapheme clusters under
// canonical equivalence, so everything here goes through UTF-8, whose byte order is the order of the code points.

import Glibc
import Lang

package final class StringObject: Object {
  /// A short text lies in the object itself: words, tokens and lines then cost one piece of memory, not two.
  private enum Content {
    case short(ShortText)
    case long(String)
  }

  private var content: Content

  package init(_ text: String) {
    var text = text
    content = text.withUTF8 { ShortText($0).map(Content.short) } ?? .long(text)
    super.init(kind: .string)
  }

  /// From bytes that are known to be UTF-8.
  package init(utf8 bytes: UnsafeBufferPointer<UInt8>) {
    content = ShortText(bytes).map(Content.short) ?? .long(String(decoding: bytes, as: UTF8.self))
    super.init(kind: .string)
  }

  package var text: String {
    switch content {
    case .short(let short): short.withBytes { String(decoding: $0, as: UTF8.self) }
    case .long(let text): text
    }
  }

  /// Only for an object that nobody else holds.
  func append(_ more: String) {
    var text = text
    // The only reference to a long text is now ours: it grows where it lies.
    content = .short(ShortText())
    text += more
    content = .long(text)
  }

  package var utf8Count: Int {
    switch content {
    case .short(let short): Int(short.count)
    case .long(let text): text.utf8.count
    }
  }

  /// The UTF-8 of the text, without copying it.
  @inline(__always)
  package func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    switch content {
    case .short(let short): return try short.withBytes(body)
    case .long(var text): return try text.withUTF8(body)
    }
  }

  /// The texts of a list of strings with `separator` between them, put into one piece of memory without counting references.
  /// Nil when an element is no string.
  package static func joined(_ list: ListObject, separator: String) throws -> String? {
    try list.items.withUnsafeBufferPointer { items -> String? in
      guard let first = items.baseAddress else { return "" }
      var byteCount = separator.utf8.count * max(items.count - 1, 0)
      for index in items.indices {
        guard let string = (first + index).peek(StringObject.self, .string) else { return nil }
        byteCount += string._withUnsafeGuaranteedRef { $0.utf8Count }
      }
      try checkListFits(byteCount, bytesEach: 1)
      try checkInterrupt()
      var separator = separator
      return String(unsafeUninitializedCapacity: byteCount) { buffer in
        separator.withUTF8 { separator in
          var end = 0
          for index in items.indices {
            if index > 0 { end = buffer[end...].update(fromContentsOf: separator) }
            _ = (first + index).peek(StringObject.self, .string)?._withUnsafeGuaranteedRef {
              $0.withBytes { end = buffer[end...].update(fromContentsOf: $0) }
            }
          }
          return end
        }
      }
    }
  }

  package override var typeName: String { "string" }
  package override var description: String { text }
  package override var byteCount: Int { utf8Count }
  /// Code points.
  package override var count: Int? { withBytes(codePointCount) }

  package override func element(at indices: [Value]) throws -> Value { try selection(indices) }

  package override func isEqual(to other: Object) -> Bool {
    guard other.kind == .string else { return false }
    return compare(unsafeDowncast(other, to: StringObject.self)) == 0
  }

  /// -1, 0 or 1 as this text stands before, at or behind the other one in code point order.
  func compare(_ other: StringObject) -> Int {
    withBytes { mine in
      other.withBytes { theirs in
        let common = min(mine.count, theirs.count)
        var order = 0
        if common > 0, let a = mine.baseAddress, let b = theirs.baseAddress { order = Int(memcmp(a, b, common)) }
        return (order != 0 ? order : mine.count - theirs.count).signum()
      }
    }
  }
}

/// Up to 30 bytes of UTF-8, in 31 bytes, which leaves the compiler one to tell it from a long text.
private struct ShortText {
  private static let capacity = 30

  private var bytes: (UInt64, UInt64, UInt64, UInt32, UInt16) = (0, 0, 0, 0, 0)
  private(set) var count: UInt8 = 0

  init() {}

  /// Nil when there is no room.
  @inline(__always)
  init?(_ source: UnsafeBufferPointer<UInt8>) {
    guard source.count <= Self.capacity else { return nil }
    count = UInt8(source.count)
    withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: UnsafeRawBufferPointer(source)) }
  }

  @inline(__always)
  func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    try withUnsafeBytes(of: bytes) { raw in
      try body(UnsafeBufferPointer(rebasing: raw.assumingMemoryBound(to: UInt8.self)[..<Int(count)]))
    }
  }
}

extension String {
  /// The same code points.
  package func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

/// Number of code points in UTF-8: bytes that do not continue one, as the bytes 10xxxxxx do. Eight bytes are looked at together.
private func codePointCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var continuing = 0
  let whole = bytes.count & ~7
  for index in stride(from: 0, to: whole, by: 8) {
    let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    continuing &+= ((word &>> 7) & ~(word &>> 6) & 0x0101_0101_0101_0101).nonzeroBitCount
  }
  for byte in bytes[whole...] where byte & 0xC0 == 0x80 { continuing &+= 1 }
  return bytes.count - continuing
}
