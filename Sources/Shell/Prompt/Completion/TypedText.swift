// What stands before the cursor, as far as completion must know it. Everything is read from the tokens, so that strings, comments
// and interpolation mean what they mean to the language.

import Lang

struct TypedText {
  /// What can be completed where the cursor is; `prefix` is what of it has been typed.
  enum Place: Equatable {
    case name(prefix: String)
    /// After `param name:`.
    case paramType(prefix: String)
    /// After a point: `base` is the text before it.
    case field(base: String, prefix: String)
    /// In a string between the brackets of `base[`, as it is written.
    case key(base: String, prefix: String)
    /// In a string that names a file.
    case path(PathKind, prefix: String)
    /// In a string that is an argument of a call, or stands in its list, or is a key of its record.
    case word(OpenCall, prefix: String)
    case nothing
  }

  enum PathKind: Equatable {
    case any, model, program
  }

  /// A call whose arguments are being typed.
  struct OpenCall: Equatable {
    let callee: String
    /// Arguments before the cursor that have no name; a piped one counts.
    var positional: Int
    var named: [String]
    /// The name of the argument at the cursor, where it has one.
    var current: String?
    /// What the first argument, or the left side of the pipe, reads; empty where it is not known.
    var first = ""
  }

  /// What may begin where a name is typed.
  enum Start: Equatable {
    /// An argument of `call`, which may be named.
    case argument
    /// An index, or an element of a list.
    case element
    /// The rest of something, or nothing at all: `f(x` and `f(k=`.
    case other
  }

  let place: Place
  let call: OpenCall?
  let start: Start
  /// Whether nothing stands before the word at the cursor.
  private(set) var isFirst = false

  /// Operations whose strings are paths.
  private static func pathKind(of callee: String) -> PathKind? {
    switch callee {
    case "load", "tokenizer": .model
    case "save": .any
    case _ where callee.hasPrefix("read_"): .any
    default: nil
    }
  }

  init(_ text: String) {
    let source = SourceFile(name: "<typed>", text: text)
    let list = Lexer.tokenize(source)
    if let start = list.openString {
      self.init(inString: source, from: start)
    } else {
      self.init(outside: source, TokenRow(source, list.tokens))
    }
  }

  private init(inString source: SourceFile, from start: Int) {
    let quote = UInt8(ascii: "\"")
    var inner = start
    // r"…" starts at its r.
    while inner < source.bytes.count, source.bytes[inner] != quote { inner += 1 }
    while inner < source.bytes.count, source.bytes[inner] == quote { inner += 1 }
    let prefix = String(decoding: source.bytes[inner...], as: UTF8.self)
    let before = SourceFile(name: "<typed>", bytes: Array(source.bytes[..<start]))
    let row = TokenRow(before, Lexer.tokenize(before).tokens)
    call = nil
    self.start = .other
    if row.last?.kind == .use {
      place = .path(.program, prefix: prefix)
    } else if row.last?.kind == .assign, let type = row.paramType(before: row.count - 1) {
      place = type.isPlace ? .path(type == .model ? .model : .any, prefix: prefix) : .nothing
    } else if let base = row.indexedBase() {
      place = .key(base: base, prefix: prefix)
    } else if let kind = row.innermostCall().flatMap({ Self.pathKind(of: $0.callee) }) {
      place = .path(kind, prefix: prefix)
    } else if let call = row.callOfWord() {
      place = .word(call, prefix: prefix)
    } else {
      place = .nothing
    }
  }

  private init(outside source: SourceFile, _ row: TokenRow) {
    let isTouching = row.last.map { Int($0.span.end) == source.bytes.count } ?? false
    let isWord = row.last?.kind.isWord ?? false
    let prefix = isTouching && isWord ? row.text(row.count - 1) : ""
    let end = isTouching && isWord ? row.count - 1 : row.count
    let isInComment = !isTouching && !source.bytes.isEmpty && row.endsInComment
    start = row.prefix(end).start
    isFirst = end == 0
    if isInComment || row[end - 1]?.kind == .number && isTouching {
      (place, call) = (.nothing, nil)
    } else if let dot = row[end - 1], dot.kind == .dot {
      let start = row.pathStart(before: end - 1)
      // At the start of an entry a point goes on from the last value.
      let base = start < end - 1 ? row.text(from: start, to: end - 1) : end == 1 ? "ans" : ""
      (place, call) = (base.isEmpty ? .nothing : .field(base: base, prefix: prefix), nil)
    } else if row.startsParamType(before: end) {
      (place, call) = (.paramType(prefix: prefix), nil)
    } else {
      (place, call) = (.name(prefix: prefix), row.prefix(end).innermostCall())
    }
  }
}

/// Tokens with their text, read backwards from the cursor.
struct TokenRow {
  private let source: SourceFile
  private let tokens: ArraySlice<Token>

  init(_ source: SourceFile, _ tokens: [Token]) {
    self.source = source
    self.tokens = tokens.last?.kind == .end ? tokens.dropLast() : tokens[...]
  }

  private init(_ source: SourceFile, _ tokens: ArraySlice<Token>) {
    self.source = source
    self.tokens = tokens
  }

  var count: Int { tokens.count }
  var last: Token? { tokens.last }
  subscript(index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }
  func prefix(_ count: Int) -> TokenRow { TokenRow(source, tokens.prefix(count)) }
  func text(_ index: Int) -> String { self[index].map { source.text($0.span) } ?? "" }

