// The tokenizer of nanoGPT's data sets of characters (data/shakespeare_char/prepare.py): meta.pkl, a pickle of
// {vocab_size, itos: {0: "\n", …}, stoi: {"\n": 0, …}}. Each character is a token; a text is cut into code points.

import Formats
import Lang
import Runtime

extension TokenizerDefinition {
  /// Throws `badFile` for a pickle that is damaged or not allowed, `badTokenizer` for one that is no such tokenizer or contradicts itself.
  static func read(charactersFile file: MappedFile) throws -> TokenizerDefinition {
    func bad(_ reason: String) -> Fault {
      Fault.badTokenizer(
        file.path, reason: reason, help: "a meta.pkl of nanoGPT holds a dict of `vocab_size`, `itos` and `stoi`")
    }
    let value = try PickleValue.plain(file)
    guard let meta = value.asDictionary else { throw bad("it holds \(value.phrase)") }
    guard let texts = meta["itos"]?.asDictionary, let ids = meta["stoi"]?.asDictionary else {
      throw bad("it has no dicts `itos` and `stoi`")
    }
    var builder = TokenStore.Builder(path: file.path, .text)
    var known: [Int: [UInt8]] = [:]
    var several: String?
    for (key, value) in texts.pairs {
      guard let id = key.asWhole, let text = value.asText, !text.isEmpty else {
        throw bad("its `itos` gives \(value.shortText) to \(key.shortText), not a text to a whole number")
      }
      if text.unicodeScalars.count > 1 { several = several ?? text }
      known[id] = Array(text.utf8)
      try builder.add(written: Array(text.utf8), id: Double(id))
    }
    for (key, value) in ids.pairs {
      guard let text = key.asText, let id = value.asWhole, known[id] == Array(text.utf8) else {
        throw bad("its `stoi` gives \(value.shortText) to \(key.shortText), which `itos` does not")
      }
    }
    guard ids.pairs.count == texts.pairs.count else { throw bad("its `stoi` lacks some of what `itos` has") }
    if let size = meta["vocab_size"], size.asWhole != texts.pairs.count {
      throw bad("its `vocab_size` is \(size.shortText), `itos` has \(texts.pairs.count)")
    }
    var definition = TokenizerDefinition(path: file.path, merges: .missing("it has no merges"))
    definition.model = .characters
    definition.obstacle = several.map {
      "its token \(Printer.quoted($0)) is more than one character, and the file does not say how texts are cut"
    }
    try definition.finish(&builder, [], TokenizerSettings(), defaults: [])
    return definition
  }
}

/// One token for each code point.
struct CharacterEncoder {
  private let tokens: TokenStore
  private let path: String

  init(tokens: TokenStore, path: String) { (self.tokens, self.path) = (tokens, path) }

  /// Appends the ids of a text (valid UTF-8). Throws `badValue` for a character that is no token: its data set does not have it.
  func encode(_ text: UnsafeBufferPointer<UInt8>, into output: inout [Int]) throws {
    var start = 0
    while start < text.count {
      if output.count & 0xFFFF == 0 { try checkInterrupt() }
      var end = start + 1
      while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
      let character = UnsafeBufferPointer(rebasing: text[start..<end])
      guard let id = tokens.id(of: character) else {
        let shown = Printer.quoted(String(decoding: character, as: UTF8.self))
        throw Fault.badValue(
          "the character \(shown) is no token of \(path)",
          help: "it has the \(counted(tokens.count, "character")) of its data set: tokens(m) lists them")
      }
      output.append(id)
      start = end
    }
  }
}
