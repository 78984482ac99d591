// Whether bytes are text, as fast as they can be looked at: every token of a vocabulary passes here.

/// Whether bytes are UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF (Unicode 16.0, table 3-7).
func isValidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  var index = 0
  while index < bytes.count {
    let lead = bytes[index]
    index += 1
    if lead < 0x80 { continue }
    // How many bytes follow, and what the first of them may be.
    let tail: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: tail = 1
    case 0xE0: (tail, second) = (2, 0xA0...0xBF)
    case 0xED: (tail, second) = (2, 0x80...0x9F)
    case 0xE1...0xEF: tail = 2
    case 0xF0: (tail, second) = (3, 0x90...0xBF)
    case 0xF4: (tail, second) = (3, 0x80...0x8F)
    case 0xF1...0xF3: tail = 3
    default: return false
    }
    guard index + tail <= bytes.count, second.contains(bytes[index]) else { return false }
    for next in (index + 1)..<(index + tail) where bytes[next] & 0xC0 != 0x80 { return false }
    index += tail
  }
  return true
}
