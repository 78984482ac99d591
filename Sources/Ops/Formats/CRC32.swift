// The checksum of ZIP files (ISO 3309, polynomial 0xEDB88320, reflected), eight bytes at a time after Kounavis & Berry 2005.

package struct CRC32 {
  private var state: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// The checksum of all bytes so far.
  package var value: UInt32 { ~state }

  /// Row k: the effect of a byte that k more bytes follow.
  private static let tables: [[UInt32]] = {
    var first = [UInt32](repeating: 0, count: 256)
    for byte in 0..<256 {
      var state = UInt32(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? (state >> 1) ^ 0xEDB8_8320 : state >> 1 }
      first[byte] = state
    }
    var tables = [first]
    for row in 1..<8 {
      tables.append(tables[row - 1].map { first[Int($0 & 0xFF)] ^ ($0 >> 8) })
    }
    return tables
  }()

  /// Goes on with more bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    let tables = Self.tables
    var state = state
    var at = 0
    while bytes.count - at >= 8 {
      let low = state ^ UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
      let high = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self))
      let front =
        tables[7][Int(low & 0xFF)] ^ tables[6][Int(low >> 8 & 0xFF)] ^ tables[5][Int(low >> 16 & 0xFF)]
        ^ tables[4][Int(low >> 24)]
      let back =
        tables[3][Int(high & 0xFF)] ^ tables[2][Int(high >> 8 & 0xFF)] ^ tables[1][Int(high >> 16 & 0xFF)]
        ^ tables[0][Int(high >> 24)]
      state = front ^ back
      at += 8
    }
    while at < bytes.count {
      state = tables[0][Int((state ^ UInt32(bytes[at])) & 0xFF)] ^ (state >> 8)
      at += 1
    }
    self.state = state
  }
}
