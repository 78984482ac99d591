// Conditions, branches, `try`.

import Lang

extension Compiler {
  /// Jumps that are taken when `id` is false; falls through when it is true. Comparisons are fused with their jump.
  mutating func compileCondition(_ id: NodeID, _ construct: ConditionConstruct) throws -> [Int] {
    let id = ungrouped(id)
    let mark = nextRegister
    defer { release(to: mark) }
    let span = tree.span(id)
    switch tree[id] {
    case .and:
      var exits: [Int] = []
      var boundAfterFirst: Set<Int>?
      for term in terms(of: id, isAnd: true) {
        exits += try compileCondition(term, .and)
        if boundAfterFirst == nil { boundAfterFirst = bound }
      }
      if let boundAfterFirst { bound = boundAfterFirst }
      return exits
    case .binary(let op, let left, let right):
      guard let (test, testConstant) = Self.tests[op] else { break }
      // The left side of a comparison may itself be a long chain; `operand` compiles that in a loop.
      let a = try operand(left, before: right)
      if let index = numberOperand(right) {
        emit(.init(testConstant, a, index), span)
      } else {
        emit(.init(test, a, try operand(right)), span)
      }
      return [emit(.init(.jump), span)]
    case .bool(true): return []
    default: break
    }
    let value = try operand(id)
    return [emit(.init(.jumpIfFalse, value, wide: 0, x: construct.rawValue), span)]
  }

  private static let tests: [BinaryOperator: (Opcode, Opcode)] = [
    .equal: (.testEqual, .testEqualK), .notEqual: (.testNotEqual, .testNotEqualK), .less: (.testLess, .testLessK),
    .lessEqual: (.testLessEqual, .testLessEqualK), .greater: (.testGreater, .testGreaterK),
    .greaterEqual: (.testGreaterEqual, .testGreaterEqualK),
  ]

  /// Runs each of several ways through the program from the same state; afterwards only what all of them bind is bound.
  private mutating func merge(_ ways: [Set<Int>]) {
    guard var common = ways.first else { return }
    for way in ways.dropFirst() { common.formIntersection(way) }
    bound = common
  }

  /// Without `else` there is no value: nil, whichever branch runs.
  mutating func compileConditional(
    _ branches: [ConditionalBranch], _ otherwise: NodeID?, into target: Int, _ span: Span
  ) throws {
    guard let otherwise else {
      try compileConditionalStatement(branches, nil, span)
      emit(.init(.loadNil, target), span)
      return
    }
    var ends: [Int] = []
    var ways: [Set<Int>] = []
    for branch in branches {
      let exits = try compileCondition(branch.condition, .ifHead)
      let boundAtElse = bound
      try compile(branch.body, into: target)
      ends.append(emit(.init(.jump), span))
      for exit in exits { patch(exit) }
      ways.append(bound)
      bound = boundAtElse
    }
    try compile(otherwise, into: target)
    ways.append(bound)
    for end in ends { patch(end) }
    merge(ways)
  }

  /// The same as a statement: no value.
  mutating func compileConditionalStatement(_ branches: [ConditionalBranch], _ otherwise: NodeID?, _ span: Span) throws
  {
    var ends: [Int] = []
    var ways: [Set<Int>] = []
    for (number, branch) in branches.enumerated() {
      let exits = try compileCondition(branch.condition, .ifHead)
      let boundAtElse = bound
      try compileStatement(branch.body)
      if number < branches.count - 1 || otherwise != nil { ends.append(emit(.init(.jump), span)) }
      for exit in exits { patch(exit) }
      ways.append(bound)
      bound = boundAtElse
    }
    if let otherwise { try compileStatement(otherwise) }
    ways.append(bound)
    for end in ends { patch(end) }
    merge(ways)
  }

  /// Compiles `attempt` so that an error inside goes on at the returned instruction with the error's record in `register`.
  private mutating func compileAttempt(_ attempt: NodeID, into target: Int, errorIn register: Int, _ span: Span) throws
    -> Int
  {
    let start = emit(.init(.tryStart, register), span)
    tryDepth += 1
    let before = bound
    try compile(attempt, into: target)
    bound = before
    tryDepth -= 1
    emit(.init(.tryEnd), span)
    let end = emit(.init(.jump), span)
    patch(start)
    return end
  }

  mutating func compileTryElse(_ attempt: NodeID, _ fallback: NodeID, into target: Int, _ span: Span) throws {
    let result = try temporary(span)
    let error = try temporary(span)
    let end = try compileAttempt(attempt, into: result, errorIn: error, span)
    let before = bound
    try compile(fallback, into: result)
    bound = before
    patch(end)
    emit(.init(.take, target, result), span)
  }

  mutating func compileTryCatch(
    _ attempt: NodeID, _ name: NodeID?, _ handler: NodeID, into target: Int, _ span: Span
  ) throws {
    let result = try temporary(span)
    let error = try temporary(span)
    let end = try compileAttempt(attempt, into: result, errorIn: error, span)
    let before = bound
    if let name { store(error, to: name) }
    try compile(handler, into: result)
    bound = before
    patch(end)
    emit(.init(.take, target, result), span)
  }

  /// Assigns a register to a name.
  mutating func store(_ register: Int, to name: NodeID) {
    let span = tree.span(name)
    switch resolution[name] {
    case .local(let slot):
      if Int(slot) != register { emit(.init(.move, Int(slot), register), span) }
      bound.insert(Int(slot))
    case .global(let slot): emit(.init(.setGlobal, register, wide: Int(slot)), span)
    default: break
    }
  }
}
