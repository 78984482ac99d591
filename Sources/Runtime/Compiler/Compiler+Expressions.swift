// Expressions into registers.

import Lang

extension Compiler {
  /// Where a value can be read: the local's own register, or a temporary that `compile` filled.
  mutating func operand(_ id: NodeID, before neighbour: NodeID? = nil) throws -> Int {
    let id = ungrouped(id)
    if case .name = tree[id], case .local(let slot) = resolution[id] {
      // A neighbour that assigns (a block inside the expression) must not change what was read before it.
      let mayChange = neighbour.map { tree.hasAssignment(in: tree.span($0)) } ?? false
      if !mayChange {
        checkBound(Int(slot), tree.span(id))
        return Int(slot)
      }
    }
    let register = try temporary(tree.span(id))
    try compile(id, into: register)
    return register
  }

  mutating func checkBound(_ slot: Int, _ span: Span) {
    guard !bound.contains(slot) else { return }
    emit(.init(.checkBound, slot), span)
    bound.insert(slot)
  }

  /// Puts the value of an expression (or of a statement: nil) into a register; it is written by the last instruction only.
  mutating func compile(_ id: NodeID, into target: Int) throws {
    let mark = nextRegister
    defer { release(to: mark) }
    let span = tree.span(id)
    switch tree[id] {
    case .nil, .invalid: emit(.init(.loadNil, target), span)
    case .bool(let value): emit(.init(.loadBool, target, value ? 1 : 0), span)
    case .number(let number): emit(.init(.loadConstant, target, wide: constant(.number(number))), span)
    case .string(let text): emit(.init(.loadConstant, target, wide: constant(.string(text))), span)
    case .interpolation(let parts): try compileText(parts, into: target, span)
    case .name: try compileName(id, into: target)
    case .list(let items): try compileList(items, into: target, span)
    case .record(let entries): try compileRecord(entries, into: target, span)
    case .group(let inner): try compile(inner, into: target)
    case .negate, .invert, .not: try compilePrefix(id, into: target)
    case .binary, .pipe, .call, .index, .field: try compileChain(id, into: target)
    case .and, .or: try compileLogic(id, into: target)
    case .slice(let start, let end, let step): try compileSlice(start, end, step, into: target, span)
    case .lambda(let function): try compileClosure(function, into: target, span)
    case .block(let statements): try compileBlock(statements, into: target, span)
    case .conditional(let branches, let otherwise): try compileConditional(branches, otherwise, into: target, span)
    case .tryElse(let attempt, let fallback): try compileTryElse(attempt, fallback, into: target, span)
    case .tryCatch(let attempt, let name, let handler): try compileTryCatch(attempt, name, handler, into: target, span)
    default:
      try compileStatement(id)
      emit(.init(.loadNil, target), span)
    }
  }

  private mutating func compileName(_ id: NodeID, into target: Int) throws {
    let span = tree.span(id)
    switch resolution[id] {
    case .local(let slot):
      checkBound(Int(slot), span)
      if Int(slot) != target { emit(.init(.move, target, Int(slot)), span) }
    case .capture(let index):
      emit(.init(.getCapture, target, Int(index)), span)
      noteStale(target)
    case .itself: emit(.init(.getItself, target), span)
    case .global(let slot):
      emit(.init(.getGlobal, target, wide: Int(slot)), span)
      noteStale(target)
    case .builtin: emit(.init(.loadConstant, target, wide: constant(try builtin(tree.nameText(id)))), span)
    case .none: throw Fault.unknownName(tree.nameText(id), own: [], at: tree.place(id))
    }
  }

  /// A temporary that keeps a list alive would make the next `xs += [v]` copy it: such registers are cleared when their
  /// statement ends.
  mutating func noteStale(_ register: Int) {
    guard register >= resolution.scopes[function].locals.count else { return }
    staleFrom = min(staleFrom, register)
    staleTo = max(staleTo, register)
  }

  mutating func clearStale(keeping kept: Int?, _ span: Span) {
    defer {
      staleFrom = Int.max
      staleTo = -1
    }
    guard staleTo >= staleFrom else { return }
    // Registers below the statement's own belong to an expression around it.
    let first = max(staleFrom, nextRegister)
    guard staleTo >= first else { return }
    if let kept, kept >= first, kept <= staleTo {
      if kept > first { emit(.init(.clear, first, kept - first), span) }
      if kept < staleTo { emit(.init(.clear, kept + 1, staleTo - kept), span) }
    } else {
      emit(.init(.clear, first, staleTo - first + 1), span)
    }
  }

