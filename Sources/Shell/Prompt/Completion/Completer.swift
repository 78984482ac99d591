// What Tab offers. The names come from the session, what belongs to a value from the value itself; nothing is run to find it.

import Lang
import Operations
import Runtime

struct Completer {
  let session: Session
  /// Columns and lines that a listing may take.
  var width = 80
  var rows = 24

  /// One thing that could stand here.
  struct Candidate: Equatable {
    /// As the listing shows it.
    let shown: String
    /// What is to stand before the cursor; it starts with what has been typed.
    let text: String
    /// What follows when nothing else is possible, such as a closing quote.
    var end = ""
  }

  /// What could stand at the cursor.
  struct Finding {
    var candidates: [Candidate] = []
    /// What of them has been typed.
    var prefix = ""
    /// What to say beside them: how a function is called, the names of the session.
    var note: String?
    /// Whether the candidates are listed although they share more than has been typed.
    var listsAlways = false

    static func note(_ text: String?) -> Finding { Finding(note: text) }
  }

  /// The answer to Tab after `before`: `earlier` are the lines of the entry that were entered already.
  func completion(after before: String, earlier: String = "") -> Completion {
    if let letters = GreekLetters.candidates(after: before) {
      if letters.candidates.count == 1 {
        return Completion(removed: letters.prefix.count, inserted: letters.candidates[0].text)
      }
      return Completion(listing: CompletionList.text(letters.candidates.map(\.shown), width: width, rows: rows))
    }
    if before.allSatisfy({ $0 == " " || $0 == "\n" }) { return Completion(inserted: "  ") }
    return completion(of: finding(after: before, earlier: earlier))
  }

  /// What could stand behind `before`; where letters are called by their names, those.
  func finding(after before: String, earlier: String = "") -> Finding {
    if let letters = GreekLetters.candidates(after: before) { return letters }
    if earlier.isEmpty, before.hasPrefix(":") || before.hasPrefix("?") { return commands(before) }
    if before.allSatisfy({ $0 == " " || $0 == "\n" }) { return Finding() }
    let typed = TypedText(earlier.isEmpty ? before : earlier + "\n" + before)
    switch typed.place {
    case .name(let prefix): return names(prefix, typed.call, typed.start, isFirst: typed.isFirst)
    case .paramType(let prefix):
      return Finding(
        candidates: ParamType.allCases.map(\.rawValue).filter { $0.hasPrefix(prefix) }.map(plain), prefix: prefix)
    case .field(let base, let prefix):
      let fields = session.peek(base)?.asObject?.fieldNames ?? []
      return Finding(candidates: fields.filter { $0.utf8.starts(with: prefix.utf8) }.map(plain), prefix: prefix)
    case .key(let base, let prefix):
      return Finding(
        candidates: session.peek(base).map { Keys.candidates(of: $0, prefix: prefix) } ?? [], prefix: prefix)
    case .path(let kind, let prefix):
      return Finding(candidates: PathCandidates.all(kind, prefix: prefix, session: session), prefix: prefix)
    case .word(let call, let prefix): return Finding(candidates: words(of: call, prefix: prefix), prefix: prefix)
    case .nothing: return Finding()
    }
  }

  /// What the operation's registration says about the argument at the cursor.
  private func words(of call: TypedText.OpenCall, prefix: String) -> [Candidate] {
    guard let callee = session.peek(call.callee)?.asObject as? BuiltinObject else { return [] }
    let parameters = callee.parameters
    let name = call.current ?? (parameters.indices.contains(call.positional) ? parameters[call.positional].name : "")
    let words = callee.operation.words[name]?.all(first: session.peek(call.first)) ?? []
    return words.filter { $0.utf8.starts(with: prefix.utf8) }.map { Candidate(shown: $0, text: $0, end: "\"") }
  }

  private func plain(_ text: String) -> Candidate { Candidate(shown: text, text: text) }

  // MARK: Names and arguments

