// Files and folders that a string could name.

import Glibc
import Lang
import Runtime

enum PathCandidates {
  /// What is in the folder that `prefix` (as it is written in a string) names so far, folders with a slash.
  static func all(_ kind: TypedText.PathKind, prefix: String, session: Session) -> [Completer.Candidate] {
    var candidates = kind == .model ? models(session).compactMap { candidate($0, prefix, "\"") } : []
    let typed = unescaped(prefix)
    let slash = typed.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(Substring(typed.utf8[...$0])) } ?? ""
    let place = Paths.expanded(folder.isEmpty ? "." : folder)
    let start = String(Substring(typed.utf8.dropFirst(folder.utf8.count)))
    for name in Paths.names(inFolder: place) where name.utf8.starts(with: start.utf8) {
      if name.hasPrefix("."), !start.hasPrefix(".") { continue }
      let isFolder = Paths.isFolder(Paths.joined(place, name))
      if !isFolder, kind == .model || kind == .program && !name.hasSuffix(".tw") { continue }
      let path = folder + name + (isFolder ? "/" : "")
      if let found = candidate(path, prefix, isFolder ? "" : "\"") {
        candidates.append(Completer.Candidate(shown: name + (isFolder ? "/" : ""), text: found.text, end: found.end))
      }
    }
    return candidates
  }

  private static func candidate(_ path: String, _ prefix: String, _ end: String) -> Completer.Candidate? {
    let text = String(Substring(Printer.quoted(path).utf8.dropFirst().dropLast()))
    guard text.utf8.starts(with: prefix.utf8) else { return nil }
    return Completer.Candidate(shown: path, text: text, end: end)
  }

  /// What a piece of a string means: `a\"b` → `a"b`. A piece that means nothing stands for itself.
  private static func unescaped(_ written: String) -> String {
    let tree = Parser.parse(SourceFile(name: "<typed>", text: "\"" + written + "\""))
    guard tree.faults.isEmpty, let file = tree.functions.first, case .block(let statements) = tree[file.body],
      let only = statements.first, case .string(let text) = tree[only]
    else { return written }
    return text
  }

  private static func models(_ session: Session) -> [String] {
    let interpreter = session.interpreter
    guard let all = try? interpreter.call(interpreter.builtin("models"), []), let table = all.asTable,
      let names = try? table.field("name")?.asList
    else { return [] }
    return names.items.compactMap(\.asString)
  }
}