  private mutating func compileText(_ parts: [StringPart], into target: Int, _ span: Span) throws {
    var texts = [""]
    var formats: [FormatSpec?] = []
    var places: [Span] = []
    let base = nextRegister
    for part in parts {
      switch part {
      case .text(let text): texts[texts.count - 1] += text
      case .value(let value, let format):
        let register = try temporary(span)
        try compile(value, into: register)
        do {
          formats.append(try format.map { try FormatSpec(parsing: $0) })
        } catch let fault as Fault {
          throw fault.at(tree.place(value))
        }
        texts.append("")
        places.append(tree.span(value))
      }
    }
    code.textForms.append(TextForm(texts: texts, formats: formats, places: places))
    let form = try formIndex(code.textForms.count - 1, "strings with values", span)
    emit(.init(.interpolate, target, base, form), span)
  }

  private mutating func compileList(_ items: [NodeID], into target: Int, _ span: Span) throws {
    // Long lists are built in pieces, so that their length is not bounded by the registers.
    let pieceSize = 64
    if items.count <= pieceSize {
      let base = nextRegister
      for item in items { try compile(item, into: try temporary(span)) }
      emit(.init(.newList, target, base, items.count), span)
      return
    }
    let list = try temporary(span)
    emit(.init(.newList, list, list, 0), span)
    let base = nextRegister
    for start in stride(from: 0, to: items.count, by: pieceSize) {
      if start & 0xFFF == 0 { try checkInterrupt() }
      let piece = items[start..<min(start + pieceSize, items.count)]
      for item in piece { try compile(item, into: try temporary(span)) }
      emit(.init(.appendList, list, base, piece.count), span)
      release(to: base)
    }
    emit(.init(.take, target, list), span)
  }

  private mutating func compileRecord(_ entries: [RecordEntry], into target: Int, _ span: Span) throws {
    guard let first = entries.firstIndex(where: { $0.computedKey != nil || $0.isSpread }) else {
      return try compileShapedRecord(entries[...], into: target, span)
    }
    // Keys that are known only when the program runs are set one by one, and so are those after them, which keeps their order.
    let record = try temporary(span)
    let base = nextRegister
    try compileShapedRecord(entries[..<first], into: record, span)
    release(to: base)
    for entry in entries[first...] {
      if entry.isSpread {
        let source = try temporary(span)
        try compile(entry.value, into: source)
        emit(.init(.spreadEntries, record, source), tree.span(entry.value))
        release(to: base)
        continue
      }
      let key = try temporary(span)
      if let computed = entry.computedKey {
        try compile(computed, into: key)
      } else {
        emit(.init(.loadConstant, key, wide: constant(.string(entry.key))), span)
      }
      let value = try temporary(span)
      try compile(entry.value, into: value)
      emit(.init(.setElement, record, key, value), span)
      release(to: base)
    }
    emit(.init(.take, target, record), span)
  }

  private mutating func compileShapedRecord(
    _ entries: ArraySlice<RecordEntry>, into target: Int, _ span: Span
  ) throws {
    let base = nextRegister
    for entry in entries { try compile(entry.value, into: try temporary(span)) }
    code.recordShapes.append(entries.map { Symbol(interning: $0.key) })
    let shape = try formIndex(code.recordShapes.count - 1, "records", span)
    emit(.init(.newRecord, target, base, shape), span)
  }

  /// `- - x`, `~-x` and `not not x`, however many.
  private mutating func compilePrefix(_ id: NodeID, into target: Int) throws {
    var chain: [NodeID] = []
    var inner = id
    loop: while true {
      switch tree[inner] {
      case .negate(let next), .invert(let next), .not(let next):
        chain.append(inner)
        inner = next
      default: break loop
      }
    }
    // -3 is a constant.
    if chain.count == 1, case .negate = tree[id], case .number(let number) = tree[inner] {
      emit(.init(.loadConstant, target, wide: constant(.number(-number))), tree.span(id))
      return
    }
    var source = try operand(inner)
    var operandSpan = tree.span(inner)
    for node in chain.reversed() {
      switch tree[node] {
      case .negate: emit(.init(.negate, target, source), tree.span(node))
      case .invert: emit(.init(.invert, target, source), tree.span(node))
      default: emit(.init(.not, target, source, x: ConditionConstruct.not.rawValue), operandSpan)
      }
      operandSpan = tree.span(node)
      source = target
    }
  }

  // MARK: Chains

  /// The left child of an operator, pipe, call, index or field: such chains are as deep as they are long.
  private func leftChild(_ id: NodeID) -> NodeID? {
    switch tree[id] {
    case .binary(_, let left, _), .pipe(let left, _), .call(let left, _), .index(let left, _), .field(let left, _, _):
      left
    case .group(let inner): inner
    default: nil
    }
  }

