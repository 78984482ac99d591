// Lines that start with `:`. They are for the person at the prompt and no part of the language.

import Formats
import Glibc
import Lang
import Operations
import Runtime

struct Command {
  let name: String
  /// What follows the name, for the list.
  let argument: String
  let summary: String
  /// Whether what follows is a path, for completion.
  var takesPath = false
  let body: (EntrySession, String) throws -> Void

  static let all: [Command] = [
    Command(name: "help", argument: "", summary: "this list") { prompt, _ in
      try prompt.show(list(width: prompt.width))
    },
    Command(name: "time", argument: "EXPR", summary: "how long an expression takes, run as often as that needs") {
      try TimeCommand.run($1, at: $0)
    },
    Command(name: "vars", argument: "", summary: "the names of this session: type, shape, bytes") { prompt, _ in
      try VariableList.show(at: prompt)
    },
    Command(name: "mem", argument: "", summary: "what models and tensors hold in memory, file by file") { prompt, _ in
      try MemoryCommand.show(at: prompt)
    },
    Command(name: "last", argument: "", summary: "the last value in full, in $PAGER") { prompt, _ in
      try ShowLast.run(at: prompt)
    },
    Command(
      name: "save", argument: "FILE.tw [NAME ...]",
      summary: "the lines that succeeded as a recipe, which is run once; the constants NAME become its parameters",
      takesPath: true
    ) { try SaveCommand.run(words($1), at: $0) },
    Command(
      name: "load", argument: "[FILE.tw]", summary: "runs a file here; without one, the session that was interrupted",
      takesPath: true
    ) { try load($1, at: $0) },
    Command(name: "reset", argument: "", summary: "forgets all names") { prompt, _ in try prompt.reset() },
    Command(name: "edit", argument: "", summary: "the last program in $EDITOR, then runs it") { prompt, _ in
      try EditCommand.run(at: prompt)
    },
    Command(
      name: "once", argument: "FILE", summary: "writes what the next line shows to a file, in full", takesPath: true
    ) { prompt, path in
      let path = try wanted(unquoted(path), "once", "a file: :once table.txt")
      // What takes long to compute should not fail at its last step.
      try AtomicFile.check(path, permissions: prompt.session.interpreter.permissions)
      prompt.outputFile = path
    },
    Command(
      name: "pull", argument: "ORG/NAME", summary: "downloads a model from the hub, for load(\"ORG/NAME\")"
    ) { prompt, argument in
      try prompt.show(PullCommand.run(words: words(argument)).joined(separator: "\n"))
    },
    Command(name: "clear", argument: "", summary: "takes away what is shown") { prompt, _ in try prompt.front.clear() },
    Command(name: "quit", argument: "", summary: "leaves, as Ctrl-D does") { prompt, _ in prompt.leave() },
  ]

  /// The command of that name, or the only one that starts so: `:q` is `:quit`.
  static func named(_ name: String) -> Command? {
    if let exact = all.first(where: { $0.name == name }) { return exact }
    let near = all.filter { !name.isEmpty && $0.name.hasPrefix(name) }
    return near.count == 1 ? near[0] : nil
  }

  /// What `?:name` shows.
  static func help(on name: String) throws -> String {
    guard let command = named(name) else { throw unknown(name) }
    return command.head + "\n" + command.summary
  }

  /// Answers ":name argument".
  static func run(_ entry: String, at prompt: EntrySession) throws {
    let text = entry.dropFirst()
    let name = String(text.prefix { !$0.isWhitespace })
    let rest = trimmed(text.dropFirst(name.count))
    guard let command = named(name) else { throw unknown(name) }
    if command.argument.isEmpty, !rest.isEmpty {
      throw Fault.badValue("`:\(name)` takes nothing behind it, got `\(rest)`", help: ":help lists the commands")
    }
    try command.body(prompt, rest)
  }

  private static func unknown(_ name: String) -> Fault {
    let near = nearestName(to: name, among: all.map(\.name))
    let several = all.filter { !name.isEmpty && $0.name.hasPrefix(name) }.map { "`:\($0.name)`" }
    if several.count > 1 {
      return Fault(.unknownName, "`:\(name)` could be \(several.joined(separator: " or "))", help: "type more of it")
    }
    return Fault(
      .unknownName, "there is no command `:\(name)`",
      help: near.map { "there is a similar one: `:\($0)`" } ?? ":help lists the commands")
  }

  private static func list(width: Int) -> String {
    let column = all.reduce(0) { max($0, $1.head.count) } + 2
    return all.flatMap { command in
      let lines = WrappedText.lines(command.summary, width: width - column)
      return lines.enumerated().map { index, line in
        let head = index == 0 ? command.head : ""
        return head + String(repeating: " ", count: column - head.count) + line
      }
    }.joined(separator: "\n")
  }

  private var head: String { ":" + name + (argument.isEmpty ? "" : " " + argument) }

  // MARK: Small ones

  /// Words with spaces between them, which may stand in quotes.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var isQuoted = false
    var isInside = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == " ", !isQuoted {
        isInside = false
        continue
      }
      if !isInside { words.append("") }
      isInside = true
      if character != "\"" { words[words.count - 1].append(character) }
    }
    return words
  }

  private static func load(_ argument: String, at prompt: EntrySession) throws {
    if !argument.isEmpty { return try prompt.load(unquoted(argument)) }
    guard let path = SessionJournal.newestInterrupted else {
      throw Fault.badValue("no session was interrupted", help: "give a file: :load probe.tw")
    }
    try prompt.show("loading \(path)")
    try prompt.load(path)
  }

  static func wanted(_ argument: String, _ command: String, _ what: String) throws -> String {
    guard !argument.isEmpty else {
      throw Fault.badValue("`:\(command)` needs \(what.split(separator: ":")[0])", help: what)
    }
    return argument
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0.isWhitespace }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// Without the quotes that a path has in a program.
  private static func unquoted(_ text: String) -> String {
    let isQuoted =
      text.count > 1 && text.first == "\"" && text.last == "\"" && !text.dropFirst().dropLast().contains("\"")
    return isQuoted ? String(text.dropFirst().dropLast()) : text
  }
}
