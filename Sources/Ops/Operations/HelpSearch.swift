// help("words"): which operations and library functions speak of something, or answer a question.

import Lang
import Runtime

package enum HelpSearch {
  private struct Entry {
    let name: String
    let documentation: String
    /// Signature and example.
    var usage = ""
    /// The chapter it stands in, and the words by which people look for that.
    var subject = ""

    /// The first sentence.
    var summary: Substring {
      let text = documentation.split(separator: "\n", omittingEmptySubsequences: true).first ?? ""
      guard let end = text.firstIndex(of: ".") else { return text }
      let rest = text[text.index(after: end)...]
      return rest.isEmpty || rest.hasPrefix(" ") ? text[...end] : text
    }
  }

  /// One line an entry, the best matches first, and what the words are called here, if they come from another language. Words that
  /// only make a question of it do not count. Nil when nothing speaks of them.
  package static func answer(to question: String, width: Int? = nil) -> String? {
    let entries = entries
    let words = Words(question, names: entries.map(\.name)).corrected(among: entries)
    let found = matches(words, entries)
    let rows = found.isEmpty ? nil : list(found, width)
    if let help = OtherLanguages.help(for: question) {
      let line = fitted("`\(question)` is no name here: \(help)", width)
      return [line, rows].compactMap { $0 }.joined(separator: "\n\n")
    }
    guard words.isQuestion else { return rows }
    let hints = words.asked.filter { word in !entries.contains { $0.name == word } }.compactMap { word in
      OtherLanguages.help(for: word).map { fitted("`\(word)`: \($0)", width) }
    }
    let parts = [rows, hints.isEmpty ? nil : hints.joined(separator: "\n")].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "\n\n")
  }

  /// What is nearest to words that nothing speaks of: names and words that are spelt alike, or else the topics there are.
  package static func nearest(to question: String, names: [String], width: Int? = nil) -> String {
    let entries = entries
    let words = Words(question, names: [])
    var near: [Entry] = []
    for word in words.asked {
      if let name = nearestName(to: word, among: entries.map(\.name)) { near += entries.filter { $0.name == name } }
      let vocabulary = Set(entries.flatMap { parts(of: ($0.name + " " + $0.summary + " " + $0.subject).lowercased()) })
      if let meant = nearestName(to: word, among: vocabulary.map(String.init).sorted()) {
        near += matches(Words(meant, names: []), entries).prefix(5)
      }
    }
    let own = nearestName(to: question, among: names).map { "\nThere is a similar name: `\($0)`." } ?? ""
    let head = "No topic mentions `\(question)`."
    var seen: Set<String> = []
    near = near.filter { seen.insert($0.name).inserted }
    if !near.isEmpty { return fitted(head, width) + own + "\n\nNearest to it:\n\n" + list(near, width) }
    let topics = Registrations.subjects.map(\.title).joined(separator: ", ")
    return fitted(head, width) + own + "\n\n"
      + fitted("The topics are \(topics). help(\"Figures\") lists one of them.", width)
  }

  /// The answer, whatever is asked. Throws `badValue` where nothing is.
  static func text(for words: String, in interpreter: Interpreter, width: Int?) throws -> String {
    // Nobody asks in more words: a longer text is one that was given by mistake.
    let words = words.abridged(to: 500)
    guard !words.allSatisfy(\.isWhitespace) else {
      throw Fault.badValue("`help` got no word to look for", help: "help(\"norm\")")
    }
    return answer(to: words, width: width) ?? nearest(to: words, names: interpreter.builtinNames, width: width)
  }

  private static func fitted(_ line: String, _ width: Int?) -> String {
    width.map { WrappedText.lines(line, width: $0).joined(separator: "\n") } ?? line
  }

  private static func list(_ found: [Entry], _ width: Int?) -> String {
    let column = found.reduce(0) { max($0, $1.name.count) } + 2
    return found.map { entry in
      let row = entry.name + String(repeating: " ", count: column - entry.name.count) + entry.summary
      guard let width, row.count > width else { return row }
      return String(row.prefix(width - 1)) + "…"
    }.joined(separator: "\n")
  }

  // MARK: Matching

  /// What a question asks for.
  private struct Words {
    /// As they were written, without those that say nothing.
    let asked: [String]
    /// Their beginnings, by which they are looked for.
    let stems: [String]
    /// Whether words were left out: the answer need not hold all of the others.
    let isQuestion: Bool

    private static let empty: Set<String> = [
      "a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "create", "do", "does", "for", "from", "get",
      "give",
      "how", "i", "in", "into", "is", "it", "make", "me", "my", "need", "of", "on", "one", "please", "should", "some",
      "that",
      "the", "there", "this", "to", "tw", "use", "using", "want", "way", "we", "what", "when", "where", "which", "who",
      "why",
      "will", "with", "would", "you",
    ]

    /// Two words that are one of `names` when they are written together count as that name.
    init(_ question: String, names: [String]) {
      var words = HelpSearch.parts(of: question.lowercased()).map(String.init)
      let telling = words.filter { !Self.empty.contains($0) }
      isQuestion = !telling.isEmpty && telling.count < words.count || question.contains("?")
      if !telling.isEmpty { words = telling }
      var joined: [String] = []
      var index = 0
      while index < words.count {
        let pair = index + 1 < words.count ? words[index] + words[index + 1] : ""
        let isName = names.contains(pair)
        joined.append(isName ? pair : words[index])
        index += isName ? 2 : 1
      }
      asked = joined
      stems = joined.map(Self.stem)
    }

    private init(asked: [String], isQuestion: Bool) {
      self.asked = asked
      stems = asked.map(Self.stem)
      self.isQuestion = isQuestion
    }

    /// In a question a slip costs no answer: a word that stands nowhere is the one that is spelt nearly so.
    func corrected(among entries: [Entry]) -> Words {
      guard isQuestion else { return self }
      let places = entries.map(Places.init)
      let fixed = asked.map { word in
        let stem = Self.stem(word)
        if OtherLanguages.help(for: word) != nil || places.contains(where: { $0.weight(stem) > 0 }) { return word }
        return nearestName(to: word, among: entries.map(\.name) + OtherLanguages.words) ?? word
      }
      return Words(asked: fixed, isQuestion: true)
    }

    /// Words are found by their beginnings, so that "plots" and "plotting" find "plot".
    private static func stem(_ word: String) -> String {
      if word.count > 5, word.hasSuffix("ing") {
        let rest = word.dropLast(3)
        let isDoubled = rest.last == rest.dropLast().last && !"sl".contains(rest.last ?? " ")
        return String(isDoubled ? rest.dropLast() : rest)
      }
      return word.count > 3 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
    }
  }

  /// Those that have all the words, the best first; of a question that none answers whole, those that have most of them.
  private static func matches(_ words: Words, _ entries: [Entry]) -> [Entry] {
    guard !words.stems.isEmpty else { return [] }
    let places = entries.map(Places.init)
    let weights = places.map { place in words.stems.map(place.weight) }
    // A word that stands everywhere tells little.
    let rarity = words.stems.indices.map { index in
      1 / Double(1 + weights.count { $0[index] > 0 })
    }
    let most = weights.map { $0.count { $0 > 0 } }.max() ?? 0
    guard most == words.stems.count || words.isQuestion && most > 0 else { return [] }
    let ranked = entries.indices.filter { index in weights[index].count { $0 > 0 } == most }.map { index in
      (index: index, score: zip(weights[index], rarity).reduce(0) { $0 + $1.0 * $1.1 })
    }.sorted { $0.score != $1.score ? $0.score > $1.score : $0.index < $1.index }
    return ranked.prefix(words.isQuestion ? 8 : Int.max).map { entries[$0.index] }
  }

  /// The words of an entry, by where they stand.
  private struct Places {
    private let name: String
    /// With what a word in it is worth.
    private let places: [(words: Set<Substring>, worth: Double)]

    init(_ entry: Entry) {
      name = entry.name.lowercased()
      places = [(String(entry.summary), 4), (entry.subject, 2), (entry.documentation + " " + entry.usage, 1)].map {
        (Set(HelpSearch.parts(of: $0.0.lowercased())), $0.1)
      }
    }

    func weight(_ stem: String) -> Double {
      if name == stem { return 16 }
      if name.contains(stem) { return 8 }
      return places.first { $0.words.contains { $0.hasPrefix(stem) } }?.worth ?? 0
    }
  }

  private static func parts(of text: String) -> [Substring] {
    text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
  }

  // MARK: What there is

  private static var entries: [Entry] {
    let operations = Registrations.subjects.flatMap { subject in
      subject.operations.map {
        Entry(
          name: $0.name, documentation: $0.documentation, usage: $0.signature + " " + $0.example,
          subject: subject.title + " " + subject.about)
      }
    }
    let keywords = Keyword.all.map { Entry(name: $0.word, documentation: $0.documentation, usage: $0.form) }
    return operations + Registrations.standardModules.flatMap(functions) + keywords
  }

  /// Functions of a library module, by the names under which `use` makes them known.
  private static func functions(of module: String) -> [Entry] {
    guard let bytes = Registrations.standardModule(module) else { return [] }
    let tree = Parser.parse(SourceFile(name: "stdlib/" + module, bytes: bytes))
    let prefix = Interpreter.alwaysLoaded.contains(module) ? "" : String(module.dropLast(3)) + "."
    return tree.functions.compactMap { function in
      guard let name = function.name, !name.hasPrefix("_"), !function.documentation.isEmpty else { return nil }
      return Entry(name: prefix + name, documentation: function.documentation, usage: function.signature)
    }
  }
}
