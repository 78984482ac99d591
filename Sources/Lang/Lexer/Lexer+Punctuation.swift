// Operators and brackets, and the signs of other languages that a newcomer types.

extension Lexer {
  /// By their first byte: a sign is compared with few others. Of those, the longest come first.
  private static let spellings: [[(text: [UInt8], kind: TokenKind)]] = byFirstByte(spelled).map { list in
    list.map { (text: $0.0, kind: $0.1) }
  }
  private static let spelled: [(String, TokenKind)] = [
    ("...", .ellipsis), ("//=", .floorAssign),
    ("=>", .arrow), ("|>", .pipe), ("..", .dotDot), ("==", .equal), ("!=", .notEqual), ("<=", .lessEqual),
    (">=", .greaterEqual), ("+=", .plusAssign), ("-=", .minusAssign), ("*=", .starAssign), ("/=", .slashAssign),
    ("%=", .percentAssign), ("^=", .caretAssign), ("@=", .atAssign), ("//", .floorSlash),
    ("(", .leftParen), (")", .rightParen), ("[", .leftBracket), ("]", .rightBracket), ("{", .leftBrace),
    ("}", .rightBrace), (",", .comma), (";", .semicolon), (":", .colon), (".", .dot), ("=", .assign), ("+", .plus),
    ("-", .minus), ("*", .star), ("/", .slash), ("%", .percent), ("^", .caret), ("@", .at), ("<", .less),
    (">", .greater), ("|", .bar), ("&", .ampersand), ("~", .tilde),
  ]

  /// Spellings of other languages, each with what tw says instead.
  private static let foreign: [[(text: [UInt8], help: String)]] = byFirstByte([
    ("**=", "power is `^`: x = x ^ 2"), ("**", "power is `^`: x ^ 2"), ("++", "write `x += 1`"),
    ("&&", "write `and`, or `&` between masks"), ("||", "write `or`, or `|` between masks"),
    ("&=", "write `x = x & y`"), ("|=", "write `x = x | y`"), ("~=", "inequality is `!=`"), ("===", "equality is `==`"),
    ("!==", "inequality is `!=`"),
    ("<>", "inequality is `!=`"), (":=", "assignment is `=`"), ("->", "a function's body follows `=>` or `=`"),
    ("/*", "a comment starts with `#`"), ("<<", "there are no bit operations"), (">>", "there are no bit operations"),
  ]).map { list in list.map { (text: $0.0, help: $0.1) } }

  private static func byFirstByte<Meaning>(_ all: [(String, Meaning)]) -> [[([UInt8], Meaning)]] {
    var table = [[([UInt8], Meaning)]](repeating: [], count: 256)
    for (text, meaning) in all {
      if let first = text.utf8.first { table[Int(first)].append((Array(text.utf8), meaning)) }
    }
    return table
  }

  mutating func readPunctuation() {
    let start = at
    if peek() == UInt8(ascii: ":"), endInterpolation(on: .colon) { return }
    if isDecrement {
      at += 2
      fail(.foreignSyntax("--", help: "write `x -= 1`", at: Place(file, Span(start, at))))
      return
    }
    let first = Int(peek())
    for (text, help) in Self.foreign[first] where matches(text) {
      at += text.count
      fail(.foreignSyntax(String(decoding: text, as: UTF8.self), help: help, at: Place(file, Span(start, at))))
      return
    }
    for (text, kind) in Self.spellings[first] where matches(text) {
      if kind == .rightBrace, endInterpolation(on: kind) { return }
      at += text.count
      trackBrackets(kind)
      emit(kind, from: start)
      return
    }
    readForeignCharacter()
  }

  /// `x--` at the end of a statement; elsewhere `--` is two signs.
  private var isDecrement: Bool {
    guard peek() == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-"), lineHasToken else { return false }
    var next = at + 2
    while next < bytes.count, bytes[next] == 32 || bytes[next] == 9 || bytes[next] == 13 { next += 1 }
    return next >= bytes.count || [10, UInt8(ascii: ";"), UInt8(ascii: "}"), UInt8(ascii: "#")].contains(bytes[next])
  }

