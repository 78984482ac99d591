// The patterns by which tokenizers cut texts into words, each known by the very text that tokenizer.json has. There is no engine for
// regular expressions here: `WordScanner` does by hand what each of them says.

/// What tells one pattern from another.
enum WordPattern: Equatable {
  /// OpenAI's GPT-2 and its kin, and what ByteLevel cuts by itself.
  case gpt2
  /// GPT-4's form: words, digits, symbols, white space with its line feeds.
  case modern(Rules)
  /// Words of everything but white space and some punctuation, which is cut off.
  case bloom

  struct Rules: Equatable {
    enum Words { case letters, lettersAndMarks, cased }

    var words: Words
    /// Digits in one piece.
    var digits: Int
    /// `'s` and its kin in either case: a piece of their own, or the end of a word, or nothing special.
    var startsWithContraction = false
    var endsWithContraction = false
    /// Slashes after symbols stay with them, as line feeds do.
    var takesSlashes = false
  }

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let white = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#

  private static func letters(digits: String) -> String {
    contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n]*"# + white
  }

  private static func cased(after: String, digits: String) -> String {
    let start = #"[^\r\n\p{L}\p{N}]?"#
    return start + upper + "*" + lower + "+" + after + "|" + start + upper + "+" + lower + "*" + after + "|" + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*"# + white
  }

  // The texts that GGUF files mean by a name as well.
  /// GPT-4 (cl100k) and Llama 3.
  static let llama3 = letters(digits: #"\p{N}{1,3}"#)
  /// Qwen 2 and 3.
  static let qwen2 = letters(digits: #"\p{N}"#)
  /// GPT-4o (o200k).
  static let gpt4o = cased(after: contractions + "?", digits: #"\p{N}{1,3}"#)
  /// Mistral's Tekken.
  static let tekken = cased(after: "", digits: #"\p{N}"#)

  private static let known: [(text: String, pattern: WordPattern)] = [
    (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2),
    (llama3, .modern(Rules(words: .letters, digits: 3, startsWithContraction: true))),
    (qwen2, .modern(Rules(words: .letters, digits: 1, startsWithContraction: true))),
    // Qwen 3.5.
    (
      contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"# + white,
      .modern(Rules(words: .lettersAndMarks, digits: 1, startsWithContraction: true))
    ),
    (gpt4o, .modern(Rules(words: .cased, digits: 3, endsWithContraction: true, takesSlashes: true))),
    (tekken, .modern(Rules(words: .cased, digits: 1, takesSlashes: true))),
    (#" ?[^(\s|[.,!?…。，、।۔،])]+"#, .bloom),
  ]

  /// Nil for a text that is not known.
  init?(_ text: String) {
    guard let known = Self.known.first(where: { $0.text.isIdentical(to: text) }) else { return nil }
    self = known.pattern
  }
}
