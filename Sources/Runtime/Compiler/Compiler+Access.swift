// Calls, pipes, indices, closures.

import Lang

extension Compiler {
  /// The function is in R[base]; compiles the arguments behind it and the call.
  /// `global`: the slot that holds the callee, when it is not in R[base].
  mutating func compileArguments(
    _ arguments: [Argument], global: Int? = nil, base: Int, into target: Int, _ span: Span
  ) throws {
    for argument in arguments {
      let register = try temporary(tree.span(argument.value))
      try compile(argument.value, into: register)
    }
    try emitCall(arguments, extra: 0, global: global, base: base, into: target, span)
  }

  /// The slot of a callee that need not be fetched before the arguments are computed: a name of the file, called from a
  /// function, which cannot assign it meanwhile.
  func globalCallee(_ callee: NodeID, _ arguments: [Argument]) -> Int? {
    guard function != 0, case .name = tree[callee], case .global(let slot) = resolution[callee], slot <= UInt16.max,
      !arguments.contains(where: { $0.name != nil || $0.isSpread })
    else { return nil }
    return Int(slot)
  }

  private mutating func emitCall(
    _ arguments: [Argument], extra: Int, global: Int? = nil, base: Int, into target: Int, _ span: Span
  ) throws {
    if let global {
      emit(.init(.callGlobal, base, arguments.count, global), span)
    } else if arguments.contains(where: { $0.name != nil || $0.isSpread }) {
      let plain = Array(repeating: CallForm.Item(name: nil, isSpread: false, span: nil), count: extra)
      let items = arguments.map {
        CallForm.Item(name: $0.name, isSpread: $0.isSpread, span: $0.nameSpan ?? tree.span($0.value))
      }
      code.callForms.append(CallForm(items: plain + items))
      emit(.init(.callWith, base, try formIndex(code.callForms.count - 1, "calls", span)), span)
    } else {
      emit(.init(.call, base, arguments.count + extra), span)
    }
    if base != target { emit(.init(.take, target, base), span) }
  }

  /// `left |> right`: the left value becomes the first argument.
  mutating func compilePipe(_ left: Int?, _ child: NodeID, _ right: NodeID, into target: Int, _ span: Span) throws {
    var callee = ungrouped(right)
    var arguments: [Argument] = []
    // A bracketed call is a value that is called in turn; a bare one gets the left side.
    if case .call(let function, let given) = tree[right] {
      callee = function
      arguments = given
    }
    // The left side is computed first, as it is written.
    var first = left
    if first == nil {
      let register = try temporary(tree.span(child))
      try compile(child, into: register)
      first = register
    }
    let base = try temporary(span)
    try compile(callee, into: base)
    let slot = try temporary(span)
    if let first { emit(.init(.take, slot, first), span) }
    for argument in arguments {
      let register = try temporary(tree.span(argument.value))
      try compile(argument.value, into: register)
    }
    // A pipeline may take many lines: what fails is the step, not all that came before it.
    try emitCall(arguments, extra: 1, base: base, into: target, tree.span(right))
  }

  mutating func compileIndex(_ left: Int?, _ child: NodeID, _ indices: [NodeID], into target: Int, _ span: Span) throws
  {
    if indices.count == 1, let index = indices.first {
      let base = try left ?? operand(child, before: index)
      let position = try operand(index)
      emit(.init(.index, target, base, position), span)
      return
    }
    let base = try temporary(span)
    if let left { emit(.init(.take, base, left), span) } else { try compile(child, into: base) }
    for index in indices { try compile(index, into: try temporary(span)) }
    emit(.init(.indexMany, target, base, indices.count), span)
    emit(.init(.clear, base, 1), span)
  }

  mutating func compileSlice(_ start: NodeID?, _ end: NodeID?, _ step: NodeID?, into target: Int, _ span: Span) throws {
    let base = nextRegister
    for part in [start, end, step] {
      let register = try temporary(span)
      if let part { try compile(part, into: register) } else { emit(.init(.loadNil, register), span) }
    }
    emit(.init(.slice, target, base), span)
  }

  mutating func compileClosure(_ function: FunctionID, into target: Int, _ span: Span) throws {
    code.functions.append(try template(of: function))
    emit(.init(.closure, target, try formIndex(code.functions.count - 1, "functions", span)), span)
  }
}
