// What `?name` and `help(x)` show: all of it from the registration of an operation, or from the function's own text.

import Lang

public enum HelpText {
  /// Help for a value; `name` is what the user called it.
  public static func text(of value: Value, named name: String) -> String {
    guard case .object(let object) = value else { return "\(name): \(value.typeName)" }
    switch object.kind {
    case .builtin: return text(of: unsafeDowncast(object, to: BuiltinObject.self).operation)
    case .function:
      let function = unsafeDowncast(object, to: FunctionObject.self)
      let (line, _) = function.place.file.position(of: function.place.span.start)
      let place = "Defined in \(function.place.file.name), line \(line)."
      return [function.signature, function.documentation, place].filter { !$0.isEmpty }.joined(separator: "\n\n")
    default:
      let fields = object.fieldNames
      return "\(name): \(object.typeName)" + (fields.isEmpty ? "" : "\nfields: " + fields.joined(separator: " "))
    }
  }

  private static func text(of operation: Operation) -> String {
    var blocks = [operation.name + operation.signature, operation.documentation]
    if !operation.example.isEmpty {
      let lines = operation.example.split(separator: "\n", omittingEmptySubsequences: false)
      blocks.append("Example:\n\n" + lines.map { "  " + $0 }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n")
  }
}
