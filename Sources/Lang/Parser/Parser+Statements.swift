// Statements: assignments, functions, loops, params, modules.

extension Parser {
  mutating func statement() throws -> NodeID {
    switch kind {
    case .fn: return try functionStatement()
    case .for: return try forStatement()
    case .while: return try whileStatement()
    case .return: return try returnStatement()
    case .break, .continue: return try loopExit()
    case .param: return try paramStatement()
    case .use: return try useStatement()
    case .name where isNeeds: return try needsStatement()
    default: return try assignmentOrExpression()
    }
  }

  /// `{ statements }`; the value of a block is that of its last statement.
  mutating func block(after head: String) throws -> NodeID {
    guard kind == .leftBrace else {
      if kind == .colon { throw colonForBlock(wanted: "`{` after \(head)") }
      var fault = unexpected(wanted: "`{` after \(head)")
      // Where the brace is missing is the end of the head, not the line after it.
      if token.newlineBefore, fault.code == .unexpectedToken, let last = at > 0 ? tokens[at - 1] : nil {
        fault = Fault.unexpected(
          "the end of the line", wanted: "`{` after \(head)", help: "a block stands in braces: { … }", at: place(last))
        fault.needsMoreInput = kind == .end
      }
      throw fault
    }
    return try nested { parser in
      let openingIndex = parser.at
      let opening = parser.advance()
      parser.blockDepth += 1
      defer { parser.blockDepth -= 1 }
      let faultsBefore = parser.tree.faults.count
      let statements = parser.withNewlines(matter: true) { $0.statementList(until: .rightBrace) }
      // A statement inside that ran into the end of the text has said so already.
      if parser.kind == .end, parser.tree.faults.count > faultsBefore { return parser.tree.add(.invalid, opening.span) }
      let culprit = parser.kind == .end ? parser.unclosedBrace(from: openingIndex) : opening
      try parser.close(.rightBrace, opened: culprit, "a statement")
      return parser.tree.add(.block(statements), Span(Int(opening.span.start), parser.previousEnd))
    }
  }

  private mutating func assignmentOrExpression() throws -> NodeID {
    let start = token
    if isInteractive, functionDepth == 0, kind == .pipe || kind == .dot {
      pendingPrimary = tree.add(.name("ans"), Span(Int(start.span.start), Int(start.span.start)))
    }
    let first = try expression()
    if kind == .comma, newlinesMatter || blockDepth == 0, let unpack = try unpacking(first, start) { return unpack }
    if let op = kind.augmentedOperator, !isOnNewLine {
      try checkTarget(first, allowingIndex: true)
      markAssignment(first)
      advance()
      let value = try expression()
      return tree.add(.augmented(op, first, value), Span(Int(start.span.start), previousEnd))
    }
    guard kind == .assign, !isOnNewLine else { return first }
    try checkTarget(first, allowingIndex: true)
    markAssignment(first)
    advance()
    let value = try expression()
    if kind == .comma {
      let help = "several values make a list: [a, b]"
      throw unexpected(
        wanted: "the end of the statement", help: blockDepth > 0 ? "a record is written {a: 1, b: 2}; " + help : help)
    }
    return tree.add(.assign(first, value), Span(Int(start.span.start), previousEnd))
  }

  /// `a, b = pair`
  private mutating func unpacking(_ first: NodeID, _ start: Token) throws -> NodeID? {
    var targets = [first]
    let comma = place(token)
    while accept(.comma) { targets.append(try expression()) }
    guard kind == .assign else {
      guard kind == .end || isOnNewLine else { throw unexpected(wanted: "`=` after the names to unpack into") }
      // `a, b` is whole, if wrong: the prompt must not wait for more.
      throw Fault.unexpected(
        "`,`", wanted: "the end of the statement", help: "several values make a list: [a, b]", at: comma)
    }
    for target in targets {
      try checkTarget(target, allowingIndex: true)
      markAssignment(target)
    }
    advance()
    let value = try expression()
    if kind == .comma {
      throw unexpected(wanted: "the end of the statement", help: "unpack a list: a, b = [1, 2]")
    }
    return tree.add(.unpack(targets, value), Span(Int(start.span.start), previousEnd))
  }

  private mutating func markAssignment(_ target: NodeID) {
    // Targets come in rising order, except that an unpacking marks several at once: keep the array sorted.
    let start = tree.span(target).start
    if let last = tree.assignmentOffsets.last, last > start {
      let index = tree.assignmentOffsets.firstIndex { $0 > start } ?? tree.assignmentOffsets.count
      tree.assignmentOffsets.insert(start, at: index)
    } else {
      tree.assignmentOffsets.append(start)
    }
  }

  /// A name, or a path of fields and indices that starts with a name.
  private func checkTarget(_ target: NodeID, allowingIndex: Bool) throws {
    var node = target
    while true {
      switch tree[node] {
      case .name: return
      case .index(let base, _) where allowingIndex: node = base
      case .field(let base, _, _) where allowingIndex: node = base
      case .call: throw Fault.notAssignable("a call", help: "for equality write `==`", at: tree.place(target))
      case .binary, .and, .or, .not, .invert:
        throw Fault.notAssignable("the value of an expression", help: "for equality write `==`", at: tree.place(target))
      default:
        throw Fault.notAssignable("this", help: "assign to a name, an element or a field", at: tree.place(target))
      }
    }
  }

