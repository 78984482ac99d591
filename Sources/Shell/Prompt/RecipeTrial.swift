// `:save` runs what it has saved: what only works because of the session's history is found out at once.

import CPlatform
import Lang
import Operations
import Runtime

enum RecipeTrial {
  enum Outcome {
    case same
    /// The recipe prints something else, first for this entry.
    case differs(entry: String, here: String, there: String)
    case fails(any Error)
    /// It was not run to its end.
    case stopped(String)
  }

  /// Seconds that a recipe may take.
  private static let longest: Int32 = 10

  /// Runs a recipe as `tw FILE` does, in a session of its own, for a few seconds at most; what it writes goes nowhere. What it
  /// prints is compared with what the entries of the session did, but for white space: the prompt breaks long lists.
  static func run(_ source: SourceFile, entries: [Recipe.Entry], outputs: [String], isWhole: Bool, in session: Session)
    -> Outcome
  {
    let expected = zip(entries, outputs).map { $0.1 + $0.0.shown }
    let room = expected.reduce(0) { $0 + $1.utf8.count } + 1024
    var printed = ""
    session.interpreter.permissions.discardsWrites = true
    session.interpreter.output = { if printed.utf8.count <= room { printed += $0 } }
    session.interpreter.showFigure = { _ in }
    tw_set_deadline(longest)
    defer { tw_set_deadline(0) }
    do { _ = try session.run(source, options: []) } catch {
      guard (error as? Fault)?.code == .interrupted else { return .fails(error) }
      let isLate = tw_interrupt_reason() == Int32(TW_INTERRUPT_BY_TIME)
      tw_clear_interrupt()
      return .stopped(isLate ? "it was still running after \(longest) s" : "interrupted")
    }
    return difference(expected, printed, entries, isWhole: isWhole)
  }

  private static func difference(
    _ expected: [String], _ printed: String, _ entries: [Recipe.Entry], isWhole: Bool
  ) -> Outcome {
    var rest = signs(of: printed)[...]
    for (entry, text) in zip(entries, expected) {
      let wanted = signs(of: text)
      guard rest.starts(with: wanted) else {
        let same = zip(rest, wanted).prefix { $0 == $1 }.count
        return .differs(
          entry: entry.text, here: excerpt(wanted[...], around: same), there: excerpt(rest, around: same))
      }
      // Of what is long only the beginning is known; nothing can be said of what comes after it.
      if entry.isCut { return .same }
      rest = rest.dropFirst(wanted.count)
    }
    guard isWhole, let last = entries.last, !rest.isEmpty else { return .same }
    return .differs(entry: last.text, here: "", there: excerpt(rest, around: 0))
  }

  /// A text without its white space.
  private static func signs(of text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { !$0.properties.isWhitespace }
  }

  private static func excerpt(_ signs: ArraySlice<Unicode.Scalar>, around place: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: signs.dropFirst(max(0, place - 10)).prefix(40))
    return (place > 10 ? "…" : "") + String(text) + (signs.count > max(0, place - 10) + 40 ? "…" : "")
  }
}
