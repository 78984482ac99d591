// Tokens that a text which is none was meant to be: the same word with another space or in other capitals, or one slip away.
//
// The forms are made and looked up, a few hundred at most: a search of all tokens would take too long for a program that tries
// thousands of words and catches the error.

import Lang

enum SimilarTokens {
  /// The help for a text that is no token; `exists` says which texts are. Nil where nothing is near.
  static func help(for text: String, in vocabulary: Vocabulary, exists: (String) -> Bool) -> String? {
    if let reading = vocabulary.readings(of: text).first(where: exists) {
      return "that is how files write this token; here it is \(Printer.quoted(reading))"
    }
    let bare = text.split(separator: " ").joined(separator: " ")
    guard !bare.isEmpty, bare.utf8.count <= 40 else { return nil }
    let space = text.hasPrefix(" ") ? " " : ""
    let spaced = [" " + bare, bare].filter { $0 != text && exists($0) }
    let recased = distinct(
      [space, space.isEmpty ? " " : ""].flatMap { start in capitals(of: bare).map { start + $0 } }
    )
    .filter { $0 != text && exists($0) }
    if !spaced.isEmpty { return "there is \(list(spaced)); a leading space counts" }
    let here = recased.filter { $0.hasPrefix(" ") == (space == " ") }
    if !here.isEmpty { return "there is \(list(here)); capitals count" }
    if !recased.isEmpty { return "there is \(list(recased)); capitals and a leading space count" }
    let near = slips(of: bare).filter { exists(space + $0) }.map { space + $0 }
    return near.isEmpty ? nil : "did you mean \(list(near))? encode(m, text) shows the tokens of a text"
  }

  private static func list(_ texts: [String]) -> String {
    texts.prefix(3).map(Printer.quoted).joined(separator: " or ")
  }

  private static func capitals(of word: String) -> [String] {
    [word.lowercased(), word.prefix(1).uppercased() + word.dropFirst().lowercased(), word.uppercased()]
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var known: Set<String> = []
    return texts.filter { known.insert($0).inserted }
  }

  /// Texts that differ from `word` by one letter, likelier ones first: without its ending, with a letter more, two letters swapped,
  /// one changed, one less. The first letter is rarely the wrong one. Short words have too many neighbours.
  private static func slips(of word: String) -> [String] {
    let letters = Array(word.utf8)
    let alphabet = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard (3...20).contains(letters.count), letters.allSatisfy({ alphabet.contains($0 | 0x20) }) else { return [] }
    var forms: [[UInt8]] = letters.count > 3 ? [Array(letters.dropLast())] : []
    func add(_ change: (inout [UInt8]) -> Void) {
      var form = letters
      change(&form)
      forms.append(form)
    }
    for place in 1...letters.count { for letter in alphabet { add { $0.insert(letter, at: place) } } }
    for place in 1..<(letters.count - 1) { add { $0.swapAt(place, place + 1) } }
    for place in 1..<letters.count { for letter in alphabet { add { $0[place] = letter } } }
    if letters.count > 3 { for place in 1..<letters.count { add { $0.remove(at: place) } } }
    return distinct(forms.filter { $0 != letters }.map { String(decoding: $0, as: UTF8.self) })
  }
}