  private mutating func compileChain(_ id: NodeID, into target: Int) throws {
    var spine = [id]
    while let last = spine.last, let left = leftChild(last) {
      guard leftChild(left) != nil else { break }
      spine.append(left)
    }
    guard let bottom = spine.last, let first = leftChild(bottom) else { return }
    // The usual short forms need no intermediate register.
    if spine.count == 1 {
      try compileStep(id, left: nil, first, into: target)
      return
    }
    let accumulator = try temporary(tree.span(id))
    try compileStep(bottom, left: nil, first, into: accumulator)
    for node in spine.dropLast().reversed() {
      if case .group = tree[node] { continue }
      try compileStep(node, left: accumulator, first, into: node == id ? target : accumulator)
    }
    if case .group = tree[id] { emit(.init(.move, target, accumulator), tree.span(id)) }
  }

  /// One link of a chain. `left` is the register that holds the left child's value; nil: it has yet to be compiled from `child`.
  private mutating func compileStep(_ id: NodeID, left: Int?, _ child: NodeID, into target: Int) throws {
    let mark = nextRegister
    defer { release(to: mark) }
    let span = tree.span(id)
    switch tree[id] {
    case .binary(let op, _, let right): try compileBinary(op, left, child, right, into: target, span)
    case .pipe(_, let right): try compilePipe(left, child, right, into: target, span)
    case .call(_, let arguments):
      let base = try temporary(span)
      let global = left == nil ? globalCallee(child, arguments) : nil
      if let left {
        emit(.init(.take, base, left), span)
      } else if global == nil {
        try compile(child, into: base)
      }
      try compileArguments(arguments, global: global, base: base, into: target, span)
    case .index(_, let indices): try compileIndex(left, child, indices, into: target, span)
    case .field(_, let name, let nameSpan):
      let base = try left ?? operand(child)
      emit(.init(.field, target, base, try symbol(name, nameSpan)), nameSpan)
    case .group:
      if let left { emit(.init(.move, target, left), span) } else { try compile(child, into: target) }
    default: break
    }
  }

  private static let constantForms: [BinaryOperator: Opcode] = [
    .add: .addK, .subtract: .subtractK, .multiply: .multiplyK, .divide: .divideK, .floorDivide: .floorDivideK,
    .modulo: .moduloK,
  ]
  private static let registerForms: [BinaryOperator: Opcode] = [
    .add: .add, .subtract: .subtract, .multiply: .multiply, .divide: .divide, .floorDivide: .floorDivide,
    .modulo: .modulo, .power: .power, .matmul: .matmul, .maskOr: .maskOr, .maskAnd: .maskAnd,
    .equal: .equal, .notEqual: .notEqual, .less: .less,
    .lessEqual: .lessEqual, .greater: .greater, .greaterEqual: .greaterEqual, .isIn: .isIn, .notIn: .notIn,
    .range: .range,
  ]

  private mutating func compileBinary(
    _ op: BinaryOperator, _ left: Int?, _ child: NodeID, _ right: NodeID, into target: Int, _ span: Span
  ) throws {
    let a = try left ?? operand(child, before: right)
    if let form = Self.constantForms[op], let index = numberOperand(right) {
      emit(.init(form, target, a, index), span)
      return
    }
    let b = try operand(right)
    emit(.init(Self.registerForms[op] ?? .add, target, a, b), span)
  }

  // MARK: Logic

  /// The terms of a left-deep chain of `and` (or of `or`), first to last.
  func terms(of id: NodeID, isAnd: Bool) -> [NodeID] {
    var terms: [NodeID] = []
    var node = ungrouped(id)
    while true {
      switch tree[node] {
      case .and(let left, let right) where isAnd:
        terms.append(right)
        node = ungrouped(left)
      case .or(let left, let right) where !isAnd:
        terms.append(right)
        node = ungrouped(left)
      default:
        terms.append(node)
        return terms.reversed()
      }
    }
  }

  /// `and` and `or` as values: true or false.
  private mutating func compileLogic(_ id: NodeID, into target: Int) throws {
    let result = try temporary(tree.span(id))
    let isAnd = if case .and = tree[id] { true } else { false }
    let terms = terms(of: id, isAnd: isAnd)
    var exits: [Int] = []
    var boundAfterFirst = bound
    for (number, term) in terms.enumerated() {
      let span = tree.span(term)
      try compile(term, into: result)
      emit(.init(.truth, result, result, x: (isAnd ? ConditionConstruct.and : .or).rawValue), span)
      if number == 0 { boundAfterFirst = bound }
      if number < terms.count - 1 { exits.append(emit(.init(isAnd ? .jumpIfFalse : .jumpIfTrue, result), span)) }
    }
    for exit in exits { patch(exit) }
    bound = boundAfterFirst
    emit(.init(.move, target, result), tree.span(id))
  }
}
