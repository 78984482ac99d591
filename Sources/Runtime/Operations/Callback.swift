// A function of the language that an operation calls once for each element: what can be found out once is found out once.

import Lang

package final class Callback {
  // The interpreter holds the machine, `callee` the function: counting references for each element would cost more than a short
  // function does.
  private unowned(unsafe) let machine: Machine
  private let callee: Value
  /// The function and its code, when it takes exactly as many arguments as the operation gives: then they need no arranging.
  private let direct: (function: Unmanaged<FunctionObject>, code: Unmanaged<Code>)?

  init(_ callee: Value, arity: Int, interpreter: Interpreter) throws {
    machine = try interpreter.machine()
    self.callee = callee
    guard case .object(let object) = callee, object.kind == .function else {
      direct = nil
      return
    }
    let function = unsafeDowncast(object, to: FunctionObject.self)
    let takesAll = function.code.parameterCount == arity && !function.code.hasRest
    direct = takesAll ? (.passUnretained(function), .passUnretained(function.code)) : nil
  }

  /// Calls the function with one argument. Throws what it throws.
  package func callAsFunction(_ value: Value) throws -> Value {
    guard let direct, machine.hasRoom else { return try machine.call(callee, CollectionOfOne(value)) }
    let base = machine.top + 1
    base.pointee = value
    return try machine.enter(direct.code, function: direct.function, base: base, argumentCount: 1)
  }

  /// Calls the function with two arguments.
  package func callAsFunction(_ first: Value, _ second: Value) throws -> Value {
    guard let direct, machine.hasRoom else { return try machine.call(callee, [first, second]) }
    let base = machine.top + 1
    base.pointee = first
    (base + 1).pointee = second
    return try machine.enter(direct.code, function: direct.function, base: base, argumentCount: 2)
  }
}

extension Call {
  /// The function in argument `index`, to be called with `arity` arguments again and again.
  package func callback(_ index: Int, arity: Int = 1) throws -> Callback {
    try callback(to: self[index], arity: arity)
  }

  /// The same for a function that is inside of an argument.
  package func callback(to function: Value, arity: Int = 1) throws -> Callback {
    try Callback(function, arity: arity, interpreter: interpreter)
  }
}
