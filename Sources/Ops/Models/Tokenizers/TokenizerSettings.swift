// What stands beside tokenizer.json or vocab.json: tokenizer_config.json, special_tokens_map.json and added_tokens.json. They are read
// as transformers 5 does (`PreTrainedTokenizerBase._from_pretrained` and `TokenizersBackend.__init__`): `added_tokens_decoder` in
// tokenizer_config.json, where it is, makes the two older files void.

import Formats
import Lang
import Runtime

struct TokenizerSettings {
  /// `tokenizer_class` without `Fast`.
  private(set) var tokenizerClass: String?
  /// `model_type` in config.json, which chooses the class where none is named.
  private(set) var family: String?
  private(set) var addsPrefixSpace: Bool?
  private(set) var splitsSpecials = false
  /// `do_lower_case`, `strip_accents`, `tokenize_chinese_chars` of BERT.
  private(set) var lowercases: Bool?
  private(set) var stripsAccents: Bool?
  private(set) var partsIdeographs: Bool?
  /// `add_bos_token`, `add_eos_token`, which count where tokenizer.json does not say what is added.
  private(set) var addsBegin = false
  private(set) var addsEnd = false
  /// Tokens with an id, by id: `added_tokens_decoder`, or added_tokens.json.
  private var decoder: [Int: AddedToken] = [:]
  private var hasDecoder = false
  /// `bos_token`, `pad_token`, …: the standard ones in the order of transformers, then those of this model.
  private var named: [AddedToken] = []
  /// The standard ones by their key.
  private var standard: [String: [UInt8]] = [:]
  /// Nil where no file has a list of them.
  private var extra: [AddedToken]?
  /// What makes a token of added_tokens.json special.
  private var specialContents: Set<[UInt8]> = []
  /// GPT-2's own `<|endoftext|>` stands for `bos_token`, `eos_token` or `unk_token`, since no file says otherwise.
  private(set) var hasDefaultEnd = true

  private static let standard = [
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
  ]
  private static let gpt2Families = ["gpt2", "gpt_neo", "gptj", "opt", "codegen", "phi", "starcoder2"]

  init() {}

  init(_ folder: ModelFolder) throws {
    if try folder.holds("config.json") {
      let file = try folder.open("config.json")
      family = try JSON.parse(file.bytes, name: file.path)["model_type"]?.asString
    }
    var fields = try Fields(folder)
    if let extra = fields.all.removeValue(forKey: "extra_special_tokens") { try readExtra(extra, &fields) }
    if let (decoder, path) = fields.all["added_tokens_decoder"] {
      hasDecoder = true
      try readDecoder(decoder, path)
    } else {
      try fields.take("special_tokens_map.json")
      if let extra = fields.all["extra_special_tokens"] { try readExtra(extra, &fields) }
    }
    try read(fields)
    if !hasDecoder, try folder.holds("added_tokens.json") { try readAdded(try folder.open("added_tokens.json")) }
  }

  /// The members of tokenizer_config.json and special_tokens_map.json; the later file wins.
  private struct Fields {
    typealias Field = (json: JSON, path: String)
    private let folder: ModelFolder
    var all: [String: Field] = [:]
    /// Names of special tokens that are this model's own, in order.
    private(set) var own: [(key: String, field: Field)] = []
    /// The same where tokenizer_config.json gives a text, or a name to each of its extra tokens: no other file changes them.
    var fixed: [(key: String, field: Field)] = []

    init(_ folder: ModelFolder) throws {
      self.folder = folder
      try take("tokenizer_config.json")
      // transformers renames the older key before it reads the next file.
      let extra = all["extra_special_tokens"]?.json
      if extra?.asObject == nil || isEmpty(extra), let older = all.removeValue(forKey: "additional_special_tokens"),
        isEmpty(extra)
      {
        all["extra_special_tokens"] = older
      }
    }

