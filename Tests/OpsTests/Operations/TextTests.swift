// Texts by code points; Python's repr. Cases: python3 tools/goldens/make_reprs.py > Tests/Fixtures/reprs.txt

import Formats
import Lang
import Operations
import Runtime
import Testing

@Suite struct TextTests {
  static func golden() throws -> [String] {
    let lines = try InputFile.lines(ScratchFolder.fixture("reprs.txt"), permissions: Permissions())
    #expect(lines.first?.hasPrefix("# reprs, version 1") == true)
    return Array(lines.dropFirst())
  }

  @Test func reprAgreesWithPython() throws {
    let lines = try Self.golden().dropFirst()
    var count = 0
    var rest = lines[...]
    while rest.count >= 2 {
      let hex = Array(rest.removeFirst().utf8)
      let expected = rest.removeFirst()
      let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
        UInt8(String(decoding: hex[$0..<$0 + 2], as: UTF8.self), radix: 16)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(PythonRepr.text(text).isIdentical(to: expected))
      count += 1
    }
    #expect(count > 650)
  }

  @Test func everyCodePointIsPrintableAsInPython() throws {
    var printable = [Bool](repeating: false, count: 0x110000)
    for range in try #require(Self.golden().first).split(separator: " ") {
      let ends = range.split(separator: "-").compactMap { Int($0, radix: 16) }
      try #require(ends.count == 2)
      for code in ends[0]...ends[1] { printable[code] = true }
    }
    var differing: [UInt32] = []
    for code in UInt32(0)..<0x110000 {
      guard let scalar = Unicode.Scalar(code) else { continue }
      // The golden file's Python knows Unicode 14; what came later is not printable there.
      if let age = scalar.properties.age, age.major > 14 { continue }
      if PythonRepr.isPrintable(scalar) != printable[Int(code)] { differing.append(code) }
    }
    #expect(differing.isEmpty, "\(differing.prefix(10).map { String($0, radix: 16) })")
  }

  @Test func reprOfContainersIsPythons() throws {
    let value = Value.list([.string("it's"), .nil, .bool(true), .number(1), .object(RecordObject(["a": .number(0.5)]))])
    #expect(try PythonRepr.value(value) == #"["it's", None, True, 1, {'a': 0.5}]"#)
  }

  @Test func splits() throws {
    func split(_ text: String, separator: String?) throws -> [String?] {
      try Texts.split(text, separator: separator).map(\.asString)
    }
    #expect(try split("a,b,,c", separator: ",") == ["a", "b", "", "c"])
    #expect(try split("", separator: ",") == [""])
    #expect(try split("  a \u{3000}b\n", separator: nil) == ["a", "b"])
    #expect(try split("", separator: nil) == [])
    #expect(try split("a--b---c", separator: "--") == ["a", "b", "-c"])
    // The separator is a code point even where a combining mark follows.
    #expect(try split("a,\u{301}b", separator: ",").count == 2)
    #expect(throws: Fault.self) { try split("a", separator: "") }
  }

  @Test func stripsReplacesAndMatches() throws {
    #expect(try Texts.strip("\t a b\u{2003}\n", characters: nil) == "a b")
    #expect(try Texts.strip("xxaxbx", characters: "x") == "axb")
    #expect(try Texts.replace("aaa", "aa", with: "b") == "ba")
    #expect(try Texts.replace("naïve", "ï", with: "i") == "naive")
    #expect(throws: Fault.self) { try Texts.replace("a", "", with: "b") }
    #expect(try Texts.starts("e\u{301}a", with: "e"))
    #expect(try !Texts.starts("\u{E9}", with: "e"))
    #expect(try Texts.ends("file.csv", with: ".csv"))
    #expect(try !Texts.ends("v", with: ".csv"))
  }

  @Test(arguments: [
    ("12", 12), (" 0.5\n", 0.5), ("-1e-5", -1e-5), ("0xff", 255), ("-0x10", -16), ("1_000", 1000), ("+3", 3),
    ("inf", .infinity),
    ("-inf", -.infinity), (".5", 0.5), ("5.", 5),
  ])
  func readsNumbers(text: String, number: Double) throws { #expect(try Texts.number(text) == number) }

  @Test(arguments: ["", " ", "abc", "1 2", "0x", "0xg", "1__0", "_1", "1e", "--1", "1,5", "é", "0x1p3", "-"])
  func refusesWhatIsNoNumber(text: String) {
    let fault = #expect(throws: Fault.self) { try Texts.number(text) }
    #expect(fault?.code == .badValue)
  }
}
