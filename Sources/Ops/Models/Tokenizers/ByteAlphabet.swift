// GPT-2's way of writing bytes as printable characters (openai/gpt-2, `encoder.py`, `bytes_to_unicode`): printable Latin-1 stands
// for itself, the other 68 bytes take the characters from U+0100 on, so that vocabularies and merges are plain text files.

enum ByteAlphabet {
  /// Character of each byte, as a code point below U+0144.
  static let characters: [UInt16] = {
    var characters = [UInt16](repeating: 0, count: 256)
    var next: UInt16 = 0x100
    for byte in 0..<256 {
      let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
      characters[byte] = isPrintable ? UInt16(byte) : next
      if !isPrintable { next += 1 }
    }
    return characters
  }()

  /// Byte of each code point below U+0144, or -1 where there is none.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, character) in characters.enumerated() { bytes[Int(character)] = Int16(byte) }
    return bytes
  }()

  /// Appends the bytes that the characters of `text` (valid UTF-8) stand for. False, and nothing appended, when one of them is
  /// not in the alphabet.
  static func decode(_ text: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) -> Bool {
    let start = output.count
    return bytes.withUnsafeBufferPointer { table in
      var index = 0
      while index < text.count {
        var point = Int(text[index])
        index += 1
        if point >= 0x80 {
          // All of the alphabet has at most two bytes in UTF-8.
          let isPair = point >= 0xC0 && point < 0xE0 && index < text.count
          point = isPair ? (point & 0x1F) << 6 | Int(text[index] & 0x3F) : table.count
          index += 1
        }
        guard point < table.count, table[point] >= 0 else {
          output.removeLast(output.count - start)
          return false
        }
        output.append(UInt8(truncatingIfNeeded: table[point]))
      }
      return true
    }
  }

  static func decode(_ text: [UInt8], into output: inout [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { decode($0, into: &output) }
  }
}