    mutating func take(_ name: String) throws {
      guard try folder.holds(name) else { return }
      let file = try folder.open(name)
      guard let members = try JSON.parse(file.bytes, name: file.path).asObject else {
        throw Fault.badTokenizer(file.path, reason: "it does not hold an object")
      }
      for (key, value) in members {
        let field: Field = (value, file.path)
        if TokenizerSettings.standard.contains(key) || !key.hasSuffix("_token") || !isToken(value) {
          all[key] = field
        } else if value.asString != nil, name == "tokenizer_config.json" {
          fixed.append((key, field))
        } else {
          own.append((key, field))
        }
      }
    }

    /// Both kinds, each name once.
    var named: [(key: String, field: Field)] {
      let changed = own.map { entry in fixed.first { $0.key == entry.key } ?? entry }
      return changed + fixed.filter { entry in !own.contains { $0.key == entry.key } }
    }

    private func isToken(_ json: JSON) -> Bool { json.asString != nil || json["content"]?.asString != nil }

    private func isEmpty(_ json: JSON?) -> Bool {
      guard let json, !json.isNull else { return true }
      return json.asArray?.isEmpty ?? json.asObject?.isEmpty ?? false
    }
  }

  private mutating func read(_ fields: Fields) throws {
    func bool(_ name: String) throws -> Bool? {
      guard let (json, path) = fields.all[name], !json.isNull else { return nil }
      guard let bool = json.asBool else {
        throw Fault.badTokenizer(path, reason: "`\(name)` is \(json.phrase), not true or false")
      }
      return bool
    }
    if let name = fields.all["tokenizer_class"]?.json.asString {
      tokenizerClass = name.hasSuffix("Fast") && name != "PreTrainedTokenizerFast" ? String(name.dropLast(4)) : name
    }
    addsPrefixSpace = try bool("add_prefix_space")
    splitsSpecials = try bool("split_special_tokens") ?? false
    lowercases = try bool("do_lower_case")
    stripsAccents = try bool("strip_accents")
    partsIdeographs = try bool("tokenize_chinese_chars")
    addsBegin = try bool("add_bos_token") ?? false
    addsEnd = try bool("add_eos_token") ?? false
    hasDefaultEnd = Self.standard.prefix(3).contains { fields.all[$0] == nil }
    for key in Self.standard {
      guard let (json, path) = fields.all[key], !json.isNull else { continue }
      let token = try Self.special(json, place: "`\(key)`", in: path)
      standard[key] = token.content
      named.append(token)
    }
    specialContents = Set((named + (extra ?? [])).map(\.content))
    named += try fields.named.map { try Self.special($0.field.json, place: "`\($0.key)`", in: $0.field.path) }
    if extra == nil, let (json, path) = fields.all["additional_special_tokens"], let items = json.asArray {
      extra = try items.map { try Self.special($0, place: "a token of `additional_special_tokens`", in: path) }
    }
  }

  /// An object that is not marked as a token is one of special_tokens_map.json, where all are special.
  private static func special(_ json: JSON, place: String, in path: String) throws -> AddedToken {
    try AddedToken(json, isSpecial: json["__type"] == nil ? true : nil, place: place, in: path)
  }

  /// A list of tokens, or an object that gives a name to each.
  private mutating func readExtra(_ field: Fields.Field, _ fields: inout Fields) throws {
    let (json, path) = field
    if let items = json.asArray {
      extra =
        try (extra ?? [])
        + items.map { try Self.special($0, place: "a token of `extra_special_tokens`", in: path) }
    } else if let members = json.asObject {
      for (key, value) in members {
        let field: Fields.Field = (value, path)
        if let place = fields.fixed.firstIndex(where: { $0.key == key }) {
          fields.fixed[place].field = field
        } else {
          fields.fixed.append((key, field))
        }
      }
    } else if !json.isNull {
      throw Fault.badTokenizer(path, reason: "`extra_special_tokens` is \(json.phrase), not a list of tokens")
    }
  }