  private mutating func functionStatement() throws -> NodeID {
    let documentation = documentationAbove(mayBeTheFiles: true)
    let start = advance()
    guard kind == .name else {
      throw unexpected(wanted: "the function's name", help: "a function without a name is a lambda: (x) => { … }")
    }
    let nameToken = advance()
    let name = tree.add(.name(tree.file.text(nameToken.span)), nameToken.span)
    tree.assignmentOffsets.append(nameToken.span.start)
    guard kind == .leftParen else { throw unexpected(wanted: "`(` and the parameters") }
    return try insideFunction { parser in
      let parameters = try parser.parameterList()
      let signature = parser.tree.file.text(Span(Int(nameToken.span.start), parser.previousEnd))
      let body: NodeID
      if parser.accept(.assign) {
        body = try parser.bodyExpression()
      } else {
        if parser.kind == .colon { throw parser.colonForBlock(wanted: "`{` or `=` and the body") }
        guard parser.kind == .leftBrace else { throw parser.unexpected(wanted: "`{` or `=` and the body") }
        body = try parser.block(after: "the parameters")
      }
      let span = Span(Int(start.span.start), parser.previousEnd)
      let id = parser.addFunction(
        FunctionNode(
          name: parser.tree.nameText(name), parameters: parameters, body: body, span: span,
          documentation: documentation,
          signature: signature))
      return parser.tree.add(.function(name, id), span)
    }
  }

  mutating func addFunction(_ function: FunctionNode) -> FunctionID {
    tree.functions.append(function)
    return FunctionID(tree.functions.count - 1)
  }

  /// Inside a function's body `return` works and the loops around it do not.
  mutating func insideFunction<R>(_ body: (inout Parser) throws -> R) throws -> R {
    let outerLoops = loopDepth
    loopDepth = 0
    functionDepth += 1
    defer {
      loopDepth = outerLoops
      functionDepth -= 1
    }
    return try nested(body)
  }

  /// `(a, b=2, rest...)`
  mutating func parameterList() throws -> [FunctionParameter] {
    let opening = advance()
    return try withNewlines(matter: false) { parser in
      var parameters: [FunctionParameter] = []
      var names: Set<String> = []
      while parser.kind != .rightParen {
        guard parser.kind == .name else { throw parser.unexpected(wanted: "a parameter's name") }
        let nameToken = parser.advance()
        let text = parser.tree.file.text(nameToken.span)
        guard names.insert(text).inserted else {
          throw Fault.badParameterList("there are two parameters `\(text)`", at: parser.place(nameToken))
        }
        if let last = parameters.last, last.isRest {
          throw Fault.badParameterList("nothing may follow a `...` parameter", at: parser.place(nameToken))
        }
        let name = parser.tree.add(.name(text), nameToken.span)
        var defaultValue: NodeID?
        var isRest = false
        if parser.accept(.ellipsis) {
          isRest = true
        } else if parser.accept(.assign) {
          defaultValue = try parser.expression()
        } else if parameters.last?.defaultValue != nil {
          throw Fault.badParameterList(
            "`\(text)` needs a default, since the parameter before it has one",
            help: "give it one, \(text)=nil, or put it before the parameters with defaults", at: parser.place(nameToken)
          )
        } else if parser.kind == .colon {
          throw Fault.unexpected(
            "`:`", wanted: "`,` or `)`", help: "parameters have no types: (a, b=2)", at: parser.place(parser.token))
        }
        parameters.append(FunctionParameter(name: name, defaultValue: defaultValue, isRest: isRest))
        if !parser.accept(.comma) { break }
      }
      try parser.close(.rightParen, opened: opening, "`,`")
      return parameters
    }
  }

  private mutating func forStatement() throws -> NodeID {
    let start = advance()
    var names: [NodeID] = []
    repeat {
      guard kind == .name else { throw unexpected(wanted: "the loop's name", help: "a loop reads: for x in xs { … }") }
      let nameToken = advance()
      names.append(tree.add(.name(tree.file.text(nameToken.span)), nameToken.span))
      tree.assignmentOffsets.append(nameToken.span.start)
    } while accept(.comma)
    try expect(.in, "`in`")
    let iterable = try expression()
    let body = try loopBody(after: "the loop's head")
    return tree.add(.forLoop(names, iterable, body), Span(Int(start.span.start), previousEnd))
  }

  private mutating func whileStatement() throws -> NodeID {
    let start = advance()
    if kind == .leftBrace { throw unexpected(wanted: "a condition after `while`") }
    let condition = try expression()
    let body = try loopBody(after: "the condition")
    return tree.add(.whileLoop(condition, body), Span(Int(start.span.start), previousEnd))
  }

  private mutating func loopBody(after head: String) throws -> NodeID {
    loopDepth += 1
    defer { loopDepth -= 1 }
    return try block(after: head)
  }

  private mutating func returnStatement() throws -> NodeID {
    let start = advance()
    if functionDepth == 0 { throw Fault.misplaced("return", where: "inside a function", at: place(start)) }
    let endsHere = isOnNewLine || [.semicolon, .rightBrace, .end].contains(kind)
    let value = endsHere ? nil : try expression()
    return tree.add(.returnValue(value), Span(Int(start.span.start), previousEnd))
  }

  private mutating func loopExit() throws -> NodeID {
    let word = advance()
    let isBreak = word.kind == .break
    if loopDepth == 0 { throw Fault.misplaced(isBreak ? "break" : "continue", where: "inside a loop", at: place(word)) }
    return tree.add(isBreak ? .breakLoop : .continueLoop, word.span)
  }
}
