// What a tokenizer's files say: tokens, added tokens, where the merges are, and how text is cut. Merges are only located here;
// they are read when a text is encoded for the first time.

import Lang
import Runtime

struct TokenizerDefinition {
  enum Merges {
    case text(MappedFile)
    case json(MappedFile, offset: Int)
    case missing(String)
  }

  /// The file that messages name.
  var path: String
  var tokens = TokenStore()
  var added = AddedVocabulary()
  var merges: Merges
  /// A blank goes before a text that does not start with one.
  var addsPrefixSpace = false
  /// A text is cut into words before they are merged.
  var cutsWords = true
  /// A piece that is a token is not merged from its bytes.
  var ignoresMerges = false
  /// Why texts cannot be encoded, though tokens can be looked at.
  var obstacle: String?

  private static let endOfText = Array("<|endoftext|>".utf8)

  /// The files of a folder: tokenizer.json, or else vocab.json with merges.txt, and what stands beside them.
  static func read(_ folder: ModelFolder) throws -> TokenizerDefinition {
    guard try folder.holds("tokenizer.json") else { return try read(vocabularyIn: folder) }
    let settings = try TokenizerSettings(folder)
    var definition = try read(tokenizerFile: try folder.open("tokenizer.json"), settings)
    // Its files are inside the program: nobody can look into them.
    if folder.path == nil { definition.path = "\(folder.name) (embedded)" }
    return definition
  }

  // MARK: vocab.json and merges.txt

