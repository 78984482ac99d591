// What a tokenizer's files say: tokens, added tokens, where the merges are, and what happens to a text and to ids. Merges are only
// located here; they are read when a text is encoded for the first time.

import Formats
import Lang
import Runtime

struct TokenizerDefinition {
  enum Merges {
    case text(MappedFile)
    case json(MappedFile, offset: Int)
    case missing(String)
  }

  enum Model {
    case bytePairs(BytePairEncoder.Settings)
    case wordPieces(WordPieceEncoder.Settings)
    case characters
  }

  /// The file that messages name.
  var path: String
  var tokens = TokenStore()
  var added = AddedVocabulary()
  var merges: Merges
  var normalizer: Normalizer?
  var preTokenizer = PreTokenizer()
  var model = Model.bytePairs(BytePairEncoder.Settings())
  /// What is added to a text; nil: nothing.
  var postProcessor: PostProcessor?
  var decoder = TokenDecoder.bytes
  /// What hides a word, where the files name it.
  var mask: [UInt8]?
  /// Why texts cannot be encoded, special tokens not added, ids not decoded, though tokens can be looked at.
  var obstacle: String?
  var postObstacle: String?
  var decoderObstacle: String?

  private static let endOfText = Array("<|endoftext|>".utf8)

  /// The files of a folder: tokenizer.json, or else vocab.json with merges.txt, or vocab.txt, and what stands beside them; or meta.pkl.
  static func read(_ folder: ModelFolder) throws -> TokenizerDefinition {
    guard try folder.holds("tokenizer.json") else {
      if try folder.holds("vocab.json") { return try read(vocabularyIn: folder) }
      if try folder.holds("vocab.txt") { return try read(wordPiecesIn: folder) }
      return try read(charactersFile: try folder.open(ModelFolder.charactersFile))
    }
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
    definition.preTokenizer = PreTokenizer(steps: [
      .byteLevel(addsBlank: settings.addsPrefixSpace ?? false, cuts: true)
    ])
    definition.obstacle = settings.obstacle
    let isGPT2 = settings.isGPT2Class || settings.tokenizerClass == nil
    try definition.finish(&builder, settings.tokens(), settings, defaults: isGPT2 ? Self.defaults(settings) : [])
    return definition
  }

  /// A flat object of tokens and ids.
  static func read(vocabulary reader: inout JSONReader, into builder: inout TokenStore.Builder) throws {
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

  // MARK: vocab.txt

  /// A token a line, whose id is the number of lines before it: BERT's and DistilBERT's.
  static func read(wordPiecesIn folder: ModelFolder) throws -> TokenizerDefinition {
    let settings = try TokenizerSettings(folder)
    let file = try folder.open("vocab.txt")
    let bytes = file.bytes.assumingMemoryBound(to: UInt8.self)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Fault.badTokenizer(file.path, reason: "it is not valid UTF-8")
    }
    var builder = TokenStore.Builder(path: file.path, .text)
    var start = 0
    var id = 0.0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let line = bytes[start..<end].last == UInt8(ascii: "\r") ? bytes[start..<(end - 1)] : bytes[start..<end]
      try builder.add(written: Array(line), id: id)
      id += 1
      start = end + 1
    }
    var definition = TokenizerDefinition(path: file.path, merges: .missing("it has no merges"))
    definition.obstacle = settings.isBERT ? nil : settings.otherClass
    var normalizer = BertNormalizer(partsIdeographs: true, stripsAccents: nil, lowercases: true)
    normalizer.adopt(settings)
    definition.normalizer = .bert(normalizer)
    definition.preTokenizer = .bert
    var model = WordPieceEncoder.Settings()
    model.unknown = settings.token("unk_token") ?? model.unknown
    definition.model = .wordPieces(model)
    definition.decoder = .steps([.wordPiece(prefix: Array("##".utf8), cleans: true)])
    let defaults = ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"].map { Array($0.utf8) }
    try definition.finish(&builder, settings.tokens(), settings, defaults: defaults)
    let begin = definition.id(of: settings.token("cls_token") ?? Array("[CLS]".utf8))
    let end = definition.id(of: settings.token("sep_token") ?? Array("[SEP]".utf8))
    if let begin, let end {
      definition.postProcessor = PostProcessor(cls: [begin], sep: [end], isBERT: true)
    } else {
      definition.postObstacle = "its vocabulary has no [CLS] or no [SEP]"
    }
    return definition
  }

  // MARK: Added tokens

  /// GPT-2's one special token, unless files name all that it stands for.
  static func defaults(_ settings: TokenizerSettings) -> [[UInt8]] { settings.hasDefaultEnd ? [endOfText] : [] }

  /// Adds the tokens to those of the vocabulary and builds the store. `defaults`: what the class has for a special token that no file
  /// names.
  mutating func finish(
    _ builder: inout TokenStore.Builder, _ tokens: [AddedToken], _ settings: TokenizerSettings, defaults: [[UInt8]]
  ) throws {
    let index = builder.index(of: tokens.map(\.content) + defaults)
    let size = builder.count
    var wanted = tokens
    for content in defaults {
      if let place = wanted.firstIndex(where: { $0.content == content }) {
        wanted[place].isSpecial = true
      } else if index.id(content) != nil {
        wanted.append(AddedToken(content, isSpecial: true))
      }
    }
    added.splitsSpecials = settings.splitsSpecials
    for token in wanted { added.add(token, size: size) { index.id($0) } }
    for (token, id) in added.tokens where index.id(token.content) == nil {
      try builder.add(literal: token.content, id: Double(id))
    }
    self.tokens = try builder.build()
    mask = settings.token("mask_token")
    try adoptTemplate(settings)
  }

  /// Where tokenizer.json has no post-processor, tokenizer_config.json says what is added.
  private mutating func adoptTemplate(_ settings: TokenizerSettings) throws {
    if postProcessor == nil, postObstacle == nil, settings.addsBegin || settings.addsEnd {
      func id(_ key: String) -> Int? {
        (settings.token(key) ?? (settings.isGPT2Class ? Self.endOfText : nil)).flatMap { self.id(of: $0) }
      }
      postProcessor = PostProcessor(
        begin: settings.addsBegin ? id("bos_token") : nil, end: settings.addsEnd ? id("eos_token") : nil)
    }
    if let id = postProcessor?.ids.first(where: { $0 >= tokens.count || !tokens.holds($0) }) {
      postProcessor = nil
      postObstacle = "its post-processor adds the id \(id), which no token has"
    }
  }

  /// Id of a token by what files write for it.
  func id(of content: [UInt8]) -> Int? {
    if let known = added.tokens.first(where: { $0.token.content == content }) { return known.id }
    var bytes: [UInt8] = []
    let isWritten = content.withUnsafeBufferPointer { tokens.spelling.decode($0, into: &bytes) }
    return isWritten ? tokens.id(of: bytes) : tokens.id(of: content, literal: true)
  }
}

extension BertNormalizer {
  /// What stands in tokenizer_config.json counts.
  fileprivate mutating func adopt(_ settings: TokenizerSettings) {
    lowercases = settings.lowercases ?? lowercases
    stripsAccents = settings.stripsAccents ?? lowercases
    partsIdeographs = settings.partsIdeographs ?? partsIdeographs
  }
}
