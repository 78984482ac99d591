// A tokenizer: text to ids, ids to text, and the names of a labelled tensor's rows.

import Formats
import Lang
import Runtime

package final class Tokenizer: Vocabulary {
  let definition: TokenizerDefinition
  var tokens: TokenStore { definition.tokens }
  /// Merges are read with the first text.
  var encoder: TokenEncoder?
  /// Ids that `decode` leaves out when it is asked to.
  private(set) lazy var specialIDs = definition.added.specialIDs
  private var contents: [Int: [UInt8]]?
  /// Tokens whose text holds U+FFFD, because their bytes are not UTF-8: several may share a text.
  private lazy var damaged: [Int32] = (0..<count).compactMap { id in
    text(of: id).unicodeScalars.contains("\u{FFFD}") ? Int32(id) : nil
  }

  init(_ definition: TokenizerDefinition) {
    self.definition = definition
  }

  convenience init(folder: ModelFolder) throws { self.init(try TokenizerDefinition.read(folder)) }

  /// GPT-2's, which is compiled into the program.
  static func gpt2() throws -> Tokenizer {
    var definition = try TokenizerDefinition.read(vocabularyIn: .gpt2Tokenizer)
    definition.path = "GPT-2 (embedded)"
    return Tokenizer(definition)
  }

  /// Added tokens, in the order of the files.
  package var specialTokens: [Int] { definition.added.tokens.map(\.id) }

  /// The id of the token that hides a word: `mask_token` of the files, else one of the usual spellings among the added tokens.
  package var maskToken: Int? {
    if let named = definition.mask { return definition.id(of: named) }
    return definition.added.tokens.first {
      ["[MASK]", "<mask>"].contains(String(decoding: $0.token.content, as: UTF8.self))
    }?.id
  }

  /// From tokenizer.json, vocab.json (with merges.txt beside it), vocab.txt or meta.pkl, a folder that holds them, or a model's name.
  package convenience init(nameOrPath: String, permissions: Permissions? = nil) throws {
    let path = Paths.expanded(nameOrPath)
    if !path.utf8.contains(0), MappedFile.isFile(path) {
      try permissions?.checkModelRead(path)
      self.init(try Self.definition(ofFile: path, permissions))
      return
    }
    let folder = try ModelPlaces.find(nameOrPath, permissions: permissions)
    guard try folder.holdsTokenizer() else {
      throw Fault.cannotRead(
        folder.path(of: "tokenizer.json"), reason: "no such file",
        help: "vocab.json with merges.txt, BERT's vocab.txt, or nanoGPT's meta.pkl would do as well")
    }
    try self.init(folder: folder)
  }

  /// vocab.json and vocab.txt are vocabularies, a pickle those of nanoGPT, any other file a tokenizer.json.
  private static func definition(ofFile path: String, _ permissions: Permissions?) throws -> TokenizerDefinition {
    let (path, name) = Paths.split(path)
    let folder = ModelFolder(name: path, path: path, permissions: permissions)
    if name == "vocab.json" { return try TokenizerDefinition.read(vocabularyIn: folder) }
    if name == "vocab.txt" { return try TokenizerDefinition.read(wordPiecesIn: folder) }
    if Paths.fileExtension(name) == "pkl" { return try TokenizerDefinition.read(charactersFile: try folder.open(name)) }
    return try TokenizerDefinition.read(tokenizerFile: try folder.open(name))
  }

  /// The file that messages name.
  package var path: String { definition.path }
  /// Number of tokens: the largest id + 1, for ids may have gaps.
  package var count: Int { tokens.count }

  // MARK: Vocabulary

  /// Decoded text of a token, where the sign for a blank is one; a byte's token reads as it is written, `<0x0A>`, and WordPiece keeps
  /// its `##`: else several would share a text. Ids without a token, in a gap or beyond the vocabulary, are called by their number.
  package func text(of id: Int) -> String {
    guard id >= 0, id < count, tokens.holds(id) else { return "<id \(id)>" }
    guard let mark = definition.decoder.blankMark, tokens.spelling == .text else { return tokens.text(of: id) }
    return tokens.withBytes(of: id) { bytes in
      guard Bytes.position(of: mark, in: bytes, from: 0) != nil else { return String(decoding: bytes, as: UTF8.self) }
      return String(decoding: Bytes.replaced(mark, with: [UInt8(ascii: " ")], in: bytes), as: UTF8.self)
    }
  }

  /// A text without U+FFFD is that of the tokens with exactly its bytes; the others are few and searched one by one.
  package func ids(of text: String) -> [Int] {
    if text.unicodeScalars.contains("\u{FFFD}") {
      return damaged.lazy.map { Int($0) }.filter { self.text(of: $0).isIdentical(to: text) }
    }
    var spellings = [Array(text.utf8)]
    if let mark = definition.decoder.blankMark, tokens.spelling == .text {
      let marked = spellings[0].withUnsafeBufferPointer { Bytes.replaced([UInt8(ascii: " ")], with: mark, in: $0) }
      spellings.append(marked)
    }
    let ids = spellings.flatMap { [tokens.id(of: $0), tokens.id(of: $0, literal: true)] }.compactMap { $0 }
    return Set(ids).filter { self.text(of: $0).isIdentical(to: text) }.sorted()
  }

  /// Tokens as files and other libraries write them: in the byte alphabet (`Ġtime`), with SentencePiece's mark for a blank (`▁time`),
  /// as WordPiece continues a word (`##ing`).
  package func readings(of text: String) -> [String] {
    var readings: [String] = []
    var bytes: [UInt8] = []
    if ByteAlphabet.decode(Array(text.utf8), into: &bytes) { readings.append(String(decoding: bytes, as: UTF8.self)) }
    if text.unicodeScalars.contains("\u{2581}") {
      readings.append(String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 })))
    }
    if text.utf8.count == 1, let byte = text.utf8.first {
      let token = ByteToken.text(of: byte)
      if tokens.spelling == .text, tokens.id(of: token) != nil {
        readings.append(String(decoding: token, as: UTF8.self))
      }
    }
    if text.utf8.starts(with: "##".utf8) { readings.append(String(text.unicodeScalars.dropFirst(2))) }
    return readings.filter { !$0.isIdentical(to: text) }
  }

  package func strayBytes(of id: Int) -> [UInt8]? {
    guard id >= 0, id < count else { return nil }
    return tokens.withBytes(of: id) { bytes in
      String(validating: bytes, as: UTF8.self) == nil ? Array(bytes) : nil
    }
  }

  /// Bytes of what a token stands for; none where an id has no token. Throws `indexOutOfRange` for an id that is not in the vocabulary.
  package func bytes(of id: Int) throws -> [UInt8] {
    try check(id)
    guard tokens.holds(id) else { return [] }
    guard tokens.spelling == .text else { return tokens.withBytes(of: id) { Array($0) } }
    if definition.decoder.hasByteTokens, let byte = tokens.withBytes(of: id, { ByteToken.byte($0) }) { return [byte] }
    return Array(text(of: id).utf8)
  }

  /// What `decode` writes for the added tokens that are looked for in the normalised text: the token normalised, where that differs.
  func normalizedContents() throws -> [Int: [UInt8]] {
    if let contents { return contents }
    var contents: [Int: [UInt8]] = [:]
    if let normalizer = definition.normalizer {
      for (token, id) in definition.added.tokens where token.isNormalized {
        let content = try normalizer.apply(token.content)
        if content != token.content { contents[id] = content }
      }
    }
    self.contents = contents
    return contents
  }

  /// Throws `indexOutOfRange` for an id that is not in the vocabulary.
  func check(_ id: Int) throws {
    guard id >= 0, id < count else { throw Fault.noToken(id, vocabulary: count) }
  }
}
