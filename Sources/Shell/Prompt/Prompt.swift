// The prompt: reads until the parser says that a program is complete, and gives it to the session, which answers.

import CEditline
import CPlatform
import Glibc
import Lang
import Runtime

final class Prompt {
  private let editor: LineEditor
  private let entries: EntrySession
  /// Lines of the entry that is being typed, without the last.
  private var earlier = ""
  private var isTerminalGone = false

  init(
    makeSession: @escaping () throws -> Session, makeRecipeSession: @escaping (_ folder: String) throws -> Session
  ) throws {
    guard let editor = LineEditor() else {
      throw Fault.cannotRead("the terminal", reason: Fault.systemReason())
    }
    self.editor = editor
    entries = try EntrySession(
      front: TerminalFront(isPlain: editor.isPlain), makeSession: makeSession, makeRecipeSession: makeRecipeSession)
    editor.complete = { [unowned self] before in
      Completer(session: entries.session, width: entries.width, rows: max(Int(tw_terminal_rows(24)) / 2, 4))
        .completion(after: before, earlier: earlier)
    }
  }

  /// Runs until Ctrl-D and returns the exit status.
  func run() throws -> Int32 {
    let greeting = [
      "tw \(Version.current.text). ? is a short tour, Ctrl-D leaves.", entries.journal.noticeOfInterrupted(),
    ]
    for text in greeting.compactMap({ $0 }) {
      try entries.show(WrappedText.lines(text, width: entries.width).joined(separator: "\n"))
    }
    entries.runInitialFile()
    for entry in entries.history.load() { editor.remember(entry) }
    while !entries.isLeaving, let entry = try nextEntry() {
      // From here on Ctrl-C is meant for this entry.
      tw_clear_interrupt()
      guard !entry.allSatisfy(\.isWhitespace) else { continue }
      entries.history.append(entry)
      editor.remember(entry)
      do { try entries.answer(entry) } catch { entries.report(error) }
      try endLine()
    }
    // A window that was closed on a session can be brought back.
    if !isTerminalGone { entries.journal.end() }
    return ExitStatus.success
  }

  /// One complete program of one or more lines; empty after Ctrl-C, nil at the end of the input.
  private func nextEntry() throws -> String? {
    if let entry = entries.pending {
      entries.pending = nil
      let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
      try entries.show("tw> " + lines.joined(separator: "\n... "))
      return entry
    }
    earlier = ""
    while true {
      try StandardOutput.shared.flush()
      switch editor.read(prompt: earlier.isEmpty ? "tw> " : "... ") {
      case .cancelled: return ""
      case .end: return nil
      case .gone:
        isTerminalGone = true
        return nil
      case .text(let line):
        let isOwn = entries.session.ownNames.contains("tw")
        earlier +=
          (earlier.isEmpty ? "" : "\n") + (isOwn ? line : PastedText.withoutPrompt(line, isFirst: earlier.isEmpty))
      }
      if !EntryParts(earlier).isIncomplete { return earlier }
    }
  }

  /// The prompt starts a line, whatever was printed before.
  private func endLine() throws {
    if !StandardOutput.shared.isAtLineStart { try entries.show("") }
  }
}
