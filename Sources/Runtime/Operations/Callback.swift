// A function of the language that an operation calls once for each element: what can be found out once is found out once.

import Lang

public final class Callback {
  private let machine: Machine
  private let callee: Value
  /// The function, when it takes exactly as many arguments as the operation gives: then they need no arranging.
  private let direct: FunctionObject?

  init(_ callee: Value, arity: Int, interpreter: Interpreter) throws {
    machine = try interpreter.machine()
    self.callee = callee
    guard case .object(let object) = callee, object.kind == .function else {
      direct = nil
      return
    }
    let function = unsafeDowncast(object, to: FunctionObject.self)
    direct = function.code.parameterNames.count == arity && !function.code.hasRest ? function : nil
  }

  public func callAsFunction(_ value: Value) throws -> Value {
    guard let direct, machine.hasRoom else { return try machine.call(callee, CollectionOfOne(value)) }
    let base = machine.top + 1
    base.pointee = value
    return try machine.enter(direct.code, function: direct, base: base, argumentCount: 1)
  }

  public func callAsFunction(_ first: Value, _ second: Value) throws -> Value {
    guard let direct, machine.hasRoom else { return try machine.call(callee, [first, second]) }
    let base = machine.top + 1
    base.pointee = first
    (base + 1).pointee = second
    return try machine.enter(direct.code, function: direct, base: base, argumentCount: 2)
  }
}

extension Call {
  /// The function in argument `index`, to be called with `arity` arguments again and again.
  public func callback(_ index: Int, arity: Int = 1) throws -> Callback {
    try Callback(self[index], arity: arity, interpreter: interpreter)
  }
}
