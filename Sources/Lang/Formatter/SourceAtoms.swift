// What the formatter moves about: tokens, with a whole string as one of them, and the comments and blank lines between.

/// A token, or a whole string with everything inside.
struct Atom {
  let kind: TokenKind
  let span: Span
  /// Columns of the text; of its first line when a string has several.
  let width: Int
  /// The author started a new line here.
  var startsLine: Bool
  var gap = Gap()
}

/// Comments before an atom. Those around a comma or `;` belong to the atom after it.
struct Gap {
  struct Remark {
    let text: String
    /// Column in the source, from 0.
    let column: Int
    /// Stands behind code, on the same line.
    let isTrailing: Bool
    let blankLineBefore: Bool
  }

  var remarks: [Remark] = []
  var blankLineBefore = false
}

struct SourceAtoms {
  let file: SourceFile
  /// The last one is the end of the text.
  private(set) var atoms: [Atom] = []
  /// The `#!` line.
  private(set) var shebang: String?

  subscript(index: Int) -> Atom { atoms[index] }
  var count: Int { atoms.count }

  init(_ file: SourceFile, _ lexed: TokenList) {
    self.file = file
    var previousEnd = readShebang()
    var comments = lexed.comments[...]
    var carried = Gap()
    var carriedLine = false
    var index = 0
    while index < lexed.tokens.count {
      let first = lexed.tokens[index]
      let last = Self.endOfString(lexed.tokens, from: index)
      let span = first.span.joined(lexed.tokens[last].span)
      index = last + 1
      while let comment = comments.first, comment.span.start < span.start {
        comments.removeFirst()
        let isTrailing = !comment.ownsLine && carried.remarks.isEmpty
        carried.remarks.append(remark(comment, isTrailing: isTrailing, after: previousEnd))
        previousEnd = Int(comment.span.end)
      }
      // Comments inside a string's interpolation are part of its text.
      while let comment = comments.first, comment.span.start < span.end {
        comments = comments.dropFirst()
      }
      let isSeparator = first.kind == .comma || first.kind == .semicolon
      carried.blankLineBefore = lineBreaks(from: previousEnd, to: Int(span.start)) > 1
      var atom = Atom(
        kind: first.kind, span: span, width: firstLineWidth(span), startsLine: first.newlineBefore || carriedLine)
      if !isSeparator { atom.gap = carried }
      carriedLine = isSeparator && atom.startsLine
      if !isSeparator { carried = Gap() }
      atoms.append(atom)
      previousEnd = Int(span.end)
    }
  }

  // MARK: Asking

  func text(_ index: Int) -> String { file.text(atoms[index].span) }

  /// Whether an expression may end with this atom, so that `-` behind it subtracts and `(` behind it calls.
  func endsOperand(_ index: Int) -> Bool {
    guard index >= 0 else { return false }
    switch atoms[index].kind {
    case .name, .number, .stringStart, .rightParen, .rightBracket, .rightBrace, .nil, .true, .false, .ellipsis:
      return true
    case let kind: return kind.isWord && index > 0 && atoms[index - 1].kind == .dot
    }
  }

  /// A keyword that is a field's name.
  func isField(_ index: Int) -> Bool { index > 0 && atoms[index - 1].kind == .dot }

  func isUnaryMinus(_ index: Int, startsStatement: Bool) -> Bool {
    atoms[index].kind == .minus && (startsStatement || !endsOperand(index - 1))
  }

  /// Column of an offset in its source line, from 0.
  func column(of offset: Int32) -> Int {
    var start = Int(offset)
    while start > 0, file.bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    return columns(of: file.text(Span(start, Int(offset))))
  }

  // MARK: Reading

  /// Index of the last token of the string that starts at `index`, or `index` for any other token.
  private static func endOfString(_ tokens: [Token], from index: Int) -> Int {
    guard tokens[index].kind == .stringStart else { return index }
    var depth = 0
    for at in index..<tokens.count {
      if tokens[at].kind == .stringStart { depth += 1 }
      if tokens[at].kind == .stringEnd {
        depth -= 1
        if depth == 0 { return at }
      }
    }
    return index
  }

  /// Offset behind the byte order mark and the `#!` line.
  private mutating func readShebang() -> Int {
    let start = file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard file.bytes[start...].starts(with: [UInt8(ascii: "#"), UInt8(ascii: "!")]) else { return start }
    let end = file.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? file.bytes.count
    shebang = withoutTrailingBlanks(file.text(Span(start, end)))
    return end
  }

  private func remark(_ comment: Comment, isTrailing: Bool, after end: Int) -> Gap.Remark {
    Gap.Remark(
      text: withoutTrailingBlanks(file.text(comment.span)), column: column(of: comment.span.start),
      isTrailing: isTrailing,
      blankLineBefore: lineBreaks(from: end, to: Int(comment.span.start)) > 1)
  }

  private func lineBreaks(from start: Int, to end: Int) -> Int {
    guard start < end else { return 0 }
    return file.bytes[start..<end].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
  }

  private func firstLineWidth(_ span: Span) -> Int {
    let bytes = file.bytes[Int(span.start)..<Int(span.end)]
    let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    return columns(of: file.text(Span(bytes.startIndex, end)))
  }
}

/// Columns of a text; ASCII needs no table.
func columns(of text: String) -> Int {
  text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : terminalWidth(of: text)
}

func withoutTrailingBlanks(_ text: String) -> String {
  let scalars = text.unicodeScalars
  guard let last = scalars.lastIndex(where: { $0 != " " && $0 != "\t" && $0 != "\r" }) else { return "" }
  return String(scalars[...last])
}
