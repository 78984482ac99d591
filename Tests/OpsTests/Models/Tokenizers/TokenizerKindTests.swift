// Tokenizers of every kind against Hugging Face `tokenizers`.
// Files, texts and ids: python3 tools/goldens/make_tokenizer_kinds.py (tokenizers 0.23.3).

import Formats
import Lang
import Models
import Runtime
import Testing

@Suite struct TokenizerKindTests {
  /// Ids of a text as it is and with the template, and texts of the ids, as far as a line has them.
  private func check(_ tokenizer: Tokenizer, _ line: JSON, _ place: String) throws {
    func ids(_ key: String) -> [Int]? { line[key]?.asArray?.compactMap(\.asWhole) }
    let wanted = try #require(ids("ids"))
    if let pair = line["text"]?.asArray?.compactMap(\.asString), pair.count == 2 {
      let found = try tokenizer.encode(pair: pair[0], pair[1])
      #expect(found.ids == wanted, "\(place): \(pair)")
      #expect(found.types == ids("type_ids"), "\(place): \(pair)")
      return
    }
    let text = line["text"]?.asString
    if let text {
      #expect(try tokenizer.encode(text, special: true) == wanted, "\(place): \(Printer.quoted(text))")
      #expect(try tokenizer.encode(text) == ids("plain") ?? wanted, "\(place): \(Printer.quoted(text))")
    }
    if let decoded = line["decoded"]?.asString ?? text {
      #expect(try tokenizer.decode(wanted).isIdentical(to: decoded), "\(place): \(wanted)")
    }
    if let skipped = line["skipped"]?.asString ?? text {
      #expect(try tokenizer.decode(wanted, special: false).isIdentical(to: skipped), "\(place): \(wanted)")
    }
  }

  @Test(arguments: [
    "bert", "bloom", "codegen", "gemma", "gpt2", "llama2", "llama3", "mistral", "neox", "opt", "phi3", "qwen2",
    "roberta",
  ])
  func kinds(_ kind: String) throws {
    let tokenizer = try Tokenizer(nameOrPath: fixture("tokenizers/\(kind).json"))
    let lines = try InputFile.bytes(fixture("tokenizers/\(kind).jsonl"), permissions: Permissions())
      .split(separator: UInt8(ascii: "\n"))
    #expect(lines.count > 140)
    for (number, line) in lines.enumerated() {
      try check(tokenizer, JSON.parse(Array(line), name: kind), "\(kind):\(number + 1)")
    }
  }

