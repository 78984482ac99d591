// An entry as the lines that could have been typed one after the other: a pasted block answers as it would have line by line.

import Lang
import Runtime

/// A piece of an entry that runs, and answers, by itself.
struct EntryPart: Equatable {
  let text: String
  /// The line of the entry, from 1, that it starts on.
  let line: Int
  /// `:name …`, `?name` or `name?`; anything else is a program.
  let isCommand: Bool
}

/// Cuts an entry into parts: commands, and statements of the top level together with what else stands on their lines.
struct EntryParts {
  private(set) var parts: [EntryPart] = []
  /// More lines could complete it.
  private(set) var isIncomplete = false
  private let lines: [Substring]

  init(_ entry: String) {
    lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
    var at = 0
    while at < lines.count {
      let end = Self.isCommand(lines[at]) ? endOfCommand(at) : endOfProgram(at)
      if Self.isCommand(lines[at]) {
        parts.append(EntryPart(text: text(at..<end), line: at + 1, isCommand: true))
        isIncomplete = end == lines.count && Self.wantsMore(Self.argument(text(at..<end)))
      } else {
        let tree = Self.parse(text(at..<end))
        isIncomplete = end == lines.count && tree.isIncomplete
        // Nothing runs of what cannot be read.
        guard isIncomplete || tree.faults.isEmpty else {
          parts = [EntryPart(text: text(at..<end), line: at + 1, isCommand: false)]
          return
        }
        parts += statements(tree, at..<end)
      }
      at = end
    }
  }

  private func text(_ range: Range<Int>) -> String { lines[range].joined(separator: "\n") }

  private static func parse(_ text: String) -> Tree {
    Parser.parse(SourceFile(name: "<entry>", text: text), isInteractive: true)
  }

  private static func wantsMore(_ text: String) -> Bool { parse(text).isIncomplete }

  // MARK: Commands

  static func isCommand(_ line: some StringProtocol) -> Bool {
    line.hasPrefix(":") || line.hasPrefix("?") || questionBehind(line) != nil
  }

  /// `nearest?` is `?nearest`, and `help` is `?`, for fingers that are used to it.
  static func questionBehind(_ line: some StringProtocol) -> String? {
    let word = String(line).filter { !$0.isWhitespace }
    if word == "help" || word == "help()" { return "?" }
    let name = word.prefix { $0 != "?" }
    let marks = word.dropFirst(name.count)
    guard !name.isEmpty, (1...2).contains(marks.count), marks.allSatisfy({ $0 == "?" }),
      name.unicodeScalars.allSatisfy({ $0.properties.isAlphabetic || "_.[]0123456789".unicodeScalars.contains($0) })
    else { return nil }
    return String(marks) + name
  }

  /// `EXPR` of `:time EXPR`.
  private static func argument(_ command: String) -> String { String(command.drop { !$0.isWhitespace }) }

  /// One line, or as many as its expression goes on for.
  private func endOfCommand(_ start: Int) -> Int {
    var end = start + 1
    guard lines[start].hasPrefix(":") else { return end }
    while end < lines.count, Self.wantsMore(Self.argument(text(start..<end))) { end += 1 }
    return end
  }

  // MARK: Programs

  /// Up to a command that does not stand inside a string or brackets.
  private func endOfProgram(_ start: Int) -> Int {
    for end in lines.indices[(start + 1)...] where Self.isCommand(lines[end]) {
      if !Self.wantsMore(text(start..<end)) { return end }
    }
    return lines.count
  }

  /// The statements of the lines in `range`, whose tree this is: those that share a line stay together.
  private func statements(_ tree: Tree, _ range: Range<Int>) -> [EntryPart] {
    let whole = EntryPart(text: text(range), line: range.lowerBound + 1, isCommand: false)
    guard range.count > 1, tree.faults.isEmpty, let file = tree.functions.first,
      case .block(let statements) = tree[file.body], statements.count > 1
    else { return [whole] }
    var starts: [Int] = []
    var previous = 0
    for statement in statements {
      let span = tree.span(statement)
      let first = tree.file.position(of: span.start).line
      if first > previous { starts.append(range.lowerBound + previous) }
      previous = tree.file.position(of: max(span.start, span.end - 1)).line
    }
    starts.append(range.upperBound)
    let parts = zip(starts, starts.dropFirst()).map { start, end in
      // The blank lines before a statement say nothing.
      let first = lines[start..<end].firstIndex { !$0.allSatisfy(\.isWhitespace) } ?? start
      return EntryPart(text: text(first..<end), line: first + 1, isCommand: false)
    }
    return parts.allSatisfy { Self.parse($0.text).faults.isEmpty } ? parts : [whole]
  }
}
