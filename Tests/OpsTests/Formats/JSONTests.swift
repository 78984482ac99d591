// RFC 8259: what is JSON and what is not, and where the error is.

import Formats
import Lang
import Runtime
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8), name: "x.json") }

  private func message(_ bytes: [UInt8]) -> String {
    do {
      _ = try JSON.parse(bytes, name: "x.json")
      return "no error"
    } catch let fault as Fault {
      return fault.message
    } catch {
      return "\(error)"
    }
  }

  @Test func valuesOfEveryKind() throws {
    let json = try parse(#" {"a": [1, -2.5e3, true, false, null], "b": {"c": "d"}, "e": []} "#)
    #expect(json["a"]?.asArray?.map(\.phrase) == ["a number", "a number", "a bool", "a bool", "null"])
    #expect(json["a"]?.asArray?[1].asNumber == -2500)
    #expect(json["b"]?["c"]?.asString == "d")
    #expect(json.asObject?.map(\.key) == ["a", "b", "e"])
    #expect(Printer.text(of: json.toValue()) == #"{a: [1, -2500, true, false, nil], b: {c: "d"}, e: []}"#)
  }

  @Test(arguments: [
    ("0", 0), ("-0.0", -0.0), ("9007199254740993", 9007199254740992),
    ("123456789012345678901234567890", 1.2345678901234568e29),
    ("1e-7", 1e-7), ("0.1", 0.1), ("1E+2", 100), ("2.2250738585072014e-308", 2.2250738585072014e-308),
  ])
  func numbers(_ text: String, _ expected: Double) throws {
    let number = try #require(try parse(text).asNumber)
    #expect(number.bitPattern == expected.bitPattern)
  }

  @Test func minusZeroKeepsItsSign() throws {
    #expect(try parse("-0").asNumber?.sign == .minus)
  }

  @Test func escapesAndSurrogatePairs() throws {
    let text = try parse(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00\uDBFF\uDFFFé😀""#).asString
    #expect(text == "\"\\/\u{8}\u{c}\n\r\tAé€😀\u{10FFFF}é😀")
  }

  @Test func namesAreComparedByCodePoints() throws {
    let json = try parse(#"{"\u00e9": 1, "e\u0301": 2}"#)
    #expect(json["\u{e9}"]?.asNumber == 1)
    #expect(json["e\u{301}"]?.asNumber == 2)
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends too early"),
    ("[1,", "line 1, column 4: the text ends too early"),
    ("[1 2]", "line 1, column 4: expected `,` or `]`"),
    ("{\n \"é\": tru}", "line 2, column 7: expected a value, found `t`"),
    ("{\"a\" 1}", "line 1, column 6: expected `:` after a name"),
    ("{a: 1}", "line 1, column 2: expected a name in quotes"),
    ("[1,]", "line 1, column 4: expected a value, found `]`"),
    ("01", "line 1, column 3: a number starts with 0"),
    ("1.", "line 1, column 3: expected digits after the point"),
    ("1e+", "line 1, column 4: expected digits in the exponent"),
    ("-x", "line 1, column 1: expected digits after `-`"),
    ("nan", "line 1, column 1: expected a value, found `n`"),
    ("1 1", "line 1, column 3: expected the end of the text, found `1`"),
    ("\"a", "line 1, column 1: a string has no closing quote"),
    ("\"a\nb\"", "line 1, column 3: a control character in a string must be escaped"),
    ("\"\\x\"", "line 1, column 2: there is no escape \\`x`"),
    ("\"\\u12g4\"", "line 1, column 2: expected four hex digits after \\u"),
    ("\"\\ud800\"", "line 1, column 8: a surrogate stands alone"),
    ("\"\\udc00x\"", "line 1, column 8: a surrogate stands alone"),
    ("{\"a\": 1, \"a\": 2}", "line 1, column 14: the name \"a\" appears twice"),
  ])
  func badTextIsNamed(_ text: String, _ reason: String) {
    #expect(message(Array(text.utf8)) == "x.json: \(reason)")
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func badUTF8IsRefused(_ bytes: [UInt8]) {
    #expect(message(bytes) == "x.json: line 1, column 1: a string is not valid UTF-8")
  }

  @Test func duplicateNamesAreFoundAmongMany() {
    let names = (0..<1000).map { "\"n\($0)\": 0" } + ["\"n500\": 1"]
    #expect(message(Array("{\(names.joined(separator: ", "))}".utf8)).hasSuffix("the name \"n500\" appears twice"))
  }

  @Test func depthIsLimited() throws {
    let limit = JSONReader.depthLimit
    _ = try parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    #expect(
      message([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)).hasSuffix("nested more than \(limit) deep"))
  }

  /// Python's json.dump writes them.
  @Test(arguments: ["NaN", "Infinity", "-Infinity"]) func notANumberIsSaid(_ word: String) {
    let reason = "\(word) is not JSON; Python's json.dump writes it unless it is told allow_nan=False"
    #expect(message(Array("{\"a\": \(word)}".utf8)).contains("line 1, column 7: \(reason)"))
    #expect(message(Array("[1, \(word)]".utf8)).contains("column 5: \(reason)"))
  }

  @Test func utf16IsNamed() {
    #expect(message([0xFF, 0xFE, 0x7B, 0, 0x7D, 0]).contains("it is UTF-16, JSON is UTF-8"))
    #expect(message([0, 0, 0xFE, 0xFF, 0, 0, 0, 0x7B]).contains("it is UTF-32, JSON is UTF-8"))
  }
}
