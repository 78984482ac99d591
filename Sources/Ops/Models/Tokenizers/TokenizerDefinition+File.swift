// Reads tokenizer.json (Hugging Face tokenizers). It is read twice: first what says how tokens are written, then the tokens.

import Formats
import Lang
import Runtime

extension TokenizerDefinition {
  /// The parts of the file but for its model.
  private struct Parts {
    var normalizer = JSON.null
    var preTokenizer = JSON.null
    var postProcessor = JSON.null
    var decoder = JSON.null
    var added: [(token: AddedToken, id: Double)] = []
    var modelOffset: Int?
    /// A key that is not known, with a value.
    var obstacle: String?
  }

  /// The file alone, as `Tokenizer.from_file` reads it, and with what stands beside it.
  static func read(
    tokenizerFile file: MappedFile, _ settings: TokenizerSettings = TokenizerSettings()
  ) throws -> TokenizerDefinition {
    let parts = try parts(of: file)
    guard let offset = parts.modelOffset else { throw Fault.badTokenizer(file.path, reason: "it has no `model`") }
    var definition = TokenizerDefinition(path: file.path, merges: .missing("\(file.path) has no merges"))
    definition.obstacle = parts.obstacle
    let spelling = try definition.read(parts, settings)
    var builder = TokenStore.Builder(path: file.path, spelling)
    var reader = JSONReader(file.bytes, name: file.path, from: offset)
    try definition.readModel(&reader, into: &builder, file)
    try definition.check(spelling)
    if settings.isGPT2, case .bytePairs = definition.model { definition.model = .bytePairs(BytePairEncoder.Settings()) }
    let byID = Dictionary(
      parts.added.compactMap { entry in Int(exactly: entry.id).map { ($0, entry.token) } }, uniquingKeysWith: { $1 })
    let known = settings.isGPT2 ? [] : parts.added.map(\.token)
    try definition.finish(
      &builder, known + settings.tokens(known: known, knownByID: byID), settings,
      defaults: settings.isGPT2 ? Self.defaults(settings) : [])
    return definition
  }

  private static func parts(of file: MappedFile) throws -> Parts {
    var parts = Parts()
    var reader = JSONReader(file.bytes, name: file.path)
    try reader.object { reader, key in
      switch key {
      case "model":
        _ = try reader.peek()
        parts.modelOffset = reader.offset
        try reader.skip()
      case "added_tokens":
        try reader.array { reader in
          let json = try reader.value()
          parts.added.append(try readAdded(json, file.path))
          if let key = json.asObject?.first(where: { !addedKeys.contains($0.key) && !$0.value.isNull })?.key {
            parts.obstacle = "an entry of its `added_tokens` has the key \(Printer.quoted(key)), which is not known"
          }
        }
      case "normalizer": parts.normalizer = try reader.value()
      case "pre_tokenizer": parts.preTokenizer = try reader.value()
      case "post_processor": parts.postProcessor = try reader.value()
      case "decoder": parts.decoder = try reader.value()
      // How batches are cut and filled up; transformers turns it off unless a call asks for it.
      case "truncation", "padding": try reader.skip()
      case "version":
        let version = try reader.value()
        if version.asString != "1.0", !version.isNull { parts.obstacle = "its `version` is not \"1.0\"" }
      default:
        if try !reader.value().isNull { parts.obstacle = "its key \(Printer.quoted(key)) is not known" }
      }
    }
    try reader.end()
    return parts
  }

  private static let addedKeys = ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"]

  private static func readAdded(_ json: JSON, _ path: String) throws -> (AddedToken, Double) {
    guard json["content"]?.asString != nil, let id = json["id"]?.asNumber else {
      throw Fault.badTokenizer(path, reason: "an entry of `added_tokens` lacks its `content` or `id`")
    }
    return (try AddedToken(json, place: "an entry of `added_tokens`", in: path), id)
  }

  /// Notes what is not supported, the first of it, and goes on.
  private func reading<Part>(_ obstacle: inout String?, _ body: () throws -> Part?) throws -> Part? {
    do {
      return try body()
    } catch let unsupported as Unsupported {
      obstacle = obstacle ?? unsupported.reason
      return nil
    }
  }

  /// Everything but the model. Returns how the vocabulary writes its tokens.
  private mutating func read(_ parts: Parts, _ settings: TokenizerSettings) throws -> TokenSpelling {
    var (obstacle, postObstacle, decoderObstacle) = (self.obstacle, self.postObstacle, self.decoderObstacle)
    defer {
      (self.obstacle, self.postObstacle, self.decoderObstacle) = (obstacle, postObstacle, decoderObstacle)
    }
    postProcessor = try reading(&postObstacle) { try PostProcessor.read(parts.postProcessor, path) }
    if settings.isGPT2 {
      // The class makes its own pre-tokenizer, of which only the file beside says something.
      preTokenizer = PreTokenizer(steps: [.byteLevel(addsBlank: settings.addsPrefixSpace ?? false, cuts: true)])
      return .byteAlphabet
    }
    normalizer = try reading(&obstacle) { try Normalizer.read(parts.normalizer, path) }
    preTokenizer = try reading(&obstacle) { try PreTokenizer.read(parts.preTokenizer, path) } ?? PreTokenizer()
    decoder = try reading(&decoderObstacle) { try TokenDecoder.read(parts.decoder, path) } ?? .blanks
    if preTokenizer.asksForStart, normalizer?.mayDropTheStart == true {
      obstacle = obstacle ?? "its Metaspace asks where the text starts, which its normalizer may change"
    }
    if let conflict = conflict(with: settings) { obstacle = obstacle ?? conflict }
    if case .bytes = decoder {
      if obstacle == nil, !preTokenizer.isByteLevel {
        obstacle = "its decoder is ByteLevel, yet its pre-tokenizer is not"
      }
      return .byteAlphabet
    }
    guard preTokenizer.isByteLevel else { return .text }
    if case .blanks = decoder {
      decoder = .bytes
    } else {
      decoderObstacle = decoderObstacle ?? "its pre-tokenizer is ByteLevel, yet its decoder is not"
    }
    return .byteAlphabet
  }

