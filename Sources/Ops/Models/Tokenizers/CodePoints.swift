// Code points in a buffer of valid UTF-8.

enum CodePoints {
  /// The code point at a place and where it ends; nil at the end.
  @inline(__always)
  static func scalar(
    at place: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> (scalar: Unicode.Scalar, end: Int)? {
    guard place < bytes.count else { return nil }
    let lead = UInt32(bytes[place])
    if lead < 0x80 { return (Unicode.Scalar(UInt8(truncatingIfNeeded: lead)), place + 1) }
    let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard place + length <= bytes.count else { return nil }
    var value = lead & (0x7F >> UInt32(length))
    for index in (place + 1)..<(place + length) { value = value << 6 | UInt32(bytes[index] & 0x3F) }
    return Unicode.Scalar(value).map { ($0, place + length) }
  }

  /// The code point that ends at a place and where it starts; nil at the start.
  static func scalar(
    before place: Int, in bytes: UnsafeBufferPointer<UInt8>
  ) -> (scalar: Unicode.Scalar, start: Int)? {
    guard place > 0 else { return nil }
    var start = place - 1
    while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(at: start, in: bytes).map { ($0.scalar, start) }
  }

  static func append(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    if scalar.value < 0x80 {
      output.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  /// Each code point of a text replaced by what `body` appends for it.
  static func map(
    _ bytes: [UInt8], _ body: (Unicode.Scalar, inout [UInt8]) -> Void, _ look: (Int) throws -> Void
  ) rethrows -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    try bytes.withUnsafeBufferPointer { bytes in
      var at = 0
      while let (scalar, end) = scalar(at: at, in: bytes) {
        let before = output.count
        body(scalar, &output)
        try look(output.count - before + 1)
        at = end
      }
    }
    return output
  }
}
