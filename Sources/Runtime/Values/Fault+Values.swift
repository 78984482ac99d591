// Wording of the errors that a running program meets: types, values, shapes, limits. (Syntax and names: Lang; files and
// models: `Fault+Data.swift`.)

import Lang

extension Fault {
  // MARK: Types and values (03)

  package static func badOperands(_ op: BinaryOperator, _ left: Value, _ right: Value) -> Fault {
    Fault(
      .badOperands, "`\(op.text)` does not work on \(left.typePhrase) and \(right.typePhrase)",
      help: operandHelp(op, left, right))
  }

  private static func operandHelp(_ op: BinaryOperator, _ left: Value, _ right: Value) -> String? {
    let oneIsString = left.asString != nil || right.asString != nil
    switch op {
    case .add where oneIsString: return "put the value into the text: \"… {value}\""
    case .modulo where left.asString != nil: return "formats go inside the text: \"{value:.3f}\""
    case .multiply where oneIsString: return "repeat a text with join(map(0..n, i => text))"
    case .add where left.asList != nil || right.asList != nil: return "to append one element, add a list: xs + [x]"
    case _ where left.isNil || right.isNil: return "nil is the value of a missing result: check it with `x == nil`"
    case .maskOr, .maskAnd: return maskHelp(op == .maskOr ? "or" : "and")
    case .isIn, .notIn, .range: return nil
    case _ where isNumbers(left) && (right.asNumber != nil || isNumbers(right)):
      return
        "lists do not compute element by element, tensors do: tensor(xs) \(op.text) \(right.asNumber.map(numberText) ?? "tensor(ys)")"
    case _ where left.asNumber != nil && isNumbers(right):
      return
        "lists do not compute element by element, tensors do: \(left.asNumber.map(numberText) ?? "x") \(op.text) tensor(xs)"
    default: return nil
    }
  }

  private static func maskHelp(_ word: String) -> String {
    "masks come from comparing tensors; between bools write `\(word)`, and compare numbers first: x > 0"
  }

  /// Whether a value holds numbers, as a tensor could.
  private static func isNumbers(_ value: Value) -> Bool {
    value.asRange != nil || value.asList?.items.first?.asNumber != nil
  }

  package static func badOperand(unary op: String, _ value: Value) -> Fault {
    Fault(
      .badOperands, "`\(op)` does not work on \(value.typePhrase)", help: op == "~" ? maskHelp("not") : nil)
  }

  package static func wrongType(
    operation: String, parameter: String, wanted: String, got: String, help given: String? = nil
  ) -> Fault {
    let help =
      given
      ?? (wanted == "a function" ? "the collection comes first, the function last: \(operation)(xs, x => …)" : nil)
    return Fault(.wrongType, "`\(operation)` wants \(wanted) for `\(parameter)`, got \(got)", help: help)
  }

  package static func badChoice(operation: String, parameter: String, got: String, allowed: [String]) -> Fault {
    let words = allowed.map { "\"\($0)\"" }.joined(separator: ", ")
    return Fault(
      .badValue, "`\(operation)` has no \(parameter)=\"\(got)\"", help: "`\(parameter)` is one of \(words)")
  }

  package static func badValue(_ message: String, help: String? = nil) -> Fault {
    Fault(.badValue, message, help: help)
  }

  package static func notWhole(_ number: Double, what: String) -> Fault {
    if number.isFinite, number == number.rounded() {
      return Fault(.notWhole, "\(what) must be a whole number between -2^63 and 2^63, got \(numberText(number))")
    }
    return Fault(
      .notWhole, "\(what) must be a whole number, got \(numberText(number))",
      help: number.isFinite ? "round it first: round(x)" : nil)
  }

  package static func notCallable(_ value: Value) -> Fault {
    var help: String?
    if value.asList != nil { help = "index it with [ ]" }
    if value.asNumber != nil { help = "multiplication is written with `*`" }
    if value.isNil { help = "nil is the value of a missing result" }
    return Fault(.notCallable, "\(value.typePhrase) cannot be called", help: help)
  }

  package static func notACondition(_ value: Value, _ construct: String) -> Fault {
    var help: String?
    switch value {
    case .number: help = "compare it: x != 0"
    default:
      if let tensor = value.asTensor {
        let isMask = value.typeName == "mask"
        help =
          tensor.count == 1
          ? "compare it: x != 0"
          : (isMask ? "" : "compare it, and ") + "say whether any or all elements count: any(x), all(x)"
      }
      if value.asString != nil || value.asList != nil { help = "ask for its length: len(x) > 0" }
    }
    return Fault(.notACondition, "`\(construct)` needs true or false, got \(value.typePhrase)", help: help)
  }

  package static func notIndexable(_ value: Value) -> Fault {
    Fault(.notIndexable, "\(value.typePhrase) has no elements to index")
  }

  package static func notIterable(_ value: Value) -> Fault {
    let help = value.asNumber == nil ? nil : "count with a range: for i in 0..n"
    return Fault(.notIndexable, "\(value.typePhrase) cannot be looped over", help: help)
  }

