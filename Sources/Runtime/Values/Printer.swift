// Values as text. Lists and records are walked with a stack of our own: a list nested a million deep prints.

import CPlatform
import Lang
import OrderedCollections

package struct Printer {
  private enum Step {
    case text(String)
    case value(Value)
    case list(ContiguousArray<Value>, next: Int)
    case record(RecordObject, next: Int)
  }

  /// As `print` shows a value: strings bare at the top, quoted inside lists and records. `steps`: after so many elements and brackets
  /// the rest is `…`, since a small value whose parts are shared can have a text without end. `longest`: of a long string inside it so many
  /// code points from its beginning are written, and some from its end.
  package static func text(of value: Value, steps: Int = .max, longest: Int = .max) -> String {
    switch value {
    case .object(let object) where object.kind == .list || object.kind == .record:
      container(value, most: steps, longest: longest)
    default: scalar(value)
    }
  }

  /// As it stands inside a list: strings quoted.
  package static func quotedText(of value: Value) -> String {
    value.asString.map(quoted) ?? text(of: value)
  }

  /// As it stands inside a list or record: strings quoted, and what may be many in a few words.
  /// `number` writes the numbers in it; `steps` and `longest` are as in `text(of:steps:longest:)`.
  package static func innerText(
    of value: Value, steps: Int = .max, longest: Int = .max, number: (Double) -> String = numberText
  ) -> String {
    value.asList == nil && value.asRecord == nil
      ? element(value, longest, number) : container(value, most: steps, longest: longest, number: number)
  }

  private static func element(_ value: Value, _ longest: Int, _ number: (Double) -> String) -> String {
    value.asNumber.map(number) ?? value.asString.map { quoted($0.abridged(to: longest)) }
      ?? value.asTensor.map(TensorText.summary) ?? value.asObject?.summary ?? scalar(value)
  }

  private static func scalar(_ value: Value) -> String {
    switch value {
    case .unbound, .nil: "nil"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number): numberText(number)
    case .object(let object): object.description
    }
  }

  private static func container(
    _ value: Value, most: Int, longest: Int, number: (Double) -> String = numberText
  ) -> String {
    var output = ""
    var steps: [Step] = [.value(value)]
    var count = 0
    var growth = Growth()
    var length = 0
    while let step = steps.popLast() {
      // What is shared is printed as often as it is met, so a small value can have a text without end: after Ctrl-C, or when
      // memory runs short, the rest is left out, and the next look at the flag ends the program.
      count += 1
      if growth.mustStop(adding: output.utf8.count - length + 1) { return output }
      length = output.utf8.count
      if count > most { return output + "…" }
      switch step {
      case .text(let text): output += text
      case .value(let value):
        if let list = value.asList {
          output += "["
          steps.append(.list(list.items, next: 0))
        } else if let record = value.asRecord {
          output += "{"
          steps.append(.record(record, next: 0))
        } else {
          output += element(value, longest, number)
        }
      case .list(let items, let next):
        guard next < items.count else {
          output += "]"
          continue
        }
        if next > 0 { output += ", " }
        steps.append(.list(items, next: next + 1))
        steps.append(.value(items[next]))
      case .record(let record, let next):
        guard next < record.entries.count else {
          output += "}"
          continue
        }
        if next > 0 { output += ", " }
        let (key, value) = record.entries[next]
        output += self.key(key) + ": "
        steps.append(.record(record, next: next + 1))
        steps.append(.value(value))
      }
    }
    return output
  }

  /// A record's key as it stands before its `:`.
  package static func key(_ key: Symbol) -> String { isPlainName(key.name) ? key.name : quoted(key.name) }

  /// A string as the language would read it back.
  package static func quoted(_ text: String) -> String { "\"" + escapes.written(in: text) + "\"" }

  private static let escapes = Escapes(mayBegin: { byte in
    [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{")].contains(byte) || VisibleText.mayBeginObeyed(byte)
  }) { scalar in
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "{": "\\{"
    default: VisibleText.isObeyed(scalar) ? String(VisibleText.escape(scalar)) : nil
    }
  }

  /// Whether a key may be written without quotes.
  static func isPlainName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first == "_" || first.properties.isAlphabetic else { return false }
    return text.unicodeScalars.allSatisfy {
      $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType == .decimal
    }
  }
}
