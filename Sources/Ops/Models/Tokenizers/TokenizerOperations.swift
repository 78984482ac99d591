// tokenizer, encode, decode, tokens, token_bytes: the registrations.

import Lang
import Runtime

extension Registrations {
  package static let tokenizers: [Operation] = [
    Operation(
      "tokenizer", "(path: string) -> tokenizer",
      """
      Loads a tokenizer without a model.
      `path` is a folder with `tokenizer.json`, with `vocab.json` and `merges.txt`, with BERT's `vocab.txt`, or with the `meta.pkl` of
      nanoGPT's data sets of characters, one of these files, or a model's name as in `load`. Byte pair encoding of bytes and of characters (SentencePiece's `▁`) is read, and WordPiece.
      In a folder `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` count as in transformers; tokenizer.json
      given by its own name is read alone. What would change ids and is not supported is refused by name when a text is encoded.
      Fields: `size`, `special` (the texts of its added tokens), `mask` (the token that hides a word, or nil).
      Errors: ids that are negative or used twice; damaged files.
      """, example: "tokenizer(\"mini\").size"
    ) { call in
      let permissions = call.interpreter.permissions
      return .object(TokenizerObject(try Tokenizer(nameOrPath: try call.string(0), permissions: permissions)))
    },
    Operation(
      "encode", "(m: model | tokenizer, text: string, special: bool = false) -> list",
      """
      The ids of a text, a list of numbers.
      A special or added token in the text, such as `<|endoftext|>`, becomes its id. With `special=true` the tokens that the tokenizer
      puts around a text are there too, such as `<s>` or `[CLS]` and `[SEP]`, as `forward` has them. The ids are those of Hugging Face
      tokenizers (and tiktoken).
      """, example: "encode(m, \"To kill two birds\")"
    ) { call in .numbers(try call.tokenizer(0).encode(try call.string(1), special: try call.bool(2))) },
    Operation(
      "decode", "(m: model | tokenizer, ids: list | tensor | range | number, special: bool = true) -> string",
      """
      The text of ids, as the tokenizer's decoder makes it.
      Bytes are joined and read as UTF-8; what is not UTF-8 becomes U+FFFD, as Python's `errors="replace"` does. With `special=false`
      special tokens are left out. An id without a token reads `<id N>`: a gap of the vocabulary, or a row of a model's embedding.
      Errors: an id that is not whole or not in the vocabulary.
      """, example: "decode(m, encode(m, \"To kill two birds\"))"
    ) { call in
      let tokenizer = try call.tokenizer(0)
      let rows = (call[0].asObject as? ModelObject)?.sizes.vocabularySize ?? 0
      let ids = try call.ids(call[1], parameter: 1, vocabulary: max(tokenizer.count, rows))
      return .string(try tokenizer.decode(ids, special: try call.bool(2), rows: rows))
    },
    Operation(
      "tokens", "(m: model | tokenizer) -> list",
      """
      The texts of all tokens, in the order of their ids, with U+FFFD for bytes that are not UTF-8.
      SentencePiece's `▁` is a blank; tokens of single bytes read `<0x0A>`, those that go on a word in WordPiece `##ing`, an id without a
      token `<id N>`.
      """,
      example: "tokens(m)[0:10]"
    ) { call in
      let tokenizer = try call.tokenizer(0)
      return .strings((0..<tokenizer.count).map { tokenizer.text(of: $0) })
    },
    Operation(
      "token_bytes", "(m: model | tokenizer, id: number) -> list",
      """
      The bytes of one token, a list of numbers from 0 to 255; empty for a row of a model's embedding that has no token.
      Errors: an id that is not whole or not in the vocabulary.
      """, example: "token_bytes(m, 100)"
    ) { call in
      let tokenizer = try call.tokenizer(0)
      let id = try call.whole(1)
      let rows = (call[0].asObject as? ModelObject)?.sizes.vocabularySize ?? 0
      return .numbers(id >= tokenizer.count && id < rows ? [] : try tokenizer.bytes(of: id).map { Int($0) })
    },
  ]
}

extension Call {
  /// A tokenizer, or that of a model. Throws when the model has none.
  func tokenizer(_ index: Int) throws -> Tokenizer {
    switch self[index].asObject {
    case let tokenizer as TokenizerObject: return tokenizer.tokenizer
    case let model as ModelObject:
      if let tokenizer = model.tokenizer { return tokenizer }
      try model.weights.checkWords()
      throw Fault.noTokenizer(model.name)
    default: throw wrongType(index, "a model or a tokenizer")
    }
  }

  /// Token ids below `size`: a number, or a list, range or tensor of numbers. `index` is the parameter that messages name, `kind` what
  /// the numbers are the ids of.
  package func ids(
    _ value: Value, parameter index: Int, vocabulary size: Int, of kind: String = "token"
  ) throws -> [Int] {
    func id(_ number: Double) throws -> Int {
      let id = try wholeNumber(number, what: "a \(kind) id")
      guard id >= 0, id < size else { throw Fault.noID(id, of: kind, among: size) }
      return id
    }
    if let number = value.asNumber { return [try id(number)] }
    if let tensor = value.asTensor, tensor.rank < 2 {
      return try tensor.withElements { try $0.mapInBlocks { try id(Double($0)) } }
    }
    if let list = value.asList {
      return try list.items.indices.mapInBlocks { place in
        let item = list.items[place]
        guard let number = item.asNumber else { throw wrongElement(index, "a list of ids", at: place, item) }
        return try id(number)
      }
    }
    guard let range = value.asRange else {
      guard let tensor = value.asTensor else { throw wrongType(index, "ids") }
      throw Fault.wrongType(
        operation: operation.name, parameter: parameterName(index), wanted: "ids",
        got: Tensor.phrase(shape: tensor.shape))
    }
    // A range is checked before it is written out: it may be of any length.
    guard range.start < range.end else { return [] }
    return try (try id(Double(range.start))..<(try id(Double(range.end - 1)) + 1)).mapInBlocks { $0 }
  }
}

extension Fault {
  package static func noTokenizer(_ model: String) -> Fault {
    badValue(
      "model \(model) has no tokenizer",
      help: "put tokenizer.json, vocab.json and merges.txt, or nanoGPT's meta.pkl beside its weights")
  }

  static func noToken(_ id: Int, vocabulary size: Int) -> Fault { noID(id, of: "token", among: size) }

  static func noID(_ id: Int, of kind: String, among size: Int) -> Fault {
    Fault(
      .indexOutOfRange,
      "there is no \(kind) \(id) \(kind == "token" ? "in a vocabulary of \(size)" : "among \(size)")",
      help: "ids run from 0 to \(size - 1)")
  }
}
