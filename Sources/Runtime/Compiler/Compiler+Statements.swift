// Statements, which leave no value.

import Lang

extension Compiler {
  /// A block's value is that of its last statement.
  mutating func compileBlock(_ statements: [NodeID], into target: Int, _ span: Span) throws {
    guard let last = statements.last else {
      emit(.init(.loadNil, target), span)
      return
    }
    for (index, statement) in statements.dropLast().enumerated() {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      try compileStatement(statement)
    }
    try compile(last, into: target)
    clearStale(keeping: target, tree.span(last))
  }

  mutating func compileStatement(_ id: NodeID) throws {
    let mark = nextRegister
    let outer = (staleFrom, staleTo)
    (staleFrom, staleTo) = (Int.max, -1)
    defer {
      release(to: mark)
      staleFrom = min(staleFrom, outer.0)
      staleTo = max(staleTo, outer.1)
    }
    let span = tree.span(id)
    switch tree[id] {
    case .assign(let target, let value): try compileAssign(target, value, span)
    case .augmented(let op, let target, let value): try compileAugmented(op, target, value, span)
    case .unpack(let targets, let value): try compileUnpack(targets, value, span)
    case .function(let name, let function):
      let register = try temporary(span)
      try compileClosure(function, into: register, span)
      store(register, to: name)
      emit(.init(.clear, register, 1), span)
    case .forLoop(let names, let iterable, let body): try compileFor(names, iterable, body, span)
    case .whileLoop(let condition, let body): try compileWhile(condition, body, span)
    case .breakLoop, .continueLoop: compileLoopExit(id, span)
    case .returnValue(let value):
      let register = try temporary(span)
      if let value { try compile(value, into: register) } else { emit(.init(.loadNil, register), span) }
      emit(.init(.returnValue, register), span)
    case .needs: break
    case .param(let index): try compileParam(tree.params[index], index, span)
    case .use(let index):
      code.uses.append(tree.uses[index])
      let register = try temporary(span)
      emit(.init(.use, register, try formIndex(code.uses.count - 1, "modules", span)), tree.uses[index].pathSpan)
      store(register, to: tree.uses[index].binding)
      emit(.init(.clear, register, 1), span)
    case .block(let statements): for statement in statements { try compileStatement(statement) }
    case .conditional(let branches, let otherwise): try compileConditionalStatement(branches, otherwise, span)
    case .invalid: break
    default: try compile(id, into: try temporary(span))
    }
    release(to: mark)
    clearStale(keeping: nil, span)
  }

  private mutating func compileAssign(_ target: NodeID, _ value: NodeID, _ span: Span) throws {
    guard case .name = tree[target] else { return try compilePath(target, value, op: nil, span) }
    if case .local(let slot) = resolution[target] {
      // Straight into the local, unless the value's own computation assigns it on the way.
      if tree.hasAssignment(in: tree.span(value)) {
        let register = try temporary(span)
        try compile(value, into: register)
        emit(.init(.take, Int(slot), register), span)
      } else {
        try compile(value, into: Int(slot))
      }
      bound.insert(Int(slot))
      return
    }
    let register = try temporary(span)
    try compile(value, into: register)
    store(register, to: target)
    emit(.init(.clear, register, 1), span)
  }

  private mutating func compileAugmented(_ op: BinaryOperator, _ target: NodeID, _ value: NodeID, _ span: Span) throws {
    guard case .name = tree[target] else { return try compilePath(target, value, op: op, span) }
    let binding = resolution[target]
    if op == .add {
      if case .local(let slot) = binding { checkBound(Int(slot), tree.span(target)) }
      // `xs += [x]` needs no list for its right side.
      if case .local(let slot) = binding, case .list(let items) = tree[value], items.count == 1 {
        let register = try temporary(span)
        try compile(items[0], into: register)
        emit(.init(.appendElement, Int(slot), register), span)
        return
      }
      let register = try operand(value)
      switch binding {
      case .local(let slot): emit(.init(.addAssign, Int(slot), register), span)
      case .global(let slot): emit(.init(.addAssignGlobal, register, wide: Int(slot)), span)
      default: break
      }
      return
    }
    let result = try temporary(span)
    let left = try operand(target, before: value)
    let right = try operand(value)
    emit(.init(Self.augmentedForms[op] ?? .add, result, left, right), span)
    store(result, to: target)
  }

