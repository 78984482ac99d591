// Vocabulary files good and bad, look-up by text, ids out of range, and very long words.

import Lang
import Models
import Runtime
import Testing

@Suite struct TokenizerTests {
  private let good = ModelFixture()

  private func tokenizer(_ vocabulary: String, merges: String? = nil) throws -> Tokenizer {
    let folder = try ScratchFolder()
    try folder.write("vocab.json", vocabulary)
    if let merges { try folder.write("merges.txt", merges) }
    return try Tokenizer(nameOrPath: folder.path)
  }

  private func refusal(_ vocabulary: String) -> String {
    let message = fault { _ = try tokenizer(vocabulary) }
    return message.replacing(#/\/tmp\/tw-test-\w+\//#, with: "")
  }

  @Test func badVocabularies() {
    #expect(refusal(#"{"a": 0, "b": 4000000000}"#).contains("the token \"b\" has the id 4000000000"))
    #expect(
      refusal(#"{"a": 0, "b": 1000000000}"#) == "E0507 vocab.json: it has 2 tokens, yet ids run to 1000000000")
    #expect(refusal(#"{"a": 0, "b": -1}"#) == "E0507 vocab.json: the token \"b\" has the id -1; ids count from 0")
    #expect(refusal(#"{"a": 0, "b": 0.5}"#) == "E0507 vocab.json: the token \"b\" has the id 0.5; ids count from 0")
    #expect(refusal(#"{"a": 0, "b": 0}"#) == "E0507 vocab.json: the id 0 belongs to two tokens, \"a\" and \"b\"")
    #expect(refusal(#"{"a": 0, "a": 1}"#) == "E0507 vocab.json: the token \"a\" appears twice")
    #expect(refusal(#"{"a": 0, "b": "1"}"#) == "E0507 vocab.json: the token \"b\" has an id that is not a number")
    #expect(refusal(#"["a"]"#) == "E0503 vocab.json: line 1, column 1: expected an object")
    #expect(refusal(#"{"a": 0"#) == "E0503 vocab.json: line 1, column 8: the text ends too early")
  }

  @Test func badMerges() throws {
    let lines = try tokenizer(good.vocabulary, merges: "#version: 0.2\na b\na b c\n")
    #expect(
      fault { _ = try lines.encode("ab") }.hasSuffix("merges.txt: line 3 is not two tokens with a blank between them"))
    let unknown = try tokenizer(good.vocabulary, merges: "a c\n")
    #expect(
      fault { _ = try unknown.encode("ab") }.hasSuffix("line 1 needs the token \"ac\", which the vocabulary lacks"))
    let absent = try tokenizer(good.vocabulary)
    #expect(try absent.decode([3, 5]) == "ab a")
    #expect(fault { _ = try absent.encode("ab") }.contains("it cannot encode text: merges.txt is not beside"))
    let small = try tokenizer(good.vocabulary, merges: good.merges)
    #expect(fault { _ = try small.encode("z") }.contains("no token for the byte 0x7a"))
  }

  @Test func tokenizerFile() throws {
    let folder = try ScratchFolder()
    let model = #""model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "Ġ": 3, "<s>": 4}, "merges": "#
    let added = #""added_tokens": [{"id": 4, "content": "<s>"}, {"id": 5, "content": "two words"}], "#
    let cut = #""pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "#
    for (index, merges) in [#"["a b"]}}"#, #"[["a", "b"]]}}"#].enumerated() {
      try folder.write("\(index).json", "{" + added + cut + model + merges)
      let tokenizer = try Tokenizer(nameOrPath: folder.path + "/\(index).json")
      #expect(try tokenizer.encode("ab<s>two wordsa b") == [2, 4, 5, 0, 3, 1])
      #expect(try tokenizer.decode([2, 5, 4]) == "abtwo words<s>")
      #expect(tokenizer.ids(of: "two words") == [5])
    }
    try folder.write(
      "p.json", #"{"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true}, "# + model + #"["a b"]}}"#)
    #expect(try Tokenizer(nameOrPath: folder.path + "/p.json").encode("ab") == [3, 2])
    // As in tokenizers, the id beside the text of an added token counts for nothing.
    try folder.write(
      "d.json", #"{"added_tokens": [{"id": 0, "content": "b"}, {"id": 9, "content": "x"}], "# + model + "[]}}")
    let ids = try Tokenizer(nameOrPath: folder.path + "/d.json").encode("abx")
    #expect(ids == [0, 1, 5])
  }

  /// Reference: `Tokenizer.from_file("Models/mini/tokenizer.json")` and the pair of vocab.json and merges.txt are one tokenizer.
  @Test func tokenizerFileOfTheEmbeddedModel() throws {
    let file = try Tokenizer(nameOrPath: fixture("../../Models/mini/tokenizer.json"))
    let pair = try Tokenizer(nameOrPath: "mini")
    #expect(file.count == pair.count && file.specialTokens == pair.specialTokens)
    let text = "The old man's house, in 1890: naïve café ☃ <|endoftext|>\n\n  New line."
    #expect(try file.encode(text) == pair.encode(text))
  }

  @Test func lookUpByText() throws {
    let mini = try Tokenizer(nameOrPath: "mini")
    for id in stride(from: 0, to: mini.count, by: 97) {
      let text = mini.text(of: id)
      #expect(mini.ids(of: text).contains(id))
      #expect(mini.ids(of: text).allSatisfy { mini.text(of: $0) == text })
    }
    #expect(mini.ids(of: "no such token").isEmpty)
    // 128 single bytes above 0x7F are no text, and so share the sign U+FFFD with each other.
    let damaged = mini.ids(of: "\u{FFFD}")
    #expect(damaged.count >= 128 && damaged == damaged.sorted())
  }

  @Test func idsOutOfRange() throws {
    let mini = try Tokenizer(nameOrPath: "mini")
    #expect(fault { _ = try mini.decode([0, 8192]) } == "E0401 there is no token 8192 in a vocabulary of 8192")
    #expect(fault { _ = try mini.bytes(of: -1) } == "E0401 there is no token -1 in a vocabulary of 8192")
    #expect(try mini.bytes(of: 8191) == Array("<|endoftext|>".utf8))
  }

  @Test func longWords() throws {
    let seconds = try processorSeconds {
      let gpt2 = try Tokenizer(nameOrPath: fixture("gpt2-tokenizer"))
      let text = String(repeating: "a", count: 1_000_000)
      let ids = try gpt2.encode(text)
      #expect(try gpt2.decode(ids) == text)
      // Reference: `tokenizers` gives the token of 16 letters throughout, as it does for a word of 1,600.
      #expect(Set(ids) == Set(try gpt2.encode(String(repeating: "a", count: 1_600))))
      let specials = String(repeating: "<|endoftext|>", count: 20_000)
      #expect(try gpt2.encode(specials) == [Int](repeating: 50256, count: 20_000))
    }
    #expect(seconds < 60)
  }
}
