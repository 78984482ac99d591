// What may stand between the quotes of `x["…"]`.

import CPlatform
import Lang
import Runtime

enum Keys {
  /// Tokens of a labelled tensor in the order of their ids, keys of a record, columns of a table. `prefix` is what has been typed,
  /// as it is written in a string.
  static func candidates(of value: Value, prefix: String) -> [Completer.Candidate] {
    if let labels = value.asTensor?.labels, let rows = value.asTensor?.shape.first {
      return tokens(labels, rows: rows, prefix: prefix)
    }
    guard value.asRecord != nil || value.asTable != nil else { return [] }
    var found: [Completer.Candidate] = []
    for (index, name) in (value.asObject?.fieldNames ?? []).enumerated() {
      if index & 0xFFF == 0, tw_interrupted() { return [] }
      if let candidate = candidate(name, prefix: prefix) { found.append(candidate) }
    }
    return found
  }

  private static func tokens(_ labels: Labels, rows: Int, prefix: String) -> [Completer.Candidate] {
    // Without escapes the text of a token starts as it is written: most need not be quoted to know.
    let isPlain = !prefix.utf8.contains(UInt8(ascii: "\\"))
    var found: [Completer.Candidate] = []
    for row in 0..<rows {
      if row & 0xFFF == 0, tw_interrupted() { return [] }
      let text = labels.text(ofRow: row)
      if isPlain, !text.utf8.starts(with: prefix.utf8) { continue }
      // Damaged tokens share their text with others, and cannot be looked up by it.
      if text.unicodeScalars.contains("\u{FFFD}") { continue }
      if let candidate = candidate(text, prefix: prefix) { found.append(candidate) }
    }
    return found
  }

  private static func candidate(_ text: String, prefix: String) -> Completer.Candidate? {
    let quoted = Printer.quoted(text)
    let inner = String(Substring(quoted.utf8.dropFirst().dropLast()))
    guard inner.utf8.starts(with: prefix.utf8) else { return nil }
    return Completer.Candidate(shown: quoted, text: inner, end: "\"]")
  }
}
