// What a tokenizer's files say: tokens, special tokens, where the merges are, and how text is cut. Merges are only located here;
// they are read when a text is encoded for the first time.

import Lang
import Runtime

struct TokenizerDefinition {
  enum Merges {
    case text(MappedFile)
    case json(MappedFile, offset: Int)
    case missing(String)
  }

  struct SpecialToken {
    let bytes: [UInt8]
    let id: Int
  }

  /// The file that messages name.
  var path: String
  var tokens: TokenStore
  var specials: [SpecialToken] = []
  var merges: Merges
  /// A blank goes before a text that does not start with one.
  var addsPrefixSpace = false
  /// A piece that is a token is not merged from its bytes.
  var ignoresMerges = false
  /// Why texts cannot be encoded, though tokens can be looked at.
  var obstacle: String?

  static let endOfText = "<|endoftext|>"

  /// The files of a folder: tokenizer.json, or else vocab.json with merges.txt.
  static func read(_ folder: ModelFolder) throws -> TokenizerDefinition {
    var definition =
      folder.has("tokenizer.json")
      ? try read(tokenizerFile: try folder.open("tokenizer.json")) : try read(vocabularyIn: folder)
    // Its files are inside the program: nobody can look into them.
    if folder.path == nil { definition.path = "\(folder.name) (embedded)" }
    return definition
  }

  static func read(vocabularyIn folder: ModelFolder) throws -> TokenizerDefinition {
    let merges = folder.has("merges.txt") ? try folder.open("merges.txt") : nil
    let added = folder.has("added_tokens.json") ? try folder.open("added_tokens.json") : nil
    return try read(vocabulary: try folder.open("vocab.json"), merges: merges, added: added)
  }

  // MARK: vocab.json and merges.txt

  static func read(vocabulary: MappedFile, merges: MappedFile?, added: MappedFile?) throws -> TokenizerDefinition {
    var builder = TokenStore.Builder(path: vocabulary.path)
    var reader = JSONReader(vocabulary.bytes, name: vocabulary.path)
    try read(vocabulary: &reader, into: &builder)
    try reader.end()
    var specialIDs: [Int] = []
    if let added {
      var reader = JSONReader(added.bytes, name: added.path)
      try reader.object { reader, name in
        let id = try reader.number()
        if builder.holds(Array(name.utf8), at: id) != true { try builder.add(literal: Array(name.utf8), id: id) }
        if let id = Int(exactly: id) { specialIDs.append(id) }
      }
    }
    let tokens = try builder.build()
    if let id = tokens.id(of: Array(endOfText.utf8)), !specialIDs.contains(id) { specialIDs.append(id) }
    var definition = TokenizerDefinition(
      path: vocabulary.path, tokens: tokens,
      merges: merges.map(Merges.text) ?? .missing("merges.txt is not beside \(vocabulary.path)"))
    definition.specials = specialIDs.map { id in SpecialToken(bytes: tokens.withBytes(of: id) { Array($0) }, id: id) }
    return definition
  }

  /// A flat object of tokens and ids.
  private static func read(vocabulary reader: inout JSONReader, into builder: inout TokenStore.Builder) throws {
    try reader.members { reader in
      let first = try reader.peek()
      guard first == UInt8(ascii: "-") || first &- 48 < 10 else {
        throw Fault.badTokenizer(
          builder.path, reason: "the token \(Printer.quoted(reader.textAsString())) has an id that is not a number")
      }
      let id = try reader.number()
      try builder.add(written: reader.text, id: id)
    }
  }

  // MARK: tokenizer.json

  private struct Added {
    let content: [UInt8]
    let id: Double
    let changesText: Bool
  }

  static func read(tokenizerFile file: MappedFile) throws -> TokenizerDefinition {
    var builder = TokenStore.Builder(path: file.path)
    var added: [Added] = []
    var definition = TokenizerDefinition(
      path: file.path, tokens: TokenStore(), merges: .missing("\(file.path) has no merges"))
    var hasModel = false
    var reader = JSONReader(file.bytes, name: file.path)
    try reader.object { reader, key in
      switch key {
      case "model":
        hasModel = true
        try readModel(&reader, into: &definition, &builder, file)
      case "added_tokens": try reader.array { added.append(try readAdded(try $0.value(), file.path)) }
      case "normalizer":
        if let type = try reader.value()["type"]?.asString {
          definition.obstacle = "its normalizer \(type) is not supported"
        }
      case "pre_tokenizer": definition.readPreTokenizer(try reader.value())
      case "decoder":
        let type = try reader.value()["type"]?.asString ?? "ByteLevel"
        if type != "ByteLevel" {
          throw Fault.badTokenizer(file.path, reason: "its decoder is \(type); only byte-level tokenizers can be read")
        }
      default: try reader.skip()
      }
    }
    try reader.end()
    guard hasModel else { throw Fault.badTokenizer(file.path, reason: "it has no `model`") }
    for token in added {
      switch builder.holds(token.content, at: token.id) {
      case true: break
      case nil: try builder.add(literal: token.content, id: token.id)
      default:
        let shown = Printer.quoted(String(decoding: token.content, as: UTF8.self))
        throw Fault.badTokenizer(
          file.path,
          reason: "the added token \(shown) has the id \(numberText(token.id)), which belongs to another token")
      }
      if token.changesText { definition.obstacle = "its added tokens strip or split the text around them" }
      if let id = Int(exactly: token.id), !token.content.isEmpty {
        definition.specials.append(SpecialToken(bytes: token.content, id: id))
      }
    }
    definition.tokens = try builder.build()
    return definition
  }

  private static func readAdded(_ json: JSON, _ path: String) throws -> Added {
    guard let content = json["content"]?.asString, let id = json["id"]?.asNumber else {
      throw Fault.badTokenizer(path, reason: "an entry of `added_tokens` lacks its `content` or `id`")
    }
    let flags = ["single_word", "lstrip", "rstrip"]
    return Added(content: Array(content.utf8), id: id, changesText: flags.contains { json[$0]?.asBool == true })
  }

  private mutating func readPreTokenizer(_ json: JSON) {
    let type = json["type"]?.asString ?? "missing"
    if type != "ByteLevel" || json["use_regex"]?.asBool == false {
      obstacle =
        "its pre-tokenizer is \(type == "ByteLevel" ? "ByteLevel without a pattern" : type); only GPT-2's pattern is supported"
    }
    addsPrefixSpace = json["add_prefix_space"]?.asBool ?? true
  }

  private static func readModel(
    _ reader: inout JSONReader, into definition: inout TokenizerDefinition, _ builder: inout TokenStore.Builder,
    _ file: MappedFile
  ) throws {
    try reader.object { reader, key in
      switch key {
      case "type":
        let type = try reader.string()
        guard type == "BPE" else {
          throw Fault.badTokenizer(file.path, reason: "its model is \(type); only byte-level BPE can be read")
        }
      case "vocab": try read(vocabulary: &reader, into: &builder)
      case "merges":
        _ = try reader.peek()
        definition.merges = .json(file, offset: reader.offset)
        try reader.skip()
      case "ignore_merges": definition.ignoresMerges = try reader.value().asBool ?? false
      case "byte_fallback":
        if try reader.value().asBool == true { definition.obstacle = "its byte fallback is not supported" }
      case "continuing_subword_prefix", "end_of_word_suffix":
        if let affix = try reader.value().asString, !affix.isEmpty {
          definition.obstacle = "its `\(key)` \(Printer.quoted(affix)) is not supported"
        }
      default: try reader.skip()
      }
    }
  }
}
