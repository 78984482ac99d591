// What `?name` shows. All of it comes from the registration of an operation, or from the value itself.

import Lang
import Runtime

enum NameHelp {
  static func text(for name: String, in session: Session, width: Int) throws -> String {
    guard let value = session.value(named: name) else { throw unknown(name, session) }
    let text = HelpText.text(of: value, named: name)
    if let object = value.asObject, object.kind == .builtin || object.kind == .function { return text }
    return text + "\n" + (try Echo.text(of: value, width: width))
  }

  private static func unknown(_ name: String, _ session: Session) -> Fault {
    let near = nearestName(to: name, among: session.names)
    return Fault(
      .unknownName, "there is no name `\(name)` here",
      help: near.map { "there is a similar name: `?\($0)`" } ?? "? alone is a short tour")
  }
}
