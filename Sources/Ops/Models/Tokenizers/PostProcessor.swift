// What a tokenizer adds to the ids of a text, or of a pair of texts: the `post_processor` of tokenizer.json.

import Formats
import Lang
import Runtime

struct PostProcessor {
  /// A part of the whole, and the type that its ids have (BERT's `token_type_ids`).
  enum Piece {
    case text(isSecond: Bool, type: Int)
    case tokens([Int], type: Int)
  }

  var single: [Piece] = [.text(isSecond: false, type: 0)]
  var pair: [Piece] = [.text(isSecond: false, type: 0), .text(isSecond: true, type: 1)]

  /// Nil for null. Throws `Unsupported` for what is not supported, `badTokenizer` for what is damaged.
  static func read(_ json: JSON, _ path: String) throws -> PostProcessor? {
    if json.isNull { return nil }
    var part = try TokenizerPart(json, kind: "post-processor", path: path)
    var processor = PostProcessor()
    switch part.type {
    case "ByteLevel": part.ignore("add_prefix_space", "trim_offsets", "use_regex")
    case "TemplateProcessing":
      let tokens = try specialTokens(&part)
      processor.single = try template("single", &part, tokens)
      processor.pair = try template("pair", &part, tokens)
    case "BertProcessing", "RobertaProcessing":
      let (sep, cls) = (try token("sep", &part), try token("cls", &part))
      let isBert = part.type == "BertProcessing"
      part.ignore("trim_offsets", "add_prefix_space")
      processor = PostProcessor(cls: cls, sep: sep, isBERT: isBert)
    case "Sequence":
      let parts = try part.list("processors")
      // ByteLevel changes no ids. Two of the others would each wrap what the one before has made.
      let others = parts.filter { $0["type"]?.asString != "ByteLevel" }
      guard others.count < 2 else { throw Unsupported("its post-processor Sequence of several is not supported") }
      processor = try others.first.flatMap { try read($0, path) } ?? processor
    default: throw part.unsupported
    }
    try part.finish()
    return processor
  }

  /// `["</s>", 2]`
  private static func token(_ key: String, _ part: inout TokenizerPart) throws -> [Int] {
    let items = try part.list(key)
    guard items.count == 2, let id = items[1].asWhole, id >= 0 else {
      throw part.fault(key, .array(items), "a token and its id")
    }
    return [id]
  }

  /// `{"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}`
  private static func specialTokens(_ part: inout TokenizerPart) throws -> [(key: String, ids: [Int])] {
    guard let json = part.take("special_tokens") else { return [] }
    guard let members = json.asObject else { throw part.fault("special_tokens", json, "an object") }
    return try members.map { key, value in
      let ids = value["ids"]?.asArray?.compactMap(\.asWhole) ?? []
      guard !ids.isEmpty, ids.count == value["ids"]?.asArray?.count, ids.allSatisfy({ $0 >= 0 }) else {
        throw Fault.badTokenizer(
          part.path, reason: "its post-processor TemplateProcessing: \(Printer.quoted(key)) has no `ids`")
      }
      return (key, ids)
    }
  }

  /// `[{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]`
  private static func template(
    _ key: String, _ part: inout TokenizerPart, _ tokens: [(key: String, ids: [Int])]
  ) throws -> [Piece] {
    try part.list(key).map { json in
      func id(_ json: JSON) throws -> (String, Int) {
        guard let id = json["id"]?.asString, let type = json["type_id"]?.asWhole else {
          throw part.fault(key, json, "a template of `Sequence` and `SpecialToken`, each with `id` and `type_id`")
        }
        return (id, type)
      }
      if let text = json["Sequence"] {
        let (name, type) = try id(text)
        guard name == "A" || name == "B" else { throw part.fault(key, text, "made of the sequences A and B") }
        return .text(isSecond: name == "B", type: type)
      }
      guard let special = json["SpecialToken"] else {
        throw part.fault(key, json, "a template of `Sequence` and `SpecialToken`")
      }
      let (name, type) = try id(special)
      guard let known = tokens.first(where: { $0.key.isIdentical(to: name) }) else {
        throw Fault.badTokenizer(
          part.path,
          reason: "its post-processor TemplateProcessing: `special_tokens` lacks \(Printer.quoted(name))")
      }
      return .tokens(known.ids, type: type)
    }
  }

  /// What `add_bos_token` and `add_eos_token` of tokenizer_config.json mean.
  init(begin: Int?, end: Int?) {
    func wrapped(_ isSecond: Bool, _ type: Int) -> [Piece] {
      let begin = begin.map { [Piece.tokens([$0], type: type)] } ?? []
      return begin + [.text(isSecond: isSecond, type: type)] + (end.map { [Piece.tokens([$0], type: type)] } ?? [])
    }
    single = wrapped(false, 0)
    pair = single + wrapped(true, 1)
  }

  /// BERT's `[CLS] A [SEP] B [SEP]` with types 0 and 1, or RoBERTa's `<s> A </s> </s> B </s>` with type 0.
  init(cls: [Int], sep: [Int], isBERT: Bool) {
    single = [.tokens(cls, type: 0), .text(isSecond: false, type: 0), .tokens(sep, type: 0)]
    let type = isBERT ? 1 : 0
    pair =
      single + (isBERT ? [] : [.tokens(sep, type: 0)])
      + [.text(isSecond: true, type: type), .tokens(sep, type: type)]
  }

  init() {}

  /// All ids that it adds.
  package var ids: [Int] {
    (single + pair).flatMap { if case .tokens(let ids, _) = $0 { ids } else { [Int]() } }
  }

  /// The ids of one text, or of two, with what belongs around them, and the type of each.
  package func apply(_ first: [Int], _ second: [Int]? = nil) throws -> (ids: [Int], types: [Int]) {
    var ids: [Int] = []
    var types: [Int] = []
    for piece in second == nil ? single : pair {
      let (more, type) =
        switch piece {
        case .text(let isSecond, let type): (isSecond ? second ?? [] : first, type)
        case .tokens(let tokens, let type): (tokens, type)
        }
      try checkListFits(ids.count + more.count, bytesEach: 32)
      ids += more
      types += [Int](repeating: type, count: more.count)
    }
    return (ids, types)
  }
}
