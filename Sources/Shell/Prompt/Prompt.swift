// The prompt: reads until the parser says that a program is complete, writes it down, runs it and shows its value.

import CEditline
import CPlatform
import Glibc
import Lang
import Runtime

final class Prompt {
  private let session: Session
  private let history = History()

  init(session: Session) { self.session = session }

  /// Runs until Ctrl-D and returns the exit status.
  func run() throws -> Int32 {
    guard let editor = LineEditor() else {
      throw Fault.cannotRead("the terminal", reason: Fault.systemReason())
    }
    try show("tw \(version). ? is a short tour, Ctrl-D leaves.")
    for entry in history.load() { editor.remember(entry) }
    while let entry = try nextEntry(editor) {
      guard !entry.allSatisfy(\.isWhitespace) else { continue }
      history.append(entry)
      editor.remember(entry)
      if isFarewell(entry) { break }
      tw_clear_interrupt()
      do { try answer(entry) } catch { report(error) }
    }
    return ExitStatus.success
  }

  /// One complete program of one or more lines; empty after Ctrl-C, nil at the end of the input.
  private func nextEntry(_ editor: LineEditor) throws -> String? {
    var entry = ""
    while true {
      try StandardOutput.shared.flush()
      switch editor.read(prompt: entry.isEmpty ? "tw> " : "... ") {
      case .cancelled: return ""
      case .end: return nil
      case .text(let line): entry += (entry.isEmpty ? "" : "\n") + line
      }
      guard !entry.hasPrefix("?"), case .incomplete = session.read(source(entry)) else { return entry }
    }
  }

  private func answer(_ entry: String) throws {
    if entry.hasPrefix("?") {
      let name = entry.dropFirst().filter { !$0.isWhitespace }
      let text = name.isEmpty ? Tour.text : try NameHelp.text(for: String(name), in: session, width: width)
      return try show(text)
    }
    let outcome = try session.run(source(entry), options: nil)
    guard !outcome.value.isNil else { return }
    session.setAns(outcome.value)
    if !outcome.isSilent { try show(Echo.text(of: outcome.value, width: width)) }
  }

  /// `exit` and `quit` are what people try; a program may still use these names.
  private func isFarewell(_ entry: String) -> Bool {
    let word = entry.filter { !$0.isWhitespace }
    return ["exit", "quit", "exit()", "quit()"].contains(word)
      && session.value(named: word.filter(\.isLetter)) == nil
  }

  private func report(_ error: any Error) {
    switch error {
    // The terminal has shown ^C, and the cursor stands behind it.
    case let fault as Fault where fault.code == .interrupted: StandardError.write("\ninterrupted")
    case let fault as Fault: StandardError.report(fault)
    case let list as FaultList: StandardError.report(list.faults)
    default: StandardError.write("error: \(error)")
    }
  }

  private func source(_ entry: String) -> SourceFile { SourceFile(name: "<prompt>", text: entry) }

  private func show(_ text: String) throws { try StandardOutput.shared.write(text + "\n") }

  private var width: Int { Int(tw_terminal_columns(100)) }
}
