// What the prompt and a notebook have in common: entries that run one after the other over the same names, are written down, and answered.

import Formats
import Lang
import Runtime

/// Where the entries of a session come from and its answers go: a terminal, or a notebook. Words go to `StandardOutput` and `StandardError`
/// in both; here is what differs.
protocol EntryFront: AnyObject {
  /// What an entry is called in errors: "prompt", "cell".
  var entryWord: String { get }
  /// Columns that answers may take.
  var width: Int { get }
  /// Whether an editor and a pager have a place to run.
  var hasTerminal: Bool { get }
  /// Shows the value of an entry; `isLast`: no other part of the entry follows.
  func show(_ value: Value, isLast: Bool) throws
  /// Shows the answer to `?name`.
  func show(help: Display) throws
  /// Takes away what has been shown.
  func clear() throws
  func report(_ error: any Error)
}

final class EntrySession {
  let front: any EntryFront
  private(set) var session: Session
  private let makeSession: () throws -> Session
  /// A session that runs a file as `tw FILE` does; the folder is the file's.
  let makeRecipeSession: (_ folder: String) throws -> Session
  let history = History()
  let journal = SessionJournal()
  /// Entries are counted, so that an error can say which one it is in.
  private var entryCount = 0
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
  /// No entry is wanted any more.
  private(set) var isLeaving = false

  init(
    front: any EntryFront, makeSession: @escaping () throws -> Session,
    makeRecipeSession: @escaping (_ folder: String) throws -> Session
  ) throws {
    self.front = front
    self.makeSession = makeSession
    self.makeRecipeSession = makeRecipeSession
    session = try makeSession()
    recordOutput()
  }

  /// What the person's own file says runs first; its errors are no reason to stop.
  func runInitialFile() {
    guard let path = PersonalFolders.configuration.map({ $0 + "/init.tw" }), Paths.status(path) != nil else { return }
    do { _ = try session.run(SourceReader.file(path), options: nil) } catch { report(error) }
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

  // MARK: Answering

  /// Runs an entry. Each part answers by itself, until one fails. `number` is what the entry is called by; without it they are counted here.
  func answer(_ entry: String, number: Int? = nil) throws {
    if isFarewell(entry) { return leave() }
    let parts = EntryParts(entry).parts
    let programs = parts.filter { !$0.isCommand }
    if !programs.isEmpty {
      entryCount = number ?? entryCount + 1
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

  /// `exit` and `quit` are what people try; a program may still use these names.
  private func isFarewell(_ entry: String) -> Bool {
    let word = entry.filter { !$0.isWhitespace }
    return ["exit", "quit", "exit()", "quit()"].contains(word)
      && session.value(named: word.filter(\.isLetter)) == nil
  }

  private func answer(toCommand text: String) throws {
    let text = EntryParts.questionBehind(text) ?? text
    if text.hasPrefix(":") { return try Command.run(text, at: self) }
    try front.show(help: NameHelp.answer(to: text, in: session, width: width))
  }

  private func answer(toProgram part: EntryPart, isFirst: Bool, isLast: Bool) throws {
    journal.begin(part.text, isFirst: isFirst)
    do {
      if let path = outputFile {
        outputFile = nil
        try write(to: path) {
          try run(part, isLast: isLast) { try StandardOutput.shared.write(.words(try OutputFile.text(of: $0))) }
        }
      } else {
        try run(part, isLast: isLast) { [front] in try front.show($0, isLast: isLast) }
      }
    } catch {
      journal.fail()
      throw error
    }
  }

  private func run(_ part: EntryPart, isLast: Bool, showing show: (Value) throws -> Void) throws {
    let source = SourceFile(name: "<\(front.entryWord) \(entryCount)>", text: part.text, firstLine: part.line)
    let outcome = try session.run(source, options: nil)
    journal.succeed(Recipe.Entry(text: part.text, value: outcome.value), isLast: isLast)
    guard !outcome.value.isNil else { return }
    session.setAns(outcome.value)
    lastShown = outcome.value
    if !outcome.isSilent { try show(outcome.value) }
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

  /// Runs `body` with what it shows going to a file.
  func write(to path: String, _ body: () throws -> Void) throws {
    let bytes = try StandardOutput.shared.capturing(body)
    try AtomicFile.write(path, permissions: session.interpreter.permissions) { try $0.write(bytes) }
  }

  // MARK: Showing

  func report(_ error: any Error) { front.report(error) }

  func show(_ text: String) throws { try StandardOutput.shared.write(text + "\n") }

  var width: Int { front.width }
}
