// How tokens become a text again: the `decoder` of tokenizer.json.

import Formats
import Lang
import Runtime

enum TokenDecoder {
  /// Bytes joined, then read as UTF-8.
  case bytes
  /// A list of tokens through each step in turn, then joined.
  case steps([Step])
  /// None: blanks between the tokens.
  case blanks

  enum Step {
    case replace([UInt8], with: [UInt8])
    /// `<0x0A>` is that byte; U+FFFD for each byte of a run that is no UTF-8.
    case byteFallback
    case fuse
    case strip([UInt8], start: Int, stop: Int)
    /// The sign is a blank, in the first token nothing where the encoder may have put it there.
    case metaspace(mark: [UInt8], dropsFirst: Bool)
    case wordPiece(prefix: [UInt8], cleans: Bool)
  }

  static func read(_ json: JSON, _ path: String) throws -> TokenDecoder {
    if json.isNull { return .blanks }
    if json["type"]?.asString == "ByteLevel" {
      var part = try TokenizerPart(json, kind: "decoder", path: path)
      part.ignore("add_prefix_space", "trim_offsets", "use_regex")
      try part.finish()
      return .bytes
    }
    return .steps(try steps(json, path))
  }

  private static func steps(_ json: JSON, _ path: String) throws -> [Step] {
    var part = try TokenizerPart(json, kind: "decoder", path: path)
    let steps: [Step]
    switch part.type {
    case "Sequence": steps = try part.list("decoders").flatMap { try Self.steps($0, path) }
    case "Replace":
      guard let pattern = part.take("pattern") else { throw part.missing("pattern") }
      guard let wanted = pattern["String"]?.asString, !wanted.isEmpty else {
        throw Unsupported("its decoder Replace with a pattern is not supported")
      }
      guard let content = try part.text("content") else { throw part.missing("content") }
      steps = [.replace(Array(wanted.utf8), with: content)]
    case "ByteFallback": steps = [.byteFallback]
    case "Fuse": steps = [.fuse]
    case "Strip":
      guard let content = try part.text("content"), !content.isEmpty else { throw part.missing("content") }
      steps = [.strip(content, start: try part.whole("start") ?? 0, stop: try part.whole("stop") ?? 0)]
    case "Metaspace":
      // It is written as the pre-tokenizer is.
      part.ignore("str_rep", "split")
      let adds = try part.bool("add_prefix_space")
      let scheme = try part.text("prepend_scheme").map { String(decoding: $0, as: UTF8.self) }
      let isNever = scheme.map { $0 == "never" } ?? !(adds ?? true)
      steps = [.metaspace(mark: try part.text("replacement") ?? Array("▁".utf8), dropsFirst: !isNever)]
    case "WordPiece":
      steps = [
        .wordPiece(prefix: try part.text("prefix") ?? Array("##".utf8), cleans: try part.bool("cleanup") ?? true)
      ]
    default: throw part.unsupported
    }
    try part.finish()
    return steps
  }

  /// What stands for a blank in tokens; nil where none does.
  var blankMark: [UInt8]? {
    guard case .steps(let steps) = self else { return nil }
    for step in steps {
      switch step {
      case .replace(let mark, let content) where content == [UInt8(ascii: " ")]: return mark
      case .metaspace(let mark, _): return mark
      default: continue
      }
    }
    return nil
  }

  var hasByteTokens: Bool {
    guard case .steps(let steps) = self else { return false }
    return steps.contains { if case .byteFallback = $0 { true } else { false } }
  }

  /// The text of tokens as a vocabulary writes them.
  func text(of tokens: [[UInt8]]) throws -> [UInt8] {
    var growth = Growth()
    switch self {
    case .bytes: return Array(tokens.joined())
    case .blanks: return Array(tokens.joined(separator: [UInt8(ascii: " ")]))
    case .steps(let steps):
      var tokens = tokens
      for step in steps { tokens = try step.apply(to: tokens, &growth) }
      return Array(tokens.joined())
    }
  }
}

extension TokenDecoder.Step {
  /// One step of a decoder over the tokens of a text. Throws `outOfMemory`, `interrupted`.
  package func apply(to tokens: [[UInt8]], _ growth: inout Growth) throws -> [[UInt8]] {
    func each(_ body: (Int, [UInt8]) throws -> [UInt8]) throws -> [[UInt8]] {
      try tokens.enumerated().map { place, token in
        try growth.add(token.count + MemoryLayout<[UInt8]>.stride)
        return try body(place, token)
      }
    }
    switch self {
    case .replace(let wanted, let content):
      return try each { try Normalizer.replace(wanted, with: content, in: $1) }
    case .byteFallback: return try Self.joinBytes(tokens, &growth)
    case .fuse: return tokens.isEmpty ? [] : [Array(tokens.joined())]
    case .strip(let content, let start, let stop):
      return try each { _, token in
        var rest = token[...]
        var (left, right) = (start, stop)
        while left > 0, rest.starts(with: content) {
          rest = rest.dropFirst(content.count)
          left -= 1
        }
        while right > 0, rest.count >= content.count, rest.suffix(content.count).elementsEqual(content) {
          rest = rest.dropLast(content.count)
          right -= 1
        }
        return Array(rest)
      }
    case .metaspace(let mark, let dropsFirst):
      return try each {
        try Normalizer.replace(mark, with: $0 == 0 && dropsFirst ? [] : [UInt8(ascii: " ")], in: $1)
      }
    case .wordPiece(let prefix, let cleans):
      return try each { place, token in
        var token = token
        if place > 0 {
          token = token.starts(with: prefix) ? Array(token.dropFirst(prefix.count)) : [UInt8(ascii: " ")] + token
        }
        return cleans ? try Self.clean(token) : token
      }
    }
  }

  private static func joinBytes(_ tokens: [[UInt8]], _ growth: inout Growth) throws -> [[UInt8]] {
    var output: [[UInt8]] = []
    var run: [UInt8] = []
    func end() {
      guard !run.isEmpty else { return }
      if String(validating: run, as: UTF8.self) != nil {
        output.append(run)
      } else {
        output.append(Array(String(repeating: "\u{FFFD}", count: run.count).utf8))
      }
      run = []
    }
    for token in tokens {
      try growth.add(token.count + MemoryLayout<[UInt8]>.stride)
      if let byte = ByteToken.byte(token) {
        run.append(byte)
      } else {
        end()
        output.append(token)
      }
    }
    end()
    return output
  }

  /// Marks that belong to the word before, as BERT's tokenizer had it for English.
  private static let cleaning: [(old: [UInt8], new: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static func clean(_ token: [UInt8]) throws -> [UInt8] {
    guard token.contains(UInt8(ascii: " ")) else { return token }
    return try cleaning.reduce(token) { try Normalizer.replace($1.old, with: $1.new, in: $0) }
  }
}
