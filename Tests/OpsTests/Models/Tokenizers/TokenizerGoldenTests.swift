// Ids and texts against Hugging Face `tokenizers`; the first line of each golden file says how it was made.

import Formats
import Lang
import Models
import Runtime
import Testing

/// A file under Tests/Fixtures.
func fixture(_ name: String) -> String {
  var parts = #filePath.split(separator: "/")
  while let last = parts.popLast(), last != "OpsTests" {}
  return "/" + parts.joined(separator: "/") + "/Fixtures/" + name
}

@Suite struct TokenizerGoldenTests {
  /// Runs every line of a golden file and returns the number of lines with ids of a text, and with the text of ids.
  private func check(_ tokenizer: Tokenizer, _ name: String) throws -> (encoded: Int, decoded: Int) {
    let file = try MappedFile(path: fixture(name))
    let lines = file.bytes.split(separator: UInt8(ascii: "\n"))
    let header = try JSON.parse(Array(try #require(lines.first)), name: name)
    #expect(header["golden"]?.asString == "tokenizer")
    var counts = (encoded: 0, decoded: 0)
    for (number, line) in lines.enumerated().dropFirst() {
      let json = try JSON.parse(Array(line), name: "\(name):\(number + 1)")
      let ids = try #require(json["ids"]?.asArray).compactMap(\.asWhole)
      if let text = json["text"]?.asString {
        #expect(try tokenizer.encode(text) == ids, "\(name):\(number + 1)")
        #expect(try tokenizer.decode(ids).isIdentical(to: text), "\(name):\(number + 1)")
        counts.encoded += 1
      }
      if let text = json["decoded"]?.asString {
        #expect(try tokenizer.decode(ids).isIdentical(to: text), "\(name):\(number + 1)")
        counts.decoded += 1
      }
    }
    return counts
  }

  @Test func idsOfTheEmbeddedModel() throws {
    let counts = try check(Tokenizer(nameOrPath: "mini"), "tokenizer_mini.jsonl")
    #expect(counts.encoded > 2500)
    #expect(counts.decoded == 600)
  }

  @Test func idsOfGPT2() throws {
    let counts = try check(Tokenizer(nameOrPath: fixture("gpt2-tokenizer")), "tokenizer_gpt2.jsonl")
    #expect(counts.encoded == 3000)
  }
}