  /// What transformers would take from tokenizer_config.json against tokenizer.json.
  private func conflict(with settings: TokenizerSettings) -> String? {
    guard settings.isClassKnown else { return nil }
    func differs<Flag: Equatable>(_ wanted: Flag?, _ here: Flag?) -> Flag? {
      guard let wanted, let here, wanted != here else { return nil }
      return wanted
    }
    if let wanted = differs(settings.addsPrefixSpace, preTokenizer.addsBlank) {
      return "tokenizer_config.json says add_prefix_space: \(wanted), tokenizer.json \(!wanted)"
    }
    guard case .bert(let bert) = normalizer else { return nil }
    for (key, wanted, here) in [
      ("do_lower_case", settings.lowercases, bert.lowercases),
      ("strip_accents", settings.stripsAccents, bert.stripsAccents),
      ("tokenize_chinese_chars", settings.partsIdeographs, bert.partsIdeographs),
    ] {
      if let wanted = differs(wanted, here) {
        return "tokenizer_config.json says \(key): \(wanted), tokenizer.json \(!wanted)"
      }
    }
    return nil
  }

  // MARK: Model

  private mutating func readModel(
    _ reader: inout JSONReader, into builder: inout TokenStore.Builder, _ file: MappedFile
  ) throws {
    var members: [(key: String, value: JSON)] = []
    var (hasMerges, hasScores) = (false, false)
    try reader.object { reader, key in
      switch key {
      case "vocab":
        hasScores = try reader.peek() == UInt8(ascii: "[")
        if hasScores {
          try Self.read(scores: &reader, into: &builder)
        } else {
          try Self.read(vocabulary: &reader, into: &builder)
        }
      case "merges":
        _ = try reader.peek()
        merges = .json(file, offset: reader.offset)
        hasMerges = true
        try reader.skip()
      default: members.append((key, try reader.value()))
      }
    }
    if !members.contains(where: { $0.key == "type" }) {
      // Older files do not say.
      let isWordPiece = members.contains { $0.key == "max_input_chars_per_word" }
      let type = isWordPiece ? "WordPiece" : hasMerges ? "BPE" : hasScores ? "Unigram" : "WordLevel"
      members.append(("type", .string(type)))
    }
    var part = try TokenizerPart(.object(members), kind: "model", path: file.path)
    do {
      switch part.type {
      case "BPE": model = .bytePairs(try Self.bytePairs(&part))
      case "WordPiece": model = .wordPieces(try Self.wordPieces(&part))
      default: throw part.unsupported
      }
      try part.finish()
    } catch let unsupported as Unsupported {
      obstacle = obstacle ?? unsupported.reason
    }
  }

  private static func bytePairs(_ part: inout TokenizerPart) throws -> BytePairEncoder.Settings {
    var settings = BytePairEncoder.Settings()
    settings.ignoresMerges = try part.bool("ignore_merges") ?? false
    settings.fallsBackToBytes = try part.bool("byte_fallback") ?? false
    settings.unknown = try part.text("unk_token")
    settings.fusesUnknown = try part.bool("fuse_unk") ?? false
    if let rate = part.take("dropout"), rate.asNumber != 0 {
      let rate = rate.asNumber.map(numberText) ?? rate.phrase
      throw Unsupported("its dropout of \(rate) makes ids a matter of chance")
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let affix = try part.text(key), !affix.isEmpty {
        throw Unsupported("its `\(key)` \(Printer.quoted(String(decoding: affix, as: UTF8.self))) is not supported")
      }
    }
    return settings
  }

  private static func wordPieces(_ part: inout TokenizerPart) throws -> WordPieceEncoder.Settings {
    var settings = WordPieceEncoder.Settings()
    settings.unknown = try part.text("unk_token") ?? settings.unknown
    settings.continuation = try part.text("continuing_subword_prefix") ?? settings.continuation
    settings.longestWord = try part.whole("max_input_chars_per_word") ?? settings.longestWord
    return settings
  }

  /// `[["▁the", -3.2], …]`: ids are places (Unigram, which is not supported; its tokens can be looked at).
  private static func read(scores reader: inout JSONReader, into builder: inout TokenStore.Builder) throws {
    var id = 0.0
    try reader.array { reader in
      var place = 0
      try reader.array { reader in
        if place == 0 {
          try reader.stringIntoText()
          try builder.add(written: reader.text, id: id)
        } else {
          try reader.skip()
        }
        place += 1
      }
      guard place > 0 else { throw reader.fault("an entry of `vocab` has no token") }
      id += 1
    }
  }

  /// The model must fit the way in which the vocabulary is written.
  private mutating func check(_ spelling: TokenSpelling) throws {
    guard case .wordPieces = model, spelling == .byteAlphabet else { return }
    obstacle = obstacle ?? "its model is WordPiece, yet its pre-tokenizer or decoder is ByteLevel"
  }
}
