// Strings: escapes, interpolation, raw and triple-quoted forms.

extension Lexer {
  private var quote: UInt8 { UInt8(ascii: "\"") }

  mutating func openString() {
    let start = at
    let isTriple = peek(1) == quote && peek(2) == quote
    at += isTriple ? 3 : 1
    emit(.stringStart, from: start)
    strings.append(OpenString(start: start, isTriple: isTriple))
  }

  /// Text up to the next `{`, the closing quote or (in a one-line string) the end of the line.
  mutating func readStringBody() {
    guard let last = strings.indices.last else { return }
    let isTriple = strings[last].isTriple
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) { break }
      if byte == UInt8(ascii: "{") || (byte == UInt8(ascii: "\n") && !isTriple) { break }
      if byte == UInt8(ascii: "\\"), peek(1) != UInt8(ascii: "\n") {
        at += peek(1) == UInt8(ascii: "u") && peek(2) == UInt8(ascii: "{") ? 3 : 2  // the brace of \u{…} opens nothing
      } else {
        at += 1
      }
    }
    at = min(at, bytes.count)
    if at > start {
      strings[last].pieces.append(output.tokens.count)
      emit(.stringText, from: start)
    }
    guard at < bytes.count else { return }
    let stop = at
    switch bytes[at] {
    case quote:
      at += isTriple ? 3 : 1
      cookPieces(of: strings.removeLast(), isRaw: false)
      emit(.stringEnd, from: stop)
    case UInt8(ascii: "{"):
      if peek(1) == UInt8(ascii: "{") || peek(1) == UInt8(ascii: "}") {
        let isDouble = peek(1) == UInt8(ascii: "{")
        fail(.badInterpolation(isDouble ? "`{{`" : "`{}`", at: Place(file, Span(at, at + 2))))
        at += 2
        return
      }
      at += 1
      emit(.interpolationStart, from: stop)
      strings[last].bracketDepth = 0
      strings[last].interpolationStart = stop
    default:
      let open = strings.removeLast()
      cookPieces(of: open, isRaw: false)
      if let fault = braceFault(of: open, below: strings[...]) {
        fail(fault)
        abandonStrings()
      } else {
        fail(.unterminatedString(at: Place(file, Span(open.start, at))))
      }
      emit(.stringEnd, from: stop)
    }
  }

  /// What is wrong with `"{x"`: the quote that should close the string opens another one, `inner`, because the brace is still open.
  func braceFault(of inner: OpenString, below: ArraySlice<OpenString>) -> Fault? {
    guard let outer = below.last, !outer.isTriple, !inner.isTriple else { return nil }
    let brace = outer.interpolationStart
    return .unclosedInterpolation(at: Place(file, Span(brace, brace + 1)))
  }

  /// `r"…"` and `r"""…"""`: neither escapes nor interpolation.
  mutating func readRawString() {
    let start = at
    at += 1
    let isTriple = peek(1) == quote && peek(2) == quote
    at += isTriple ? 3 : 1
    emit(.stringStart, from: start)
    let body = at
    while at < bytes.count {
      if bytes[at] == quote, !isTriple || (peek(1) == quote && peek(2) == quote) { break }
      if bytes[at] == UInt8(ascii: "\n"), !isTriple { break }
      at += 1
    }
    var open = OpenString(start: start, isTriple: isTriple)
    if at > body {
      open.pieces.append(output.tokens.count)
      emit(.stringText, from: body)
    }
    cookPieces(of: open, isRaw: true)
    let stop = at
    if at < bytes.count, bytes[at] == quote {
      at += isTriple ? 3 : 1
    } else {
      fail(.unterminatedString(at: Place(file, Span(start, stop))))
      output.endsInsideString = isTriple && at >= bytes.count
      if at >= bytes.count { output.openString = start }
    }
    emit(.stringEnd, from: stop)
  }

  /// Gives up all strings that are open: their pieces still get a value, since the parser will see their tokens.
  mutating func abandonStrings() {
    for open in strings { cookPieces(of: open, isRaw: false) }
    strings.removeAll()
  }

  /// Turns the source text of a finished string into its value: indent dropped first, escapes read second.
  private mutating func cookPieces(of string: OpenString, isRaw: Bool) {
    var texts = string.pieces.map { index -> [UInt8] in
      let span = output.tokens[index].span
      return Array(bytes[Int(span.start)..<Int(span.end)])
    }
    // Where each byte of a piece came from is only needed for escape errors; dedenting keeps offsets by line.
    if string.isTriple {
      let spans = string.pieces.map { output.tokens[$0].span }
      let startsFirst = spans.first.map { Int($0.start) == string.start + (isRaw ? 4 : 3) } ?? false
      let endsLast = spans.last.map { Int($0.end) == at } ?? false || spans.last.map { Int($0.end) + 3 == at } ?? false
      texts = Lexer.dedented(texts, startsWithText: startsFirst, endsWithText: endsLast)
    }
    for (index, text) in zip(string.pieces, texts) {
      output.texts.append(
        isRaw ? String(decoding: text, as: UTF8.self) : unescaped(text, at: output.tokens[index].span))
      output.tokens[index].payload = Int32(clamping: output.texts.count - 1)
    }
  }

  /// Drops the indent that all non-blank lines share and the line breaks next to the quotes. `pieces` are the texts between
  /// interpolations: a line that an interpolation continues is not blank.
  static func dedented(_ pieces: [[UInt8]], startsWithText: Bool, endsWithText: Bool) -> [[UInt8]] {
    let newline = UInt8(ascii: "\n")
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    var pieces = pieces
    if startsWithText, var first = pieces.first, let lineEnd = first.firstIndex(of: newline),
      first[..<lineEnd].allSatisfy(isBlank)
    {
      first.removeSubrange(...lineEnd)
      pieces[0] = first
      return dropIndent(pieces, firstLineCounts: true, endsWithText: endsWithText)
    }
    return dropIndent(pieces, firstLineCounts: false, endsWithText: endsWithText)
  }

  private static func dropIndent(_ pieces: [[UInt8]], firstLineCounts: Bool, endsWithText: Bool) -> [[UInt8]] {
    let newline = UInt8(ascii: "\n")
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }
    var indent = Int.max
    for (number, piece) in pieces.enumerated() {
      let lines = piece.split(separator: newline, omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        let startsLine = index > 0 || (number == 0 && firstLineCounts)
        let leading = line.prefix(while: isBlank).count
        // The last line of a piece is continued by an interpolation, unless the string ends there.
        let continues = index == lines.count - 1 && !(number == pieces.count - 1 && endsWithText)
        if startsLine, leading < line.count || continues { indent = min(indent, leading) }
      }
    }
    if indent == Int.max { indent = 0 }
    var result = pieces.enumerated().map { number, piece -> [UInt8] in
      let lines = piece.split(separator: newline, omittingEmptySubsequences: false)
      let cut = lines.enumerated().map { index, line -> ArraySlice<UInt8> in
        let startsLine = index > 0 || (number == 0 && firstLineCounts)
        return startsLine ? line.dropFirst(min(indent, line.prefix(while: isBlank).count)) : line
      }
      return Array(cut.joined(separator: [newline]))
    }
    if endsWithText, let last = result.last, let lineStart = last.lastIndex(of: newline),
      last[(lineStart + 1)...].allSatisfy(isBlank)
    {
      result[result.count - 1] = Array(last[..<lineStart])
    }
    return result
  }

  private mutating func unescaped(_ text: [UInt8], at span: Span) -> String {
    guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\") else {
        result.append(text[index])
        index += 1
        continue
      }
      let next = index + 1 < text.count ? text[index + 1] : 0
      index += 2
      switch next {
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"): result.append(next)
      case UInt8(ascii: "x"), UInt8(ascii: "u"):
        guard let (scalar, length) = codePoint(in: text, from: index, braced: next == UInt8(ascii: "u")) else {
          fail(.badEscape(String(decoding: [92, next], as: UTF8.self), at: place(of: text, index - 2, in: span)))
          continue
        }
        result.append(contentsOf: Array(String(scalar).utf8))
        index += length
      default:
        let shown = String(decoding: text[(index - 2)..<min(index, text.count)], as: UTF8.self)
        fail(.badEscape(shown, at: place(of: text, index - 2, in: span)))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// `\x41` or `\u{1F600}`: the code point and how many bytes follow the letter.
  private func codePoint(in text: [UInt8], from start: Int, braced: Bool) -> (Unicode.Scalar, Int)? {
    var digits: ArraySlice<UInt8>
    var length = 2
    if braced {
      guard start < text.count, text[start] == UInt8(ascii: "{"),
        let end = text[start...].firstIndex(of: UInt8(ascii: "}")), end - start > 1, end - start <= 9
      else { return nil }
      digits = text[(start + 1)..<end]
      length = end - start + 1
    } else {
      guard start + 2 <= text.count else { return nil }
      digits = text[start..<(start + 2)]
    }
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, length)
  }

  /// The escape's place in the file: found again by its text, since dedenting may have moved it.
  private func place(of text: [UInt8], _ index: Int, in span: Span) -> Place {
    let ordinal = text[..<index].filter { $0 == UInt8(ascii: "\\") }.count
    var seen = 0
    for offset in Int(span.start)..<Int(span.end) where bytes[offset] == UInt8(ascii: "\\") {
      if seen == ordinal { return Place(file, Span(offset, min(offset + 2, Int(span.end)))) }
      seen += 1
    }
    return Place(file, span)
  }
}
