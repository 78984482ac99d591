// What `?name` and `??name` show. All of it comes from the registration of an operation, or from the value itself.

import Lang
import Operations
import Runtime

enum NameHelp {
  /// The answer to a line that starts with `?`.
  static func answer(to entry: String, in session: Session, width: Int) throws -> Display {
    let wantsSource = entry.hasPrefix("??")
    let name = String(entry.drop { $0 == "?" || $0.isWhitespace }.prefix { !$0.isWhitespace })
    if name.isEmpty { return .words(Tour.text(width: width)) }
    let words = entry.drop { $0 == "?" || $0.isWhitespace }.split(separator: " ")
    if words.count > 1 {
      let question = words.joined(separator: " ")
      return .words(
        HelpSearch.answer(to: question, width: width)
          ?? HelpSearch.nearest(to: question, names: session.names, width: width))
    }
    if let code = ErrorCode(rawValue: name.uppercased()) {
      return .words(ErrorReference.text(of: code, width: width))
    }
    if name.hasPrefix(":") { return .words(try Command.help(on: String(name.dropFirst()))) }
    if let keyword = Keyword.named(name) { return .words(HelpText.text(of: keyword, width: width)) }
    if !session.ownNames.contains(name), let operation = session.interpreter.operation(named: name),
      operation.constant != nil
    {
      return .words(HelpText.text(of: operation, width: width))
    }
    guard let value = session.peek(name) else { return .words(found(name, session, width)) }
    return wantsSource
      ? try source(of: value, name, session, width) : try text(of: value, name, width)
  }

  private static func text(of value: Value, _ name: String, _ width: Int) throws -> Display {
    let text = HelpText.text(of: value, named: name, width: width)
    if let object = value.asObject, object.kind == .builtin || object.kind == .function { return .words(text) }
    switch try Echo.display(of: value, width: width) {
    case .words(let shown): return .words(text + "\n" + shown)
    case .picture(let picture): return .picture(VisibleText.of(text) + "\n" + picture)
    }
  }

  private static func source(of value: Value, _ name: String, _ session: Session, _ width: Int) throws -> Display {
    if let function = value.asObject as? FunctionObject { return .words(function.source) }
    // Operations are written in Swift: what says most about them is their description.
    return try text(of: value, name, width)
  }

  /// What speaks of a word that is no name; a name that is spelt nearly so comes first.
  private static func found(_ name: String, _ session: Session, _ width: Int) -> String {
    let near = nearestName(to: name, among: session.names)
    let isForeign = OtherLanguages.help(for: name) != nil
    if near == nil || isForeign, let answer = HelpSearch.answer(to: name, width: width) {
      return isForeign ? answer : "`\(name)` is no name here. These speak of it:\n\n" + answer
    }
    return HelpSearch.nearest(to: name, names: session.names, width: width)
  }
}
