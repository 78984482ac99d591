// Cuts a text into words, as one of the known patterns does. The first alternative that fits wins; what a pattern's text says is
// beside the function that does it.

import Runtime

struct WordScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  private let pattern: WordPattern
  private(set) var offset = 0

  /// `bytes` must be valid UTF-8 and outlive the value.
  init(_ bytes: UnsafeBufferPointer<UInt8>, _ pattern: WordPattern) {
    self.bytes = bytes
    self.pattern = pattern
  }

  /// Byte range of the next piece and whether the pattern matches it, or nil at the end. Every byte is in exactly one piece.
  mutating func next() throws -> (range: Range<Int>, isMatch: Bool)? {
    guard offset < bytes.count else { return nil }
    let start = offset
    switch pattern {
    case .gpt2: offset = try contraction(at: start, ofAnyCase: false) ?? gpt2Run(from: start)
    case .modern(let rules): offset = try modern(from: start, rules)
    case .bloom:
      let (end, isMatch) = try bloom(from: start)
      offset = end
      return (start..<end, isMatch)
    }
    return (start..<offset, true)
  }

  /// End of `'s 't 'm 'd 're 've 'll`. In any case `ſ` is an s as well.
  private func contraction(at start: Int, ofAnyCase: Bool) -> Int? {
    guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "'") else { return nil }
    let fold: UInt8 = ofAnyCase ? 0x20 : 0
    switch bytes[start + 1] | fold {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
    case UInt8(ascii: "r"), UInt8(ascii: "v"): return follows(start, UInt8(ascii: "e"), fold)
    case UInt8(ascii: "l"): return follows(start, UInt8(ascii: "l"), fold)
    default:
      let isLongS = bytes[start + 1] == 0xC5 && start + 2 < bytes.count && bytes[start + 2] == 0xBF
      return ofAnyCase && isLongS ? start + 3 : nil
    }
  }

  private func follows(_ start: Int, _ letter: UInt8, _ fold: UInt8) -> Int? {
    start + 2 < bytes.count && bytes[start + 2] | fold == letter ? start + 3 : nil
  }

  // MARK: GPT-2

  /// ` ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  private func gpt2Run(from start: Int) throws -> Int {
    var (kind, end) = decode(at: start)
    if kind == .space {
      let isBlank = bytes[start] == UInt8(ascii: " ")
      guard end < bytes.count else { return end }
      let (nextKind, nextEnd) = decode(at: end)
      guard isBlank, nextKind != .space else { return try white(from: start, keepsLines: false) }
      (kind, end) = (nextKind, nextEnd)
    }
    let classes: CharacterClass =
      CharacterClass.letter.contains(kind) ? .letter : kind == .number ? .number : [.mark, .other]
    return try run(of: classes, from: end)
  }

  // MARK: GPT-4 and after

  private func modern(from start: Int, _ rules: WordPattern.Rules) throws -> Int {
    if rules.startsWithContraction, let end = contraction(at: start, ofAnyCase: true) { return end }
    let (kind, next) = decode(at: start)
    if let end = try word(from: start, kind, next, rules) {
      return rules.endsWithContraction ? contraction(at: end, ofAnyCase: true) ?? end : end
    }
    if kind == .number {
      var end = next
      var count = 1
      while count < rules.digits, end < bytes.count {
        let (kind, next) = decode(at: end)
        guard kind == .number else { break }
        (end, count) = (next, count + 1)
      }
      return end
    }
    if let end = try symbols(from: start, kind, next, rules) { return end }
    return try white(from: start, keepsLines: true)
  }

  /// A word with at most one code point before it, `[^\r\n\p{L}\p{N}]?`, and then `\p{L}+`, `[\p{L}\p{M}]+`, or a word that is cut
  /// where lower case is followed by upper case.
  private func word(
    from start: Int, _ kind: CharacterClass, _ next: Int, _ rules: WordPattern.Rules
  ) throws -> Int? {
    let isLetter = CharacterClass.letter.contains(kind)
    let isLine = bytes[start] == UInt8(ascii: "\r") || bytes[start] == UInt8(ascii: "\n")
    let mayStand = !isLetter && kind != .number && !isLine
    switch rules.words {
    case .letters, .lettersAndMarks:
      let letters: CharacterClass = rules.words == .letters ? .letter : [.letter, .mark]
      if letters.contains(kind) { return try run(of: letters, from: next) }
      guard mayStand else { return nil }
      let end = try run(of: letters, from: next)
      return end > next ? end : nil
    case .cased:
      if isLetter { return try lowerWord(from: start) ?? upperWord(from: start) }
      guard mayStand else { return nil }
      if let end = try lowerWord(from: next) { return end }
      if kind == .mark, let end = try lowerWord(from: start) { return end }
      return try upperWord(from: next)
    }
  }

  private static let upper: CharacterClass = [.upper, .caseless, .mark]
  private static let lower: CharacterClass = [.lower, .caseless, .mark]

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: where nothing of lower case follows, the first part gives back
  /// what it has after the last code point that both parts may have.
  private func lowerWord(from start: Int) throws -> Int? {
    var end = start
    var both: Int?
    var looked = start
    while end < bytes.count {
      try look(at: end, &looked)
      let (kind, next) = decode(at: end)
      guard Self.upper.contains(kind) else {
        return kind == .lower ? try run(of: Self.lower, from: next) : both
      }
      if kind != .upper { both = next }
      end = next
    }
    return both
  }

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` where no `lowerWord` is.
  private func upperWord(from start: Int) throws -> Int? {
    let end = try run(of: Self.upper, from: start)
    return end > start ? end : nil
  }

  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`
  private func symbols(
    from start: Int, _ kind: CharacterClass, _ next: Int, _ rules: WordPattern.Rules
  ) throws -> Int? {
    let symbols: CharacterClass = rules.words == .lettersAndMarks ? .other : [.other, .mark]
    var end = next
    if !symbols.contains(kind) {
      guard bytes[start] == UInt8(ascii: " "), next < bytes.count else { return nil }
      let (kind, after) = decode(at: next)
      guard symbols.contains(kind) else { return nil }
      end = after
    }
    end = try run(of: symbols, from: end)
    var looked = end
    while end < bytes.count {
      try look(at: end, &looked)
      switch bytes[end] {
      case UInt8(ascii: "\r"), UInt8(ascii: "\n"): end += 1
      case UInt8(ascii: "/") where rules.takesSlashes: end += 1
      default: return end
      }
    }
    return end
  }

  // MARK: BLOOM

  /// ` ?[^(\s|[.,!?…。，、।۔،])]+`, or what lies before the next of these.
  private func bloom(from start: Int) throws -> (end: Int, isMatch: Bool) {
    var end = start
    var looked = start
    var isMatch = false
    while let (scalar, next) = CodePoints.scalar(at: end, in: bytes) {
      try look(at: end, &looked)
      let isWord = Self.isBloomWord(scalar)
      if end == start {
        let follows = scalar == " " ? CodePoints.scalar(at: next, in: bytes).map { Self.isBloomWord($0.scalar) } : nil
        isMatch = isWord || follows ?? false
      } else if isMatch {
        guard isWord else { break }
      } else if isWord {
        break
      } else if scalar == " ", let after = CodePoints.scalar(at: next, in: bytes), Self.isBloomWord(after.scalar) {
        break
      }
      end = next
    }
    return (end, isMatch)
  }

  private static func isBloomWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "(", ")", "|", ".", ",", "!", "?", "…", "。", "，", "、", "।", "۔", "،": false
    default: CharacterClass.of(scalar) != .space
    }
  }

  // MARK: Runs

  /// `\s+(?!\S)|\s+`: the last space before a word is left to the word, unless it is the only one. Before that `\s*[\r\n]+` where
  /// line feeds stay with the white space before them.
  private func white(from start: Int, keepsLines: Bool) throws -> Int {
    var end = start
    var last = start
    var line: Int?
    var looked = start
    var isWhole = true
    while end < bytes.count {
      try look(at: end, &looked)
      let (kind, next) = decode(at: end)
      guard kind == .space else {
        isWhole = false
        break
      }
      if bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r") { line = next }
      last = end
      end = next
    }
    if keepsLines, let line { return line }
    return isWhole || last == start ? end : last
  }

  private func run(of classes: CharacterClass, from start: Int) throws -> Int {
    var end = start
    var looked = start
    while end < bytes.count {
      // A word may be as long as the text.
      try look(at: end, &looked)
      let (kind, next) = decode(at: end)
      if !classes.contains(kind) { break }
      end = next
    }
    return end
  }

  @inline(__always)
  private func look(at end: Int, _ looked: inout Int) throws {
    if end - looked > 1 << 16 {
      try checkInterrupt()
      looked = end
    }
  }

  /// Class of the code point at `offset`, and where it ends.
  @inline(__always)
  private func decode(at offset: Int) -> (CharacterClass, Int) {
    guard let (scalar, end) = CodePoints.scalar(at: offset, in: bytes) else { return (.other, bytes.count) }
    return (CharacterClass.of(scalar), end)
  }
}
