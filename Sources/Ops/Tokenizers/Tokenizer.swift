// A byte-level tokenizer: text to ids, ids to text, and the names of a labelled tensor's rows.

import Glibc
import Lang
import Runtime

public final class Tokenizer: Vocabulary {
  private let definition: TokenizerDefinition
  private var tokens: TokenStore { definition.tokens }
  /// Merges are read with the first text.
  private var encoder: BytePairEncoder?
  /// Added tokens of the text as it is, and of what is left when it was normalised.
  private lazy var searches = (
    first: definition.added.search(normalized: false), second: definition.added.search(normalized: true)
  )
  /// Tokens whose text holds U+FFFD, because their bytes are not UTF-8: several may share a text.
  private lazy var damaged: [Int32] = (0..<count).compactMap { id in
    text(of: id).unicodeScalars.contains("\u{FFFD}") ? Int32(id) : nil
  }

  init(_ definition: TokenizerDefinition) {
    self.definition = definition
  }

  convenience init(folder: ModelFolder) throws { self.init(try TokenizerDefinition.read(folder)) }

  /// Added tokens, in the order of the files.
  public var specialTokens: [Int] { definition.added.tokens.map(\.id) }

  /// From tokenizer.json or vocab.json (with merges.txt beside it), a folder that holds them, or a model's name.
  public convenience init(nameOrPath: String, permissions: Permissions? = nil) throws {
    let path = Paths.expanded(nameOrPath)
    if !path.utf8.contains(0), MappedFile.isFile(path) {
      try permissions?.checkModelRead(path)
      self.init(try Self.definition(ofFile: path, permissions))
      return
    }
    let folder = try ModelPlaces.find(nameOrPath, permissions: permissions)
    guard try folder.holds("tokenizer.json") || folder.holds("vocab.json") else {
      throw Fault.cannotRead(
        folder.path(of: "tokenizer.json"), reason: "no such file", help: "vocab.json with merges.txt would do as well")
    }
    try self.init(folder: folder)
  }

  /// vocab.json is a vocabulary, any other file a tokenizer.json.
  private static func definition(ofFile path: String, _ permissions: Permissions?) throws -> TokenizerDefinition {
    let (path, name) = Paths.split(path)
    let folder = ModelFolder(name: path, path: path, permissions: permissions)
    if name == "vocab.json" { return try TokenizerDefinition.read(vocabularyIn: folder) }
    return try TokenizerDefinition.read(tokenizerFile: try folder.open(name))
  }

  /// The file that messages name.
  public var path: String { definition.path }
  /// Number of tokens.
  public var count: Int { tokens.count }

  // MARK: Vocabulary

  /// Decoded text of a token; rows of an embedding beyond the vocabulary are called by their number.
  public func text(of id: Int) -> String {
    id >= 0 && id < count ? tokens.text(of: id) : "<id \(id)>"
  }

  /// A text without U+FFFD is that of the tokens with exactly its bytes; the others are few and searched one by one.
  public func ids(of text: String) -> [Int] {
    if text.unicodeScalars.contains("\u{FFFD}") {
      return damaged.lazy.map { Int($0) }.filter { self.text(of: $0).isIdentical(to: text) }
    }
    let bytes = Array(text.utf8)
    return [tokens.id(of: bytes), tokens.id(of: bytes, literal: true)].compactMap { $0 }.sorted()
  }

