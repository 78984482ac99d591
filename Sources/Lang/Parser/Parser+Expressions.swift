// Expressions, by falling precedence: pipe, or, and, not, |, &, comparison, range, sum, product, sign, power, postfix.

extension Parser {
  /// Binding strength of the binary operators; `|>` is below all of them.
  private static let strengths: [TokenKind: (Int, BinaryOperator?)] = [
    .or: (1, nil), .and: (2, nil),
    .bar: (4, .maskOr), .ampersand: (5, .maskAnd),
    .equal: (6, .equal), .notEqual: (6, .notEqual), .less: (6, .less), .lessEqual: (6, .lessEqual),
    .greater: (6, .greater), .greaterEqual: (6, .greaterEqual), .in: (6, .isIn), .not: (6, .notIn),
    .dotDot: (7, .range), .plus: (8, .add), .minus: (8, .subtract),
    .star: (9, .multiply), .slash: (9, .divide), .floorSlash: (9, .floorDivide), .percent: (9, .modulo),
    .at: (9, .matmul),
  ]
  private static let notStrength = 3
  private static let comparisonStrength = 6

  mutating func expression() throws -> NodeID {
    stopAfterInterrupt()
    return try nested { parser in
      var left = try parser.operation(1)
      // A pipe may also start the next line.
      while parser.kind == .pipe {
        parser.advance()
        let start = parser.token
        let right = try parser.postfix()
        if case .lambda = parser.tree[right] {
          throw Fault.unexpected(
            "a lambda", wanted: "a function after `|>`", help: "put the lambda in brackets: |> (x => …)",
            at: parser.place(start))
        }
        left = parser.join(.pipe(left, right), left, right)
      }
      return left
    }
  }

  func spanning(_ left: NodeID, _ right: NodeID) -> Span { tree.span(left).joined(tree.span(right)) }

  mutating func join(_ node: Node, _ left: NodeID, _ right: NodeID) -> NodeID { tree.add(node, spanning(left, right)) }

  private mutating func operation(_ minimum: Int) throws -> NodeID {
    var left = try operand(minimum)
    while !isOnNewLine, let (strength, op) = Self.strengths[kind], strength >= minimum {
      if kind == .not, kind(ahead: 1) != .in { break }
      let operatorToken = advance()
      if operatorToken.kind == .not { advance() }
      let right = try operation(strength + 1)
      switch operatorToken.kind {
      case .and: left = join(.and(left, right), left, right)
      case .or: left = join(.or(left, right), left, right)
      default:
        guard let op else { break }
        if strength == Self.comparisonStrength { try rejectChain(left, op, right) }
        left = join(.binary(op, left, right), left, right)
      }
    }
    return left
  }

  private mutating func rejectChain(_ left: NodeID, _ op: BinaryOperator, _ right: NodeID) throws {
    guard !isOnNewLine, let (strength, next) = Self.strengths[kind], strength == Self.comparisonStrength, let next,
      kind != .not || kind(ahead: 1) == .in
    else { return }
    let chained = advance()
    if chained.kind == .not { advance() }
    let last = try? operation(Self.comparisonStrength + 1)
    throw Fault.chainedComparison(
      tree.file.text(tree.span(left)), tree.file.text(tree.span(right)),
      last.map { tree.file.text(tree.span($0)) } ?? "…",
      (op.text, next.text), at: place(chained))
  }

  /// `not`s, or what binds tighter.
  private mutating func operand(_ minimum: Int) throws -> NodeID {
    guard kind == .not, pendingPrimary == nil else { return try unary() }
    guard minimum <= Self.notStrength else {
      throw unexpected(wanted: "an expression", help: "`not` binds weakly: put it in brackets, (not x)")
    }
    var starts: [Token] = []
    while kind == .not { starts.append(advance()) }
    var result = try operation(Self.notStrength + 1)
    for start in starts.reversed() { result = tree.add(.not(result), start.span.joined(tree.span(result))) }
    return result
  }

