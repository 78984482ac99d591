// The tokenizer of a GGUF file, as the tokenizer.json that it was made from: tokens, their kinds and merges stand in the file, what happens to a
// text before is only named. Sources: llama.cpp (llama-vocab.cpp), transformers (convert_slow_tokenizer.py).

import Formats
import Lang
import Runtime

struct GGUFTokenizer {
  private let file: GGUFFile
  private let architecture: String
  private var json = [UInt8]()

  /// Token, and what `token_type` says of it.
  private struct Token {
    let bytes: [UInt8]
    let kind: Kind
  }

  private enum Kind: Int {
    case normal = 1
    case unknown, control, userDefined, unused, byte
  }

  /// How texts are cut by what `tokenizer.ggml.pre` names: the pattern of tokenizer.json's Split, nil for ByteLevel's own.
  private struct Cut {
    var pattern: String?
    var partsDigits = false
    var ignoresMerges = false
    var addsBegin = false
  }

  private static let cuts: [String: Cut] = {
    var cuts: [String: Cut] = [:]
    func add(_ names: String, _ cut: Cut) { for name in names.split(separator: " ") { cuts[String(name)] = cut } }
    add("default gpt-2 phi-2 jina-es jina-de jina-v2-es jina-v2-de roberta-bpe", Cut())
    add("smollm starcoder refact command-r codeshell exaone", Cut(partsDigits: true))
    add(
      "llama3 llama-v3 llama-bpe falcon3 pixtral",
      Cut(pattern: WordPattern.llama3, ignoresMerges: true, addsBegin: true))
    add("dbrx smaug-bpe", Cut(pattern: WordPattern.llama3))
    add("qwen2 stablelm2 deepseek-r1-qwen", Cut(pattern: WordPattern.qwen2))
    add("gpt-4o llama4", Cut(pattern: WordPattern.gpt4o))
    add("tekken", Cut(pattern: WordPattern.tekken, ignoresMerges: true))
    return cuts
  }()

  /// Nil where the file has none. Throws `badWeights` and `badTokenizer` for what contradicts itself.
  static func read(_ model: GGUFModel) throws -> Tokenizer? {
    let file = model.files[0]
    guard let kind = try file.text("tokenizer.ggml.model"), kind != "none", kind != "no_vocab" else { return nil }
    var made = GGUFTokenizer(file: file, architecture: model.architecture)
    let obstacle = try made.write(kind)
    var definition = try TokenizerDefinition.read(tokenizerFile: MappedFile(path: file.file.path, contents: made.json))
    definition.obstacle = obstacle ?? definition.obstacle
    return Tokenizer(definition)
  }

  private init(file: GGUFFile, architecture: String) { (self.file, self.architecture) = (file, architecture) }

  // MARK: Parts