  /// Tokens as files and other libraries write them: in the byte alphabet (`Ġtime`), with SentencePiece's mark for a blank (`▁time`),
  /// as WordPiece continues a word (`##ing`).
  public func readings(of text: String) -> [String] {
    var readings: [String] = []
    var bytes: [UInt8] = []
    if ByteAlphabet.decode(Array(text.utf8), into: &bytes) { readings.append(String(decoding: bytes, as: UTF8.self)) }
    if text.unicodeScalars.contains("\u{2581}") {
      readings.append(String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 })))
    }
    if text.utf8.starts(with: "##".utf8) { readings.append(String(text.unicodeScalars.dropFirst(2))) }
    return readings.filter { !$0.isIdentical(to: text) }
  }

  public func strayBytes(of id: Int) -> [UInt8]? {
    guard id >= 0, id < count else { return nil }
    return tokens.withBytes(of: id) { bytes in
      String(validating: bytes, as: UTF8.self) == nil ? Array(bytes) : nil
    }
  }

  /// Bytes of a token. Throws `indexOutOfRange` for an id that is not in the vocabulary.
  public func bytes(of id: Int) throws -> [UInt8] {
    try check(id)
    return tokens.withBytes(of: id) { Array($0) }
  }

  // MARK: Encoding

  /// Ids of a text. Added tokens in the text become their ids; none are added: first those that are looked for in the text as it is,
  /// then, in what lies between, those of the normalised text (no normaliser that changes anything is supported).
  /// Complexity: linear in the text but for words of more than 64 bytes, n log n.
  public func encode(_ text: String) throws -> [Int] {
    var text = text
    var encoder = try self.encoder ?? makeEncoder()
    var output: [Int] = []
    let (first, second) = searches
    try text.withUTF8 { bytes in
      try first.split(bytes) { id, part in
        if let id { return output.append(id) }
        try second.split(part) { id, part in
          if let id { return output.append(id) }
          try encodePart(part, with: &encoder, into: &output)
        }
      }
    }
    self.encoder = encoder
    return output
  }

  private func encodePart(
    _ bytes: UnsafeBufferPointer<UInt8>, with encoder: inout BytePairEncoder, into output: inout [Int]
  ) throws {
    guard let first = bytes.first else { return }
    if definition.addsPrefixSpace, first != UInt8(ascii: " ") {
      try Array([UInt8(ascii: " ")] + bytes).withUnsafeBufferPointer { try encode($0, with: &encoder, into: &output) }
    } else {
      try encode(bytes, with: &encoder, into: &output)
    }
  }

  private func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, with encoder: inout BytePairEncoder, into output: inout [Int]
  ) throws {
    guard definition.cutsWords else { return try encodePiece(bytes, with: &encoder, into: &output) }
    var pieces = PreTokenizer(bytes)
    var growth = Growth()
    while let piece = try pieces.next() {
      // At most one id for each byte, here and as a value.
      try growth.add(24 * piece.count)
      try encodePiece(UnsafeBufferPointer(rebasing: bytes[piece]), with: &encoder, into: &output)
    }
  }

  private func encodePiece(
    _ piece: UnsafeBufferPointer<UInt8>, with encoder: inout BytePairEncoder, into output: inout [Int]
  ) throws {
    if definition.ignoresMerges, let id = tokens.id(of: piece) {
      output.append(id)
    } else {
      try encoder.encode(piece, into: &output)
    }
  }

  private func makeEncoder() throws -> BytePairEncoder {
    if let obstacle = definition.obstacle { throw Fault.unsupported("\(path) cannot encode text: \(obstacle)") }
    let merges: MergeTable
    switch definition.merges {
    case .text(let file): merges = try MergeTable(text: file, tokens: tokens)
    case .json(let file, let offset): merges = try MergeTable(json: file, offset: offset, tokens: tokens)
    case .missing(let reason): throw Fault.badTokenizer(path, reason: "it cannot encode text: \(reason)")
    }
    return BytePairEncoder(merges: merges, tokens: tokens, path: path)
  }

  // MARK: Decoding

  /// Text of ids: their bytes joined, then read as UTF-8 with U+FFFD for each maximal part that is none, as Python's
  /// `decode("utf-8", errors="replace")`. Throws `indexOutOfRange` for an id that is not in the vocabulary.
  /// `rows`: a model's embedding may have more; a row without a token reads `<id N>`.
  public func decode(_ ids: some Sequence<Int>, rows: Int = 0) throws -> String {
    var bytes: [UInt8] = []
    var growth = Growth()
    for id in ids {
      if id >= count, id < rows {
        bytes.append(contentsOf: text(of: id).utf8)
        continue
      }
      try check(id)
      let before = bytes.count
      tokens.withBytes(of: id) { bytes.append(contentsOf: $0) }
      try growth.add(2 * (bytes.count - before) + 1)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Throws `indexOutOfRange` for an id that is not in the vocabulary.
  func check(_ id: Int) throws {
    guard id >= 0, id < count else { throw Fault.noToken(id, vocabulary: count) }
  }
}
