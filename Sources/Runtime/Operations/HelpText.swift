// What `?name` and `help(x)` show: all of it from the registration of an operation, or from the function's own text.

import Lang

package enum HelpText {
  /// Help for a value; `name` is what the user called it. Lines break at words where they are longer than `width` columns.
  package static func text(of value: Value, named name: String, width: Int? = nil) -> String {
    guard case .object(let object) = value else { return "\(name): \(value.typeName)" }
    let text: String
    switch object.kind {
    case .builtin: text = self.text(of: unsafeDowncast(object, to: BuiltinObject.self).operation)
    case .function:
      let function = unsafeDowncast(object, to: FunctionObject.self)
      let (line, _) = function.place.file.position(of: function.place.span.start)
      let place = "Defined in \(function.place.file.name), line \(line)."
      text = [function.signature, function.documentation, place].filter { !$0.isEmpty }.joined(separator: "\n\n")
    default:
      let fields = object.fieldNames
      text = "\(name): \(object.typeName)" + (fields.isEmpty ? "" : "\nfields: " + fields.joined(separator: " "))
    }
    return fitted(text, width)
  }

  /// Help for a word of the language itself.
  package static func text(of keyword: Keyword, width: Int? = nil) -> String {
    fitted([keyword.form, keyword.documentation, shown(example: keyword.example)].joined(separator: "\n\n"), width)
  }

  private static func fitted(_ text: String, _ width: Int?) -> String {
    guard let width else { return text }
    return WrappedText.lines(WrappedText.rejoined(text), width: width).joined(separator: "\n")
  }

  private static func shown(example: String) -> String {
    let lines = example.split(separator: "\n", omittingEmptySubsequences: false)
    return "Example:\n\n" + lines.map { "  " + $0 }.joined(separator: "\n")
  }

  /// Help for an operation or a constant.
  package static func text(of operation: Operation, width: Int?) -> String { fitted(text(of: operation), width) }

  private static func text(of operation: Operation) -> String {
    var blocks = [operation.name + operation.signature, operation.documentation]
    if !operation.example.isEmpty { blocks.append(shown(example: operation.example)) }
    blocks.append("Defined in \(operation.place.file), line \(operation.place.line).")
    return blocks.joined(separator: "\n\n")
  }
}
