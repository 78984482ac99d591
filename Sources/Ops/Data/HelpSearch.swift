// help("words"): which operations and library functions speak of something.

import Lang
import Runtime

public enum HelpSearch {
  private struct Entry {
    let name: String
    let documentation: String
    /// Signature and example.
    var usage = ""
    /// The chapter it stands in, and the words by which people look for that.
    var subject = ""

    /// The first sentence.
    var summary: Substring {
      let text = documentation.split(separator: "\n", omittingEmptySubsequences: true).first ?? ""
      guard let end = text.firstIndex(of: ".") else { return text }
      let rest = text[text.index(after: end)...]
      return rest.isEmpty || rest.hasPrefix(" ") ? text[...end] : text
    }
  }

  /// One line an entry, the best matches first; above them what the words are called here, if they come from another language. Nil
  /// when nothing speaks of them.
  public static func answer(to words: String, width: Int? = nil) -> String? {
    let hint = OtherLanguages.help(for: words).map { help in
      let line = "`\(words)` is no name here: \(help)"
      return width.map { WrappedText.lines(line, width: $0).joined(separator: "\n") } ?? line
    }
    let found = matches(words)
    let column = found.reduce(0) { max($0, $1.name.count) } + 2
    let rows = found.map { entry in
      let row = entry.name + String(repeating: " ", count: column - entry.name.count) + entry.summary
      guard let width, row.count > width else { return row }
      return String(row.prefix(width - 1)) + "…"
    }
    let parts = [hint, rows.isEmpty ? nil : rows.joined(separator: "\n")].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// The same. Throws `unknownName` when there is nothing.
  static func text(for words: String, in interpreter: Interpreter, width: Int?) throws -> String {
    guard !words.allSatisfy(\.isWhitespace) else {
      throw Fault.badValue("`help` got no word to look for", help: "help(\"norm\")")
    }
    if let answer = answer(to: words, width: width) { return answer }
    let near = nearestName(to: words, among: interpreter.builtinNames)
    throw Fault(
      .unknownName, "no name and no description speaks of `\(words)`",
      help: near.map { "there is a function with a similar name: `\($0)`" } ?? "fewer or other words may be in one")
  }

  // MARK: Matching

  /// Those that have all the words: in the name, or else in the summary, the chapter's words, or the rest of the description.
  private static func matches(_ words: String) -> [Entry] {
    let wanted = words.lowercased().split(separator: " ").map(stem)
    guard !wanted.isEmpty else { return [] }
    var ranked: [[Entry]] = [[], [], [], []]
    for entry in entries {
      let name = entry.name.lowercased()
      let places = [String(entry.summary), entry.subject, entry.documentation + " " + entry.usage]
      if wanted.allSatisfy({ name.contains($0) }) {
        ranked[0].append(entry)
        continue
      }
      var known = Set(parts(of: name))
      for (index, place) in places.enumerated() {
        known.formUnion(parts(of: place.lowercased()))
        if wanted.allSatisfy({ word in known.contains { $0.hasPrefix(word) } }) {
          ranked[index + 1].append(entry)
          break
        }
      }
    }
    return ranked.flatMap { $0 }
  }

  /// Words are found by their beginnings, so that "plots" finds "plot" when its last letter is gone.
  private static func stem(_ word: Substring) -> String {
    word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : String(word)
  }

  private static func parts(of text: String) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
  }

  // MARK: What there is

  private static var entries: [Entry] {
    let operations = Operations.subjects.flatMap { subject in
      subject.operations.map {
        Entry(
          name: $0.name, documentation: $0.documentation, usage: $0.signature + " " + $0.example,
          subject: subject.title + " " + subject.about)
      }
    }
    let keywords = Keyword.all.map { Entry(name: $0.word, documentation: $0.documentation, usage: $0.form) }
    return operations + Operations.standardModules.flatMap(functions) + keywords
  }

  /// Functions of a library module, by the names under which `use` makes them known.
  private static func functions(of module: String) -> [Entry] {
    guard let bytes = Operations.standardModule(module) else { return [] }
    let tree = Parser.parse(SourceFile(name: "stdlib/" + module, bytes: bytes))
    let prefix = module == "prelude.tw" ? "" : String(module.dropLast(3)) + "."
    return tree.functions.compactMap { function in
      guard let name = function.name, !name.hasPrefix("_"), !function.documentation.isEmpty else { return nil }
      return Entry(name: prefix + name, documentation: function.documentation, usage: function.signature)
    }
  }
}
