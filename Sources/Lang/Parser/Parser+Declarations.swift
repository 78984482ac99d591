// What a file says about itself and the world: `needs`, `param`, `use`.

extension Parser {
  /// `needs tw >= 0.2`. Everywhere else `needs` is a name like any other, and no name is followed by a word, a text or a number.
  var isNeeds: Bool {
    guard token.span.end - token.span.start == 5, tree.file.text(token.span) == "needs", at + 1 < tokens.count,
      !tokens[at + 1].newlineBefore
    else { return false }
    return [.name, .number, .stringStart].contains(tokens[at + 1].kind)
  }

  mutating func needsStatement() throws -> NodeID {
    let help = "a file says what it needs like this: needs tw >= \(Version.current.text)"
    guard at == 0 else { throw Fault.misplaced("needs", where: "as the first statement of a file", at: place(token)) }
    let start = advance()
    guard kind == .name, tree.file.text(token.span) == "tw" else { throw unexpected(wanted: "`tw`", help: help) }
    advance()
    guard kind == .greaterEqual, !isOnNewLine else { throw unexpected(wanted: "`>=` and a version", help: help) }
    advance()
    guard kind == .number, let version = Version(tree.file.text(token.span)) else {
      throw unexpected(wanted: "a version: numbers with points between them", help: help)
    }
    advance()
    tree.needed = version
    return tree.add(.needs, Span(Int(start.span.start), previousEnd))
  }

  mutating func paramStatement() throws -> NodeID {
    let documentation = documentationAbove()
    let start = advance()
    if blockDepth > 0 || functionDepth > 0 {
      throw Fault.misplaced("param", where: "at the top level of a file", at: place(start))
    }
    guard kind == .name else { throw unexpected(wanted: "the parameter's name") }
    let nameToken = advance()
    let text = tree.file.text(nameToken.span)
    if tree.params.contains(where: { $0.nameText == text }) {
      throw Fault.badParameterList("there are two params `\(text)`", at: place(nameToken))
    }
    guard kind == .colon else {
      throw unexpected(wanted: "`:` and the type", help: "the name comes first, then its type: param k: number = 5")
    }
    advance()
    let type = try paramType()
    let value = accept(.assign) ? try expression() : nil
    var help = ""
    if kind == .stringStart, !isOnNewLine {
      let node = try string()
      guard case .string(let words) = tree[node] else {
        throw Fault.badParameterList("the help of a param is plain text", at: tree.place(node))
      }
      help = words
    }
    if value == nil, !isOnNewLine, isValueAhead {
      let form = "param \(text): \(type?.rawValue ?? "number") = …"
      throw Fault.unexpected(
        describe(token), wanted: "`=` before the default", help: "write \(form)", at: place(token))
    }
    let name = tree.add(.name(text), nameToken.span)
    tree.assignmentOffsets.append(nameToken.span.start)
    tree.params.append(
      ParamNode(name: name, nameText: text, type: type, defaultValue: value, help: help, documentation: documentation))
    return tree.add(.param(tree.params.count - 1), Span(Int(start.span.start), previousEnd))
  }

  /// What a default can begin with.
  private var isValueAhead: Bool {
    [.number, .stringStart, .name, .leftBracket, .minus, .true, .false, .nil].contains(kind)
  }

  /// A wrong type is reported and the statement read on: the name is there for the rest of the program.
  private mutating func paramType() throws -> ParamType? {
    let text = tree.file.text(token.span)
    guard kind == .name else { throw unexpected(wanted: "a type: \(ParamType.listed)") }
    let word = advance()
    if let type = ParamType(rawValue: text) { return type }
    let meant = OtherLanguages.paramType(for: text)
    tree.faults.append(.badParamType(text, meant: meant, at: place(word)))
    return meant
  }

  mutating func useStatement() throws -> NodeID {
    let start = advance()
    let pathToken = token
    var path = ""
    var isFile = false
    if kind == .name {
      path = tree.file.text(advance().span)
    } else {
      var text: String?
      if kind == .stringStart {
        let node = try string()
        if case .string(let plain) = tree[node] { text = plain }
      }
      guard let text else {
        throw unexpected(wanted: "a module's name or a file", help: "use geometry, or: use \"lib/mine.tw\" as mine")
      }
      path = text
      isFile = true
    }
    let pathSpan = Span(Int(pathToken.span.start), previousEnd)
    var nameSpan = pathToken.span
    var name = path
    if isFile {
      let last = path.split(separator: "/").last.map(String.init) ?? path
      name = last.hasSuffix(".tw") ? String(last.dropLast(3)) : last
    }
    if kind == .name, !isOnNewLine, tree.file.text(token.span) == "as" {
      advance()
      guard kind == .name else { throw unexpected(wanted: "the module's name here") }
      nameSpan = token.span
      name = tree.file.text(advance().span)
    }
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart,
      name.unicodeScalars.allSatisfy({ $0 == "_" || $0.properties.isXIDContinue }), TokenKind.keywords[name] == nil
    else {
      throw Fault.badParameterList(
        "`\(name)` cannot be a name", help: "say what to call it: use \"\(path)\" as mine", at: place(pathToken))
    }
    let binding = tree.add(.name(name), nameSpan)
    tree.assignmentOffsets.append(start.span.start)
    tree.uses.append(UseNode(path: path, pathSpan: pathSpan, isFile: isFile, binding: binding))
    return tree.add(.use(tree.uses.count - 1), Span(Int(start.span.start), previousEnd))
  }
}
