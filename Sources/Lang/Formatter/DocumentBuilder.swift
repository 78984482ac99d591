// Atoms → layout. The tree tells which braces are blocks and where statements start; everything else is in the atoms.

struct DocumentBuilder {
  private let atoms: SourceAtoms
  private var layout = Document()
  private var blockStarts: Set<Int32> = []
  private var statementStarts: Set<Int32> = []
  private let lambdaStarts: Set<Int>
  private var at = 0

  init(_ atoms: SourceAtoms, _ tree: Tree) {
    self.atoms = atoms
    lambdaStarts = Self.lambdas(in: atoms)
    let fileBody = tree.functions.first.map { Int($0.body.index) }
    for index in tree.nodes.indices {
      guard case .block(let statements) = tree.nodes[index] else { continue }
      // The file has no braces: a record may be the first thing in it.
      if index != fileBody { blockStarts.insert(tree.spans[index].start) }
      for statement in statements { statementStarts.insert(tree.span(statement).start) }
    }
  }

  mutating func build() -> Document {
    layout.brackets.append(Bracket(kind: .file, open: -1, isBroken: true, containsBreak: true))
    fill(0)
    return layout
  }

  // MARK: Brackets

  /// Reads the elements of bracket `number` up to its closing sign, which is consumed.
  private mutating func fill(_ number: Int) {
    let kind = layout.brackets[number].kind
    var bracket = layout.brackets[number]
    var element = Element()
    let first = at
    while at < atoms.count {
      let atom = atoms[at]
      if isClosing(atom.kind) || atom.kind == .end { break }
      let startsStatement = kind.holdsStatements && statementStarts.contains(atom.span.start)
      let isSeparator = atom.kind == .semicolon || (atom.kind == .comma && !kind.holdsStatements)
      if isSeparator || startsStatement {
        finish(&element, in: &bracket)
        if isSeparator {
          // `{ ; }` is an empty block where `{}` would be an empty record.
          if kind == .block, bracket.elements.isEmpty, at + 1 < atoms.count, atoms[at + 1].kind == .rightBrace {
            element.pieces.append(.atom(at))
          }
          at += 1
          continue
        }
      }
      if !element.pieces.isEmpty { noteBreak(at, in: kind) }
      noteSpacing(at, in: kind, startsStatement: startsStatement || element.pieces.isEmpty)
      if let inner = bracketKind(at, isFirst: element.pieces.isEmpty) {
        layout.brackets.append(Bracket(kind: inner, open: at))
        let index = layout.brackets.count - 1
        element.pieces.append(.bracket(index))
        at += 1
        fill(index)
      } else {
        element.pieces.append(.atom(at))
        at += 1
      }
    }
    finish(&element, in: &bracket)
    bracket.close = min(at, atoms.count - 1)
    at += 1
    settle(&bracket, first: first)
    layout.brackets[number] = bracket
  }

  private mutating func finish(_ element: inout Element, in bracket: inout Bracket) {
    guard !element.pieces.isEmpty else { return }
    linkChains(element)
    bracket.elements.append(element)
    element = Element()
  }

  private func isClosing(_ kind: TokenKind) -> Bool {
    kind == .rightParen || kind == .rightBracket || kind == .rightBrace
  }

  private mutating func bracketKind(_ index: Int, isFirst: Bool) -> BracketKind? {
    let follows = !isFirst && atoms.endsOperand(index - 1)
    switch atoms[index].kind {
    case .leftBrace: return blockStarts.contains(atoms[index].span.start) ? .block : .record
    case .leftBracket:
      if follows { layout.calls.insert(index) }
      return follows ? .index : .list
    case .leftParen:
      if follows { layout.calls.insert(index) }
      return follows || lambdaStarts.contains(index) ? .arguments : .group
    default: return nil
    }
  }

