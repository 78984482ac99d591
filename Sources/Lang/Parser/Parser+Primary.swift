// What an expression starts with: literals, names, brackets, lambdas, `if`, `try`, blocks.

extension Parser {
  mutating func primary() throws -> NodeID {
    if let pending = pendingPrimary {
      pendingPrimary = nil
      return pending
    }
    let start = token
    switch start.kind {
    case .number:
      advance()
      return tree.add(.number(lexed.numbers[Int(start.payload)]), start.span)
    case .true, .false:
      advance()
      return tree.add(.bool(start.kind == .true), start.span)
    case .nil:
      advance()
      return tree.add(.nil, start.span)
    case .stringStart: return try string()
    case .name:
      if kind(ahead: 1) == .arrow { return try shortLambda() }
      advance()
      return tree.add(.name(tree.file.text(start.span)), start.span)
    case .leftParen: return try isLambdaAhead ? lambda() : group()
    case .leftBracket: return try list()
    case .leftBrace:
      return try isRecordAhead && at != emptyBlock ? record() : block(after: "the start of a block")
    case .if: return try conditional()
    case .try: return try attempt()
    case .fn:
      throw unexpected(wanted: "an expression", help: "a function inside an expression is a lambda: (x) => { … }")
    case .while, .for, .return, .break, .continue, .param, .use:
      throw unexpected(
        wanted: "an expression", help: "`\(tree.file.text(start.span))` is a statement: put it in a block { }")
    case .dot where kind(ahead: 1) == .number:
      let digits = tree.file.text(tokens[at + 1].span)
      throw unexpected(wanted: "an expression", help: "a point needs a digit on both sides: 0.\(digits)")
    default:
      throw unexpected(wanted: "an expression")
    }
  }

  // MARK: Lambdas

  private var isLambdaAhead: Bool {
    let partner = Int(partners[min(at, partners.count - 1)])
    return partner >= 0 && partner + 1 < tokens.count && tokens[partner + 1].kind == .arrow
  }

  private mutating func shortLambda() throws -> NodeID {
    let start = advance()
    let name = tree.add(.name(tree.file.text(start.span)), start.span)
    return try lambdaBody(start, [FunctionParameter(name: name, defaultValue: nil, isRest: false)])
  }

  private mutating func lambda() throws -> NodeID {
    let start = token
    let parameters = try parameterList()
    return try lambdaBody(start, parameters)
  }

  private mutating func lambdaBody(_ start: Token, _ parameters: [FunctionParameter]) throws -> NodeID {
    try insideFunction { parser in
      let head = parser.tree.file.text(Span(Int(start.span.start), parser.previousEnd))
      parser.advance()  // =>
      let body = try parser.bodyExpression()
      if parser.kind == .assign, !parser.isOnNewLine {
        throw parser.unexpected(
          wanted: "the end of the statement", help: "an assignment is no value: put it in braces, \(head) => { … }")
      }
      let span = Span(Int(start.span.start), parser.previousEnd)
      let id = parser.addFunction(
        FunctionNode(
          name: nil, parameters: parameters, body: body, span: span, documentation: "", signature: head + " => …"))
      return parser.tree.add(.lambda(id), span)
    }
  }

  /// What follows `=>` and the `=` of a `fn`: braces with nothing in them are an empty block.
  mutating func bodyExpression() throws -> NodeID {
    if kind == .leftBrace, kind(ahead: 1) == .rightBrace { emptyBlock = at }
    return try expression()
  }

  // MARK: Brackets