  static let augmentedForms: [BinaryOperator: Opcode] = [
    .add: .add, .subtract: .subtract, .multiply: .multiply, .divide: .divide, .floorDivide: .floorDivide,
    .modulo: .modulo, .power: .power, .matmul: .matmul,
  ]

  /// A target like `x[i].b`: its links from the root outwards; the indices' values are in registers from `base` on.
  private struct Path {
    let root: NodeID
    let links: [NodeID]
    let steps: [PathForm.Step]
    let base: Int
    let operandCount: Int
  }

  private mutating func compilePathOperands(_ target: NodeID) throws -> Path {
    let span = tree.span(target)
    var links: [NodeID] = []
    var root = target
    path: while true {
      switch tree[root] {
      case .index(let base, _), .field(let base, _, _):
        links.append(root)
        root = base
      default: break path
      }
    }
    links.reverse()
    let base = nextRegister
    var steps: [PathForm.Step] = []
    for link in links {
      switch tree[link] {
      case .field(_, let name, _): steps.append(.field(Symbol(interning: name)))
      case .index(_, let indices):
        for index in indices { try compile(index, into: try temporary(span)) }
        steps.append(.index(indices.count))
      default: break
      }
    }
    return Path(root: root, links: links, steps: steps, base: base, operandCount: nextRegister - base)
  }

  /// Stores the value in the register behind the path's operands.
  private mutating func emitPathStore(_ path: Path, _ span: Span) throws {
    if case .local(let slot) = resolution[path.root], path.steps.count == 1 {
      checkBound(Int(slot), tree.span(path.root))
      switch path.steps[0] {
      case .index(1):
        emit(.init(.setElement, Int(slot), path.base, path.base + 1), span)
        return
      case .field(let field):
        emit(.init(.setField, Int(slot), try symbol(field.name, span), path.base), span)
        return
      default: break
      }
    }
    let rootText = tree.nameText(path.root)
    var globalSlot: Int?
    var register = 0
    switch resolution[path.root] {
    case .local(let slot):
      checkBound(Int(slot), tree.span(path.root))
      register = Int(slot)
    case .global(let slot): globalSlot = Int(slot)
    default: throw Fault.unboundName(rootText, isLocal: true, at: tree.place(path.root))
    }
    code.pathForms.append(
      PathForm(globalSlot: globalSlot, rootName: rootText, steps: path.steps, operandCount: path.operandCount))
    let form = try formIndex(code.pathForms.count - 1, "assignments", span)
    emit(.init(.assignPath, register, path.base, form), span)
    emit(.init(.clear, path.base, path.operandCount + 1), span)
  }

  /// `x[i].b = v` and `x[i].b += v`: the indices are computed once, then the value.
  private mutating func compilePath(_ target: NodeID, _ value: NodeID, op: BinaryOperator?, _ span: Span) throws {
    let path = try compilePathOperands(target)
    let valueRegister = try temporary(span)
    try compile(value, into: valueRegister)
    if let op { try emitPathOperator(op, path, valueRegister, span) }
    try emitPathStore(path, tree.span(target))
  }

  /// Reads the element that a path leads to, and replaces the value register by `element op value`.
  private mutating func emitPathOperator(
    _ op: BinaryOperator, _ path: Path, _ valueRegister: Int, _ span: Span
  ) throws {
    let current = try temporary(span)
    try compile(path.root, into: current)
    var operand = path.base
    for link in path.links {
      switch tree[link] {
      case .field(_, let name, let nameSpan):
        emit(.init(.field, current, current, try symbol(name, nameSpan)), tree.span(link))
      case .index(_, let indices) where indices.count == 1:
        emit(.init(.index, current, current, operand), tree.span(link))
        operand += 1
      case .index(_, let indices):
        let window = try temporary(span)
        emit(.init(.move, window, current), span)
        for offset in 0..<indices.count { emit(.init(.move, try temporary(span), operand + offset), span) }
        emit(.init(.indexMany, current, window, indices.count), tree.span(link))
        emit(.init(.clear, window, indices.count + 1), span)
        operand += indices.count
      default: break
      }
    }
    emit(.init(Self.augmentedForms[op] ?? .add, valueRegister, current, valueRegister), span)
    emit(.init(.clear, current, 1), span)
  }

