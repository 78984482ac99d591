// Document → lines. A bracket stays on its line when it fits, or when only something inside it breaks; otherwise each of its
// elements gets a line.

struct DocumentPrinter {
  private let atoms: SourceAtoms
  private let layout: Document
  private var lines = FormattedLines()
  /// What the first block of an `if … else …` decided.
  private var brokenChains: Set<Int> = []

  init(_ atoms: SourceAtoms, _ layout: Document) {
    self.atoms = atoms
    self.layout = layout
  }

  mutating func print() -> [UInt8] {
    if let shebang = atoms.shebang { lines.write(shebang) }
    printBody(layout.brackets[0], indent: 0)
    return lines.finished()
  }

  // MARK: Brackets

  private mutating func printBracket(_ number: Int, tail: Int) {
    let bracket = layout.brackets[number]
    let isBlock = bracket.kind == .block
    lines.write(atoms.text(bracket.open))
    if bracket.elements.isEmpty, !bracket.isBroken {
      lines.write((isBlock ? " " : "") + atoms.text(bracket.close))
      return
    }
    if breaks(number, bracket, tail: tail) {
      let indent = lines.indent
      printBody(bracket, indent: indent + Formatter.indentWidth)
      lines.newLine(indent)
    } else {
      if isBlock { lines.write(" ") }
      for (index, element) in bracket.elements.enumerated() {
        if index > 0 { lines.write(isBlock ? "; " : ", ") }
        printElement(element, tail: index == bracket.elements.count - 1 ? 1 + tail : 1)
      }
      if isBlock { lines.write(" ") }
    }
    lines.write(atoms.text(bracket.close))
  }

  /// The opening sign has been written.
  private mutating func breaks(_ number: Int, _ bracket: Bracket, tail: Int) -> Bool {
    if bracket.isBroken { return true }
    let column = lines.column - 1
    if bracket.kind == .block {
      if bracket.leader == number || bracket.leader < 0 {
        if column + max(bracket.width, bracket.chainWidth) + tail > Formatter.lineWidth { brokenChains.insert(number) }
        return brokenChains.contains(number)
      }
      return brokenChains.contains(bracket.leader)
    }
    guard bracket.kind.breaksWhenFull else { return false }
    return column + bracket.width + (bracket.containsBreak ? 0 : tail) > Formatter.lineWidth
  }

  /// Elements on lines of their own, with the comments around them.
  private mutating func printBody(_ bracket: Bracket, indent: Int) {
    var isFirst = bracket.open >= 0 || atoms.shebang == nil
    for element in bracket.elements {
      guard let piece = element.pieces.first else { continue }
      printGap(atoms[firstAtom(piece)].gap, indent: indent, isFirst: isFirst)
      isFirst = false
      printElement(element, tail: bracket.kind.takesTrailingComma ? 1 : 0)
      if bracket.kind.takesTrailingComma { lines.write(",") }
    }
    printRemarks(atoms[bracket.close].gap, indent: indent, isFirst: isFirst)
  }

  // MARK: Elements

  private mutating func printElement(_ element: Element, tail: Int) {
    let indent = lines.indent
    let startLine = lines.count
    var param = ParamColumns()
    let isParam = element.pieces.first.map { atoms[firstAtom($0)].kind == .param } ?? false
    for (index, piece) in element.pieces.enumerated() {
      let atom = firstAtom(piece)
      if index > 0 {
        if layout.breaks.contains(atom) {
          let hangs = hangs(piece)
          printGap(atoms[atom].gap, indent: hangs ? indent : indent + Formatter.indentWidth, isFirst: true)
        } else if layout.hasSpace(before: atom, in: atoms) {
          if isParam { note(atom, index, element, in: &param) }
          lines.write(" ")
        }
      }
      switch piece {
      case .atom: lines.write(atoms.text(atom))
      case .bracket(let number): printBracket(number, tail: tailWidth(element, after: index, tail))
      }
    }
    if isParam, lines.count == startLine { lines.markParam(param) }
  }

  /// What starts a line without an indent of its own: `else`, `catch`, and the block of an `if` behind a comment.
  private func hangs(_ piece: Piece) -> Bool {
    switch piece {
    case .atom(let atom): return atoms[atom].kind == .else || atoms[atom].kind == .catch
    case .bracket(let number):
      let bracket = layout.brackets[number]
      let before = atoms[bracket.open - 1].kind
      return bracket.kind == .block && before != .arrow && before != .assign
    }
  }

  private func note(_ atom: Int, _ index: Int, _ element: Element, in param: inout ParamColumns) {
    if atoms[atom].kind == .assign, param.equals == 0 { param.equals = lines.length }
    if atoms[atom].kind == .stringStart, index == element.pieces.count - 1, atoms.endsOperand(atom - 1) {
      param.help = lines.length
      param.sourceColumn = atoms.column(of: atoms[atom].span.start)
    }
  }

  /// Columns of what sticks to the closing sign: up to the next space or bracket.
  private func tailWidth(_ element: Element, after index: Int, _ tail: Int) -> Int {
    var width = 0
    for piece in element.pieces[(index + 1)...] {
      let atom = firstAtom(piece)
      if layout.breaks.contains(atom) || layout.hasSpace(before: atom, in: atoms) { return width }
      width += atoms[atom].width
      if case .bracket = piece { return width }
    }
    return width + tail
  }

  private func firstAtom(_ piece: Piece) -> Int {
    switch piece {
    case .atom(let index): index
    case .bracket(let number): layout.brackets[number].open
    }
  }

  // MARK: Comments

  /// Comments, then a new line for what follows them.
  private mutating func printGap(_ gap: Gap, indent: Int, isFirst: Bool) {
    printRemarks(gap, indent: indent, isFirst: isFirst)
    let isAtTop = isFirst && gap.remarks.allSatisfy(\.isTrailing)
    lines.newLine(indent, blankLine: gap.blankLineBefore && !isAtTop)
  }

  private mutating func printRemarks(_ gap: Gap, indent: Int, isFirst: Bool) {
    var isFirst = isFirst
    for remark in gap.remarks {
      if remark.isTrailing, lines.canTakeComment {
        lines.comment(remark.text, sourceColumn: remark.column)
      } else {
        lines.newLine(indent, blankLine: remark.blankLineBefore && !isFirst)
        lines.comment(remark.text, sourceColumn: nil)
        isFirst = false
      }
    }
  }
}
