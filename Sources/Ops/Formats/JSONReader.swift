// Reads JSON from memory, value by value, without building a tree: GPT-2's vocabulary (50,257 names, 1 MB) streams through in a
// few milliseconds and is kept in a form of its own.

import CPlatform
import Lang
import Runtime

package struct JSONReader {
  /// Arrays and objects within each other.
  package static let depthLimit = 128

  private let bytes: UnsafeBufferPointer<UInt8>
  private let name: String
  /// Offset of the next byte.
  package private(set) var offset = 0
  private var depth = 0
  /// Whole numbers that were read as others.
  package private(set) var rounded = RoundedNumbers()
  /// What the tree keeps.
  var growth = Growth()
  /// UTF-8 of the string that was read last.
  package private(set) var text: [UInt8] = []

  /// Reads `bytes`, which must outlive the reader; errors call them `name`. A byte order mark is passed over.
  package init(_ bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes.assumingMemoryBound(to: UInt8.self)
    self.name = name
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// Reads from the middle, e.g. a value whose offset was noted on an earlier pass.
  package init(_ bytes: UnsafeRawBufferPointer, name: String, from offset: Int) {
    self.bytes = bytes.assumingMemoryBound(to: UInt8.self)
    self.name = name
    self.offset = min(max(offset, 0), bytes.count)
  }

  // MARK: Values

  /// The next value as a tree.
  package mutating func value() throws -> JSON {
    try growth.add(2 * MemoryLayout<JSON>.stride)
    switch try peek() {
    case UInt8(ascii: "{"):
      var members: [(key: String, value: JSON)] = []
      try object { reader, key in
        try reader.growth.add(2 * MemoryLayout<String>.stride + key.utf8.count)
        members.append((key, try reader.value()))
      }
      return .object(members)
    case UInt8(ascii: "["):
      var items: [JSON] = []
      try array { reader in items.append(try reader.value()) }
      return .array(items)
    case UInt8(ascii: "\""):
      let text = try string()
      try growth.add(text.utf8.count)
      return .string(text)
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  /// Passes over the next value, with all checks but that of duplicate names.
  package mutating func skip() throws {
    switch try peek() {
    case UInt8(ascii: "{"): try members { try $0.skip() }
    case UInt8(ascii: "["): try array { try $0.skip() }
    case UInt8(ascii: "\""): try readText()
    case UInt8(ascii: "t"): _ = try word("true", .null)
    case UInt8(ascii: "f"): _ = try word("false", .null)
    case UInt8(ascii: "n"): _ = try word("null", .null)
    default: _ = try number()
    }
  }

  /// Reads an object; `body` must consume each value.
  package mutating func object(_ body: (inout JSONReader, String) throws -> Void) throws {
    var seen = NameSet()
    try members { reader in
      let key = reader.textAsString()
      guard seen.insert(key) else { throw reader.fault("the name \(Printer.quoted(key)) appears twice") }
      try body(&reader, key)
    }
  }

  /// Reads an object whose caller looks after duplicate names; the name is in `text` when `body` is called.
  package mutating func members(_ body: (inout JSONReader) throws -> Void) throws {
    try open(UInt8(ascii: "{"), "an object")
    if try accept(UInt8(ascii: "}")) { return close() }
    repeat {
      guard try peek() == UInt8(ascii: "\"") else { throw fault("expected a name in quotes") }
      try readText()
      guard try accept(UInt8(ascii: ":")) else { throw fault("expected `:` after a name") }
      try body(&self)
    } while try accept(UInt8(ascii: ","))
    guard try accept(UInt8(ascii: "}")) else { throw fault("expected `,` or `}`") }
    close()
  }

  /// Reads an array; `body` must consume each element.
  package mutating func array(_ body: (inout JSONReader) throws -> Void) throws {
    try open(UInt8(ascii: "["), "an array")
    if try accept(UInt8(ascii: "]")) { return close() }
    repeat { try body(&self) } while try accept(UInt8(ascii: ","))
    guard try accept(UInt8(ascii: "]")) else { throw fault("expected `,` or `]`") }
    close()
  }

  /// The string that comes next. Throws `badJSON` for anything else.
  package mutating func string() throws -> String {
    guard try peek() == UInt8(ascii: "\"") else { throw fault("expected a string") }
    try readText()
    return textAsString()
  }

  /// Reads a string into `text`.
  package mutating func stringIntoText() throws {
    guard try peek() == UInt8(ascii: "\"") else { throw fault("expected a string") }
    try readText()
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  package mutating func number() throws -> Double {
    let first = try peek()
    let start = offset
    let negative = first == UInt8(ascii: "-")
    if negative { offset += 1 }
    guard let digit = current, isDigit(digit) else {
      offset = start
      for word in ["NaN", "Infinity", "-Infinity"] where bytes[start...].starts(with: word.utf8) {
        throw fault("\(word) is not JSON; Python's json.dump writes it unless it is told allow_nan=False")
      }
      throw fault(negative ? "expected digits after `-`" : "expected a value, found \(shownByte(at: start))")
    }
    var whole = 0
    let firstDigit = offset
    while let digit = current, isDigit(digit) {
      whole = whole &* 10 &+ Int(digit &- 48)
      offset += 1
    }
    let digits = offset - firstDigit
    if digits > 1, digit == UInt8(ascii: "0") { throw fault("a number starts with 0") }
    var isWhole = true
    if current == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      try skipDigits("after the point")
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isWhole = false
      offset += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      try skipDigits("in the exponent")
    }
    // Up to 15 digits are exact in a double; -0 keeps its sign below.
    if isWhole, digits <= 15, whole != 0 || !negative { return Double(negative ? -whole : whole) }
    var value = 0.0
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard tw_parse_double(text, &value) else { throw fault("the number \(text) cannot be read") }
    if isWhole { rounded.note(text, value) }
    return value
  }

  /// The last string that was read.
  package func textAsString() -> String { String(decoding: text, as: UTF8.self) }

  /// After the outermost value only white space may follow.
  package mutating func end() throws {
    skipSpace()
    if offset < bytes.count { throw fault("expected the end of the text, found \(shownByte(at: offset))") }
  }

  /// An error at the current place.
  package func fault(_ reason: String) -> Fault {
    var line = 1
    var lineStart = 0
    let end = min(offset, bytes.count)
    for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    if end == 0, let (encoding, _) = TextEncoding.marked(bytes) {
      return Fault.badFile(
        name, reason: "it is \(encoding.name), JSON is UTF-8",
        help: "convert it first: iconv -f \(encoding.name) -t UTF-8")
    }
    let column = bytes[lineStart..<end].reduce(1) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    return Fault.badFile(name, reason: "line \(line), column \(column): \(reason)")
  }

  /// The first byte of the next value.
  package mutating func peek() throws -> UInt8 {
    skipSpace()
    guard offset < bytes.count else { throw fault("the text ends too early") }
    return bytes[offset]
  }
}

// MARK: - Bytes

extension JSONReader {
  private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  private mutating func skipSpace() {
    while offset < bytes.count {
      let byte = bytes[offset]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      offset += 1
    }
  }

  private mutating func skipDigits(_ place: String) throws {
    guard let digit = current, isDigit(digit) else { throw fault("expected digits \(place)") }
    while let digit = current, isDigit(digit) { offset += 1 }
  }

  private mutating func accept(_ byte: UInt8) throws -> Bool {
    guard try peek() == byte else { return false }
    offset += 1
    return true
  }

  private mutating func open(_ bracket: UInt8, _ what: String) throws {
    guard try peek() == bracket else { throw fault("expected \(what)") }
    guard depth < Self.depthLimit else { throw fault("nested more than \(Self.depthLimit) deep") }
    offset += 1
    depth += 1
  }

  private mutating func close() { depth -= 1 }

  private mutating func word(_ word: StaticString, _ value: JSON) throws -> JSON {
    let matches = word.withUTF8Buffer { bytes[offset...].starts(with: $0) }
    guard matches else { throw fault("expected a value, found \(shownByte(at: offset))") }
    offset += word.utf8CodeUnitCount
    return value
  }

  private func shownByte(at offset: Int) -> String {
    guard offset < bytes.count else { return "the end" }
    let byte = bytes[offset]
    if byte > 32, byte < 127 { return "`\(Character(Unicode.Scalar(byte)))`" }
    return "byte 0x" + String(byte, radix: 16)
  }

  /// Reads the string whose opening quote is next into `text`, as valid UTF-8.
  private mutating func readText() throws {
    text.removeAll(keepingCapacity: true)
    let start = offset
    offset += 1
    var isASCII = true
    var runStart = offset
    while true {
      guard offset < bytes.count else {
        offset = start
        throw fault("a string has no closing quote")
      }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") { break }
      if offset & 0xFFFFF == 0 {
        try checkInterrupt()
        try checkListFits(offset - start, bytesEach: 2)
      }
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<offset]))
        try readEscape()
        runStart = offset
        continue
      }
      if byte < 0x20 { throw fault("a control character in a string must be escaped") }
      if byte >= 0x80 { isASCII = false }
      offset += 1
    }
    text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<offset]))
    offset += 1
    // Escapes only add whole code points, so what they stand between can be checked together with them.
    if !isASCII, !text.withUnsafeBufferPointer(isValidUTF8) {
      offset = start
      throw fault("a string is not valid UTF-8")
    }
  }

  private mutating func readEscape() throws {
    guard offset + 1 < bytes.count else { throw fault("a string has no closing quote") }
    let letter = bytes[offset + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return try readUnicodeEscape()
    default: throw fault("there is no escape \\\(shownByte(at: offset + 1))")
    }
    offset += 2
  }

  /// `\uXXXX`, or two of them that make up a surrogate pair.
  private mutating func readUnicodeEscape() throws {
    let high = try hexUnit()
    var value = UInt32(high)
    if high & 0xFC00 == 0xD800 {
      guard offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u") else {
        throw fault("a surrogate stands alone")
      }
      let low = try hexUnit()
      guard low & 0xFC00 == 0xDC00 else { throw fault("a surrogate stands alone") }
      value = 0x10000 + (UInt32(high & 0x3FF) << 10) + UInt32(low & 0x3FF)
    }
    if value & 0xFFFF_FC00 == 0xDC00 { throw fault("a surrogate stands alone") }
    switch value {
    case ..<0x80: text.append(UInt8(value))
    case ..<0x800:
      text.append(0xC0 | UInt8(value >> 6))
      text.append(continuation(value))
    case ..<0x10000:
      text.append(0xE0 | UInt8(value >> 12))
      text.append(continuation(value >> 6))
      text.append(continuation(value))
    default:
      text.append(0xF0 | UInt8(value >> 18))
      text.append(continuation(value >> 12))
      text.append(continuation(value >> 6))
      text.append(continuation(value))
    }
  }

  private func continuation(_ value: UInt32) -> UInt8 { 0x80 | UInt8(value & 0x3F) }

  private mutating func hexUnit() throws -> UInt16 {
    guard offset + 6 <= bytes.count else { throw fault("expected four hex digits after \\u") }
    var unit: UInt16 = 0
    for index in (offset + 2)..<(offset + 6) {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - 55)
      default: throw fault("expected four hex digits after \\u")
      }
    }
    offset += 6
    return unit
  }
}

/// Names of one object, compared by code points (Swift's own `==` takes "é" for "e" with an accent).
private struct NameSet {
  private var names: [String] = []
  private var index: Set<[UInt8]>?

  /// False when the name is there already. A few names are compared one by one; many are hashed.
  mutating func insert(_ name: String) -> Bool {
    if index != nil { return index?.insert(Array(name.utf8)).inserted ?? false }
    if names.contains(where: { $0.isIdentical(to: name) }) { return false }
    names.append(name)
    if names.count > 16 {
      index = Set(names.map { Array($0.utf8) })
      names = []
    }
    return true
  }
}