  private mutating func unary() throws -> NodeID {
    var starts: [Token] = []
    while kind == .minus || kind == .tilde, pendingPrimary == nil { starts.append(advance()) }
    if kind == .plus, pendingPrimary == nil {
      throw unexpected(wanted: "an expression", help: "a plus sign needs a left side")
    }
    var result = try power()
    for start in starts.reversed() {
      let node: Node = start.kind == .minus ? .negate(result) : .invert(result)
      result = tree.add(node, start.span.joined(tree.span(result)))
    }
    return result
  }

  /// `base ^ exponent`, right associative; the exponent may have a sign.
  private mutating func power() throws -> NodeID {
    let base = try postfix()
    guard kind == .caret, !isOnNewLine else { return base }
    advance()
    let exponent = try nested { try $0.unary() }
    return join(.binary(.power, base, exponent), base, exponent)
  }

  /// Calls, indices and fields behind a primary.
  mutating func postfix() throws -> NodeID {
    var result = try primary()
    while true {
      switch kind {
      case .leftParen where !isOnNewLine:
        let arguments = try argumentList()
        result = tree.add(.call(result, arguments), Span(Int(tree.span(result).start), previousEnd))
      case .leftBracket where !isOnNewLine:
        let indices = try indexList()
        result = tree.add(.index(result, indices), Span(Int(tree.span(result).start), previousEnd))
      case .dot:
        advance()
        guard kind.isWord else { throw unexpected(wanted: "a field's name after `.`") }
        let name = advance()
        result = tree.add(
          .field(result, tree.file.text(name.span), nameSpan: name.span),
          Span(Int(tree.span(result).start), previousEnd))
      default: return result
      }
    }
  }

  private mutating func argumentList() throws -> [Argument] {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        var arguments: [Argument] = []
        while parser.kind != .rightParen {
          arguments.append(try parser.argument(after: arguments))
          if !parser.accept(.comma) { break }
        }
        try parser.close(.rightParen, opened: opening, "`,`")
        return arguments
      }
    }
  }

  private mutating func argument(after arguments: [Argument]) throws -> Argument {
    if kind.isWord, kind(ahead: 1) == .assign {
      let nameToken = advance()
      let name = tree.file.text(nameToken.span)
      if arguments.contains(where: { $0.name == name }) {
        throw Fault.badParameterList("the argument `\(name)` is given twice", at: place(nameToken))
      }
      advance()
      return Argument(name: name, nameSpan: nameToken.span, value: try expression(), isSpread: false)
    }
    let start = token
    if arguments.last?.name != nil {
      throw Fault.badParameterList(
        "a positional argument cannot follow a named one", help: "put it first, or name it too", at: place(start))
    }
    let value = try expression()
    return Argument(name: nil, nameSpan: nil, value: value, isSpread: accept(.ellipsis))
  }

  private mutating func indexList() throws -> [NodeID] {
    try nested { parser in
      let opening = parser.advance()
      return try parser.withNewlines(matter: false) { parser in
        var indices: [NodeID] = []
        while parser.kind != .rightBracket {
          indices.append(try parser.indexItem())
          if !parser.accept(.comma) { break }
        }
        if indices.isEmpty, parser.kind == .rightBracket { throw parser.unexpected(wanted: "an index") }
        try parser.close(.rightBracket, opened: opening, "`,`")
        return indices
      }
    }
  }

  /// An index, or a slice `a:b:step` whose parts may be missing.
  private mutating func indexItem() throws -> NodeID {
    let start = token
    var parts: [NodeID?] = []
    var colons = 0
    var current: NodeID?
    while colons <= 2 {
      if kind == .colon, colons < 2 {
        advance()
        parts.append(current)
        current = nil
        colons += 1
      } else if current == nil, kind != .comma, kind != .rightBracket {
        current = try expression()
      } else {
        break
      }
    }
    if colons == 0 {
      guard let current else { throw unexpected(wanted: "an index") }
      return current
    }
    parts.append(current)
    return tree.add(
      .slice(parts[0], parts[1], parts.count > 2 ? parts[2] : nil), Span(Int(start.span.start), previousEnd))
  }
}
