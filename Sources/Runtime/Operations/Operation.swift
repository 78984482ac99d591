// One registration of one operation: its name, signature, documentation and body. Argument errors, `?help`, completion and
// the reference page are derived from it; there is no second list.

import Lang

/// An operation of the language.
///
///     Operation(
///       "nearest", "(x: tensor, space: tensor, k: number = 5, by: string = \"dot\") -> table",
///       """
///       The k rows of `space` that are nearest to `x`.
///       …
///       """,
///       example: "nearest(m.wte[\" king\"], m.wte, k=3)"
///     ) { call in … }
///
/// Signature: `name: type` with types joined by `|` (`any` for all), ` = default` (a literal: nil, true, false, number or
/// string) makes it optional, `name...: type` takes the rest of the positional arguments as a list. A constant (`pi`) is registered in
/// the same way, with a value in place of signature and body.
package struct Operation {
  package let name: String
  package let signature: String
  /// First line: a summary, one sentence. Then shapes, units, errors, source of the formula.
  package let documentation: String
  /// Code that runs as it stands against the embedded model `m`.
  package let example: String
  /// Parameters that take one of a closed set of words: `choice` checks them, Tab offers them.
  package let words: [String: ArgumentWords]
  /// Receives one value for each parameter of the signature, types checked, defaults filled in.
  package let body: (Call) throws -> Value
  /// What the name stands for where it is no function: `pi`.
  package let constant: Value?
  /// Where it is registered: module, file and line.
  let place: (file: StaticString, line: UInt)

  package init(
    _ name: String, _ signature: String, _ documentation: String, example: String = "",
    words: [String: ArgumentWords] = [:], file: StaticString = #fileID, line: UInt = #line,
    body: @escaping (Call) throws -> Value
  ) {
    place = (file, line)
    self.name = name
    self.signature = signature
    self.documentation = documentation
    self.example = example
    self.words = words
    self.body = body
    constant = nil
  }

  /// The same operation with another body.
  func replacingBody(_ body: @escaping (Call) throws -> Value) -> Operation {
    Operation(
      name, signature, documentation, example: example, words: words, file: place.file, line: place.line, body: body)
  }

  /// A value that is always there under a name, which a program may use for something else.
  package init(
    constant name: String, _ value: Value, _ documentation: String, example: String, file: StaticString = #fileID,
    line: UInt = #line
  ) {
    place = (file, line)
    self.name = name
    signature = ": " + value.typeName
    self.documentation = documentation
    self.example = example
    words = [:]
    constant = value
    body = { _ in value }
  }
}

/// The words that an argument is one of, or that its list or the keys of its record are.
package enum ArgumentWords {
  case fixed([String])
  /// Depends on the first argument of the call.
  case ofFirst((Value) -> [String])
  /// Some whatever the first argument is, and more that depend on it.
  case fixedAndOfFirst([String], (Value) -> [String])

  /// Nil when the first argument must be known and is not.
  package func all(first: Value?) -> [String]? {
    switch self {
    case .fixed(let words): words
    case .ofFirst(let words): first.map(words)
    case .fixedAndOfFirst(let fixed, let words): fixed + (first.map(words) ?? [])
    }
  }
}

/// The arguments of one call of an operation, already bound to its parameters, and the interpreter that runs it. Valid during
/// the call, which keeps what it refers to alive.
package struct Call {
  package unowned(unsafe) let operation: BuiltinObject
  package let arguments: UnsafeMutableBufferPointer<Value>
  package unowned(unsafe) let interpreter: Interpreter

  package subscript(index: Int) -> Value { arguments[index] }

  /// Name of parameter `index`, for messages.
  package func parameterName(_ index: Int) -> String { operation.parameters[index].name }

  /// Calls a function value of the language, e.g. the `f` of `map(xs, f)`.
  package func apply(_ function: Value, _ value: Value) throws -> Value {
    try interpreter.call(function, CollectionOfOne(value))
  }

  /// The same with several arguments.
  package func apply(_ function: Value, _ values: Value...) throws -> Value { try interpreter.call(function, values) }

  /// How a function value may be called.
  package func shape(of function: Value) throws -> CallShape { try interpreter.machine().callShape(of: function) }

  // Typed access. The signature has been checked, so a mismatch here means that the signature allows several types.

  /// Argument `index` as a tensor. Throws `wrongType`, as its kin below.
  package func tensor(_ index: Int) throws -> Tensor {
    guard let tensor = self[index].asTensor else { throw wrongType(index, "a tensor") }
    return tensor
  }

  package func number(_ index: Int) throws -> Double {
    guard let number = self[index].asNumber else { throw wrongType(index, "a number") }
    return number
  }

  package func string(_ index: Int) throws -> String {
    guard let string = self[index].asString else { throw wrongType(index, "a string") }
    return string
  }

  package func bool(_ index: Int) throws -> Bool {
    guard let bool = self[index].asBool else { throw wrongType(index, "a bool") }
    return bool
  }

  package func list(_ index: Int) throws -> ContiguousArray<Value> {
    guard let list = self[index].asList else { throw wrongType(index, "a list") }
    return list.items
  }

  /// A whole number that fits an index; `atLeast` is the smallest that makes sense.
  package func whole(_ index: Int, atLeast minimum: Int = Int.min) throws -> Int {
    let value = try wholeNumber(try number(index), what: "`\(parameterName(index))`")
    guard value >= minimum else {
      throw Fault.badValue(
        "`\(operation.name)` wants `\(parameterName(index))` to be at least \(minimum), got \(value)")
    }
    return value
  }

  package func isNil(_ index: Int) -> Bool { self[index].isNil }

  /// One of the words that the registration gives for the parameter, e.g. `by="dot"`.
  package func choice(_ index: Int) throws -> String {
    let word = try string(index)
    let allowed = operation.operation.words[parameterName(index)]?.all(first: arguments.first) ?? []
    guard allowed.contains(word) else {
      throw Fault.badChoice(operation: operation.name, parameter: parameterName(index), got: word, allowed: allowed)
    }
    return word
  }

  package func wrongType(_ index: Int, _ wanted: String) -> Fault {
    Fault.wrongType(
      operation: operation.name, parameter: parameterName(index), wanted: wanted, got: self[index].typePhrase)
  }
}

extension Call {
  /// An element of a list that is not what the list should hold: "`forward` wants a list of names for `keep`, got nil at index 2".
  package func wrongElement(_ index: Int, _ wanted: String, at place: Int, _ element: Value) -> Fault {
    Fault.wrongType(
      operation: operation.name, parameter: parameterName(index), wanted: wanted,
      got: "\(element.typePhrase) at index \(place)")
  }
}

/// The one conversion from a number of the language to an index or a size.
@inline(__always)
package func wholeNumber(_ number: Double, what: @autoclosure () -> String) throws -> Int {
  guard let value = Int(exactly: number) else { throw Fault.notWhole(number, what: what()) }
  return value
}
