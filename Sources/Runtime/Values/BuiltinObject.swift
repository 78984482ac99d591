// An operation as a value of the language: its signature, read when it is first used, and the binding of arguments to it.

import Lang

/// One parameter of a signature.
package struct Parameter {
  package let name: String
  /// "any", or the type names that are allowed.
  package let types: [String]
  /// Set of core types as bits, for a quick check.
  let typeMask: UInt16
  package let defaultValue: Value?
  /// The default as it is written.
  package let defaultText: String?
  package let takesRest: Bool

  /// Whether a value has one of the types.
  func accepts(_ value: Value) -> Bool {
    if typeMask & TypeMask.of(value) != 0 { return true }
    guard case .object(let object) = value, object.kind == .other else { return false }
    return types.contains(object.typeName)
  }

  /// "a tensor or a number".
  var typePhrase: String {
    let phrases = types.map { ("aeiou".contains($0.first ?? " ") ? "an " : $0 == "nil" ? "" : "a ") + $0 }
    guard phrases.count > 1, let last = phrases.last else { return phrases.first ?? "any value" }
    return phrases.dropLast().joined(separator: ", ") + " or " + last
  }
}

/// Core types as bits.
enum TypeMask {
  package static let all: UInt16 = 0xFFFF
  static let names: [String: UInt16] = [
    "any": all, "nil": 1, "bool": 2, "number": 4, "string": 8, "range": 16, "list": 32, "record": 64, "function": 128,
    "tensor": 256, "table": 512,
  ]

  package static func of(_ value: Value) -> UInt16 {
    withUnsafePointer(to: value) { of(UnsafeMutablePointer(mutating: $0)) }
  }

  /// The same of a register, without counting a reference.
  @inline(__always)
  package static func of(_ register: UnsafeMutablePointer<Value>) -> UInt16 {
    switch register.pointee {
    case .unbound, .nil: return 1
    case .bool: return 2
    case .number: return 4
    case .object: break
    }
    switch UnsafePointer(register).unmanagedObject?._withUnsafeGuaranteedRef({ $0.kind }) {
    case .string: return 8
    case .range: return 16
    case .list: return 32
    case .record: return 64
    case .function, .builtin: return 128
    case .tensor: return 256
    case .table: return 512
    case .slice, .iterator, .other, nil: return 0x8000
    }
  }
}

package final class BuiltinObject: Object {
  package let operation: Operation
  let body: (Call) throws -> Value
  package private(set) lazy var parameters: [Parameter] = SignatureReader.parameters(of: operation.signature)
  private lazy var restIndex = parameters.firstIndex(where: \.takesRest)
  /// What the parameters accept and their defaults, for `isPlain`; made at the first call.
  private var slots: UnsafeMutablePointer<Slot>?
  private var slotCount = 0

  private struct Slot {
    let typeMask: UInt16
    /// Unbound: there is none.
    let defaultValue: Value
  }

  package init(_ operation: Operation) {
    self.operation = operation
    body = operation.body
    super.init(kind: .builtin)
  }

  deinit {
    slots?.deinitialize(count: slotCount)
    slots?.deallocate()
  }

  package var name: String { operation.name }
  package override var typeName: String { "function" }
  package override var description: String { "<operation \(name)\(operation.signature)>" }

  package private(set) lazy var shape = CallShape(
    parameters: parameters.map(\.name),
    required: parameters.filter { $0.defaultValue == nil && !$0.takesRest }.count,
    restIndex: restIndex, signature: name + operation.signature,
    texts: Set(parameters.filter { $0.types.first == "string" }.map(\.name)))

  /// How many parameters there are.
  var parameterCount: Int {
    if slots == nil { prepare() }
    return slotCount
  }

  private func prepare() {
    slotCount = parameters.count
    let made = UnsafeMutablePointer<Slot>.allocate(capacity: max(slotCount, 1))
    for (index, parameter) in parameters.enumerated() {
      // A rest parameter is for the long way.
      let mask = parameter.takesRest ? 0 : parameter.typeMask
      let missing = parameter.takesRest ? nil : parameter.defaultValue
      (made + index).initialize(to: Slot(typeMask: mask, defaultValue: missing ?? .unbound))
    }
    slots = made
  }

  /// The quick way of the usual call, whose positional arguments have core types: gives the missing ones their defaults. False,
  /// and nothing is done, when the call needs a closer look.
  func isPlain(_ window: UnsafeMutablePointer<Value>, count: Int) -> Bool {
    guard let slots, count <= slotCount else { return false }
    for index in 0..<count where slots[index].typeMask & TypeMask.of(window + index) == 0 { return false }
    for index in count..<slotCount {
      if case .unbound = slots[index].defaultValue { return false }
    }
    for index in count..<slotCount { window[index] = slots[index].defaultValue }
    return true
  }

  /// Gives each of `count` positional arguments at `window` its parameter's place: the rest in a list, later ones unbound.
  func gather(_ window: UnsafeMutablePointer<Value>, count: Int) throws {
    let total = parameters.count
    guard let restIndex else {
      guard count <= total else { throw Fault.wrongArgumentCount(shape, got: count) }
      for index in count..<total { window[index] = .unbound }
      return
    }
    var rest: ContiguousArray<Value> = []
    for index in restIndex..<max(count, restIndex) {
      rest.append(window[index])
      window[index] = .unbound
    }
    for index in min(count, restIndex)..<total { window[index] = .unbound }
    window[restIndex] = .list(rest)
  }

  /// Checks the types and fills in the defaults. `given` is what the caller wrote, for the error.
  func complete(_ window: UnsafeMutablePointer<Value>, given: Int) throws {
    for (index, parameter) in parameters.enumerated() {
      if case .unbound = window[index] {
        guard let value = parameter.defaultValue else {
          throw given < shape.required && index >= given
            ? Fault.wrongArgumentCount(shape, got: given) : Fault.missingArgument(parameter.name, shape)
        }
        window[index] = value
      } else if parameter.takesRest {
        if parameter.typeMask != TypeMask.all, let rest = window[index].asList {
          for value in rest.items { try check(value, parameter) }
        }
      } else if parameter.typeMask != TypeMask.all {
        try check(window[index], parameter)
      }
    }
  }

  private func check(_ value: Value, _ parameter: Parameter) throws {
    if parameter.accepts(value) || (value.isNil && parameter.defaultValue?.isNil == true) { return }
    throw Fault.wrongType(
      operation: name, parameter: parameter.name, wanted: parameter.typePhrase, got: value.typePhrase,
      help: help(value, for: parameter))
  }

  /// What to give in place of a value that is not what the parameter takes, where that can be seen from the two.
  private func help(_ value: Value, for parameter: Parameter) -> String? {
    if let text = value.asString, parameter.types.contains("tensor") {
      let token = " " + text.drop { $0 == " " }
      return "the vector of a token is a row of the embedding: m.wte[\(Printer.quoted(String(token.prefix(40))))]"
    }
    guard shape.required == 1, parameter.name == parameters[0].name, let type = parameter.types.first else {
      return nil
    }
    // A list of what is wanted, or a value with a field that is one: `heads` of a model.
    if let list = value.asList, let first = list.items.first, parameter.accepts(first) {
      return "it takes one at a time: \(name)(xs[0]), or map(xs, \(name))"
    }
    if let object = value.asObject,
      value.asRecord.map({ $0[type + "s"] != nil }) ?? object.fieldNames.contains(type + "s")
    {
      return "it takes one at a time: \(name)(x.\(type)s[0]), or map(x.\(type)s, \(name))"
    }
    return nil
  }
}