  private func matches(_ text: [UInt8]) -> Bool {
    guard at + text.count <= bytes.count else { return false }
    for (index, byte) in text.enumerated() where bytes[at + index] != byte { return false }
    return true
  }

  private mutating func trackBrackets(_ kind: TokenKind) {
    guard let last = strings.indices.last else { return }
    switch kind {
    case .leftParen, .leftBracket, .leftBrace: strings[last].bracketDepth += 1
    case .rightParen, .rightBracket, .rightBrace: strings[last].bracketDepth = max(0, strings[last].bracketDepth - 1)
    default: break
    }
  }

  /// Inside `"{ … }"`, the first `:` outside brackets starts the format and the `}` outside brackets ends the expression.
  private mutating func endInterpolation(on kind: TokenKind) -> Bool {
    guard let last = strings.indices.last, strings[last].bracketDepth == 0 else { return false }
    if kind == .colon {
      at += 1
      let start = at
      while at < bytes.count, bytes[at] != UInt8(ascii: "}"), bytes[at] != UInt8(ascii: "\n") { at += 1 }
      output.texts.append(String(decoding: bytes[start..<at], as: UTF8.self))
      emit(.formatText, from: start, payload: output.texts.count - 1)
      guard peek() == UInt8(ascii: "}") else { return true }
    } else if kind != .rightBrace {
      return false
    }
    let start = at
    at += 1
    emit(.interpolationEnd, from: start)
    strings[last].bracketDepth = -1
    return true
  }

  /// Swallows a whole 'text' up to its closing quote on the same line, so that one mistake gives one error.
  private mutating func foreignString(from start: Int, closing: Set<Unicode.Scalar>, _ right: String) {
    let opening = String(decoding: bytes[start..<at], as: UTF8.self)
    var end = at
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), let next = scalar(at: end) {
      end += next.utf8Length
      if closing.contains(next) {
        at = end
        break
      }
    }
    let place = Place(file, Span(start, at))
    fail(.foreignSyntax(opening, help: "strings are written between \(right): \"text\"", at: place))
    output.texts.append("")
    emit(.stringStart, from: start)
    emit(.stringEnd, from: start)
  }

  /// Anything that no token starts with.
  mutating func readForeignCharacter() {
    let start = at
    guard let scalar = scalar(at: at) else {
      at += 1
      return
    }
    at += scalar.utf8Length
    let place = Place(file, Span(start, at))
    switch scalar {
    case "“", "”", "„", "«", "»": foreignString(from: start, closing: ["”", "“", "»"], "straight quotes")
    case "‘", "’": foreignString(from: start, closing: ["’"], "straight double quotes")
    case "'": foreignString(from: start, closing: ["'"], "double quotes")
    case "!": fail(.foreignSyntax("!", help: "write `not x`, or `~x` for a mask", at: place))
    case "?":
      fail(
        .foreignSyntax(
          "?", help: "a choice is `if c { a } else { b }`; at the prompt, `?name` alone on a line shows help", at: place
        ))
    case let space where space.isForeignSpace: fail(.foreignSpace(scalar, at: place))
    case let hidden where hidden.isInvisible: fail(.invisibleCharacter(scalar, at: place))
    case "−", "–", "—": fail(.foreignSyntax(String(scalar), help: "minus is the ASCII sign `-`", at: place))
    case "×", "·": fail(.foreignSyntax(String(scalar), help: "multiplication is `*`, a matrix product `@`", at: place))
    default: fail(.unexpectedCharacter(scalar, at: place))
    }
  }
}

extension Unicode.Scalar {
  /// A space or line break other than ASCII's, or what looks like one (U+2800, the braille pattern without dots).
  fileprivate var isForeignSpace: Bool {
    switch properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: true
    default: value == 0x2800 || value == 0x85
    }
  }

  /// Joiners, direction marks, fillers and the like: in a program nobody sees them.
  fileprivate var isInvisible: Bool {
    value >= 0x80 && (properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format)
  }
}

func hex(_ scalar: Unicode.Scalar) -> String {
  let digits = String(scalar.value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