  private mutating func group() throws -> NodeID {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        if parser.kind == .rightParen {
          throw parser.unexpected(
            wanted: "an expression", help: "a lambda without parameters is () => …, an empty list []")
        }
        let inner = try parser.expression()
        if parser.kind == .comma {
          throw parser.unexpected(wanted: "`)`", help: "there are no tuples: a list is [a, b]")
        }
        try parser.close(.rightParen, opened: opening, "an operator")
        return parser.tree.add(.group(inner), Span(Int(opening.span.start), parser.previousEnd))
      }
    }
  }

  private mutating func list() throws -> NodeID {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        var items: [NodeID] = []
        while parser.kind != .rightBracket {
          items.append(try parser.expression())
          if parser.kind == .for {
            throw parser.unexpected(wanted: "`,` or `]`", help: "a list is made from another with map(xs, x => …)")
          }
          if parser.kind == .ellipsis {
            throw parser.unexpected(wanted: "`,` or `]`", help: "lists are joined with `+`: xs + [1, 2]")
          }
          if !parser.accept(.comma) { break }
        }
        try parser.close(.rightBracket, opened: opening, "`,`")
        return parser.tree.add(.list(items), Span(Int(opening.span.start), parser.previousEnd))
      }
    }
  }

  /// `{` opens a record when `}` follows, or a name, keyword or string and then `:`, or a value and then `...`.
  private var isRecordAhead: Bool {
    switch kind(ahead: 1) {
    case .rightBrace: true
    case .stringStart: isKeyAhead || isSpreadAhead
    case let word where word.isWord: kind(ahead: 2) == .colon || isSpreadAhead
    default: isSpreadAhead
    }
  }

  /// Whether the expression after the brace at hand is spread, `{f(x)..., b: 2}`: outside brackets only a record has `...`. Looks no
  /// further than the first statement of what would otherwise be a block.
  private var isSpreadAhead: Bool {
    var index = at + 1
    while index < tokens.count {
      let token = tokens[index]
      if index > at + 1, token.newlineBefore, token.kind != .dot, token.kind != .pipe { return false }
      switch token.kind {
      case .leftParen, .leftBracket, .leftBrace, .interpolationStart:
        guard partners[index] >= 0 else { return false }
        index = Int(partners[index])
      case .rightParen, .rightBracket, .rightBrace, .interpolationEnd, .semicolon, .comma, .assign: return false
      case .ellipsis: return true
      default: break
      }
      index += 1
    }
    return false
  }

  /// Whether a `:` follows the string behind the token at hand. Values in it may hold strings themselves.
  private var isKeyAhead: Bool {
    var (ahead, depth) = (1, 0)
    repeat {
      switch kind(ahead: ahead) {
      case .stringStart: depth += 1
      case .stringEnd: depth -= 1
      case .end: return false
      default: break
      }
      ahead += 1
    } while depth > 0
    return kind(ahead: ahead) == .colon
  }

  private mutating func record() throws -> NodeID {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        var entries: [RecordEntry] = []
        while parser.kind != .rightBrace {
          entries.append(try parser.recordEntry())
          if !parser.accept(.comma) { break }
        }
        try parser.close(.rightBrace, opened: opening, "`,`")
        return parser.tree.add(.record(entries), Span(Int(opening.span.start), parser.previousEnd))
      }
    }
  }

  private mutating func recordEntry() throws -> RecordEntry {
    var key = ""
    var computedKey: NodeID?
    if kind == .stringStart {
      let node = try string()
      if case .string(let text) = tree[node] { key = text } else { computedKey = node }
    } else if kind.isWord, kind(ahead: 1) == .colon {
      key = tree.file.text(advance().span)
    } else if [.name, .leftParen, .leftBrace, .if, .try].contains(kind) {
      let value = try expression()
      if kind == .colon {
        throw unexpected(
          wanted: "`...` after what is spread", help: "a key that is computed is a text: {\"{name}\": 1}")
      }
      try expect(.ellipsis, "`:` after the key")
      return RecordEntry(key: "", computedKey: nil, value: value, isSpread: true)
    } else {
      throw unexpected(wanted: "a key")
    }
    try expect(.colon, "`:` after the key")
    return RecordEntry(key: key, computedKey: computedKey, value: try expression(), isSpread: false)
  }

  // MARK: Strings

  mutating func string() throws -> NodeID {
    let start = advance()
    var parts: [StringPart] = []
    var isPlain = true
    while kind != .stringEnd {
      switch kind {
      case .stringText:
        // A string that never ends has no value; it has been reported.
        let payload = Int(advance().payload)
        parts.append(.text(lexed.texts.indices.contains(payload) ? lexed.texts[payload] : ""))
      case .interpolationStart:
        isPlain = false
        parts.append(try interpolation())
      default:
        var fault = Fault.unterminatedString(at: place(start))
        fault.needsMoreInput = kind == .end && lexed.endsInsideString
        throw fault
      }
    }
    advance()
    let span = Span(Int(start.span.start), previousEnd)
    if isPlain {
      let text = parts.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
      return tree.add(.string(text), span)
    }
    return tree.add(.interpolation(parts), span)
  }

  private mutating func interpolation() throws -> StringPart {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        if parser.kind == .interpolationEnd || parser.kind == .formatText {
          throw Fault.emptyInterpolation(at: parser.place(opening))
        }
        let value = try parser.expression()
        var format: String?
        if parser.kind == .formatText { format = parser.lexed.texts[Int(parser.advance().payload)] }
        guard parser.kind == .interpolationEnd else {
          throw parser.unexpected(wanted: "`}` after the expression in the string")
        }
        parser.advance()
        return .value(value, format: format)
      }
    }
  }

  // MARK: Control

  /// `if … else if … else …`: a chain is one node, however long.
  private mutating func conditional() throws -> NodeID {
    let start = token
    return try nested { parser in
      var branches: [ConditionalBranch] = []
      var otherwise: NodeID?
      repeat {
        parser.advance()  // if
        if parser.kind == .leftBrace { throw parser.unexpected(wanted: "a condition after `if`") }
        let condition = try parser.expression()
        if parser.kind == .assign {
          throw parser.unexpected(wanted: "`{` after the condition", help: "equality is `==`")
        }
        branches.append(ConditionalBranch(condition: condition, body: try parser.block(after: "the condition")))
        guard parser.kind == .else else { break }
        parser.advance()
        if parser.kind != .if { otherwise = try parser.block(after: "`else`") }
      } while parser.kind == .if && otherwise == nil
      return parser.tree.add(
        .conditional(branches, otherwise: otherwise), Span(Int(start.span.start), parser.previousEnd))
    }
  }

  /// `try E else V`, `try { … } catch e { … }`.
  private mutating func attempt() throws -> NodeID {
    let start = advance()
    return try nested { parser in
      let body = try parser.kind == .leftBrace ? parser.block(after: "`try`") : parser.expression()
      if parser.accept(.else) {
        let fallback =
          try parser.kind == .leftBrace && !parser.isRecordAhead
          ? parser.block(after: "`else`") : parser.expression()
        return parser.tree.add(.tryElse(body, fallback), Span(Int(start.span.start), parser.previousEnd))
      }
      guard parser.accept(.catch) else {
        throw parser.unexpected(wanted: "`else` or `catch` after `try`")
      }
      var name: NodeID?
      if parser.kind == .name {
        let nameToken = parser.advance()
        name = parser.tree.add(.name(parser.tree.file.text(nameToken.span)), nameToken.span)
        parser.tree.assignmentOffsets.append(nameToken.span.start)
      }
      let handler = try parser.block(after: "`catch`")
      return parser.tree.add(
        .tryCatch(body, name: name, handler: handler), Span(Int(start.span.start), parser.previousEnd))
    }
  }
}
