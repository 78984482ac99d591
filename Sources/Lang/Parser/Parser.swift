// Tokens → tree. Precedence climbing with loops for everything that associates to the left, so that only true nesting
// recurses, and that is counted. Errors are caught at statement ends and parsing goes on behind them.

import CPlatform

package struct Parser {
  var tree: Tree
  let tokens: [Token]
  let lexed: TokenList
  var at = 0
  /// The innermost open bracket decides whether a line break ends a statement.
  var newlinesMatter = true
  var depth = 0
  /// What encloses the statement at hand, for `return`, `break` and `param` in the wrong place.
  var functionDepth = 0
  var loopDepth = 0
  var blockDepth = 0
  /// Stands for the missing left side of a prompt line that starts with `|>` or `.`.
  var pendingPrimary: NodeID?
  /// Index of the `{` of `{}` directly after `=>` or the `=` of a `fn`: an empty block there, an empty record elsewhere.
  var emptyBlock = -1
  let isInteractive: Bool
  /// For each opening bracket the index of its partner, -1 without one: lambdas and spreads are known without searching twice.
  let partners: [Int32]
  /// Documentation comments by the line they stand on.
  let documentationLines: [Int: String]

  /// Ctrl-C is looked for from this token on.
  private var nextLook = Parser.stretch

  /// Bytes and tokens between two looks for Ctrl-C. What is typed has fewer.
  static let stretch = 1 << 14

  /// Nesting that parser and compiler accept. Python stops at 200; machine stack is checked besides.
  static let maximumDepth = 1000

  init(_ file: SourceFile, isInteractive: Bool) {
    tree = Tree(file: file)
    lexed = Lexer.tokenize(file)
    tokens = lexed.tokens
    tree.faults = lexed.faults
    tree.comments = lexed.comments
    self.isInteractive = isInteractive
    partners = Parser.matchBrackets(tokens)
    var lines: [Int: String] = [:]
    for comment in lexed.comments where comment.isDocumentation && comment.ownsLine {
      let text = file.text(comment.span).dropFirst(2)
      lines[file.position(of: comment.span.start).line] = String(text.hasPrefix(" ") ? text.dropFirst() : text)
    }
    documentationLines = lines
  }

  /// Parses a whole text. The tree is usable even when it has faults. `isInteractive` allows a first line that continues `ans`.
  package static func parse(_ file: SourceFile, isInteractive: Bool = false) -> Tree {
    var parser = Parser(file, isInteractive: isInteractive)
    parser.program()
    return parser.tree
  }

  private static let closing: [TokenKind: TokenKind] = [
    .leftParen: .rightParen, .leftBracket: .rightBracket, .leftBrace: .rightBrace,
    .interpolationStart: .interpolationEnd,
  ]

  private static func matchBrackets(_ tokens: [Token]) -> [Int32] {
    var partners = [Int32](repeating: -1, count: tokens.count)
    var open: [(TokenKind, Int)] = []
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .leftParen, .leftBracket, .leftBrace, .interpolationStart: open.append((token.kind, index))
      case .rightParen, .rightBracket, .rightBrace, .interpolationEnd:
        guard let (kind, start) = open.popLast() else { continue }
        if closing[kind] == token.kind { partners[start] = Int32(clamping: index) }
      default: break
      }
    }
    return partners
  }

  private mutating func program() {
    let wasIncomplete = lexed.endsInsideString && tree.faults.count == 1
    tree.functions.append(
      FunctionNode(
        name: nil, parameters: [], body: NodeID(0), span: Span(0, tree.file.bytes.count), documentation: "",
        signature: ""))
    tree.documentation = fileDocumentation()
    let statements = statementList(until: .end)
    let body = tree.add(.block(statements), Span(0, tree.file.bytes.count))
    tree.functions[0].body = body
    tree.isSilent = tokens.dropLast().last?.kind == .semicolon
    dropConsequences()
    // What a newer tw would make of the rest is not for this one to say.
    if let needed = tree.needed, needed > .current { tree.faults = [.tooOld(for: tree.file.name, needed)] }
    let firstFault = tree.faults.first
    tree.isIncomplete = wasIncomplete || (tree.faults.count == 1 && firstFault?.needsMoreInput == true)
  }

  /// What the parser says of a line that the lexer could not read is a consequence; the same fault twice is one too many.
  private mutating func dropConsequences() {
    let lexerFaults = lexed.faults.count
    var unread: Set<Int> = []
    var places: Set<Int32> = []
    var kept: [Fault] = []
    for (index, fault) in tree.faults.enumerated() {
      guard let place = fault.place else {
        kept.append(fault)
        continue
      }
      let line = place.file.position(of: place.span.start).line
      if index < lexerFaults { unread.insert(line) } else if unread.contains(line) { continue }
      if places.insert(place.span.start).inserted { kept.append(fault) }
    }
    tree.faults = kept
  }

  // MARK: Tokens

  var token: Token { tokens[min(at, tokens.count - 1)] }
  var kind: TokenKind { token.kind }
  func kind(ahead: Int) -> TokenKind { tokens[min(at + ahead, tokens.count - 1)].kind }
  var previousEnd: Int { at > 0 ? Int(tokens[at - 1].span.end) : 0 }

  /// After Ctrl-C the text ends here: the tree is wrong then, and whoever wanted to run it looks at the flag first.
  mutating func stopAfterInterrupt() {
    guard at >= nextLook else { return }
    nextLook = tw_must_stop() ? 0 : at + Self.stretch
    if nextLook == 0 { at = tokens.count - 1 }
  }

  /// Whether the token at hand starts a new statement because it stands on a new line.
  var isOnNewLine: Bool { token.newlineBefore && newlinesMatter }

  @discardableResult
  mutating func advance() -> Token {
    let current = token
    if at < tokens.count - 1 { at += 1 }
    return current
  }

  mutating func accept(_ wanted: TokenKind) -> Bool {
    guard kind == wanted else { return false }
    advance()
    return true
  }

  func place(_ token: Token) -> Place { Place(tree.file, token.span) }

  /// How a token is called in an error.
  func describe(_ token: Token) -> String {
    switch token.kind {
    case .end: "the end of the text"
    case .stringStart: "a string"
    case .number: "the number `\(tree.file.text(token.span))`"
    default: "`\(tree.file.text(token.span))`"
    }
  }

  func unexpected(wanted: String, help: String? = nil) -> Fault {
    if let fault = foreignFault() { return fault }
    var fault = Fault.unexpected(describe(token), wanted: wanted, help: newcomerHelp() ?? help, at: place(token))
    fault.needsMoreInput = kind == .end
    return fault
  }

  mutating func expect(_ wanted: TokenKind, _ description: String) throws {
    guard kind == wanted else { throw unexpected(wanted: description) }
    advance()
  }

  /// The closing partner of a bracket; at the end of the text the error points at the opening one.
  mutating func close(_ wanted: TokenKind, opened opening: Token, _ alternatives: String) throws {
    if kind == wanted {
      advance()
      return
    }
    let closing = wanted == .rightParen ? ")" : wanted == .rightBracket ? "]" : "}"
    if kind == .end {
      var fault = Fault.unclosedBracket(tree.file.text(opening.span), closing: closing, at: place(opening))
      fault.needsMoreInput = true
      throw fault
    }
    throw unexpected(wanted: "\(alternatives) or `\(closing)`")
  }

  /// Counts nesting around `body`.
  mutating func nested<R>(_ body: (inout Parser) throws -> R) throws -> R {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maximumDepth || tw_stack_is_low() { throw Fault.nestedTooDeeply(at: place(token)) }
    return try body(&self)
  }

  /// Runs `body` where line breaks mean nothing (inside brackets) or end statements (inside blocks).
  mutating func withNewlines<R>(matter: Bool, _ body: (inout Parser) throws -> R) rethrows -> R {
    let outer = newlinesMatter
    newlinesMatter = matter
    defer { newlinesMatter = outer }
    return try body(&self)
  }

  // MARK: Statements in sequence

  /// Statements up to `terminator`, which is not consumed. Recovers behind each faulty statement.
  mutating func statementList(until terminator: TokenKind) -> [NodeID] {
    var statements: [NodeID] = []
    while true {
      while accept(.semicolon) {}
      stopAfterInterrupt()
      if kind == terminator || kind == .end { return statements }
      let start = at
      do {
        statements.append(try statement())
        try endStatement(terminator)
      } catch let fault as Fault {
        tree.faults.append(fault)
        if fault.code == .nestedTooDeeply || fault.needsMoreInput {
          at = tokens.count - 1  // what follows would only repeat the complaint
          return statements
        }
        recover(from: start)
      } catch {
        return statements
      }
    }
  }

  private mutating func endStatement(_ terminator: TokenKind) throws {
    if kind == .semicolon || kind == terminator || kind == .end || token.newlineBefore { return }
    if [.rightParen, .rightBracket, .rightBrace].contains(kind) {
      throw Fault.strayBracket(tree.file.text(token.span), at: place(token))
    }
    throw unexpected(wanted: "the end of the statement")
  }

  /// Skips to the next statement: a `;`, a new line or a closing brace at this statement's own level.
  private mutating func recover(from start: Int) {
    if at == start { advance() }
    let failed = at
    // Brackets that the statement had open where it failed are skipped as a whole, if they are closed at all.
    var level = 0
    for token in tokens[start..<failed] { level = max(0, level + Self.bracketStep(token.kind)) }
    if !skip(fromLevel: level), level > 0 {
      at = failed
      _ = skip(fromLevel: 0)
    }
    // `def f(x):` and the like: the indented lines behind belong to it.
    guard at > 0, tokens[at - 1].kind == .colon else { return }
    let indentation = column(of: start)
    while kind != .end, token.newlineBefore, column(of: at) > indentation {
      advance()
      _ = skip(fromLevel: 0)
    }
  }

  private static func bracketStep(_ kind: TokenKind) -> Int {
    switch kind {
    case .leftParen, .leftBracket, .leftBrace, .interpolationStart: 1
    case .rightParen, .rightBracket, .rightBrace, .interpolationEnd: -1
    default: 0
    }
  }

  /// False when the text ends before `level` brackets are closed.
  private mutating func skip(fromLevel start: Int) -> Bool {
    var level = start
    while kind != .end {
      if level <= 0 {
        if kind == .semicolon || token.newlineBefore || (kind == .rightBrace && blockDepth > 0) { return true }
      }
      level += Self.bracketStep(kind)
      advance()
    }
    return level <= 0
  }

  // MARK: Documentation

  private func fileDocumentation() -> String {
    guard let firstToken = tokens.first else { return "" }
    let first = lexed.comments.first { $0.isDocumentation && $0.ownsLine && $0.span.start <= firstToken.span.start }
    guard let first else { return "" }
    var line = tree.file.position(of: first.span.start).line
    // Only at the very top: nothing but `#!` and blank or plain comment lines may stand before it.
    var lines: [String] = []
    while let text = documentationLines[line] {
      lines.append(text)
      line += 1
    }
    return lines.joined(separator: "\n")
  }

  /// The `##` lines directly above the token at hand, which begins its line. At the top of the text they are the file's; a function
  /// that starts the text shares them.
  func documentationAbove(mayBeTheFiles: Bool = false) -> String {
    var line = tree.file.position(of: token.span.start).line - 1
    if at > 0, tree.file.position(of: tokens[at - 1].span.start).line > line { return "" }
    var lines: [String] = []
    while let text = documentationLines[line] {
      lines.append(text)
      line -= 1
    }
    let text = lines.reversed().joined(separator: "\n")
    return at == 0 && !mayBeTheFiles && text == tree.documentation ? "" : text
  }
}