/// Reads signatures like `(x: tensor, k: number = 5, by: string = "dot", rest...: any) -> table`. They are ours, not a user's:
/// a malformed one gives no parameters, which the tests of the registrations notice.
enum SignatureReader {
  static func parameters(of signature: String) -> [Parameter] {
    guard signature.hasPrefix("("), let end = closingParenthesis(signature) else { return [] }
    let inner = signature[signature.index(after: signature.startIndex)..<end]
    return split(inner, at: ",").compactMap { piece in
      let text = trimmed(piece)
      guard !text.isEmpty else { return nil }
      let halves = split(text, at: "=")
      let head = split(halves[0], at: ":")
      var name = trimmed(head[0])
      let takesRest = name.hasSuffix("...")
      if takesRest { name = String(name.dropLast(3)) }
      let types = head.count > 1 ? split(Substring(trimmed(head[1])), at: "|").map { trimmed($0) } : ["any"]
      let mask = types.reduce(UInt16(0)) { $0 | (TypeMask.names[$1] ?? 0) }
      let defaultText = halves.count > 1 ? trimmed(halves[1]) : nil
      return Parameter(
        name: name, types: types, typeMask: mask, defaultValue: defaultText.map(literal), defaultText: defaultText,
        takesRest: takesRest)
    }
  }

  private static func literal(_ text: String) -> Value {
    switch text {
    case "nil": return .nil
    case "true": return .bool(true)
    case "false": return .bool(false)
    case _ where text.hasPrefix("\""):
      return .string(
        String(text.dropFirst().dropLast()).split(separator: "\\n", omittingEmptySubsequences: false).joined(
          separator: "\n"))
    default: return Double(text).map(Value.number) ?? .nil
    }
  }

  private static func closingParenthesis(_ text: String) -> String.Index? {
    var depth = 0
    var inString = false
    for index in text.indices {
      switch text[index] {
      case "\"": inString.toggle()
      case "(" where !inString: depth += 1
      case ")" where !inString:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// Splits at a separator outside strings; `=` and `:` only once.
  private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var inString = false
    for index in text.indices {
      if text[index] == "\"" { inString.toggle() }
      if text[index] == separator, !inString {
        parts.append(Substring(text[start..<index]))
        start = text.index(after: index)
      }
    }
    parts.append(Substring(text[start...]))
    return parts
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var slice = Substring(text)
    while slice.first == " " || slice.first == "\n" { slice = slice.dropFirst() }
    while slice.last == " " || slice.last == "\n" { slice = slice.dropLast() }
    return String(slice)
  }
}