  static func read(vocabularyIn folder: ModelFolder) throws -> TokenizerDefinition {
    let settings = try TokenizerSettings(folder)
    let vocabulary = try folder.open("vocab.json")
    var builder = TokenStore.Builder(path: vocabulary.path)
    var reader = JSONReader(vocabulary.bytes, name: vocabulary.path)
    try read(vocabulary: &reader, into: &builder)
    try reader.end()
    let merges = try folder.holds("merges.txt") ? folder.open("merges.txt") : nil
    var definition = TokenizerDefinition(
      path: vocabulary.path, merges: merges.map(Merges.text) ?? .missing("merges.txt is not beside \(vocabulary.path)"))
    definition.addsPrefixSpace = settings.addsPrefixSpace ?? false
    definition.obstacle = settings.obstacle
    try definition.finish(
      &builder, settings.tokens(), settings, isGPT2: settings.isGPT2 || settings.tokenizerClass == nil)
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

  /// Adds the tokens to those of the vocabulary and builds the store.
  private mutating func finish(
    _ builder: inout TokenStore.Builder, _ tokens: [AddedToken], _ settings: TokenizerSettings, isGPT2: Bool
  ) throws {
    let index = builder.index(of: tokens.map(\.content) + [Self.endOfText])
    let size = builder.count
    var wanted = tokens
    if isGPT2, settings.hasDefaultEnd {
      if let place = wanted.firstIndex(where: { $0.content == Self.endOfText }) {
        wanted[place].isSpecial = true
      } else if index.id(Self.endOfText) != nil {
        wanted.append(AddedToken(Self.endOfText, isSpecial: true))
      }
    }
    added.splitsSpecials = settings.splitsSpecials
    for token in wanted { added.add(token, size: size) { index.id($0) } }
    for (token, id) in added.tokens where index.id(token.content) == nil {
      try builder.add(literal: token.content, id: Double(id))
    }
    self.tokens = try builder.build()
  }

  // MARK: tokenizer.json

  /// The file alone, as `Tokenizer.from_file` reads it, and with what stands beside it.
  static func read(
    tokenizerFile file: MappedFile, _ settings: TokenizerSettings = TokenizerSettings()
  ) throws -> TokenizerDefinition {
    var builder = TokenStore.Builder(path: file.path)
    var added: [(token: AddedToken, id: Double)] = []
    var definition = TokenizerDefinition(path: file.path, merges: .missing("\(file.path) has no merges"))
    var hasModel = false
    var reader = JSONReader(file.bytes, name: file.path)
    try reader.object { reader, key in
      switch key {
      case "model":
        hasModel = true
        try readModel(&reader, into: &definition, &builder, file)
      case "added_tokens": try reader.array { added.append(try readAdded(try $0.value(), file.path)) }
      case "normalizer": definition.readNormalizer(try reader.value())
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
    definition.apply(settings)
    let byID = Dictionary(
      added.compactMap { entry in Int(exactly: entry.id).map { ($0, entry.token) } }, uniquingKeysWith: { $1 })
    let known = settings.isGPT2 ? [] : added.map(\.token)
    try definition.finish(
      &builder, known + settings.tokens(known: known, knownByID: byID), settings, isGPT2: settings.isGPT2)
    return definition
  }

  private static func readAdded(_ json: JSON, _ path: String) throws -> (AddedToken, Double) {
    guard json["content"]?.asString != nil, let id = json["id"]?.asNumber else {
      throw Fault.badTokenizer(path, reason: "an entry of `added_tokens` lacks its `content` or `id`")
    }
    return (try AddedToken(json, place: "an entry of `added_tokens`", in: path), id)
  }

  /// What the files beside it say about how texts are cut.
  private mutating func apply(_ settings: TokenizerSettings) {
    if settings.isGPT2 {
      // The class makes its own pre-tokenizer, of which only the file beside says something.
      addsPrefixSpace = settings.addsPrefixSpace ?? false
      cutsWords = true
      ignoresMerges = false
    } else if let wanted = settings.addsPrefixSpace, wanted != addsPrefixSpace, settings.tokenizerClass != nil,
      settings.tokenizerClass != "PreTrainedTokenizerFast", settings.tokenizerClass != "TokenizersBackend"
    {
      obstacle = obstacle ?? "tokenizer_config.json says add_prefix_space: \(wanted), tokenizer.json \(addsPrefixSpace)"
    }
  }

  private mutating func readNormalizer(_ json: JSON) {
    if let name = Self.effect(ofNormalizer: json) { obstacle = "its normalizer \(name) is not supported" }
  }

  /// The name of the first normalizer that may change a text, nil when none does.
  private static func effect(ofNormalizer json: JSON) -> String? {
    if json.isNull { return nil }
    let type = json["type"]?.asString ?? "without a type"
    switch type {
    case "Sequence": return (json["normalizers"]?.asArray ?? []).lazy.compactMap { effect(ofNormalizer: $0) }.first
    case "Strip": return json["strip_left"]?.asBool == false && json["strip_right"]?.asBool == false ? nil : type
    case "BertNormalizer":
      // `strip_accents` that is null follows `lowercase`.
      let isIdle = ["clean_text", "handle_chinese_chars", "lowercase"].allSatisfy { json[$0]?.asBool == false }
      return isIdle && json["strip_accents"]?.asBool != true ? nil : type
    case "Replace":
      guard let wanted = json["pattern"]?["String"]?.asString, !wanted.isEmpty else { return type }
      return json["content"]?.asString.map { $0.isIdentical(to: wanted) } == true ? nil : type
    default: return type
    }
  }

  private mutating func readPreTokenizer(_ json: JSON) {
    var json = json
    // A sequence of one is that one.
    while json["type"]?.asString == "Sequence", let parts = json["pretokenizers"]?.asArray, parts.count == 1 {
      json = parts[0]
    }
    let type = json["type"]?.asString ?? "missing"
    if type != "ByteLevel" { obstacle = "its pre-tokenizer is \(type); only GPT-2's pattern is supported" }
    addsPrefixSpace = json["add_prefix_space"]?.asBool ?? true
    cutsWords = json["use_regex"]?.asBool ?? true
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
      case "dropout":
        if let rate = try reader.value().asNumber, rate != 0 {
          definition.obstacle = "its dropout of \(numberText(rate)) makes ids a matter of chance"
        }
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
