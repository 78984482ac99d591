// What a text that does not parse was probably meant to be: words and signs of other languages, and how tw says the same.

extension Parser {
  private var previous: Token? { at > 0 ? tokens[at - 1] : nil }

  /// A word of another language, just before the token that surprised or that token itself: the word is the mistake.
  func foreignFault() -> Fault? {
    if let word = previous, word.kind == .name, !token.newlineBefore {
      let text = tree.file.text(word.span)
      if kind == .stringStart, ["f", "F", "b", "u"].contains(text), word.span.end == token.span.start {
        return .foreignSyntax(
          text, help: "every string takes values in braces: \"total: {x}\"", at: place(word))
      }
      if let help = OtherLanguages.help(forSyntax: text), kind != .end {
        return .foreignSyntax(text, help: help, at: place(word))
      }
    }
    guard kind == .name else { return nil }
    let text = tree.file.text(token.span)
    return OtherLanguages.help(forSyntax: text).map { .foreignSyntax(text, help: $0, at: place(token)) }
  }

  /// The brace that is missing its partner, by the indentation: the first whose `}` starts a line that is indented less than
  /// the brace's own. Without such a line the outermost one.
  func unclosedBrace(from start: Int) -> Token {
    var open: [Int] = []
    for index in start..<tokens.count {
      if tokens[index].kind == .leftBrace { open.append(index) }
      guard tokens[index].kind == .rightBrace, let partner = open.popLast(), tokens[index].newlineBefore else {
        continue
      }
      if column(of: index) < indentation(at: partner) { return tokens[partner] }
    }
    return tokens[start]
  }

  func column(of index: Int) -> Int { tree.file.position(of: tokens[index].span.start).column }

  /// Column of the first token on the line of this one.
  private func indentation(at index: Int) -> Int {
    var first = index
    while first > 0, !tokens[first].newlineBefore { first -= 1 }
    return column(of: first)
  }

  private static let blockHelp = "a block stands in braces: { … }"

  /// A colon where a block should start, whatever follows it: `if x: print(x)`.
  func colonForBlock(wanted: String) -> Fault {
    foreignFault()
      ?? Fault.unexpected(describe(token), wanted: wanted, help: Self.blockHelp, at: place(token))
  }

  /// How to fix what the token at hand, or those before it, look like.
  func newcomerHelp() -> String? {
    let isSameLine = !token.newlineBefore
    if isSameLine, lineHasSlashes { return "a comment starts with `#`" }
    switch kind {
    case .colon where isHeadAhead: return Self.blockHelp
    case .ellipsis where previous?.kind == .leftBracket || previous?.kind == .comma:
      return "`:` takes a whole axis: x[:, 0]"
    case .ellipsis where previous?.kind == .number: return "a range ends before its end: 1..4 is 1, 2, 3"
    case .pipe: return "`|>` passes on what stands on its left: x |> f"
    case .if where isSameLine: return "a choice is `if c { a } else { b }`"
    case .arrow: return "a lambda's parameters are names, (a, b) => …; a record's keys take `:`, {a: 1}"
    case .floorSlash: return "a comment starts with `#`"
    default: break
    }
    guard let word = previous, isSameLine else { return nil }
    if word.kind == .name {
      let text = tree.file.text(word.span)
      let keywords = TokenKind.keywords.keys.filter { $0.utf8.count > 3 }
      if let near = nearestName(to: text, among: keywords.sorted()) { return "did you mean `\(near)`?" }
      if [.stringStart, .number].contains(kind) { return "a call takes its arguments in brackets: \(text)(…)" }
    }
    return nil
  }

  /// `if x:`, `for x in xs:`, `while c:` at the end of a line.
  private var isHeadAhead: Bool { tokens[min(at + 1, tokens.count - 1)].newlineBefore || kind(ahead: 1) == .end }

  /// Whether `//` stands before the token at hand on its line, where another language starts a comment.
  private var lineHasSlashes: Bool {
    var index = at
    while index > 0, !tokens[index].newlineBefore {
      index -= 1
      if tokens[index].kind == .floorSlash { return true }
    }
    return false
  }
}
