// Added tokens and their flags in all files that a tokenizer may have, against tokenizers and transformers.
// Folders, texts and ids: python3 tools/goldens/make_added_tokens.py (tokenizers 0.23.3, transformers 5.24.0).

import Formats
import Lang
import Models
import Runtime
import Testing

@Suite struct AddedTokenTests {
  @Test func foldersAtRandom() throws {
    let bytes = try InputFile.bytes(ScratchFolder.fixture("added-tokens.json"), permissions: Permissions())
    let json = try JSON.parse(bytes, name: "added-tokens.json")
    let alphabet = try #require(json["alphabet"]?.asString)
    let cases = try #require(json["cases"]?.asArray)
    #expect(cases.count == 90)
    for (number, known) in cases.enumerated() {
      let folder = try ScratchFolder()
      for (name, text) in try #require(known["files"]?.asObject) {
        try folder.write(name, try #require(text.asString).replacing("ALPHABET", with: alphabet))
      }
      let tokenizer = try Tokenizer(nameOrPath: folder.path)
      let texts = try #require(known["texts"]?.asArray)
      let ids = try #require(known["ids"]?.asArray)
      for (text, wanted) in zip(texts, ids) {
        let text = try #require(text.asString)
        #expect(try tokenizer.encode(text) == wanted.asArray?.compactMap(\.asWhole), "case \(number): \(text)")
      }
    }
  }

  private let vocabulary = #"{"a": 0, "b": 1, "ab": 2, "Ġ": 3, "Ġa": 4, "Ġab": 5, "<|endoftext|>": 6}"#

  private func pair(_ files: [String: String], _ text: String) throws -> [Int] {
    let folder = try ScratchFolder()
    try folder.write("vocab.json", vocabulary)
    try folder.write("merges.txt", "Ġ a\nĠa b\na b\n")
    for (name, text) in files { try folder.write(name, text) }
    return try Tokenizer(nameOrPath: folder.path).encode(text)
  }

  /// A blank goes before the first word, never before a blank.
  @Test func prefixSpace() throws {
    let config = ["tokenizer_config.json": #"{"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": true}"#]
    #expect(try pair(config, "ab a") == [5, 4])
    #expect(try pair(config, " ab") == [5])
    #expect(try pair(config, "  ab") == [3, 5])
    #expect(try pair(config, "ab<|endoftext|>ab") == [5, 6, 5])
    #expect(try pair([:], "ab a") == [2, 4])
  }

  @Test func ignoreMerges() throws {
    func encode(_ ignores: Bool) throws -> [Int] {
      let folder = try ScratchFolder()
      try folder.write(
        "tokenizer.json",
        #"{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "model": {"type": "BPE", "vocab": \#(vocabulary), "#
          + #""merges": ["Ġ a"], "ignore_merges": \#(ignores)}}"#)
      return try Tokenizer(nameOrPath: folder.path).encode("ab ab aba")
    }
    // Without merges a piece that is a token is one all the same.
    #expect(try encode(true) == [2, 5, 4, 1, 0])
    #expect(try encode(false) == [0, 1, 4, 1, 4, 1, 0])
  }

  @Test(arguments: [
    (
      "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Sequence\", \"normalizers\": []}, {\"type\": \"NFKC\"}]}",
      "its normalizer NFKC"
    ),
    ("{\"type\": \"StripAccents\"}", "its normalizer StripAccents"),
  ])
  func normalizersThatChangeTextsAreNamed(_ json: String, _ words: String) throws {
    let folder = try ScratchFolder()
    try folder.write(
      "tokenizer.json", #"{"normalizer": \#(json), "model": {"type": "BPE", "vocab": \#(vocabulary), "merges": []}}"#)
    let tokenizer = try Tokenizer(nameOrPath: folder.path)
    #expect(fault { _ = try tokenizer.encode("a") }.hasSuffix("cannot encode text: \(words) is not supported"))
    #expect(try tokenizer.decode([2]) == "ab")
  }

  /// Another class than GPT-2's cuts texts in another way; only tokenizer.json says how.
  @Test func otherClassesAreNamed() throws {
    let message = fault { _ = try pair(["tokenizer_config.json": #"{"tokenizer_class": "Qwen2TokenizerFast"}"#], "ab") }
    #expect(message.hasSuffix("its class Qwen2Tokenizer is not supported without a tokenizer.json"))
    let family = fault { _ = try pair(["config.json": #"{"model_type": "qwen2"}"#], "ab") }
    #expect(
      family.hasSuffix("config.json makes it one of the family qwen2, which is not supported without a tokenizer.json"))
    #expect(try pair(["config.json": #"{"model_type": "gpt_neo"}"#], "ab") == [2])
  }

  @Test(arguments: [
    ("tokenizer_config.json", "[]", "tokenizer_config.json: it does not hold an object"),
    ("tokenizer_config.json", #"{"add_prefix_space": 1}"#, "`add_prefix_space` is a number, not true or false"),
    ("tokenizer_config.json", #"{"added_tokens_decoder": []}"#, "`added_tokens_decoder` is an array, not an object"),
    (
      "tokenizer_config.json", #"{"added_tokens_decoder": {"x": {"content": "a"}}}"#,
      "holds \"x\", which is no id of a token"
    ),
    ("tokenizer_config.json", #"{"added_tokens_decoder": {"7": {}}}"#, "`added_tokens_decoder`, 7 lacks its `content`"),
    (
      "tokenizer_config.json", #"{"added_tokens_decoder": {"7": {"content": "x", "lstrip": 1}}}"#,
      "`added_tokens_decoder`, 7: `lstrip` is a number, not true or false"
    ),
    ("special_tokens_map.json", #"{"bos_token": 5}"#, "special_tokens_map.json: `bos_token` lacks its `content`"),
    ("added_tokens.json", #"{"<x>": -1}"#, "the token \"<x>\" has the id -1; ids count from 0"),
  ])
  func damagedFilesAreNamed(_ file: String, _ text: String, _ words: String) {
    let message = fault { _ = try pair([file: text], "ab") }
    #expect(message.hasPrefix("E0507") && message.hasSuffix(words), "\(message)")
  }

  /// As other libraries and the files write tokens.
  @Test(
    arguments: [
      ("Ġtime", "\" time\""), ("▁time", "\" time\""), ("##ing", "\"ing\""), ("Ċ", "\"\\n\""), ("ĠTime", nil),
    ] as [(String, String?)])
  func otherNotationsOfTokens(_ text: String, _ here: String?) throws {
    let fault = try #require(throws: Fault.self) { try Program.value("m = load(\"mini\"); m.wte[\"\(text)\"]") }
    #expect(
      fault.help == here.map { "that is how files write this token; here it is \($0)" } || here == nil, "\(fault)")
  }
}