  package static func notAssignable(_ value: Value) -> Fault {
    Fault(
      .notIndexable, "the elements of \(value.typePhrase) cannot be assigned", help: value.asObject?.assignmentHelp)
  }

  /// `operation`: what may be called in place of a method of that name, nil when there is no such operation.
  package static func unknownField(_ name: String, of value: Value, operation: CallShape? = nil) -> Fault {
    let names = value.asObject?.fieldNames ?? []
    var help: String?
    if value.isNil {
      help = "nil is the value of a missing result: check it with `x == nil`"
    } else if let words = value.asObject?.help(forField: name) {
      help = words
    } else if value.asRecord != nil, let words = OtherLanguages.help(forRecordField: name, among: names) {
      help = words
    } else if hasForeignMethods(value),
      let words = OtherLanguages.help(forMethod: name, ofRecord: value.asRecord != nil)
    {
      help = "there are no methods: \(words)"
    } else if let near = nearestName(to: name, among: names) {
      help = "there is a field with a similar name: `\(near)`"
    } else if let operation {
      let arguments = operation.required > 1 ? "(x, …)" : "(x)"
      help =
        "there are no methods: write \(name)\(arguments), or x |> \(name)"
        + (operation.required > 1 ? "(…)" : "")
    } else if !names.isEmpty {
      help =
        "its fields are \(names.prefix(12).map { "`\($0)`" }.joined(separator: ", "))\(names.count > 12 ? ", …" : "")"
    }
    return Fault(.unknownField, "\(value.typePhrase) has no field `\(name)`", help: help)
  }

  /// Whether other languages give such values methods. A model's fields say more than a guess.
  private static func hasForeignMethods(_ value: Value) -> Bool {
    guard let object = value.asObject else { return true }
    return object.fieldNames.isEmpty || value.asTensor != nil || value.asTable != nil || value.asRecord != nil
  }

  package static func unknownKey(_ key: String, among keys: some Sequence<String>) -> Fault {
    let help = nearestName(to: key, among: keys).map { "there is a key with a similar name: `\($0)`" }
    return Fault(.unknownKey, "the record has no key `\(key)`", help: help)
  }

  package static func badIndex(_ index: Value, of what: String) -> Fault {
    let help = index.asString != nil && what == "a list" ? "a list is indexed by numbers, a record by texts" : nil
    return Fault(.notIndexable, "\(what) cannot be indexed by \(index.typePhrase)", help: help)
  }

  static func notUnpackable(_ value: Value, wanted: Int) -> Fault {
    let help: String
    if value.asString != nil {
      help = "a text is one value: split(s, \",\") cuts it into a list, map(s, c => c) into its characters"
    } else if value.asTable != nil {
      help = "take rows, t[0], or columns, values(t)"
    } else {
      help = "what is unpacked is a list, a row or a record of \(wanted) values"
    }
    return Fault(.unpackMismatch, "\(value.typePhrase) cannot be unpacked into \(wanted) names", help: help)
  }

  /// A list, row or record of another length than there are names.
  static func unpackMismatch(_ value: Value, wanted: Int) -> Fault {
    let found = value.asObject?.count ?? 0
    return Fault(
      .unpackMismatch,
      "\(value.typePhrase) of \(found) value\(found == 1 ? "" : "s") cannot be unpacked into \(wanted) names",
      help: found > wanted ? "name all of them, or take some first: x[0:\(wanted)]" : nil)
  }

  /// A loop over a record with more than two names.
  static func notKeyAndValue(names: Int) -> Fault {
    Fault(
      .unpackMismatch, "a record gives 2 values, key and value, not \(names)",
      help: "write: for key, value in record")
  }

  /// `{x..., a: 1}` where x is no record.
  static func notSpreadable(_ value: Value) -> Fault {
    Fault(
      .badOperands, "`...` in a record takes a record, got \(value.typePhrase)",
      help: value.asList == nil ? nil : "lists are joined with `+`: xs + ys")
  }

  // MARK: Calls (02)

  package static func wrongArgumentCount(_ shape: CallShape, got: Int) -> Fault {
    let most = shape.parameters.count
    let wanted: String
    if shape.takesRest {
      wanted = "at least \(shape.required)"
    } else if shape.required == most {
      wanted = most == 0 ? "none" : "\(most)"
    } else {
      wanted = "\(shape.required) to \(most)"
    }
    return Fault(
      .wrongArgumentCount, "got \(got) argument\(got == 1 ? "" : "s"), wanted \(wanted)",
      help: "it is \(shape.signature)")
  }

  package static func unknownArgument(_ name: String, _ shape: CallShape) -> Fault {
    Fault(.unknownArgument, "there is no argument `\(name)`", help: shape.help(forUnknown: name))
  }

  static func argumentGivenTwice(_ name: String, _ shape: CallShape) -> Fault {
    Fault(
      .unknownArgument, "the argument `\(name)` is given twice, once by position", help: "it is \(shape.signature)")
  }

  package static func missingArgument(_ name: String, _ shape: CallShape) -> Fault {
    Fault(.wrongArgumentCount, "the argument `\(name)` is missing", help: "it is \(shape.signature)")
  }

  // MARK: Shapes and indices (04)

