// What tokenizer.json may say that is damaged or not supported, and what stands beside it.

import Formats
import Lang
import Models
import Runtime
import Testing

@Suite struct TokenizerPartTests {
  private let model =
    #""model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3, "<s>": 4}, "merges": ["a b"]}"#

  private func tokenizer(_ parts: String, _ files: [String: String] = [:], model: String? = nil) throws -> Tokenizer {
    let folder = try ScratchFolder()
    try folder.write("tokenizer.json", "{" + (parts.isEmpty ? "" : parts + ", ") + (model ?? self.model) + "}")
    for (name, text) in files { try folder.write(name, text) }
    return try Tokenizer(nameOrPath: folder.path)
  }

  /// A text is refused by name, tokens can be looked at.
  @Test(arguments: [
    (#""normalizer": {"type": "NFKC"}"#, "its normalizer NFKC is not supported"),
    (#""normalizer": {"type": "NFC", "form": 4}"#, "its normalizer NFC has the key \"form\", which is not supported"),
    (
      #""normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": ""}]}"#,
      "its normalizer Precompiled is not supported"
    ),
    (
      #""normalizer": {"type": "Replace", "pattern": {"Regex": "a"}, "content": "a"}"#,
      "its normalizer Replace with a pattern is not supported"
    ),
    (#""pre_tokenizer": {"type": "Whitespace"}"#, "its pre-tokenizer Whitespace is not supported"),
    (
      #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{L}+"}, "behavior": "Isolated", "invert": false}"#,
      "its pre-tokenizer Split has a pattern that is not known, \"\\\\p\\{L}+\""
    ),
    (
      #""pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "Odd", "invert": false}"#,
      "its pre-tokenizer Split has the behavior \"Odd\", which is not supported"
    ),
    (
      #""normalizer": {"type": "Strip"}, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}"#,
      "its Metaspace asks where the text starts, which its normalizer may change"
    ),
    (#""decoder": {"type": "ByteLevel"}"#, "its decoder is ByteLevel, yet its pre-tokenizer is not"),
    (#""shape": 1"#, "its key \"shape\" is not known"),
    (#""version": "2.0""#, "its `version` is not \"1.0\""),
    (
      #""added_tokens": [{"id": 0, "content": "a", "regex": true}]"#,
      "an entry of its `added_tokens` has the key \"regex\", which is not known"
    ),
  ])
  func whatIsNotSupportedIsNamed(_ parts: String, _ words: String) throws {
    let tokenizer = try tokenizer(parts)
    #expect(fault { _ = try tokenizer.encode("a") }.hasSuffix("cannot encode text: \(words)"))
    #expect(tokenizer.ids(of: "ab") == [2] && tokenizer.text(of: 1) == "b")
  }

  @Test(arguments: [
    (
      #""model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["▁a", -1.5]]}"#,
      "its model Unigram is not supported"
    ),
    (#""model": {"vocab": [["<unk>", 0]]}"#, "its model Unigram is not supported"),
    (#""model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}"#, "its model WordLevel is not supported"),
    (
      #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}"#,
      "its dropout of 0.1 makes ids a matter of chance"
    ),
    (
      #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "end_of_word_suffix": "</w>"}"#,
      "its `end_of_word_suffix` \"</w>\" is not supported"
    ),
    (
      #""model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "cheers": true}"#,
      "its model BPE has the key \"cheers\", which is not supported"
    ),
  ])
  func modelsAreNamed(_ model: String, _ words: String) throws {
    let tokenizer = try tokenizer("", model: model)
    #expect(fault { _ = try tokenizer.encode("a") }.hasSuffix("cannot encode text: \(words)"))
    #expect(tokenizer.count > 0)
  }

  @Test(arguments: [
    (#""normalizer": 5"#, "its normalizer is a number, not an object"),
    (#""normalizer": {}"#, "its normalizer has no `type`"),
    (#""normalizer": {"type": "Prepend"}"#, "its normalizer Prepend lacks its `prepend`"),
    (
      #""pre_tokenizer": {"type": "ByteLevel", "use_regex": 1}"#,
      "its pre-tokenizer ByteLevel: `use_regex` is a number, not true or false"
    ),
    (#""pre_tokenizer": {"type": "Split"}"#, "its pre-tokenizer Split lacks its `pattern`"),
    (#""decoder": {"type": "Sequence"}"#, "its decoder Sequence lacks its `decoders`"),
    (
      #""post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}], "pair": []}"#,
      "its post-processor TemplateProcessing: `special_tokens` lacks \"<s>\""
    ),
    (
      #""post_processor": {"type": "BertProcessing", "sep": ["a"], "cls": ["a", 0]}"#,
      "its post-processor BertProcessing: `sep` is an array, not a token and its id"
    ),
  ])
  func whatIsDamagedIsNamed(_ parts: String, _ words: String) {
    let message = fault { _ = try tokenizer(parts) }
    #expect(message.hasPrefix("E0507") && message.hasSuffix(words), "\(message)")
  }

  @Test func decodersAndTemplates() throws {
    let strip = #""decoder": {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "a", "#
    #expect(try tokenizer(strip + #""start": 1000000000000000, "stop": 1}]}"#).decode([0, 0, 1, 0, 0]) == "ba")
    let ctc = try tokenizer(#""decoder": {"type": "CTC", "pad_token": "a"}"#)
    #expect(fault { _ = try ctc.decode([0]) }.hasSuffix("cannot decode ids: its decoder CTC is not supported"))
    #expect(try ctc.encode("ab") == [2])
    let mixed = try tokenizer(#""pre_tokenizer": {"type": "ByteLevel"}, "decoder": {"type": "Fuse"}"#)
    #expect(fault { _ = try mixed.decode([0]) }.hasSuffix("its pre-tokenizer is ByteLevel, yet its decoder is not"))
    let odd = try tokenizer(#""post_processor": {"type": "Odd"}"#)
    #expect(try odd.encode("ab") == [2])
    #expect(
      fault { _ = try odd.encode("ab", special: true) }.hasSuffix(
        "cannot add special tokens: its post-processor Odd is not supported"))
    let beyond = try tokenizer(#""post_processor": {"type": "BertProcessing", "sep": ["x", 9], "cls": ["a", 0]}"#)
    #expect(
      fault { _ = try beyond.encode(pair: "a", "b") }.hasSuffix("its post-processor adds the id 9, which no token has"))
  }

  /// Steps are calls within calls: a file cannot make them overflow.
  @Test func manySteps() throws {
    let steps = [String](repeating: #"{"type": "WhitespaceSplit"}"#, count: 100_000).joined(separator: ",")
    let tokenizer = try tokenizer(#""pre_tokenizer": {"type": "Sequence", "pretokenizers": [\#(steps)]}"#)
    #expect(fault { _ = try tokenizer.encode("a") }.hasSuffix("its pre-tokenizer has 100000 parts, more than 64"))
  }

  /// tokenizer_config.json says what is added where tokenizer.json does not.
  @Test func addedBeginAndEnd() throws {
    func ids(_ config: String, _ parts: String = "") throws -> [Int] {
      try tokenizer(parts, ["tokenizer_config.json": config]).encode("ab", special: true)
    }
    let names = #""bos_token": "<s>", "eos_token": "Ġ""#
    #expect(try ids("{\(names)}") == [2])
    #expect(try ids("{\(names), \"add_bos_token\": true}") == [4, 2])
    #expect(try ids("{\(names), \"add_bos_token\": true, \"add_eos_token\": true}") == [4, 2, 3])
    let template = #""post_processor": {"type": "BertProcessing", "sep": ["b", 1], "cls": ["a", 0]}"#
    #expect(try ids("{\(names)}", template) == [0, 2, 1])
    #expect(try ids("{\(names), \"add_bos_token\": true}", template) == [0, 2, 1])
    let pair = try tokenizer("", ["tokenizer_config.json": "{\(names), \"add_bos_token\": true}"]).encode(
      pair: "a", "ab")
    #expect(pair.ids == [4, 0, 4, 2] && pair.types == [0, 0, 1, 1])
  }

  /// The class GPT2Tokenizer in another family's folder: the file counts. Here the file finds whole tokens before merges.
  @Test func classOfAnotherFamily() throws {
    let file = try InputFile.bytes(fixture("tokenizers/llama3.json"), permissions: Permissions())
    let text = "no warranty"
    let alone = try Tokenizer(nameOrPath: fixture("tokenizers/llama3.json")).encode(text)
    for (family, isFile) in [("olmo2", true), ("stablelm", true), ("llama", true), ("gpt2", false)] {
      let folder = try ScratchFolder()
      try folder.write("tokenizer.json", file)
      try folder.write("tokenizer_config.json", #"{"tokenizer_class": "GPT2Tokenizer"}"#)
      try folder.write("config.json", "{\"model_type\": \"\(family)\"}")
      #expect(try (Tokenizer(nameOrPath: folder.path).encode(text) == alone) == isFile, "\(family)")
    }
  }

  @Test func conflictsAreNamed() throws {
    let bert = #""normalizer": {"type": "BertNormalizer"}, "pre_tokenizer": {"type": "BertPreTokenizer"}"#
    let words = #""model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1}}"#
    let config = #"{"tokenizer_class": "BertTokenizer", "do_lower_case": false}"#
    let message = fault {
      _ = try tokenizer(bert, ["tokenizer_config.json": config], model: words).encode("a")
    }
    #expect(message.hasSuffix("tokenizer_config.json says do_lower_case: false, tokenizer.json true"))
  }

  /// An unknown word without an unknown token is an error, not a word that is gone.
  @Test func wordsWithoutUnknownToken() throws {
    let words = try tokenizer("", model: #""model": {"type": "WordPiece", "vocab": {"a": 0}}"#)
    #expect(try words.encode("a") == [0])
    #expect(fault { _ = try words.encode("b") }.hasSuffix("its `unk_token` \"[UNK]\" is not in the vocabulary"))
  }
}
