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