  /// Writes the whole; gives why texts cannot be encoded, though tokens can be looked at.
  private mutating func write(_ kind: String) throws -> String? {
    var tokens = try tokens()
    guard !tokens.isEmpty else { throw file.fault("it has no tokenizer.ggml.tokens") }
    var obstacle: String?
    json += Array(#"{"version":"1.0","#.utf8)
    switch kind {
    case "gpt2":
      let name = try file.text("tokenizer.ggml.pre") ?? "default"
      let cut = Self.cuts[name]
      if cut == nil { obstacle = "its tokenizer.ggml.pre \(Printer.quoted(name)) is not known" }
      try writeByteLevel(cut ?? Cut(), tokens)
    case "llama": try writeSentencePiece(tokens)
    case "bert":
      tokens = tokens.map(Self.wordPiece)
      try writeWordPiece(tokens)
    default:
      obstacle = "its tokenizer.ggml.model \(Printer.quoted(kind)) is not known"
      try writeByteLevel(Cut(), tokens)
    }
    json.append(UInt8(ascii: "}"))
    return obstacle
  }

  private func tokens() throws -> [Token] {
    let kinds = try file.numbers("tokenizer.ggml.token_type")
    if let kinds, kinds.count != file.count(of: "tokenizer.ggml.tokens") {
      throw file.fault(
        "it has \(file.count(of: "tokenizer.ggml.tokens") ?? 0) tokens and \(kinds.count) kinds of tokens")
    }
    var tokens: [Token] = []
    _ = try file.eachText("tokenizer.ggml.tokens") { index, bytes in
      guard String(validating: bytes, as: UTF8.self) != nil else {
        throw file.fault("token \(index) is not valid UTF-8")
      }
      let kind = kinds.flatMap { Int(exactly: $0[index]) }.flatMap(Kind.init) ?? .normal
      tokens.append(Token(bytes: Array(bytes), kind: kind))
    }
    return tokens
  }

  private mutating func writeByteLevel(_ cut: Cut, _ tokens: [Token]) throws {
    // Qwen's files of transformers compose characters first; llama.cpp does not.
    let composes = architecture.hasPrefix("qwen")
    put(#""normalizer":\#(composes ? #"{"type":"NFC"}"# : "null"),"#)
    let level = #"{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":\#(cut.pattern == nil)}"#
    if let pattern = cut.pattern {
      put(#""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"#)
      putText(Array(pattern.utf8))
      put(#"},"behavior":"Isolated","invert":false},"# + level + "]},")
    } else if cut.partsDigits {
      put(
        #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},"# + level
          + "]},")
    } else {
      put(#""pre_tokenizer":"# + level + ",")
    }
    put(#""decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},"#)
    try putTemplate(tokens, addsBegin: cut.addsBegin)
    putAdded(tokens)
    put(#""model":{"type":"BPE","ignore_merges":\#(cut.ignoresMerges),"#)
    putVocabulary(tokens)
    put(#","merges":["#)
    var isFirst = true
    _ = try file.eachText("tokenizer.ggml.merges") { _, bytes in
      if !isFirst { json.append(UInt8(ascii: ",")) }
      isFirst = false
      putText(Array(bytes))
    }
    put("]}")
  }

  private mutating func writeSentencePiece(_ tokens: [Token]) throws {
    let prefixes = try file.bool("tokenizer.ggml.add_space_prefix") ?? true
    let blank = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
    put(
      prefixes
        ? #""normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},"# + blank + "]},"
        : #""normalizer":"# + blank + ",")
    put(
      #""pre_tokenizer":null,"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},"#
    )
    put(#"{"type":"ByteFallback"},{"type":"Fuse"}"#)
    put((prefixes ? #",{"type":"Strip","content":" ","start":1,"stop":0}"# : "") + "]},")
    try putTemplate(tokens, addsBegin: true)
    putAdded(tokens)
    put(#""model":{"type":"BPE","byte_fallback":\#(tokens.contains { $0.kind == .byte }),"fuse_unk":true,"#)
    if let unknown = tokens.first(where: { $0.kind == .unknown }) {
      put(#""unk_token":"#)
      putText(unknown.bytes)
      put(",")
    }
    putVocabulary(tokens)
    put(#","merges":["#)
    var isFirst = true
    for (left, right) in try merges(tokens) {
      put(isFirst ? "[" : ",[")
      isFirst = false
      putText(left)
      put(",")
      putText(right)
      put("]")
    }
    put("]}")
  }

  private mutating func writeWordPiece(_ tokens: [Token]) throws {
    let lowers = try file.bool("tokenizer.ggml.normalizer.lowercase") ?? true
    let strips = try file.bool("tokenizer.ggml.normalizer.strip_accents")
    put(#""normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":"#)
    put((strips.map { "\($0)" } ?? "null") + #","lowercase":\#(lowers)},"pre_tokenizer":{"type":"BertPreTokenizer"},"#)
    put(###""decoder":{"type":"WordPiece","prefix":"##","cleanup":true},"###)
    if let cls = try id("cls", tokens) ?? id("bos", tokens), let sep = try id("seperator", tokens) ?? id("eos", tokens)
    {
      put(#""post_processor":{"type":"BertProcessing","sep":["#)
      putText(tokens[sep].bytes)
      put(#",\#(sep)],"cls":["#)
      putText(tokens[cls].bytes)
      put(#",\#(cls)]},"#)
    }
    putAdded(tokens)
    put(
      ###""model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"###
    )
    putVocabulary(tokens)
    put("}")
  }

  /// The file has ▁ where a word begins, and nothing where one goes on.
  private static func wordPiece(_ token: Token) -> Token {
    if token.bytes.first == UInt8(ascii: "["), token.bytes.last == UInt8(ascii: "]") { return token }
    let mark = Array("▁".utf8)
    let isStart = token.bytes.starts(with: mark)
    return Token(
      bytes: isStart ? Array(token.bytes.dropFirst(mark.count)) : Array("##".utf8) + token.bytes, kind: token.kind)
  }

  // MARK: Members

  private mutating func putVocabulary(_ tokens: [Token]) {
    put(#""vocab":{"#)
    var isFirst = true
    for (id, token) in tokens.enumerated() {
      // Rows that fill up the embedding have no token.
      if token.kind == .unused { continue }
      if !isFirst { json.append(UInt8(ascii: ",")) }
      isFirst = false
      putText(token.bytes)
      put(":\(id)")
    }
    put("}")
  }

  private mutating func putAdded(_ tokens: [Token]) {
    put(#""added_tokens":["#)
    var isFirst = true
    for (id, token) in tokens.enumerated() where [.control, .unknown, .userDefined].contains(token.kind) {
      put((isFirst ? "" : ",") + #"{"id":\#(id),"content":"#)
      isFirst = false
      putText(token.bytes)
      put(
        #","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":\#(token.kind != .userDefined)}"#
      )
    }
    put("],")
  }

  private func id(_ name: String, _ tokens: [Token]) throws -> Int? {
    guard let id = try file.wholeNumber("tokenizer.ggml.\(name)_token_id") else { return nil }
    guard tokens.indices.contains(id) else {
      throw file.fault("its tokenizer.ggml.\(name)_token_id is \(id), which no token has")
    }
    return id
  }

  /// What is added to a text before and after it.
  private mutating func putTemplate(_ tokens: [Token], addsBegin: Bool) throws {
    let begin = try file.bool("tokenizer.ggml.add_bos_token") ?? addsBegin ? try id("bos", tokens) : nil
    let end = try file.bool("tokenizer.ggml.add_eos_token") ?? false ? try id("eos", tokens) : nil
    guard begin != nil || end != nil else { return put(#""post_processor":null,"#) }
    func special(_ id: Int?, _ type: Int) -> [String] {
      id.map { [#"{"SpecialToken":{"id":\#(quoted(tokens[$0].bytes)),"type_id":\#(type)}}"#] } ?? []
    }
    func template(_ name: String, _ type: Int) -> [String] {
      special(begin, type) + [#"{"Sequence":{"id":"\#(name)","type_id":\#(type)}}"#] + special(end, type)
    }
    let names = Set([begin, end].compactMap { $0 }).sorted().map { id in
      let name = quoted(tokens[id].bytes)
      return "\(name):{\"id\":\(name),\"ids\":[\(id)],\"tokens\":[\(name)]}"
    }
    put(#""post_processor":{"type":"TemplateProcessing","single":["# + template("A", 0).joined(separator: ","))
    put(#"],"pair":["# + (template("A", 0) + template("B", 1)).joined(separator: ","))
    put(#"],"special_tokens":{"# + names.joined(separator: ",") + "}},")
  }

  /// The merges that the scores of SentencePiece's tokens stand for, the best first: each way to make a token of two others, by the
  /// score of what comes out, then by the lengths of the two (transformers, `generate_merges`).
  private func merges(_ tokens: [Token]) throws -> [(left: [UInt8], right: [UInt8])] {
    guard let scores = try file.numbers("tokenizer.ggml.scores"), scores.count == tokens.count else {
      throw file.fault("it has no tokenizer.ggml.scores for each of its tokens")
    }
    var ids: [[UInt8]: Int] = [:]
    for (id, token) in tokens.enumerated() where token.kind != .unused { ids[token.bytes] = id }
    struct Merge {
      let score: Double
      let left, right, leftID, rightID: Int
      let token: Int
      let cut: Int
    }
    var merges: [Merge] = []
    for (id, token) in tokens.enumerated() where token.kind == .normal {
      if id % 1024 == 0 { try checkInterrupt() }
      var own: [Merge] = []
      let starts = token.bytes.indices.filter { token.bytes[$0] & 0xC0 != 0x80 }
      for (left, cut) in starts.enumerated().dropFirst() {
        guard let leftID = ids[Array(token.bytes[..<cut])], let rightID = ids[Array(token.bytes[cut...])] else {
          continue
        }
        own.append(
          Merge(
            score: scores[id], left: left, right: starts.count - left, leftID: leftID, rightID: rightID, token: id,
            cut: cut))
      }
      merges += own.sorted { ($0.leftID, $0.rightID) < ($1.leftID, $1.rightID) }
    }
    let order = merges.indices.sorted { a, b in
      let (x, y) = (merges[a], merges[b])
      if x.score != y.score { return x.score > y.score }
      if x.left != y.left { return x.left > y.left }
      return x.right != y.right ? x.right > y.right : a < b
    }
    return order.map { place in
      let merge = merges[place]
      let bytes = tokens[merge.token].bytes
      return (Array(bytes[..<merge.cut]), Array(bytes[merge.cut...]))
    }
  }

  // MARK: Text

  private mutating func put(_ text: String) { json += text.utf8 }

  private mutating func putText(_ bytes: [UInt8]) { Self.quote(bytes, into: &json) }

  private func quoted(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    Self.quote(bytes, into: &text)
    return String(decoding: text, as: UTF8.self)
  }

  private static func quote(_ bytes: [UInt8], into json: inout [UInt8]) {
    json.append(UInt8(ascii: "\""))
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
      case 0..<32:
        let digits = Array("0123456789abcdef".utf8)
        json += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: json.append(byte)
      }
    }
    json.append(UInt8(ascii: "\""))
  }
}