  private func names(_ prefix: String, _ call: TypedText.OpenCall?, _ start: TypedText.Start, isFirst: Bool) -> Finding
  {
    let shape = call.flatMap { call in session.peek(call.callee) }.flatMap { session.callShape(of: $0) }
    var candidates = start == .argument ? call.map { arguments(of: shape, $0, prefix: prefix) } ?? [] : []
    if prefix.isEmpty {
      if start == .element { return .note(ownNames) }
      // All names would say nothing; what can be an argument here does.
      guard let shape else { return Finding() }
      return Finding(candidates: candidates, note: signature(shape), listsAlways: true)
    }
    var known: Set<String> = []
    for name in session.names + Keyword.all.filter({ !$0.isContextual || isFirst }).map(\.word)
    where name.utf8.starts(with: prefix.utf8) && known.insert(name).inserted {
      candidates.append(plain(name))
    }
    if candidates.count == 1, candidates[0].text.utf8.elementsEqual(prefix.utf8),
      let value = session.value(named: prefix), let shape = session.callShape(of: value)
    {
      return Finding(candidates: candidates, prefix: prefix, note: signature(shape))
    }
    return Finding(candidates: candidates, prefix: prefix, note: candidates.count > 1 ? shape.map(signature) : nil)
  }

  /// The names that the session has assigned; nil where there are none.
  private var ownNames: String? {
    let names = session.names.filter { !session.interpreter.hasBuiltin($0) }
    return names.isEmpty ? nil : CompletionList.text(names, width: width, rows: rows)
  }

  private func signature(_ shape: CallShape) -> String {
    WrappedText.lines(shape.signature, width: width).joined(separator: "\n")
  }

  /// `k=` for each parameter that has not been given yet.
  private func arguments(of shape: CallShape?, _ call: TypedText.OpenCall, prefix: String) -> [Candidate] {
    guard let shape else { return [] }
    return shape.parameters.enumerated().compactMap { index, name in
      guard index != shape.restIndex, index >= call.positional || shape.takesRest, !call.named.contains(name),
        name.utf8.starts(with: prefix.utf8)
      else { return nil }
      return Candidate(shown: name + "=", text: name + "=")
    }
  }

  // MARK: Commands

  private func commands(_ before: String) -> Finding {
    let mark = String(before.prefix(1))
    guard mark == ":", let gap = before.firstIndex(of: " ") else {
      let prefix = String(before.drop { $0 == "?" || $0 == ":" })
      let words = mark == ":" ? Command.all.map(\.name) : session.names
      return Finding(candidates: words.filter { $0.utf8.starts(with: prefix.utf8) }.map(plain), prefix: prefix)
    }
    let rest = String(before[gap...].drop { $0 == " " })
    let command = Command.named(String(before[before.index(after: before.startIndex)..<gap]))
    guard command?.takesPath == true else { return finding(after: rest) }
    let kind: TypedText.PathKind = command?.name == "once" ? .any : .program
    let candidates = PathCandidates.all(kind, prefix: rest, session: session)
    return Finding(candidates: candidates.map { Candidate(shown: $0.shown, text: $0.text) }, prefix: rest)
  }

  // MARK: The answer

  /// Inserts what all candidates share; lists them when they share no more than has been typed, or always, with what is to be said above them.
  private func completion(of finding: Finding) -> Completion {
    let candidates = finding.candidates
    guard let first = candidates.first else { return Completion(listing: finding.note) }
    var shared = Array(first.text.unicodeScalars)
    for candidate in candidates.dropFirst() {
      var count = 0
      for scalar in candidate.text.unicodeScalars {
        guard count < shared.count, shared[count] == scalar else { break }
        count += 1
      }
      shared.removeLast(shared.count - count)
    }
    var inserted = String(String.UnicodeScalarView(shared.dropFirst(finding.prefix.unicodeScalars.count)))
    if candidates.count == 1 { inserted += first.end }
    var answer = Completion()
    if !inserted.isEmpty { answer.inserted = inserted }
    let listing =
      candidates.count > 1 && (inserted.isEmpty || finding.listsAlways)
      ? CompletionList.text(candidates.map(\.shown), width: width, rows: rows) : nil
    // A name that is whole, or a call that waits for its arguments: how it is called is the answer.
    if listing != nil || finding.listsAlways || inserted.isEmpty {
      let parts = [finding.note, listing].compactMap { $0 }
      answer.listing = parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
    return answer
  }
}