  /// One part of a file changed.
  @Test func variants() throws {
    let bytes = try InputFile.bytes(fixture("tokenizers/variants.json"), permissions: Permissions())
    let json = try JSON.parse(bytes, name: "variants.json")
    let cases = try #require(json["cases"]?.asArray)
    #expect(cases.count == 46)
    let folder = try ScratchFolder()
    for known in cases {
      let name = try #require(known["name"]?.asString)
      let baseName = try #require(known["base"]?.asString)
      let vocabulary = try #require(json["bases"]?[baseName]?["vocab"]?.asString)
      let merges = try #require(json["bases"]?[baseName]?["merges"]?.asString)
      let text = try #require(known["file"]?.asString)
      let file = text.replacing("\"VOCAB\"", with: vocabulary).replacing("\"MERGES\"", with: merges)
      try folder.write("tokenizer.json", file)
      let tokenizer = try Tokenizer(nameOrPath: folder.path)
      for line in try #require(known["lines"]?.asArray) {
        // Only what a line has: here nothing is left out because it is equal.
        guard line["text"] == nil || line["decoded"] != nil else {
          let text = try #require(line["text"]?.asString)
          let (ids, plain) = (line["ids"]?.asArray, line["plain"]?.asArray)
          #expect(try tokenizer.encode(text, special: true) == ids?.compactMap(\.asWhole), "\(name): \(text)")
          #expect(try tokenizer.encode(text) == plain?.compactMap(\.asWhole), "\(name): \(text)")
          continue
        }
        try check(tokenizer, line, name)
      }
    }
  }

  /// vocab.txt alone is the same tokenizer as BERT's tokenizer.json; a cased one keeps capitals.
  @Test func vocabularyOfLines() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "vocab.txt", InputFile.bytes(fixture("tokenizers/bert-vocab.txt"), permissions: Permissions()))
    for path in [folder.path, folder.path + "/vocab.txt"] {
      let lines = try Tokenizer(nameOrPath: path)
      let file = try Tokenizer(nameOrPath: fixture("tokenizers/bert.json"))
      #expect(lines.count == file.count && Set(lines.specialTokens) == Set(file.specialTokens))
      let text = "Café, the [MASK] of 漢字 in a license"
      #expect(try lines.encode(text, special: true) == file.encode(text, special: true))
      #expect(try lines.encode(pair: "a b", text).types == file.encode(pair: "a b", text).types)
      #expect(try lines.decode(lines.encode(text)) == file.decode(file.encode(text)))
    }
    try folder.write("tokenizer_config.json", #"{"do_lower_case": false, "tokenizer_class": "BertTokenizer"}"#)
    let cased = try Tokenizer(nameOrPath: folder.path)
    #expect(try cased.encode("The") == cased.encode("[UNK]"))
    try folder.write("tokenizer_config.json", #"{"tokenizer_class": "MPNetTokenizer"}"#)
    let other = try Tokenizer(nameOrPath: folder.path)
    #expect(
      fault { _ = try other.encode("a") }.hasSuffix(
        "its class MPNetTokenizer is not supported without a tokenizer.json"))
  }

  /// The standard library's SPI, by way of a tokenizer that composes: `NFC().normalize_str(text)` of tokenizers.
  @Test(arguments: [
    ("e\u{301}", "\u{E9}"), ("\u{1112}\u{1161}\u{11AB}", "\u{D55C}"), ("\u{AC00}\u{11A8}", "\u{AC01}"),
    ("\u{304B}\u{3099}", "\u{304C}"), ("\u{212B}", "\u{C5}"), ("\u{958}", "\u{915}\u{93C}"),
    ("a\u{301}\u{323}", "\u{1EA1}\u{301}"),
    // Sorted though a starter brings the marks; not joined, not sorted: newer than Unicode 9.
    ("\u{8E6}\u{F73}", "\u{F71}\u{F72}\u{8E6}"), ("\u{11935}\u{11930}", "\u{11935}\u{11930}"),
    ("\u{11D44}\u{334}", "\u{11D44}\u{334}"),
  ])
  func normalForms(_ text: String, _ wanted: String) throws {
    let qwen = try Tokenizer(nameOrPath: fixture("tokenizers/qwen2.json"))
    #expect(try qwen.decode(qwen.encode(text)).unicodeScalars.elementsEqual(wanted.unicodeScalars))
  }

  // MARK: Names of tokens

  @Test func namesOfTokens() throws {
    let llama = try Tokenizer(nameOrPath: fixture("tokenizers/llama2.json"))
    let the = try #require(llama.ids(of: " the").first)
    #expect(llama.text(of: the) == " the" && llama.ids(of: "▁the").isEmpty)
    #expect(try llama.bytes(of: the) == Array(" the".utf8) && llama.decode([the]) == "the")
    // The byte's token and the letter's are two.
    let byte = try #require(llama.ids(of: "<0x41>").first)
    #expect(try llama.bytes(of: byte) == [0x41] && llama.ids(of: "A").allSatisfy { $0 != byte })
    #expect(try llama.decode([byte]) == "A" && llama.readings(of: "\n") == ["<0x0A>"])
    let bert = try Tokenizer(nameOrPath: fixture("tokenizers/bert.json"))
    let ose = try #require(bert.ids(of: "##ose").first)
    #expect(bert.text(of: ose) == "##ose")
  }

  /// Ids may have gaps, as where tokens were taken out.
  @Test func gaps() throws {
    let folder = try ScratchFolder()
    try folder.write(
      "tokenizer.json",
      #"{"added_tokens": [{"id": 0, "content": "<s>", "special": true}], "pre_tokenizer": null, "decoder": {"type": "Fuse"}, "#
        + #""model": {"type": "BPE", "vocab": {"<s>": 0, "a": 2, "b": 4, "ab": 7}, "merges": ["a b"]}}"#)
    let tokenizer = try Tokenizer(nameOrPath: folder.path)
    #expect(tokenizer.count == 8)
    #expect(try tokenizer.encode("ab<s>ba") == [7, 0, 4, 2])
    #expect(tokenizer.text(of: 3) == "<id 3>" && tokenizer.ids(of: "<id 3>").isEmpty && tokenizer.ids(of: "").isEmpty)
    #expect(try tokenizer.bytes(of: 3) == [] && tokenizer.decode([7, 1, 0]) == "ab<id 1><s>")
    #expect(try tokenizer.decode([7, 1, 0], special: false, rows: 12) == "ab<id 1>")
    #expect(try tokenizer.decode([11], rows: 12) == "<id 11>")
    #expect(fault { _ = try tokenizer.decode([8]) } == "E0401 there is no token 8 in a vocabulary of 8")
  }

  /// One piece of a million letters: n log n.
  @Test func longTextsInOnePiece() throws {
    let seconds = try processorSeconds {
      let llama = try Tokenizer(nameOrPath: fixture("tokenizers/llama2.json"))
      let text = String(repeating: "the license of this work, naïve 漢 ", count: 28_000)
      let ids = try llama.encode(text)
      #expect(try llama.decode(ids) == text)
      let part = try llama.encode(String(repeating: "the license of this work, naïve 漢 ", count: 2))
      #expect(Set(ids) == Set(part))
      let qwen = try Tokenizer(nameOrPath: fixture("tokenizers/qwen2.json"))
      let marks = String(repeating: "e\u{301}", count: 300_000)
      #expect(try qwen.decode(qwen.encode(marks)).isIdentical(to: String(repeating: "\u{E9}", count: 300_000)))
    }
    #expect(seconds < 60)
  }
}
