// help(x)

import Lang
import Runtime

extension Operations {
  static let help: [Operation] = [
    Operation(
      "help", "(x: any) -> nil",
      """
      Prints what a function does: its signature, documentation and an example.
      `x` is a function or its name as a string. Any other string is looked for in the names and the documentation of all operations \
      and library functions. At the prompt `?name` does the same.
      """, example: "help(nearest)\nhelp(\"layer norm\")"
    ) { call in
      let width = call.interpreter.columns()
      var value = call[0]
      var name = value.typeName
      if let text = value.asString {
        guard call.interpreter.hasBuiltin(text) else {
          try call.interpreter.output(try HelpSearch.text(for: text, in: call.interpreter, width: width) + "\n")
          return .nil
        }
        value = try call.interpreter.builtin(text)
        name = text
      }
      try call.interpreter.output(HelpText.text(of: value, named: name, width: width) + "\n")
      return .nil
    }
  ]
}

/// Operations and library functions that speak of some words.
public enum HelpSearch {
  private struct Entry {
    let name: String
    let documentation: String

    /// The first sentence.
    var summary: Substring {
      let text = documentation.split(separator: "\n", omittingEmptySubsequences: true).first ?? ""
      guard let end = text.firstIndex(of: ".") else { return text }
      let rest = text[text.index(after: end)...]
      return rest.isEmpty || rest.hasPrefix(" ") ? text[...end] : text
    }
  }

  /// One line an entry, those whose names match first. Throws `unknownName` when there are none.
  public static func text(for words: String, in interpreter: Interpreter, width: Int? = nil) throws -> String {
    let wanted = words.lowercased().split(separator: " ")
    guard !wanted.isEmpty else { throw Fault.badValue("`help` got no word to look for", help: "help(\"norm\")") }
    let all = entries
    let named = all.filter { entry in wanted.allSatisfy { entry.name.lowercased().contains($0) } }
    let names = Set(named.map(\.name))
    let others = all.filter { entry in
      let text = (entry.name + " " + entry.documentation).lowercased()
      return !names.contains(entry.name) && wanted.allSatisfy { text.contains($0) }
    }
    let found = named + others
    guard !found.isEmpty else {
      let near = nearestName(to: words, among: interpreter.builtinNames)
      throw Fault(
        .unknownName, "no name and no description speaks of `\(words)`",
        help: near.map { "there is a function with a similar name: `\($0)`" } ?? "fewer or other words may be in one")
    }
    let column = found.reduce(0) { max($0, $1.name.count) } + 2
    let rows = found.map { entry in
      entry.name + String(repeating: " ", count: column - entry.name.count) + entry.summary
    }
    return rows.flatMap { row in
      guard let width, row.count > width else { return [row] }
      return [String(row.prefix(width - 1)) + "…"]
    }.joined(separator: "\n")
  }

  private static var entries: [Entry] {
    let operations = Operations.all.map { Entry(name: $0.name, documentation: $0.documentation) }
    return operations + Operations.standardModules.flatMap(functions)
  }

  /// Functions of a library module, by the names under which `use` makes them known.
  private static func functions(of module: String) -> [Entry] {
    guard let bytes = Operations.standardModule(module) else { return [] }
    let tree = Parser.parse(SourceFile(name: "stdlib/" + module, bytes: bytes))
    let prefix = module == "prelude.tw" ? "" : String(module.dropLast(3)) + "."
    return tree.functions.compactMap { function in
      guard let name = function.name, !name.hasPrefix("_"), !function.documentation.isEmpty else { return nil }
      return Entry(name: prefix + name, documentation: function.documentation)
    }
  }
}
