// `\gamma` and Tab type γ, by the names that TeX gives the letters.

enum GreekLetters {
  private static let names = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
  ]

  /// Name → letter; a capital for a capital name.
  private static let letters: [(name: String, letter: String)] = names.enumerated().flatMap { index, name in
    guard !name.isEmpty, let small = Unicode.Scalar(0x3B1 + UInt32(index)),
      let large = Unicode.Scalar(0x391 + UInt32(index))
    else { return [(name: String, letter: String)]() }
    return [(name, String(small)), (name.prefix(1).uppercased() + name.dropFirst(), String(large))]
  }

  /// The letters that a backslash and the beginning of a name stand for; nil where there are none.
  static func candidates(after before: String) -> Completer.Finding? {
    let word = String(before.reversed().prefix { $0.isASCII && $0.isLetter }.reversed())
    // One letter is too little to tell a name from the escape of a string, `\n`.
    guard word.count > 1, before.dropLast(word.count).last == "\\" else { return nil }
    let exact = letters.filter { $0.name == word }
    let found = exact.isEmpty ? letters.filter { $0.name.hasPrefix(word) } : exact
    guard !found.isEmpty else { return nil }
    return Completer.Finding(
      candidates: found.map { Completer.Candidate(shown: "\\\($0.name) \($0.letter)", text: $0.letter) },
      prefix: "\\" + word)
  }
}