  private mutating func readDecoder(_ json: JSON, _ path: String) throws {
    guard let members = json.asObject else {
      throw Fault.badTokenizer(path, reason: "`added_tokens_decoder` is \(json.phrase), not an object")
    }
    for (key, value) in members {
      guard let id = Int(key), id >= 0, value.asObject != nil else {
        throw Fault.badTokenizer(
          path, reason: "`added_tokens_decoder` holds \(Printer.quoted(key)), which is no id of a token")
      }
      decoder[id] = try AddedToken(value, place: "`added_tokens_decoder`, \(key)", in: path)
    }
  }

  /// `{"<mask>": 50257}`: special are those that another file names.
  private mutating func readAdded(_ file: MappedFile) throws {
    var reader = JSONReader(file.bytes, name: file.path)
    try reader.object { reader, name in
      let number = try reader.number()
      guard let id = Int(exactly: number), id >= 0 else {
        throw Fault.badTokenizer(
          file.path, reason: "the token \(Printer.quoted(name)) has the id \(numberText(number)); ids count from 0")
      }
      let content = Array(name.utf8)
      decoder[id] = AddedToken(content, isSpecial: specialContents.contains(content))
    }
    try reader.end()
  }

  // MARK: What follows

  /// The class is GPT-2's, which needs no tokenizer.json.
  var isGPT2Class: Bool { tokenizerClass.map { $0 == "GPT2Tokenizer" } ?? isGPT2Family ?? false }

  /// transformers builds the tokenizer anew from vocabulary and merges, as GPT-2's, whatever else tokenizer.json says. Models of other
  /// families that name this class (OLMo 2, StableLM, SmolLM) were trained with what the file says, and it counts.
  var isGPT2: Bool { isGPT2Class && isGPT2Family ?? true }

  private var isGPT2Family: Bool? { family.map(Self.gpt2Families.contains) }

  /// The same for BERT's, where there is no tokenizer.json.
  var isBERT: Bool {
    if let tokenizerClass { return ["BertTokenizer", "DistilBertTokenizer"].contains(tokenizerClass) }
    return family.map { ["bert", "distilbert"].contains($0) } ?? true
  }

  /// A class of its own is named, which in transformers may overrule tokenizer.json.
  var isClassKnown: Bool {
    tokenizerClass.map { $0 != "PreTrainedTokenizerFast" && $0 != "TokenizersBackend" } ?? false
  }

  /// `bos_token`, `cls_token`, …
  func token(_ key: String) -> [UInt8]? { standard[key] }

  /// Why texts cannot be cut as GPT-2 does, for vocab.json alone.
  var obstacle: String? { isGPT2Class ? nil : otherClass }

  /// What the files make it, where that is not supported without a tokenizer.json.
  var otherClass: String? {
    if let tokenizerClass { return "its class \(tokenizerClass) is not supported without a tokenizer.json" }
    guard let family else { return nil }
    return "config.json makes it one of the family \(family), which is not supported without a tokenizer.json"
  }

  /// The tokens to add to those of tokenizer.json (`known`), in order.
  func tokens(known: [AddedToken] = [], knownByID: [Int: AddedToken] = [:]) -> [AddedToken] {
    var byID = decoder
    if !hasDecoder { byID.merge(knownByID) { $1 } }
    var tokens = byID.sorted { $0.key < $1.key }.map(\.value)
    let names = Set(named.map(\.content))
    for index in tokens.indices where names.contains(tokens[index].content) { tokens[index].isSpecial = true }
    let byContent = Dictionary(tokens.map { ($0.content, $0) }, uniquingKeysWith: { $1 })
    let added = Set((known + tokens).map(\.content))
    for token in named + (extra ?? []) where !added.contains(token.content) {
      var token = byContent[token.content] ?? token
      if names.contains(token.content) { token.isSpecial = true }
      tokens.append(token)
    }
    return tokens
  }
}
