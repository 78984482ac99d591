// Text → tokens. One pass over UTF-8 bytes; strings nest through interpolation, so the lexer keeps a stack of modes.

import CPlatform

package struct Lexer {
  let file: SourceFile
  let bytes: [UInt8]
  var at = 0
  var output = TokenList()
  var sawNewline = false
  /// Tokens since the last line break, to know whether a comment owns its line.
  var lineHasToken = false

  /// A string that is being read.
  struct OpenString {
    let start: Int
    let isTriple: Bool
    /// Indices of its stringText tokens, cooked when it ends.
    var pieces: [Int] = []
    /// Open brackets inside the current interpolation, or -1 outside one.
    var bracketDepth = -1
    var interpolationStart = 0
  }

  var strings: [OpenString] = []

  private init(_ file: SourceFile) {
    self.file = file
    bytes = file.bytes
  }

  /// All tokens, ending with `.end`. Errors are collected, reading goes on.
  package static func tokenize(_ file: SourceFile) -> TokenList {
    var lexer = Lexer(file)
    lexer.run()
    return lexer.output
  }

  private mutating func run() {
    if let bad = firstInvalidUTF8(bytes) {
      fail(.badEncoding(at: Place(file, Span(bad, bad + 1))))
      emit(.end, from: bytes.count)
      return
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }  // byte order mark
    if peek() == UInt8(ascii: "#"), peek(1) == UInt8(ascii: "!") { skipLine() }
    var nextLook = Parser.stretch
    while at < bytes.count {
      if at >= nextLook {
        // Of a text that is given up the rest is left out: whoever wanted to run it looks at the flag first.
        if tw_must_stop() { break }
        nextLook = at + Parser.stretch
      }
      if let string = strings.last, string.bracketDepth < 0 { readStringBody() } else { readToken() }
    }
    if let open = strings.last {
      output.openString = open.start
      output.endsInsideString = open.isTriple
      let quotes = Span(open.start, open.start + (open.isTriple ? 3 : 1))
      fail(braceFault(of: open, below: strings.dropLast()) ?? .unterminatedString(at: Place(file, quotes)))
      abandonStrings()
    }
    at = bytes.count
    emit(.end, from: bytes.count)
  }

  // MARK: Bytes

  func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

  mutating func fail(_ fault: Fault) { output.faults.append(fault) }

  mutating func emit(_ kind: TokenKind, from start: Int, payload: Int = -1) {
    output.tokens.append(
      Token(kind: kind, span: Span(start, at), newlineBefore: sawNewline, payload: Int32(clamping: payload)))
    sawNewline = false
    lineHasToken = true
  }

  private mutating func skipLine() {
    while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
  }

  // MARK: Tokens

  private mutating func readToken() {
    let start = at
    let byte = bytes[at]
    switch byte {
    case UInt8(ascii: "\n"):
      at += 1
      sawNewline = true
      lineHasToken = false
      if let string = strings.last, !string.isTriple {
        // A line break may not stand inside the interpolation of a one-line string: the quote was probably forgotten.
        abandonStrings()
        fail(.unterminatedString(at: Place(file, Span(string.start, string.start + 1))))
        emit(.stringEnd, from: start)
      }
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
    case UInt8(ascii: "#"): readComment()
    case UInt8(ascii: "\""): openString()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
    case UInt8(ascii: "r") where peek(1) == UInt8(ascii: "\""): readRawString()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
      readName()
    default: readPunctuation()
    }
  }

  private mutating func readComment() {
    let start = at
    let isDocumentation = peek(1) == UInt8(ascii: "#")
    skipLine()
    output.comments.append(Comment(span: Span(start, at), ownsLine: !lineHasToken, isDocumentation: isDocumentation))
  }

  private mutating func readName() {
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte < 0x80 {
        guard isNameByte(byte) else { break }
        at += 1
      } else {
        guard let scalar = scalar(at: at), isNameScalar(scalar, first: at == start) else { break }
        at += scalar.utf8Length
      }
    }
    guard at > start else { return readForeignCharacter() }
    let kind = at - start <= 8 ? TokenKind.keywords[String(decoding: bytes[start..<at], as: UTF8.self)] : nil
    emit(kind ?? .name, from: start)
  }

  /// Whether a field's name may start at this distance: `1.name` is left to the parser, `1.` is a number gone wrong.
  private func startsName(_ ahead: Int) -> Bool { nameLength(at: at + ahead) > 0 }

  /// Bytes of the character at `offset` if it may stand in a name, else 0.
  private func nameLength(at offset: Int) -> Int {
    guard offset < bytes.count else { return 0 }
    if bytes[offset] < 0x80 { return isNameByte(bytes[offset]) ? 1 : 0 }
    guard let scalar = scalar(at: offset), isNameScalar(scalar, first: false) else { return 0 }
    return scalar.utf8Length
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private func isNameScalar(_ scalar: Unicode.Scalar, first: Bool) -> Bool {
    let properties = scalar.properties
    // Two names that differ in what nobody sees would be a trap.
    if properties.isDefaultIgnorableCodePoint { return false }
    if properties.isXIDStart { return true }
    return !first && properties.isXIDContinue
  }

  /// Decodes the scalar that starts at `offset`; the text is known to be valid UTF-8.
  func scalar(at offset: Int) -> Unicode.Scalar? {
    var iterator = bytes[offset...].makeIterator()
    var decoder = UTF8()
    if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
    return nil
  }

  private mutating func readNumber() {
    let start = at
    if isVersion {
      while at < bytes.count, isNameByte(bytes[at]) || bytes[at] == UInt8(ascii: ".") { at += 1 }
      output.numbers.append(0)
      return emit(.number, from: start, payload: output.numbers.count - 1)
    }
    var isValid = true
    if peek() == UInt8(ascii: "0"), peek(1) | 0x20 == UInt8(ascii: "x") {
      at += 2
      isValid = skipDigits { ($0 >= 48 && $0 <= 57) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 102) }
    } else {
      isValid = skipDigits(isDecimal)
      // A point needs a digit on both sides, so that `1..4` is a range and `1.name` a field.
      if peek() == UInt8(ascii: "."), isDecimal(peek(1)) {
        at += 1
        isValid = skipDigits(isDecimal) && isValid
      }
      if peek() | 0x20 == UInt8(ascii: "e") {
        let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
        if isDecimal(peek(signed ? 2 : 1)) {
          at += signed ? 2 : 1
          isValid = skipDigits(isDecimal) && isValid
        }
      }
    }
    if peek() == UInt8(ascii: "."), peek(1) != UInt8(ascii: "."), !startsName(1) {
      at += 1
      isValid = false
    }
    while nameLength(at: at) > 0 {
      at += nameLength(at: at)
      isValid = false
    }
    let text = String(decoding: bytes[start..<at].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if !isValid { fail(.badNumber(at: Place(file, Span(start, at)))) }
    output.numbers.append(Lexer.value(ofNumber: text))
    emit(.number, from: start, payload: output.numbers.count - 1)
  }

  /// Whether a version comes next, which may have several points: the file starts with `needs tw >=`.
  private var isVersion: Bool {
    guard output.tokens.count == 3, output.tokens[2].kind == .greaterEqual else { return false }
    return file.text(output.tokens[0].span) == "needs" && file.text(output.tokens[1].span) == "tw"
  }

  static func value(ofNumber text: String) -> Double {
    if text.hasPrefix("0x") || text.hasPrefix("0X") {
      return text.utf8.dropFirst(2).reduce(0.0) { $0 * 16 + Double(Character(Unicode.Scalar($1)).hexDigitValue ?? 0) }
    }
    return Double(text) ?? 0
  }

  private func isDecimal(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// Digits with single `_` between them; false when there are none or a `_` stands at an end.
  private mutating func skipDigits(_ isDigit: (UInt8) -> Bool) -> Bool {
    var lastWasDigit = false
    var isValid = true
    while at < bytes.count {
      if isDigit(bytes[at]) {
        lastWasDigit = true
      } else if bytes[at] == UInt8(ascii: "_") {
        isValid = isValid && lastWasDigit
        lastWasDigit = false
      } else {
        break
      }
      at += 1
    }
    return isValid && lastWasDigit
  }
}

extension Unicode.Scalar {
  /// Bytes in UTF-8.
  var utf8Length: Int { value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4 }
}

/// Offset of the first byte that is not valid UTF-8.
package func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
  if bytes.allSatisfy({ $0 < 0x80 }) { return nil }
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var offset = 0
  while true {
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): offset += scalar.utf8Length
    case .emptyInput: return nil
    case .error: return offset
    }
  }
}
