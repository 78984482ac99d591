// Values as JSON (RFC 8259). JSON has no nan and no infinity: they are written as null, as JavaScript does. Tables become a
// list of records, tensors nested lists. A list or table at the top has one element a line, so that files can be compared.
// Containers are walked with a stack of our own.

import Kernels
import Lang
import OrderedCollections
import Runtime

package struct JSONText {
  private enum Step {
    case value(Value)
    case items(ContiguousArray<Value>, next: Int)
    case members(RecordObject, next: Int)
    case rows(TableObject, next: Int)
    case slices(Tensor, next: Int)
  }

  /// Numbers are rounded to `digits` decimals where that is given. Throws `badValue` for what JSON cannot hold (functions, models, figures).
  package static func write(_ value: Value, digits: Int? = nil, to file: AtomicFile) throws {
    var steps: [Step] = [.value(value)]
    var count = 0
    while let step = steps.popLast() {
      count += 1
      if count & 0xFFF == 0 { try checkInterrupt() }
      // The outermost container, and only that, breaks lines.
      let isTop = steps.isEmpty
      func separate(_ next: Int) throws {
        if isTop { try file.write(next == 0 ? "\n  " : ",\n  ") } else if next > 0 { try file.write(", ") }
      }
      func close(_ bracket: String, isEmpty: Bool) throws { try file.write((isTop && !isEmpty ? "\n" : "") + bracket) }
      switch step {
      case .value(let value): try open(value, &steps, file, digits)
      case .items(let items, let next):
        guard next < items.count else {
          try close("]", isEmpty: items.isEmpty)
          continue
        }
        try separate(next)
        steps.append(.items(items, next: next + 1))
        steps.append(.value(items[next]))
      case .members(let record, let next):
        guard next < record.entries.count else {
          try close("}", isEmpty: record.entries.isEmpty)
          continue
        }
        try separate(next)
        let (key, value) = record.entries[next]
        try file.write(quoted(key.name) + ": ")
        steps.append(.members(record, next: next + 1))
        steps.append(.value(value))
      case .rows(let table, let next):
        guard next < table.rowCount else {
          try close("]", isEmpty: table.rowCount == 0)
          continue
        }
        try separate(next)
        steps.append(.rows(table, next: next + 1))
        steps.append(.value(table.row(next)))
      case .slices(let tensor, let next):
        guard next < tensor.shape.first ?? 0 else {
          try close("]", isEmpty: tensor.shape.first == 0)
          continue
        }
        try separate(next)
        steps.append(.slices(tensor, next: next + 1))
        try openSlice(tensor, next, &steps, file, digits)
      }
    }
    try file.write("\n")
  }

  private static func open(
    _ value: Value, _ steps: inout [Step], _ file: AtomicFile, _ digits: Int?
  ) throws {
    switch value {
    case .unbound, .nil: try file.write("null")
    case .bool(let bool): try file.write(bool ? "true" : "false")
    case .number(let number): try file.write(text(number, digits))
    case .object(let object):
      if let text = value.asString {
        try file.write(quoted(text))
      } else if let record = value.asRecord {
        try file.write("{")
        steps.append(.members(record, next: 0))
      } else if let table = value.asTable {
        try file.write("[")
        steps.append(.rows(table, next: 0))
      } else if let tensor = value.asTensor {
        guard tensor.rank > 0 else { return try file.write(element(try tensor.first(), of: tensor, digits)) }
        try file.write("[")
        steps.append(.slices(try tensor.rowMajor(), next: 0))
      } else if value.asList != nil || value.asRange != nil {
        try file.write("[")
        steps.append(.items(try elements(of: value), next: 0))
      } else {
        throw Fault.badValue(
          "JSON cannot hold a \(object.typeName)", help: "save its fields or its tensors, e.g. a record of them")
      }
    }
  }

  /// One place of the first axis: a number, or the list of the axes behind it.
  private static func openSlice(
    _ tensor: Tensor, _ index: Int, _ steps: inout [Step], _ file: AtomicFile, _ digits: Int?
  ) throws {
    let stride = tensor.strides.first ?? 1
    guard tensor.rank > 1 else {
      return try file.write(element(try tensor.base()[index * stride], of: tensor, digits))
    }
    try file.write("[")
    steps.append(.slices(tensor.row(index), next: 0))
  }

  private static func text(_ number: Double, _ digits: Int?) -> String {
    guard number.isFinite else { return "null" }
    return numberText(digits.map { Elementwise.rounded(number, decimals: $0) } ?? number)
  }

  private static func element(_ number: Float, of tensor: Tensor, _ digits: Int?) -> String {
    tensor.isMask ? number == 0 ? "false" : "true" : text(shortest(number), digits)
  }

  /// Escapes quotes, backslashes and control characters; the rest is UTF-8 as it is. In markup also `<`, so that no text can
  /// end the script that it stands in.
  package static func quoted(_ text: String, inMarkup: Bool = false) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "<" where inMarkup: output += "\\u003c"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }
}

/// The shortest text that reads back as the same float32: 0.3, not 0.30000001192092896.
package func shortText(_ number: Float) -> String { numberText(shortest(number)) }

/// The double with the shortest text that reads back as the same float32: Swift's description has those digits.
private func shortest(_ number: Float) -> Double { Double("\(number)") ?? Double(number) }
