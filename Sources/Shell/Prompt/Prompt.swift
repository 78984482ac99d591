// The prompt: reads until the parser says that a program is complete, writes it down, runs it and shows its value.

import CEditline
import CPlatform
import Glibc
import Lang
import Runtime

final class Prompt {
  private(set) var session: Session
  private let makeSession: () throws -> Session
  /// A session that runs a file as `tw FILE` does; the folder is the file's.
  let makeRecipeSession: (_ folder: String) throws -> Session
  private let editor: LineEditor
  private let history = History()
  let journal = SessionJournal()
  /// Entries are counted, so that an error can say which one it is in.
  private var entryCount = 0
  /// Lines of the entry that is being typed, without the last.
  private var earlier = ""
  /// What `:edit` gave, to run next.
  var pending: String?
  /// The last program that was entered, for `:edit`.
  private(set) var lastProgram = ""
  /// Where the next line's output goes, after `:once`.
  var outputFile: String?
  /// What `:save` has written: it may write these again.
  var savedFiles: Set<String> = []
  /// The last value that was shown, for `:last`.
  private(set) var lastShown: Value?
  private var isLeaving = false
  private var isTerminalGone = false

  init(
    makeSession: @escaping () throws -> Session, makeRecipeSession: @escaping (_ folder: String) throws -> Session
  ) throws {
    self.makeSession = makeSession
    self.makeRecipeSession = makeRecipeSession
    session = try makeSession()
    guard let editor = LineEditor() else {
      throw Fault.cannotRead("the terminal", reason: Fault.systemReason())
    }
    self.editor = editor
    recordOutput()
    editor.complete = { [unowned self] before in
      Completer(session: session, width: width, rows: max(Int(tw_terminal_rows(24)) / 2, 4))
        .completion(after: before, earlier: earlier)
    }
  }

  /// Runs until Ctrl-D and returns the exit status.
  func run() throws -> Int32 {
    let greeting = ["tw \(Version.current.text). ? is a short tour, Ctrl-D leaves.", journal.noticeOfInterrupted()]
    for text in greeting.compactMap({ $0 }) {
      try show(WrappedText.lines(text, width: width).joined(separator: "\n"))
    }
    runInitialFile()
    for entry in history.load() { editor.remember(entry) }
    while !isLeaving, let entry = try nextEntry() {
      // From here on Ctrl-C is meant for this entry.
      tw_clear_interrupt()
      guard !entry.allSatisfy(\.isWhitespace) else { continue }
      history.append(entry)
      editor.remember(entry)
      if isFarewell(entry) { break }
      do { try answer(entry) } catch { report(error) }
      try endLine()
    }
    // A window that was closed on a session can be brought back.
    if !isTerminalGone { journal.end() }
    return ExitStatus.success
  }

  func leave() { isLeaving = true }

  /// Forgets all names.
  func reset() throws {
    session = try makeSession()
    recordOutput()
    lastShown = nil
    journal.clear()
  }

  /// Notes what programs print, for the recipe that `:save` tries.
  private func recordOutput() {
    let interpreter = session.interpreter
    let write = interpreter.output
    interpreter.output = { [unowned self] text in
      journal.note(printed: text)
      try write(text)
    }
  }

  // MARK: Reading

  /// One complete program of one or more lines; empty after Ctrl-C, nil at the end of the input.
  private func nextEntry() throws -> String? {
    if let entry = pending {
      pending = nil
      let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
      try show("tw> " + lines.joined(separator: "\n... "))
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
        let text = !session.ownNames.contains("tw") ? PastedText.withoutPrompt(line, isFirst: earlier.isEmpty) : line
        earlier += (earlier.isEmpty ? "" : "\n") + text
      }
      if !EntryParts(earlier).isIncomplete { return earlier }
    }
  }

  /// `exit` and `quit` are what people try; a program may still use these names.
  private func isFarewell(_ entry: String) -> Bool {
    let word = entry.filter { !$0.isWhitespace }
    return ["exit", "quit", "exit()", "quit()"].contains(word)
      && session.value(named: word.filter(\.isLetter)) == nil
  }

  /// What the person's own file says runs first; its errors are no reason to stop.
  private func runInitialFile() {
    guard let path = PersonalFolders.configuration.map({ $0 + "/init.tw" }), Paths.status(path) != nil else { return }
    do { _ = try session.run(SourceReader.file(path), options: nil) } catch { report(error) }
  }

  // MARK: Answering

  /// Each part answers by itself, until one fails.
  private func answer(_ entry: String) throws {
    let parts = EntryParts(entry).parts
    let programs = parts.filter { !$0.isCommand }
    if !programs.isEmpty {
      entryCount += 1
      lastProgram = programs.count == parts.count ? entry : programs.map(\.text).joined(separator: "\n")
    }
    for (index, part) in parts.enumerated() {
      if part.isCommand {
        try answer(toCommand: part.text)
      } else {
        try answer(toProgram: part, isFirst: index == 0, isLast: index == parts.count - 1)
      }
    }
  }

  private func answer(toCommand text: String) throws {
    let text = EntryParts.questionBehind(text) ?? text
    if text.hasPrefix(":") { return try Command.run(text, at: self) }
    try StandardOutput.shared.write(NameHelp.answer(to: text, in: session, width: width))
  }

  private func answer(toProgram part: EntryPart, isFirst: Bool, isLast: Bool) throws {
    journal.begin(part.text, isFirst: isFirst)
    do {
      if let path = outputFile {
        outputFile = nil
        try write(to: path) { try run(part, isLast: isLast, showing: { .words(try OutputFile.text(of: $0)) }) }
      } else {
        try run(part, isLast: isLast) { [width] in try Echo.display(of: $0, width: width) }
      }
    } catch {
      journal.fail()
      throw error
    }
  }

  private func run(_ part: EntryPart, isLast: Bool, showing display: (Value) throws -> Display) throws {
    let source = SourceFile(name: "<prompt \(entryCount)>", text: part.text, firstLine: part.line)
    let outcome = try session.run(source, options: nil)
    journal.succeed(Recipe.Entry(text: part.text, value: outcome.value), isLast: isLast)
    guard !outcome.value.isNil else { return }
    session.setAns(outcome.value)
    lastShown = outcome.value
    if !outcome.isSilent { try StandardOutput.shared.write(display(outcome.value)) }
  }

  /// Runs a file in the session, as if its text had been entered.
  func load(_ path: String) throws {
    let place = Paths.expanded(path)
    try session.interpreter.permissions.checkRead(place)
    let source = try SourceReader.file(place)
    journal.begin(":load \(path)")
    do { _ = try session.run(source, options: nil) } catch {
      journal.fail()
      throw error
    }
    journal.succeed(Recipe.Entry(text: String(decoding: source.bytes, as: UTF8.self), value: .nil))
  }

  func report(_ error: any Error) {
    switch error {
    case let fault as Fault where fault.code == .interrupted:
      // A plain terminal has shown ^C, and the cursor stands behind it.
      let needsBreak = editor.isPlain || !StandardOutput.shared.isAtLineStart
      StandardError.write((needsBreak ? "\n" : "") + "interrupted")
    case let fault as Fault: StandardError.report(fault)
    case let list as FaultList: StandardError.report(list.faults)
    default: StandardError.write("error: \(error)")
    }
  }

  /// The prompt starts a line, whatever was printed before.
  private func endLine() throws {
    if !StandardOutput.shared.isAtLineStart { try show("") }
  }

  func show(_ text: String) throws { try StandardOutput.shared.write(text + "\n") }

  var width: Int { Int(tw_terminal_columns(100)) }
}
