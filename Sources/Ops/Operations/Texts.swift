// Searching and cutting texts, by code points. UTF-8 never holds one code point inside another, so bytes can be compared.

import CPlatform
import Formats
import Glibc
import Lang
import Runtime

package enum Texts {
  /// The parts between separators; without one, the words between runs of white space (none at the ends).
  package static func split(_ text: String, separator: String?) throws -> ContiguousArray<Value> {
    guard let separator else { return try words(text) }
    guard !separator.isEmpty else {
      throw Fault.badValue("the separator is empty", help: "code points one by one: map(text, c => c)")
    }
    var parts = GrowingList()
    try eachPart(text, separator) { part in
      try parts.append(.object(StringObject(utf8: part)), bytes: part.count + bytesOfPart)
    }
    return parts.taken()
  }

  /// What a short text keeps: its object, and its place in a list.
  private static let bytesOfPart = 80

  /// Every occurrence of `old`, from the left and without overlap, replaced.
  package static func replace(_ text: String, _ old: String, with new: String) throws -> String {
    guard !old.isEmpty else { throw Fault.badValue("the text to replace is empty") }
    var pieces: [String] = []
    var growth = Growth()
    try eachPart(text, old) { part in
      try growth.add(part.count + 2 * MemoryLayout<String>.stride)
      pieces.append(String(decoding: part, as: UTF8.self))
    }
    let (added, overflow) = (pieces.count - 1).multipliedReportingOverflow(by: new.utf8.count)
    guard !overflow else { throw Fault.outOfMemory(bytes: Double(pieces.count) * Double(new.utf8.count)) }
    try checkListFits(text.utf8.count + added, bytesEach: 1)
    return try joined(pieces, separator: new, byteCount: text.utf8.count - (pieces.count - 1) * old.utf8.count + added)
  }

  /// Calls `body` with the bytes between one separator and the next.
  private static func eachPart(
    _ text: String, _ separator: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    var (text, separator) = (text, separator)
    try text.withUTF8 { bytes in
      try separator.withUTF8 { wanted in
        var (start, count) = (0, 0)
        while let found = try place(of: wanted, in: bytes, from: start) {
          try body(UnsafeBufferPointer(rebasing: bytes[start..<found]))
          start = found + wanted.count
          count += 1
          if count & 0x3FFF == 0 { try checkInterrupt() }
        }
        try body(UnsafeBufferPointer(rebasing: bytes[start...]))
      }
    }
  }

  /// The pieces with the separator between them, `byteCount` bytes together, put into one piece of memory.
  /// Throws `interrupted`.
  static func joined(_ pieces: [String], separator: String, byteCount: Int) throws -> String {
    try String(unsafeUninitializedCapacity: byteCount) { buffer in
      var end = 0
      var seen = 0
      var separator = separator
      try separator.withUTF8 { separator in
        for number in pieces.indices {
          if end - seen > 1 << 18 {
            try checkInterrupt()
            seen = end
          }
          if number > 0 { end = buffer[end...].update(fromContentsOf: separator) }
          pieces[number].utf8.withContiguousStorageIfAvailable { end = buffer[end...].update(fromContentsOf: $0) }
        }
      }
      return end
    }
  }

  private static func words(_ text: String) throws -> ContiguousArray<Value> {
    var words = GrowingList()
    let scalars = text.unicodeScalars
    var start: String.Index?
    var steps = 0
    func found(_ word: Substring.UnicodeScalarView) throws {
      let word = String(word)
      try words.append(.string(word), bytes: word.utf8.count + bytesOfPart)
    }
    for index in scalars.indices {
      steps &+= 1
      if steps & 0x3FFF == 0 { try checkInterrupt() }
      if !isSpace(scalars[index]) {
        start = start ?? index
      } else if let first = start {
        try found(scalars[first..<index])
        start = nil
      }
    }
    if let start { try found(scalars[start...]) }
    return words.taken()
  }

  /// `function` of pieces of a text that are cut between code points: for functions that look at one code point at a time.
  static func mapped(_ text: String, _ function: (String) -> String) throws -> String {
    var text = text
    return try text.withUTF8 { bytes in
      guard bytes.count > 1 << 16 else { return function(String(decoding: bytes, as: UTF8.self)) }
      try checkListFits(bytes.count, bytesEach: 1)
      var output = ""
      var start = 0
      while start < bytes.count {
        try checkInterrupt()
        var end = min(start + 1 << 16, bytes.count)
        // The bytes 10xxxxxx go on with a code point.
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        output += function(String(decoding: bytes[start..<end], as: UTF8.self))
        start = end
      }
      return output
    }
  }

  /// Without the white space at both ends, or without the code points of `characters`.
  package static func strip(_ text: String, characters: String?) throws -> String {
    var isStripped = isSpace
    if let characters {
      let set = Set(characters.unicodeScalars)
      isStripped = { set.contains($0) }
    }
    var rest = text.unicodeScalars[...]
    var steps = 0
    while let first = rest.first, isStripped(first) {
      rest.removeFirst()
      steps &+= 1
      if steps & 0xFFFF == 0 { try checkInterrupt() }
    }
    while let last = rest.last, isStripped(last) {
      rest.removeLast()
      steps &+= 1
      if steps & 0xFFFF == 0 { try checkInterrupt() }
    }
    return String(rest)
  }

  /// Python's `str.isspace`: White_Space and the four information separators.
  static let isSpace: (Unicode.Scalar) -> Bool = { scalar in
    (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
  }

  /// Throws `interrupted`, as `ends` does.
  package static func starts(_ text: String, with prefix: String) throws -> Bool {
    try holds(text, prefix) { _, _ in 0 }
  }

  /// Whether a text ends with another one.
  package static func ends(_ text: String, with suffix: String) throws -> Bool {
    try holds(text, suffix) { $0 - $1 }
  }

  /// Whether the bytes of `part` lie in `text`, at the place that follows from the two sizes.
  private static func holds(_ text: String, _ part: String, at place: (Int, Int) -> Int) throws -> Bool {
    var (text, part) = (text, part)
    return try text.withUTF8 { text in
      try part.withUTF8 { part in
        guard text.count >= part.count else { return false }
        let start = place(text.count, part.count)
        var isSame = true
        try inBlocks(part.count, of: 1 << 20) { block in
          guard isSame, let a = text.baseAddress, let b = part.baseAddress else { return }
          isSame = memcmp(a + start + block.lowerBound, b + block.lowerBound, block.count) == 0
        }
        return isSame
      }
    }
  }

  /// A number as the language writes it, white space around it allowed: decimal, 0x…, inf, nan, `_` between digits.
  package static func number(_ text: String) throws -> Double {
    let bare = try strip(text, characters: nil)
    var body = bare
    let isNegative = body.utf8.first == UInt8(ascii: "-")
    if isNegative { body.removeFirst() }
    if body.utf8.starts(with: "0x".utf8) || body.utf8.starts(with: "0X".utf8) {
      let digits = body.utf8.dropFirst(2)
      var value = 0.0
      for digit in digits {
        guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { throw Fault.notANumber(text) }
        value = value * 16 + Double(number)
      }
      if !digits.isEmpty { return isNegative ? -value : value }
    } else if let value = parsedNumber(bare) {
      return value
    } else if let first = body.utf8.first, first <= UInt8(ascii: "9"), let value = parsedNumber(withoutSeparators(bare))
    {
      return value
    }
    throw Fault.notANumber(text)
  }

  /// `_` counts only between two digits.
  private static func withoutSeparators(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
    let bytes = Array(text.utf8)
    func isDigit(_ index: Int) -> Bool { bytes.indices.contains(index) && bytes[index] >= 48 && bytes[index] <= 57 }
    let kept = bytes.indices.filter { bytes[$0] != UInt8(ascii: "_") || !(isDigit($0 - 1) && isDigit($0 + 1)) }
    return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
  }
}

extension Fault {
  static func notANumber(_ text: String) -> Fault {
    let isLong = !text.unicodeScalars.dropFirst(40).isEmpty
    let shown = isLong ? String(text.unicodeScalars.prefix(40)) + "…" : text
    return badValue("\(Printer.quoted(shown)) is not a number", help: "numbers look like 12, 0.5, 1e-5, 0xff, inf, nan")
  }
}
