// `:save`: the session as a recipe, which is run before anything is said about it.

import Formats
import Glibc
import Lang
import Operations
import Runtime

enum SaveCommand {
  /// `words`: the file, and the names of the constants that become its parameters.
  static func run(_ words: [String], at prompt: EntrySession) throws {
    let path = try Command.wanted(words.first ?? "", "save", "a file: :save probe.tw")
    let names = Array(words.dropFirst())
    let journal = prompt.journal
    guard !journal.entries.isEmpty else {
      throw Fault.badValue("there is nothing to save yet", help: "lines that succeed are kept from the first one on")
    }
    let place = Paths.resolved(Paths.expanded(path))
    guard Paths.status(place) == nil || prompt.savedFiles.contains(place) else {
      throw Fault.badValue(
        "\(path) is there already, and not from this session", help: "take another name, or remove the file first")
    }
    let (text, reset) = try Recipe.text(of: journal.entries, parameters: names)
    try AtomicFile.write(path, permissions: prompt.session.interpreter.permissions) { try $0.write(text) }
    prompt.savedFiles.insert(place)
    let folder = Paths.split(Paths.expanded(path)).folder
    let outcome = RecipeTrial.run(
      SourceFile(name: path, bytes: Array(text.utf8), folder: folder), entries: journal.entries,
      outputs: journal.outputs,
      isWhole: journal.hasWholeOutput, in: try prompt.makeRecipeSession(folder))
    let count = text.split(separator: "\n").count
    try report(outcome, "\(path): \(count) line\(count == 1 ? "" : "s")", runningIt: command(path, names), at: prompt)
    for name in reset {
      try prompt.show("  `\(name)` is set again by a later line: --\(name) reaches no further than that.")
    }
  }

  private static func command(_ path: String, _ names: [String]) -> String {
    "Run it with: tw \(path.contains(" ") ? "'\(path)'" : path)" + names.map { " [--\($0) …]" }.joined()
  }

  private static func report(
    _ outcome: RecipeTrial.Outcome, _ saved: String, runningIt: String, at prompt: EntrySession
  )
    throws
  {
    switch outcome {
    case .same: try prompt.show("\(saved). \(runningIt)")
    case .stopped(let why): try prompt.show("\(saved), not tried to the end: \(why). \(runningIt)")
    case .differs(let entry, let here, let there):
      let line = entry.split(separator: "\n").first.map(String.init) ?? entry
      try prompt.show("\(saved), but run by itself it prints something else, first for `\(line)`:")
      try prompt.show("  here:  \(here.isEmpty ? "nothing" : here)\n  there: \(there.isEmpty ? "nothing" : there)")
    case .fails(let error):
      try prompt.show("\(saved), but by itself it does not run:")
      prompt.report(error)
    }
  }
}
