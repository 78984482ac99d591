// Text to ids.

import Lang
import Runtime

/// What finds the tokens of a piece of text, and the added tokens of a whole one.
struct TokenEncoder {
  // One of the three; the first two keep their buffers between pieces.
  private var bytePairs: BytePairEncoder?
  private var wordPieces: WordPieceEncoder?
  private var characters: CharacterEncoder?
  /// Added tokens of the text as it is, and of what is left when it was normalised.
  let first: AddedSearch
  let second: AddedSearch

  init(_ definition: TokenizerDefinition) throws {
    let path = definition.path
    switch definition.model {
    case .characters: characters = CharacterEncoder(tokens: definition.tokens, path: path)
    case .wordPieces(let settings):
      wordPieces = WordPieceEncoder(tokens: definition.tokens, settings, path: path)
    case .bytePairs(let settings):
      let merges: MergeTable
      switch definition.merges {
      case .text(let file): merges = try MergeTable(text: file, tokens: definition.tokens)
      case .json(let file, let offset): merges = try MergeTable(json: file, offset: offset, tokens: definition.tokens)
      case .missing(let reason): throw Fault.badTokenizer(path, reason: "it cannot encode text: \(reason)")
      }
      bytePairs = try BytePairEncoder(merges: merges, tokens: definition.tokens, settings, path: path)
    }
    first = try definition.added.search(normalized: false, nil)
    second = try definition.added.search(normalized: true, definition.normalizer)
  }

  mutating func encode(_ piece: UnsafeBufferPointer<UInt8>, into output: inout [Int]) throws {
    try bytePairs?.encode(piece, into: &output)
    try wordPieces?.encode(piece, into: &output)
    try characters?.encode(piece, into: &output)
  }
}

extension Tokenizer {
  /// Ids of a text. Added tokens in the text become their ids: first those that are looked for in the text as it is, then, in what
  /// lies between, those of the normalised text. `special`: with what the tokenizer puts around a text, such as a first token.
  /// Complexity: linear in the text but for words of more than 64 symbols, n log n.
  package func encode(_ text: String, special: Bool = false) throws -> [Int] {
    let ids = try bareIDs(of: text)
    return special ? try postProcessor().apply(ids).ids : ids
  }

  /// Ids of two texts as one, with what the tokenizer puts around them, and the type of each id (0 or 1 in BERT).
  package func encode(pair first: String, _ second: String) throws -> (ids: [Int], types: [Int]) {
    try postProcessor().apply(try bareIDs(of: first), try bareIDs(of: second))
  }

  private func postProcessor() throws -> PostProcessor {
    if let obstacle = definition.postObstacle {
      throw Fault.unsupported("\(path) cannot add special tokens: \(obstacle)")
    }
    return definition.postProcessor ?? PostProcessor()
  }

  private func bareIDs(of text: String) throws -> [Int] {
    if let obstacle = definition.obstacle { throw Fault.unsupported("\(path) cannot encode text: \(obstacle)") }
    var text = text
    var encoder = try self.encoder ?? TokenEncoder(definition)
    // Merged anew each time: nothing of it is shared while it changes.
    self.encoder = nil
    defer { self.encoder = encoder }
    var output: [Int] = []
    var growth = Growth()
    let (first, second) = (encoder.first, encoder.second)
    try text.withUTF8 { bytes in
      try first.split(bytes) { id, range in
        if let id { return output.append(id) }
        let isStart = range.lowerBound == 0
        try normalized(UnsafeBufferPointer(rebasing: bytes[range])) { part in
          try second.split(part) { id, range in
            if let id { return output.append(id) }
            let rest = UnsafeBufferPointer(rebasing: part[range])
            try definition.preTokenizer.cut(rest, isStart: isStart && range.lowerBound == 0) { piece in
              // At most one id for each byte, here and as a value.
              try growth.add(24 * piece.count)
              try encoder.encode(piece, into: &output)
            }
          }
        }
      }
    }
    return output
  }

  private func normalized(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    guard let normalizer = definition.normalizer else { return try body(bytes) }
    try checkListFits(bytes.count, bytesEach: 8)
    try normalizer.apply(Array(bytes)).withUnsafeBufferPointer(body)
  }
}