  package static func indexOutOfRange(_ index: Int, size: Int, axis: Int? = nil, of what: String) -> Fault {
    let place = axis.map { "axis \($0) of " } ?? ""
    let help = size == 0 ? "it is empty" : "indices run from 0 to \(size - 1), or from -\(size) to -1"
    return Fault(.indexOutOfRange, "index \(index) is out of range for \(place)\(what) of size \(size)", help: help)
  }

  /// Two shapes that cannot be used together: "cannot add 3x4 and 5".
  package static func shapeMismatch(_ operation: String, _ a: [Int], _ b: [Int], help: String? = nil) -> Fault {
    Fault(
      .shapeMismatch, "cannot \(operation) \(Tensor.describe(shape: a)) and \(Tensor.describe(shape: b))", help: help)
  }

  package static func innerSizeMismatch(_ a: [Int], _ b: [Int]) -> Fault {
    let inner = (a.last ?? 1, b.count > 1 ? b[b.count - 2] : b.first ?? 1)
    let help =
      turnedRightFits(a, b)
      ? "did the right side want `.T`?" : turnedLeftFits(a, b) ? "did the left side want `.T`?" : nil
    let (left, right) = (Tensor.describe(shape: a), Tensor.describe(shape: b))
    return Fault(
      .innerSizeMismatch, "cannot multiply \(left) @ \(right): the inner sizes \(inner.0) and \(inner.1) differ",
      help: help)
  }

  private static func turnedRightFits(_ a: [Int], _ b: [Int]) -> Bool { b.count == 2 && a.last == b.last }

  private static func turnedLeftFits(_ a: [Int], _ b: [Int]) -> Bool {
    a.count == 2 && a.first == (b.count > 1 ? b[b.count - 2] : b.first)
  }

  /// The help for a side that would fit if it were turned, where the program's text shows that it has been: `a @ b.T`.
  func seen(in text: String) -> Fault {
    guard code == .innerSizeMismatch, let help else { return self }
    let sides = text.split(separator: "@")
    guard sides.count == 2 else { return self }
    let isRight = help.contains("right side")
    let side = isRight ? sides[1] : sides[0]
    guard String(side.reversed().drop { $0 == " " }.reversed()).hasSuffix(".T") else { return self }
    var fault = self
    fault.help = "the \(isRight ? "right" : "left") side fits without its `.T`"
    return fault
  }

  package static func badShape(_ message: String, help: String? = nil) -> Fault {
    Fault(.badShape, message, help: help)
  }

  package static func badLabel(_ message: String, help: String? = nil) -> Fault {
    Fault(.badLabel, message, help: help)
  }

  // MARK: Limits (06)

  package static func outOfMemory(bytes: Double) -> Fault {
    let limit = Double(MemoryBudget.shared.limit)
    // What is left changes while it is looked at: a number for it could contradict the other two.
    let what = bytes > limit ? "; the budget is" : ", more than is left of the budget of"
    return Fault(
      .outOfMemory, "this needs \(byteText(bytes)) of memory\(what) \(byteText(limit))",
      help: "work on fewer rows at a time, or raise the budget with --max-memory")
  }

  /// There is room in the budget, and yet the system gives nothing more.
  package static func systemOutOfMemory(bytes: Double) -> Fault {
    Fault(
      .outOfMemory, "this needs \(byteText(bytes)) of memory, more than the system still gives",
      help: "work on fewer rows at a time, or raise the system's limit (ulimit -v, ulimit -d)")
  }

  /// Small pieces have used up what the system gives.
  static func systemLimitReached() -> Fault {
    Fault(
      .outOfMemory, "the program holds as much memory as the system gives",
      help: "keep fewer values at a time, or raise the system's limit (ulimit -v, ulimit -d)")
  }

  package static func recursionTooDeep() -> Fault {
    Fault(.recursionTooDeep, "calls are nested too deeply", help: "does the recursion end?")
  }

  /// The process holds more than it may, in pieces that are too small to ask for one by one.
  static func tooMuchMemory(held: Double) -> Fault {
    let limit = Double(MemoryBudget.shared.limit)
    return Fault(
      .outOfMemory, "the program holds \(byteText(held)) of memory; the budget is \(byteText(limit))",
      help: "keep fewer values at a time, or raise the budget with --max-memory")
  }

  package static func outOfSteps(budget: Int) -> Fault {
    Fault(
      .outOfSteps, "the program takes more than its \(numberText(Double(budget))) steps (calls and loop turns)",
      help: "does it end? The budget is raised with --max-steps")
  }

  package static func interrupted() -> Fault { Fault(.interrupted, "interrupted") }
}

/// "12 bytes", "3.4 MB", "1.2 TB".
package func byteText(_ bytes: Double) -> String {
  let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
  // What no unit is in use for.
  guard bytes < 1e18 else { return cFormat(bytes, "g", precision: 3, alternate: false) + " bytes" }
  var value = bytes
  var unit = 0
  while value >= 1000, unit < units.count - 1 {
    value /= 1000
    unit += 1
  }
  return unit == 0 ? "\(numberText(value)) bytes" : formatFixed(value, decimals: 1) + " " + units[unit]
}