  /// The opening parentheses of parameter lists: `=>` follows their partners.
  private static func lambdas(in atoms: SourceAtoms) -> Set<Int> {
    var open: [Int] = []
    var found: Set<Int> = []
    for index in 0..<atoms.count {
      switch atoms[index].kind {
      case .leftParen, .leftBracket, .leftBrace: open.append(index)
      case .rightParen, .rightBracket, .rightBrace:
        if let start = open.popLast(), index + 1 < atoms.count, atoms[index + 1].kind == .arrow { found.insert(start) }
      default: break
      }
    }
    return found
  }

  // MARK: Lines

  /// Whether the atom, which is not the first of its element, starts a line.
  private mutating func noteBreak(_ index: Int, in kind: BracketKind) {
    let atom = atoms[index]
    let before = atoms[index - 1].kind
    var breaks = false
    if !atom.gap.remarks.isEmpty {
      breaks = true  // a comment ends its line, and the author's line ended here too
    } else if atom.kind == .pipe {
      breaks = atom.startsLine || (atoms[index + 1].startsLine && atoms[index + 1].gap.remarks.isEmpty)
    } else if atom.startsLine, before != .pipe {
      switch atom.kind {
      case .dot: breaks = true
      case .else, .catch: breaks = before != .rightBrace && !atoms.isField(index)
      default:
        breaks = continues(index - 1, in: kind) || (!kind.holdsStatements && isBinary(index) && before != .not)
      }
    }
    if breaks { layout.breaks.insert(index) }
  }

  /// Whether a line may break behind this atom.
  private func continues(_ index: Int, in kind: BracketKind) -> Bool {
    switch atoms[index].kind {
    case .assign: kind.holdsStatements
    case .arrow: true
    case let sign: isBinary(index) || (sign.augmentedOperator != nil)
    }
  }

  private func isBinary(_ index: Int) -> Bool {
    switch atoms[index].kind {
    case .plus, .star, .slash, .floorSlash, .percent, .caret, .at, .dotDot, .equal, .notEqual, .less, .lessEqual,
      .greater, .greaterEqual, .bar, .ampersand:
      true
    case .minus: atoms.endsOperand(index - 1)
    case .and, .or, .in: !atoms.isField(index) && atoms[index + 1].kind != .assign
    case .not: index + 1 < atoms.count && atoms[index + 1].kind == .in && atoms.endsOperand(index - 1)
    default: false
    }
  }

  private mutating func noteSpacing(_ index: Int, in kind: BracketKind, startsStatement: Bool) {
    switch atoms[index].kind {
    case .assign where kind == .arguments: layout.tight.insert(index)
    case .colon where kind == .index: layout.tight.insert(index)
    case .tilde: layout.unary.insert(index)
    case .minus:
      if atoms.isUnaryMinus(index, startsStatement: startsStatement) { layout.unary.insert(index) }
    default: break
    }
  }

  // MARK: Widths

  /// What can be said about a bracket once its inside is known.
  private mutating func settle(_ bracket: inout Bracket, first: Int) {
    guard bracket.kind != .file else { return }
    let own = ownAtoms(of: bracket, first: first)
    let hasOwnComment = own.contains { !atoms[$0].gap.remarks.isEmpty }
    let startsNewLine = first < atoms.count && atoms[first].startsLine
    switch bracket.kind {
    case .group:
      let edge = [first, bracket.close].contains { !atoms[$0].gap.remarks.isEmpty }
      bracket.isBroken = startsNewLine || edge
    case .block:
      let inside = (bracket.open + 1)...max(bracket.open + 1, bracket.close)
      bracket.isBroken = inside.contains { atoms[$0].startsLine || !atoms[$0].gap.remarks.isEmpty }
    default: bracket.isBroken = hasOwnComment || own.contains { atoms[$0].startsLine }
    }
    if bracket.elements.isEmpty, atoms[bracket.close].gap.remarks.isEmpty { bracket.isBroken = false }
    measure(&bracket)
  }

  /// The atoms between which the bracket itself could break, not those of brackets inside.
  private func ownAtoms(of bracket: Bracket, first: Int) -> [Int] {
    var result: [Int] = []
    for element in bracket.elements { for piece in element.pieces { result.append(firstAtom(piece)) } }
    result.append(bracket.close)
    return result
  }