  private mutating func compileUnpack(_ targets: [NodeID], _ value: NodeID, _ span: Span) throws {
    let source = try temporary(span)
    try compile(value, into: source)
    let base = nextRegister
    for _ in targets { _ = try temporary(span) }
    emit(.init(.unpack, source, base, targets.count), tree.span(value))
    for (offset, target) in targets.enumerated() { try storeElement(base + offset, to: target, span) }
    emit(.init(.clear, source, targets.count + 1), span)
  }

  /// Assigns a register to a name or to a path.
  private mutating func storeElement(_ register: Int, to target: NodeID, _ span: Span) throws {
    if case .name = tree[target] { return store(register, to: target) }
    let mark = nextRegister
    defer { release(to: mark) }
    let path = try compilePathOperands(target)
    emit(.init(.move, try temporary(span), register), span)
    try emitPathStore(path, tree.span(target))
  }

  private mutating func compileParam(_ param: ParamNode, _ index: Int, _ span: Span) throws {
    let register = try temporary(span)
    emit(.init(.param, register, try formIndex(index, "params", span)), span)
    if let value = param.defaultValue {
      let given = emit(.init(.jumpIfBound, register), span)
      try compile(value, into: register)
      patch(given)
    }
    store(register, to: param.name)
  }

  // MARK: Loops

  private mutating func compileWhile(_ condition: NodeID, _ body: NodeID, _ span: Span) throws {
    let start = here
    let exits = try compileCondition(condition, .whileHead)
    let before = bound
    loops.append(Loop(start: start, tryDepth: tryDepth))
    try compileStatement(body)
    emit(.init(.jumpBack, wide: start), span)
    bound = before
    for exit in exits { patch(exit) }
    for exit in loops.removeLast().breaks { patch(exit) }
  }

  private mutating func compileFor(_ names: [NodeID], _ iterable: NodeID, _ body: NodeID, _ span: Span) throws {
    let cursor = try temporary(span)
    let limit = try temporary(span)
    var next: Opcode = .iterNext
    if case .binary(.range, let start, let end) = tree[ungrouped(iterable)], names.count == 1 {
      // Counting needs no range value.
      try compile(start, into: cursor)
      try compile(end, into: limit)
      emit(.init(.rangeStart, cursor), tree.span(iterable))
      next = .rangeNext
    } else {
      emit(.init(.iterStart, cursor, try operand(iterable), names.count), tree.span(iterable))
    }
    let start = here
    let before = bound
    let element = try temporary(span)
    var direct: Int?
    if names.count == 1, let name = names.first, case .local(let slot) = resolution[name] { direct = Int(slot) }
    emit(.init(next, cursor, direct ?? element), span)
    let exit = emit(.init(.jump), span)
    if let direct {
      bound.insert(direct)
    } else if names.count == 1, let name = names.first {
      store(element, to: name)
    } else {
      let base = nextRegister
      for _ in names { _ = try temporary(span) }
      emit(.init(.unpack, element, base, names.count), tree.span(iterable))
      for (offset, name) in names.enumerated() { store(base + offset, to: name) }
      emit(.init(.clear, base, names.count), span)
    }
    loops.append(Loop(start: start, tryDepth: tryDepth))
    try compileStatement(body)
    emit(.init(.jumpBack, wide: start), span)
    patch(exit)
    bound = before
    for exit in loops.removeLast().breaks { patch(exit) }
    emit(.init(.clear, cursor, 3), span)
  }

  private mutating func compileLoopExit(_ id: NodeID, _ span: Span) {
    guard let loop = loops.last else { return }
    // Leaving a `try` inside the loop ends its protection.
    for _ in loop.tryDepth..<tryDepth { emit(.init(.tryEnd), span) }
    if case .breakLoop = tree[id] {
      loops[loops.count - 1].breaks.append(emit(.init(.jump), span))
    } else {
      emit(.init(.jumpBack, wide: loop.start), span)
    }
  }
}
