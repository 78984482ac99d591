// Operations that talk: printing, types, time, errors.

import Figures
import Formats
import Glibc
import Lang
import Runtime

extension Registrations {
  static let basics: [Operation] = [
    Operation(
      "print", "(values...: any, sep: string = \" \", end: string = \"\\n\") -> nil",
      """
      Writes the values with `sep` between them and `end` behind. Strings are bare, byte by byte; inside lists and records they are quoted.
      Long tables and tensors are abridged: `show` writes all of them.
      At the prompt, a list or record that is wider than the terminal breaks between elements; a program prints it in one line.
      """,
      example: "print(\"rank\", 1, [\"a\"], sep=\"  \")"
    ) { call in
      let separator = try call.string(1)
      var text = ""
      for (index, value) in try call.list(0).enumerated() {
        if index > 0 { text += separator }
        text += try printed(value, behind: text, columns: call.interpreter.columns())
      }
      try call.interpreter.output(text + call.string(2))
      return .nil
    },
    Operation(
      "show", "(value: any) -> nil",
      """
      Writes the whole value: every row and column of a table, every element of a tensor.
      A figure is drawn: as a picture (sixel) on a terminal that shows them, in blocks of characters on others, and as one line that \
      describes it where there is no terminal.
      At the prompt a matrix is shaded, with the colours of `heatmap`.
      """,
      example: "show(table({x: 0..50}))"
    ) { call in
      if let figure = call[0].asObject as? FigureObject, let draw = call.interpreter.showFigure {
        try draw(figure)
      } else if let picture = try shaded(call), let draw = call.interpreter.showFigure {
        try draw(picture)
      } else {
        try call.interpreter.say(try FullText.text(of: call[0]) + "\n")
      }
      return .nil
    },
    Operation(
      "type", "(x: any) -> string",
      """
      The name of the type of `x`, e.g. "number", "list", "tensor".
      """,
      example: "type([1, 2])"
    ) { call in .string(call[0].typeName) },
    Operation(
      "time", "() -> number",
      """
      Seconds since 1970-01-01 UTC, with fractions. The difference of two is the time between them.
      """,
      example: "start = time()\ntime() - start < 60"
    ) { _ in
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      return .number(Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9)
    },
    Operation(
      "assert", "(condition: any, message: any = nil) -> nil",
      """
      Stops with an error, `message`, unless `condition` is true.
      """,
      example: "assert(1 + 1 == 2, \"arithmetic\")"
    ) { call in
      if try holds(call[0], "assert") { return .nil }
      throw Fault(.assertionFailed, call.isNil(1) ? "the assertion does not hold" : Printer.text(of: call[1]))
    },
    Operation(
      "error", "(message: any, code: string|nil = nil) -> nil",
      """
      Stops with an error that says `message`; `try` catches it. `code` is a word of your own for the kind of error, which `e.code` gives \
      to `catch`: letters, digits, `_`, `-` and `.`, and none of tw's own (E0…). Without it the code is E0701.
      What `catch` gave raises the same error again, with its code, its place and its calls.
      """,
      example: "try error(\"no such head\", code=\"no_head\") catch e { e.code }"
    ) { call in throw try raised(call[0], code: call.isNil(1) ? nil : call.string(1)) },
  ]
}

/// The error that a program raises with a message, or with what `catch` gave it.
private func raised(_ value: Value, code: String?) throws -> Fault {
  if let code { try checkOwnCode(code) }
  guard let record = value.asRecord, let message = record["message"]?.asString else {
    var fault = Fault(.raised, Printer.text(of: value))
    fault.ownCode = code
    return fault
  }
  // What the program has changed in the record counts; place and calls are those of the error that was caught.
  let caught = (record as? ErrorRecord)?.fault
  let codeText = code ?? record["code"]?.asString
  let known = codeText.flatMap(ErrorCode.init(rawValue:)).flatMap { $0.canBeCaught ? $0 : nil }
  if known == nil, code == nil, let codeText { try checkOwnCode(codeText) }
  var fault = Fault(known ?? .raised, message, help: record["help"]?.asString, at: caught?.place)
  fault.ownCode = known == nil ? codeText : nil
  fault.label = caught?.label
  fault.calls = caught?.calls ?? []
  return fault
}

