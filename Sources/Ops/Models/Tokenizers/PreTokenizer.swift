// How a text is cut into the pieces within which tokens are looked for: the `pre_tokenizer` of tokenizer.json, a list of steps each of
// which cuts the pieces of the one before.

import Formats
import Lang
import Runtime

struct PreTokenizer {
  enum Step {
    /// Bytes; a blank goes before what does not start with one.
    case byteLevel(addsBlank: Bool, cuts: Bool)
    case split(Cut)
    /// A sign for each blank.
    case metaspace(mark: [UInt8], scheme: Scheme, cuts: Bool)
  }

  /// Where the sign for a blank goes before what does not start with one.
  enum Scheme { case first, always, never }

  var steps: [Step] = []

  var isByteLevel: Bool {
    steps.contains { if case .byteLevel = $0 { true } else { false } }
  }

  /// Whether a blank goes before what does not start with one; nil where bytes are not what is cut.
  var addsBlank: Bool? {
    for step in steps { if case .byteLevel(let addsBlank, _) = step { return addsBlank } }
    return nil
  }

  /// The sign goes before the start of the text only.
  var asksForStart: Bool {
    steps.contains { if case .metaspace(_, .first, _) = $0 { true } else { false } }
  }

  static let bert = PreTokenizer(steps: bertSteps)
  private static let bertSteps: [Step] = [
    .split(Cut(.character { $0.properties.isWhitespace }, .removed)),
    .split(Cut(.character(BertCharacters.isPunctuation), .isolated)),
  ]

  // MARK: Reading

  /// Throws `Unsupported` for what is not supported, `badTokenizer` for what is damaged.
  static func read(_ json: JSON, _ path: String) throws -> PreTokenizer {
    let steps = json.isNull ? [] : try steps(json, path)
    guard steps.count <= stepLimit else {
      throw Unsupported("its pre-tokenizer has \(steps.count) parts, more than \(stepLimit)")
    }
    return PreTokenizer(steps: steps)
  }

  /// Each step is a call within the one before.
  private static let stepLimit = 64

  private static func steps(_ json: JSON, _ path: String) throws -> [Step] {
    var part = try TokenizerPart(json, kind: "pre-tokenizer", path: path)
    let steps: [Step]
    switch part.type {
    case "Sequence": steps = try part.list("pretokenizers").flatMap { try Self.steps($0, path) }
    case "ByteLevel":
      part.ignore("trim_offsets")
      steps = [
        .byteLevel(
          addsBlank: try part.bool("add_prefix_space") ?? true, cuts: try part.bool("use_regex") ?? true)
      ]
    case "Split": steps = [.split(try Cut(&part))]
    case "Metaspace": steps = [try metaspace(&part)]
    case "BertPreTokenizer": steps = bertSteps
    case "WhitespaceSplit": steps = [.split(Cut(.character { $0.properties.isWhitespace }, .removed))]
    case "Digits":
      let isSingle = try part.bool("individual_digits") ?? false
      steps = [.split(Cut(.character(isNumber), isSingle ? .isolated : .contiguous))]
    case "Punctuation":
      let behaviour = try part.text("behavior").map { String(decoding: $0, as: UTF8.self) } ?? "Isolated"
      steps = [.split(Cut(.character(BertCharacters.isPunctuation), try Cut.Behaviour(behaviour, &part)))]
    default: throw part.unsupported
    }
    try part.finish()
    return steps
  }

  private static func isNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  private static func metaspace(_ part: inout TokenizerPart) throws -> Step {
    let mark = try part.text("replacement") ?? Array("▁".utf8)
    guard String(decoding: mark, as: UTF8.self).unicodeScalars.count == 1 else {
      throw Fault.badTokenizer(part.path, reason: "its pre-tokenizer Metaspace: `replacement` is not one character")
    }
    // Older files say add_prefix_space, and repeat the sign as str_rep.
    part.ignore("str_rep")
    let adds = try part.bool("add_prefix_space")
    let scheme: Scheme
    switch try part.text("prepend_scheme").map({ String(decoding: $0, as: UTF8.self) }) {
    case nil: scheme = adds ?? true ? .always : .never
    case "first": scheme = .first
    case "always": scheme = .always
    case "never": scheme = .never
    case let name?:
      throw Unsupported(
        "its pre-tokenizer Metaspace has the prepend_scheme \(Printer.quoted(name)), which is not supported")
    }
    if let adds, adds != (scheme != .never) {
      throw Fault.badTokenizer(
        part.path, reason: "its pre-tokenizer Metaspace: `add_prefix_space` contradicts `prepend_scheme`")
    }
    return .metaspace(mark: mark, scheme: scheme, cuts: try part.bool("split") ?? true)
  }

  // MARK: Cutting

  /// Calls `body` with each piece of a text (valid UTF-8) in order. `isStart`: nothing of the whole text stands before it.
  func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, isStart: Bool, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    try cut(bytes, isStart: isStart, step: 0, body)
  }

  private func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, isStart: Bool, step: Int,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    guard !bytes.isEmpty else { return }
    guard step < steps.count else { return try body(bytes) }
    switch steps[step] {
    case .byteLevel(let addsBlank, let cuts):
      guard addsBlank, bytes.first != UInt8(ascii: " ") else {
        return try byteLevel(bytes, isStart: isStart, step: step, cuts: cuts, body)
      }
      try checkListFits(bytes.count, bytesEach: 1)
      try Array([UInt8(ascii: " ")] + bytes).withUnsafeBufferPointer {
        try byteLevel($0, isStart: isStart, step: step, cuts: cuts, body)
      }
    case .split(let cut):
      try cut.pieces(of: bytes) { range in
        try self.cut(
          UnsafeBufferPointer(rebasing: bytes[range]), isStart: isStart && range.lowerBound == 0, step: step + 1, body)
      }
    case .metaspace(let mark, let scheme, let cuts):
      try checkListFits(bytes.count, bytesEach: mark.count)
      var text = try Normalizer.replace([UInt8(ascii: " ")], with: mark, in: Array(bytes))
      let isWanted = scheme == .always || scheme == .first && isStart
      if isWanted, !text.starts(with: mark) { text.insert(contentsOf: mark, at: 0) }
      try text.withUnsafeBufferPointer { text in
        guard cuts else { return try self.cut(text, isStart: isStart, step: step + 1, body) }
        try Cut(.text(mark), .mergedWithNext).pieces(of: text) { range in
          try self.cut(
            UnsafeBufferPointer(rebasing: text[range]), isStart: isStart && range.lowerBound == 0, step: step + 1, body)
        }
      }
    }
  }

  private func byteLevel(
    _ bytes: UnsafeBufferPointer<UInt8>, isStart: Bool, step: Int, cuts: Bool,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    guard cuts else { return try cut(bytes, isStart: isStart, step: step + 1, body) }
    var words = WordScanner(bytes, .gpt2)
    let isLast = step + 1 == steps.count
    while let (range, _) = try words.next() {
      let piece = UnsafeBufferPointer(rebasing: bytes[range])
      // The usual case without another call.
      if isLast {
        try body(piece)
      } else {
        try cut(piece, isStart: isStart && range.lowerBound == 0, step: step + 1, body)
      }
    }
  }
}
