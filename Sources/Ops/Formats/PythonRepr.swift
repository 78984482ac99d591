// `repr(s)` as CPython writes it (Objects/unicodeobject.c, unicode_repr): the authors' logs hold Python's lists of strings.

import Lang
import OrderedCollections
import Runtime

package enum PythonRepr {
  /// A string in Python's quotes: single ones unless it holds single and no double ones. Backslash, the quote, tab, line
  /// feed and carriage return have short escapes; what is not printable becomes \xNN, \uNNNN or \UNNNNNNNN.
  package static func text(_ text: String) -> String {
    let quote: Unicode.Scalar =
      text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    let body = (quote == "'" ? escapesInSingle : escapesInDouble).written(in: text)
    return String(quote) + body + String(quote)
  }

  private static let escapesInSingle = escapes(in: "'")
  private static let escapesInDouble = escapes(in: "\"")

  private static func escapes(in quote: Unicode.Scalar) -> Escapes {
    Escapes(mayBegin: { byte in
      byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: quote)
    }) { scalar in
      switch scalar {
      case quote: "\\" + String(quote)
      case "\\": "\\\\"
      case "\t": "\\t"
      case "\n": "\\n"
      case "\r": "\\r"
      default: isPrintable(scalar) ? nil : escape(scalar)
      }
    }
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (mark, width) = scalar.value < 0x100 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
    return mark + String(repeating: "0", count: width - digits.utf8.count) + digits
  }

  /// Python's `str.isprintable`: neither Other nor Separator, the space excepted.
  package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  private enum Step {
    case value(Value)
    case items(ContiguousArray<Value>, next: Int)
    case members(RecordObject, next: Int)
  }

  /// Any value: lists and records as Python's lists and dicts, nil as None, bools as True and False; others as they print.
  /// Containers are walked with a stack of our own. What is shared is written as often as it is met, so the text of a small value may
  /// be of any length: throws `outOfMemory` and `interrupted`.
  package static func value(_ value: Value) throws -> String {
    var output = ""
    var steps: [Step] = [.value(value)]
    var growth = Growth()
    var length = 0
    while let step = steps.popLast() {
      try growth.add(output.utf8.count - length + 1)
      length = output.utf8.count
      switch step {
      case .value(let value):
        if let list = value.asList {
          output += "["
          steps.append(.items(list.items, next: 0))
        } else if let record = value.asRecord {
          output += "{"
          steps.append(.members(record, next: 0))
        } else {
          output += try single(value)
        }
      case .items(let items, let next):
        guard next < items.count else {
          output += "]"
          continue
        }
        if next > 0 { output += ", " }
        steps.append(.items(items, next: next + 1))
        steps.append(.value(items[next]))
      case .members(let record, let next):
        guard next < record.entries.count else {
          output += "}"
          continue
        }
        if next > 0 { output += ", " }
        let (key, value) = record.entries[next]
        output += text(key.name) + ": "
        steps.append(.members(record, next: next + 1))
        steps.append(.value(value))
      }
    }
    return output
  }

  private static func single(_ value: Value) throws -> String {
    switch value {
    case .unbound, .nil: return "None"
    case .bool(let bool): return bool ? "True" : "False"
    default:
      guard let string = value.asString else { return Printer.text(of: value) }
      // A sign may become an escape of up to 10 bytes; most stay as they are.
      try checkListFits(string.utf8.count, bytesEach: 2)
      let text = text(string)
      // A text that was given up is nobody's answer.
      if string.utf8.count > 1 << 16 { try checkInterrupt() }
      return text
    }
  }
}
