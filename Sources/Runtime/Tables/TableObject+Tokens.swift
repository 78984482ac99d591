// Tokens in tables. A token whose bytes are not UTF-8 has U+FFFD in its text, and so do a hundred others; for people to tell them
// apart, a table prints such bytes as `\xF0`. The cells keep the text: it is what `decode` gives and files hold.

import Lang

extension TableObject {
  static let tokens = Symbol(interning: "token")
  private static let ids = Symbol(interning: "id")

  /// How a cell of the column of tokens reads: a token or a list of tokens of which some have stray bytes; nil for all other cells.
  func spelling(of cell: Value, row: Int) -> String? {
    guard let vocabulary, let id = columns[Self.ids]?[row] else { return nil }
    if cell.asString != nil { return stray(cell, id, vocabulary).map { vocabulary.spelling(of: $0) } }
    guard let tokens = cell.asList?.items, let ids = id.asList?.items, tokens.count == ids.count else { return nil }
    let strays = zip(tokens, ids).map { stray($0, $1, vocabulary) }
    guard strays.contains(where: { $0 != nil }) else { return nil }
    let texts = zip(tokens, strays).map { token, stray in
      stray.map { vocabulary.quotedSpelling(of: $0) } ?? Printer.quotedText(of: token)
    }
    return "[" + texts.joined(separator: ", ") + "]"
  }

  /// The id of a token with stray bytes, if the text is that token's.
  private func stray(_ text: Value, _ id: Value, _ vocabulary: Vocabulary) -> Int? {
    guard let text = text.asString, text.unicodeScalars.contains("\u{FFFD}"), let number = id.asNumber,
      let id = Int(exactly: number), id >= 0, id < vocabulary.count, vocabulary.strayBytes(of: id) != nil
    else { return nil }
    return vocabulary.text(of: id) == text ? id : nil
  }
}
