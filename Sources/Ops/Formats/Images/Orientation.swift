// How a picture was held: the EXIF orientation of JPEG and PNG files. Cameras store the pixels as the sensor has them, and in this number how
// to turn them. Sources: EXIF 2.32 (tag 0x0112), TIFF 6.0, the eXIf chunk of PNG.

import Kernels

extension Orientation {
  /// What the file says; upright where it says nothing, or something that has no meaning.
  init(of bytes: [UInt8], _ kind: ImageFile.Kind) {
    let block = kind == .png ? Self.pngBlock(bytes) : Self.jpegBlock(bytes)
    self = block.flatMap { Self.tag(in: bytes[$0]) }.flatMap(Orientation.init(rawValue:)) ?? .upright
  }

  /// The TIFF block in the first APP1 segment that begins with "Exif".
  private static func jpegBlock(_ bytes: [UInt8]) -> Range<Int>? {
    var at = 2
    while let marker = number(bytes[...], at, 2, isBig: true), marker >> 8 == 0xFF {
      switch marker & 0xFF {
      case 0xFF: at += 1
      // No length follows.
      case 0x01, 0xD0...0xD7: at += 2
      // The pixels.
      case 0xDA, 0xD9: return nil
      default:
        guard let length = number(bytes[...], at + 2, 2, isBig: true), length >= 2, at + 2 + length <= bytes.count
        else {
          return nil
        }
        if marker == 0xFFE1, length >= 8, bytes[(at + 4)...].starts(with: Array("Exif\0\0".utf8)) {
          return at + 10..<at + 2 + length
        }
        at += 2 + length
      }
    }
    return nil
  }

  /// The contents of the eXIf chunk.
  private static func pngBlock(_ bytes: [UInt8]) -> Range<Int>? {
    var at = 8
    while let length = number(bytes[...], at, 4, isBig: true), at + 12 + length <= bytes.count {
      if bytes[(at + 4)...].starts(with: Array("eXIf".utf8)) { return at + 8..<at + 8 + length }
      at += 12 + length
    }
    return nil
  }

  /// The number of the tag in the first directory.
  private static func tag(in block: ArraySlice<UInt8>) -> Int? {
    guard let order = number(block, 0, 2, isBig: true), order == 0x4949 || order == 0x4D4D else { return nil }
    let isBig = order == 0x4D4D
    guard number(block, 2, 2, isBig: isBig) == 42, let directory = number(block, 4, 4, isBig: isBig),
      let count = number(block, directory, 2, isBig: isBig)
    else { return nil }
    for entry in 0..<count {
      let at = directory + 2 + 12 * entry
      guard let tag = number(block, at, 2, isBig: isBig) else { return nil }
      // One number of 16 bits, which stands in the entry itself.
      if tag == 0x0112 {
        return number(block, at + 2, 2, isBig: isBig) == 3 ? number(block, at + 8, 2, isBig: isBig) : nil
      }
    }
    return nil
  }

  /// `size` bytes at a place of a block; nil beyond its end.
  private static func number(_ block: ArraySlice<UInt8>, _ place: Int, _ size: Int, isBig: Bool) -> Int? {
    guard place >= 0, place <= block.count - size else { return nil }
    let bytes = block.dropFirst(place).prefix(size)
    return (isBig ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | Int($1) }
  }
}