/// Codes of programs never meet those that tw has or will have.
private func checkOwnCode(_ code: String) throws {
  let isWord = !code.isEmpty && code.utf8.allSatisfy { isWordByte($0) }
  let bytes = Array(code.utf8)
  let isReserved = bytes.count == 5 && code.hasPrefix("E0") && bytes.dropFirst(2).allSatisfy { $0 >= 48 && $0 <= 57 }
  if isWord, !isReserved { return }
  let given = Printer.quotedText(of: .string(code))
  throw Fault.badValue(
    isWord ? "the code \(given) belongs to tw's own errors" : "a code is a word, got \(given)",
    help: "codes of your own have letters, digits, `_`, `-` and `.`: error(\"no such head\", code=\"no_head\")")
}

private func isWordByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
    true
  default: false
  }
}

/// What `print` writes for a value behind `text`, on a terminal of so many columns or elsewhere.
private func printed(_ value: Value, behind text: String, columns: Int?) throws -> String {
  if let string = value.asString { return string }
  let whole = Printer.text(of: value)
  // A text that was given up is not looked through.
  try checkInterrupt()
  let plain = VisibleText.of(whole)
  // Nobody reads a text of many screens line by line.
  guard let columns, value.asList != nil || value.asRecord != nil, plain.utf8.count < 1 << 18 else { return plain }
  let line = text.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
  return WrappedText.elements(plain, width: columns, from: terminalWidth(of: String(line)))
}

/// The heat map of a matrix, at a prompt on a terminal.
private func shaded(_ call: Call) throws -> Object? {
  guard call.interpreter.columns() != nil, let matrix = call[0].asTensor, matrix.rank == 2, matrix.count > 1 else {
    return nil
  }
  return try call.interpreter.call(call.interpreter.builtin("heatmap"), CollectionOfOne(call[0])).asObject
}

/// Values without any abridgement.
package enum FullText {
  /// Everything of a value, with no row or element left out. Throws `outOfMemory`, `interrupted`.
  package static func text(of value: Value) throws -> String {
    if let table = value.asTable { return try table.text(width: .max, allRows: true) }
    guard let tensor = value.asTensor, tensor.rank > 0 else { return Printer.text(of: value) }
    // Each element needs some twelve bytes of text.
    try checkListFits(tensor.count, bytesEach: 12)
    return try tensor.withElements { elements in
      var output = ""
      for (index, element) in elements.enumerated() {
        if index & 0xFFFF == 0 { try checkInterrupt() }
        let text = tensor.isMask ? element == 0 ? "false" : "true" : shortText(element)
        output += opening(index, tensor.shape) + text + closing(index + 1, tensor.shape)
      }
      return elements.isEmpty ? "[] (shape \(Tensor.describe(shape: tensor.shape)))" : output
    }
  }

  /// Brackets that open in front of element `index`: one for each axis that starts there. A row starts a line.
  private static func opening(_ index: Int, _ shape: [Int]) -> String {
    let axes = startedAxes(index, shape)
    if axes == 0 { return ", " }
    if index == 0 { return String(repeating: "[", count: axes) }
    return ",\n" + String(repeating: " ", count: shape.count - axes) + String(repeating: "[", count: axes)
  }

  /// Brackets that close in front of element `next`.
  private static func closing(_ next: Int, _ shape: [Int]) -> String {
    String(repeating: "]", count: startedAxes(next, shape))
  }

  private static func startedAxes(_ index: Int, _ shape: [Int]) -> Int {
    var block = 1
    var axes = 0
    for size in shape.reversed() {
      block *= size
      guard block > 0, index % block == 0 else { break }
      axes += 1
    }
    return axes
  }
}