  /// Whether `param name:` stands right before token `end`.
  func startsParamType(before end: Int) -> Bool {
    self[end - 1]?.kind == .colon && self[end - 2]?.kind == .name && self[end - 3]?.kind == .param
  }

  /// The type of `param name: type`, which ends before token `end`.
  func paramType(before end: Int) -> ParamType? {
    startsParamType(before: end - 1) ? ParamType(rawValue: text(end - 1)) : nil
  }

  /// The text of tokens `from` ..< `to`.
  func text(from: Int, to: Int) -> String {
    guard let first = self[from], let last = self[to - 1] else { return "" }
    return source.text(first.span.joined(last.span))
  }

  /// Whether a comment has begun behind the last token.
  var endsInComment: Bool {
    let rest = source.bytes[Int(last?.span.end ?? 0)...]
    let line = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last ?? []
    return line.contains(UInt8(ascii: "#"))
  }

  // MARK: Brackets

  /// Brackets that are open at the end of a text.
  static func depth(of text: String) -> Int {
    let source = SourceFile(name: "<typed>", text: text)
    return TokenRow(source, Lexer.tokenize(source).tokens).openBrackets.count
  }

  /// Indices of the brackets that are open at the end, outermost first.
  private var openBrackets: [Int] {
    var open: [Int] = []
    for index in tokens.indices {
      switch tokens[index].kind {
      case .leftParen, .leftBracket, .leftBrace, .interpolationStart: open.append(index)
      case .rightParen, .rightBracket, .rightBrace, .interpolationEnd: open = open.dropLast()
      default: break
      }
    }
    return open
  }

  /// What may begin behind the last token.
  var start: TypedText.Start {
    guard let bracket = openBrackets.last, let last = last?.kind else { return .other }
    switch self[bracket]?.kind {
    case .leftParen: return [.leftParen, .comma].contains(last) ? .argument : .other
    case .leftBracket: return [.leftBracket, .comma, .colon].contains(last) ? .element : .other
    default: return .other
    }
  }

  /// Where the bracket that `index` closes was opened.
  private func opening(of index: Int) -> Int? {
    var depth = 0
    for place in stride(from: index, through: 0, by: -1) {
      switch self[place]?.kind {
      case .rightParen, .rightBracket, .rightBrace, .interpolationEnd: depth += 1
      case .leftParen, .leftBracket, .leftBrace, .interpolationStart:
        depth -= 1
        if depth == 0 { return place }
      default: break
      }
    }
    return nil
  }

  /// First token of the path (`m.blocks[0].heads`) that ends before token `end`; `end` where there is none.
  func pathStart(before end: Int) -> Int {
    var at = end - 1
    while let token = self[at] {
      switch token.kind {
      case .rightBracket, .rightParen:
        guard let open = opening(of: at), open > 0 else { return end }
        at = open - 1
      case _ where token.kind.isWord:
        guard self[at - 1]?.kind == .dot else { return at }
        // A point that follows nothing belongs to the last value, which has no name here.
        guard at >= 2 else { return end }
        at -= 2
      default: return end
      }
    }
    return end
  }

  /// The `E` of `E["` and `E[["a", "`, when the cursor is between its brackets.
  func indexedBase() -> String? {
    var open = openBrackets[...]
    while let bracket = open.popLast(), self[bracket]?.kind == .leftBracket {
      let start = pathStart(before: bracket)
      if start < bracket { return text(from: start, to: bracket) }
      // A list: perhaps it is itself an index.
    }
    return nil
  }

  /// The call whose parentheses the cursor is between.
  func innermostCall() -> TypedText.OpenCall? {
    openBrackets.last { self[$0]?.kind != .leftBracket }.flatMap(call)
  }

  /// The call that a string at the cursor is an argument of, also in a list, or as a key of a record: `f(x, keep=["a", "`.
  func callOfWord() -> TypedText.OpenCall? {
    let open = openBrackets
    guard let last = open.last, let kind = self[last]?.kind else { return nil }
    if kind == .leftParen { return call(openedBy: last) }
    guard open.count > 1, [.leftBracket, .leftBrace].contains(kind) else { return nil }
    // Behind a `:` stands the value of a key.
    if kind == .leftBrace, self[count - 1]?.kind != .comma, count - 1 != last { return nil }
    return call(openedBy: open[open.count - 2])
  }

  private func call(openedBy open: Int) -> TypedText.OpenCall? {
    guard self[open]?.kind == .leftParen else { return nil }
    let start = pathStart(before: open)
    guard start < open, self[start - 1]?.kind != .fn else { return nil }
    let isPiped = self[start - 1]?.kind == .pipe
    var call = TypedText.OpenCall(callee: text(from: start, to: open), positional: isPiped ? 1 : 0, named: [])
    if isPiped { call.first = text(from: pathStart(before: start - 1), to: start - 1) }
    var depth = 0
    var isNamed = false
    var argument = open + 1
    for index in (open + 1)..<max(count, open + 1) {
      switch tokens[index].kind {
      case .leftParen, .leftBracket, .leftBrace, .interpolationStart: depth += 1
      case .rightParen, .rightBracket, .rightBrace, .interpolationEnd: depth -= 1
      case .assign where depth == 0:
        call.named.append(text(index - 1))
        isNamed = true
      case .comma where depth == 0:
        if !isNamed {
          if call.positional == 0 { call.first = text(from: argument, to: index) }
          call.positional += 1
        }
        isNamed = false
        argument = index + 1
      default: break
      }
    }
    call.current = isNamed ? call.named.last : nil
    return call
  }
}
