// Text, compared, hashed, ordered and counted by code points. Swift's own `==` and `count` work on grapheme clusters under
// canonical equivalence, so everything here goes through UTF-8, whose byte order is the order of the code points.

import Lang

public final class StringObject: Object {
  public private(set) var text: String

  public init(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    self.text = text
    super.init(kind: .string)
  }

  /// Only for an object that nobody else holds.
  func append(_ more: String) { text += more }

  public var utf8Count: Int { text.utf8.count }

  /// The UTF-8 of the text, without copying it or counting a reference.
  @inline(__always)
  public func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
    try text.utf8.withContiguousStorageIfAvailable(body)
  }

  /// The texts of a list of strings with `separator` between them, put into one piece of memory without counting references.
  /// Nil when an element is no string.
  public static func joined(_ list: ListObject, separator: String) throws -> String? {
    try list.items.withUnsafeBufferPointer { items -> String? in
      guard let first = items.baseAddress else { return "" }
      var byteCount = separator.utf8.count * max(items.count - 1, 0)
      for index in items.indices {
        guard let string = (first + index).peek(StringObject.self, .string) else { return nil }
        byteCount += string._withUnsafeGuaranteedRef { $0.utf8Count }
      }
      try checkListFits(byteCount, bytesEach: 1)
      try checkInterrupt()
      return String(unsafeUninitializedCapacity: byteCount) { buffer in
        var end = 0
        for index in items.indices {
          if index > 0 {
            for byte in separator.utf8 {
              buffer[end] = byte
              end += 1
            }
          }
          _ = (first + index).peek(StringObject.self, .string)?._withUnsafeGuaranteedRef {
            $0.withBytes { end = buffer[end...].update(fromContentsOf: $0) }
          }
        }
        return end
      }
    }
  }

  public override var typeName: String { "string" }
  public override var description: String { text }
  public override var byteCount: Int { text.utf8.count }
  /// Code points.
  public override var count: Int? { text.codePointCount }

  public override func element(at indices: [Value]) throws -> Value { try selection(indices) }

  public override func isEqual(to other: Object) -> Bool {
    guard other.kind == .string else { return false }
    return text.isIdentical(to: unsafeDowncast(other, to: StringObject.self).text)
  }
}

extension String {
  /// The same code points.
  public func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// Number of code points: bytes that do not continue one.
  var codePointCount: Int {
    let counted = utf8.withContiguousStorageIfAvailable { bytes in
      var count = 0
      for byte in bytes { count &+= byte & 0xC0 == 0x80 ? 0 : 1 }
      return count
    }
    return counted ?? unicodeScalars.count
  }

  /// Code point order.
  public func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}
