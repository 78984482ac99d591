// What `?name` shows. All of it comes from the registration of an operation, or from the value itself.

import Lang
import Runtime

enum NameHelp {
  static func text(for name: String, in session: Session, width: Int) throws -> String {
    guard let value = session.value(named: name) else { throw unknown(name, session) }
    guard let object = value.asObject else {
      return "\(name): \(value.typeName)\n\(Echo.text(of: value, width: width))"
    }
    if let builtin = object as? BuiltinObject { return text(for: builtin.operation) }
    return text(named: name, object, width: width)
  }

  private static func text(for operation: Operation) -> String {
    var blocks = [operation.name + operation.signature, operation.documentation]
    if !operation.example.isEmpty { blocks.append("Example:\n\n" + indented(operation.example)) }
    return blocks.joined(separator: "\n\n")
  }

  /// Functions of the language say what they are by their description; other values by their fields and their echo.
  private static func text(named name: String, _ object: Object, width: Int) -> String {
    if object.kind == .function { return object.description }
    var lines = ["\(name): \(object.typeName)"]
    if !object.fieldNames.isEmpty { lines.append("fields: " + object.fieldNames.joined(separator: " ")) }
    lines.append(Echo.text(of: .object(object), width: width))
    return lines.joined(separator: "\n")
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
  }

  private static func unknown(_ name: String, _ session: Session) -> Fault {
    let near = nearestName(to: name, among: session.names)
    return Fault(
      .unknownName, "there is no name `\(name)` here",
      help: near.map { "there is a similar name: `?\($0)`" } ?? "? alone is a short tour")
  }
}