  private func firstAtom(_ piece: Piece) -> Int {
    switch piece {
    case .atom(let index): index
    case .bracket(let number): layout.brackets[number].open
    }
  }

  private func measure(_ bracket: inout Bracket) {
    bracket.width = 1
    bracket.containsBreak = bracket.isBroken
    if bracket.isBroken { return }
    let padding = bracket.kind == .block ? 1 : 0
    bracket.width += padding
    for (number, element) in bracket.elements.enumerated() {
      if number > 0 { bracket.width += 2 }
      let (width, breaks) = measure(element.pieces[...])
      bracket.width += width
      if breaks {
        bracket.containsBreak = true
        return
      }
    }
    bracket.width += padding + 1
  }

  /// Columns of the pieces, up to the first line break.
  private func measure(_ pieces: ArraySlice<Piece>) -> (width: Int, breaks: Bool) {
    var width = 0
    for (index, piece) in zip(pieces.indices, pieces) {
      let atom = firstAtom(piece)
      if index > pieces.startIndex {
        if layout.breaks.contains(atom) { return (width, true) }
        if layout.hasSpace(before: atom, in: atoms) { width += 1 }
      }
      switch piece {
      case .atom: width += atoms[atom].width
      case .bracket(let number):
        width += layout.brackets[number].width
        if layout.brackets[number].containsBreak { return (width, true) }
      }
    }
    return (width, false)
  }

  // MARK: if … else …

  /// The blocks of one `if`, or of one `try`, break together.
  private mutating func linkChains(_ element: Element) {
    var chain: [(position: Int, bracket: Int)] = []
    for (position, piece) in element.pieces.enumerated() {
      guard case .bracket(let number) = piece, layout.brackets[number].kind == .block else { continue }
      if let last = chain.last, !links(element.pieces, from: last.position, to: position) {
        close(chain, in: element)
        chain = []
      }
      chain.append((position, number))
    }
    close(chain, in: element)
  }

  /// `} else {`, `} else if c {`, `} catch e {`
  private func links(_ pieces: [Piece], from: Int, to: Int) -> Bool {
    guard from + 1 < to, case .atom(let word) = pieces[from + 1] else { return false }
    switch atoms[word].kind {
    case .catch: return to - from <= 3
    case .else:
      if to == from + 2 { return true }
      if case .atom(let next) = pieces[from + 2] { return atoms[next].kind == .if }
      return false
    default: return false
    }
  }

  private mutating func close(_ chain: [(position: Int, bracket: Int)], in element: Element) {
    guard let first = chain.first, let last = chain.last else { return }
    if chain.contains(where: { layout.brackets[$0.bracket].isBroken }) {
      for link in chain {
        // An empty block stays as it is: `{ }`.
        let isEmpty = layout.brackets[link.bracket].elements.isEmpty && !layout.brackets[link.bracket].isBroken
        if isEmpty { continue }
        layout.brackets[link.bracket].isBroken = true
        layout.brackets[link.bracket].containsBreak = true
        layout.brackets[link.bracket].width = 1
      }
    }
    for link in chain { layout.brackets[link.bracket].leader = first.bracket }
    let (width, _) = measure(element.pieces[first.position...last.position])
    layout.brackets[first.bracket].chainWidth = width
  }
}

extension Document {
  /// Whether a space stands between the atom and the one before it on the same line.
  func hasSpace(before index: Int, in atoms: SourceAtoms) -> Bool {
    let before = atoms[index - 1].kind
    let kind = atoms[index].kind
    if unary.contains(index - 1) || tight.contains(index - 1) || tight.contains(index) { return false }
    if before == .dot || kind == .dot || before == .dotDot || kind == .dotDot { return false }
    switch kind {
    case .comma, .colon, .ellipsis, .semicolon: return false
    case .leftParen, .leftBracket: return !calls.contains(index)
    default: return true
    }
  }
}
