// Format specifications against Python. Cases: python3 tools/goldens/make_formats.py > Tests/Fixtures/formats.tsv

import Glibc
import Lang
import Runtime
import Testing

@Suite struct FormatSpecTests {
  static func lines(ofFixture name: String) throws -> [Substring] {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = try #require(fopen("/\(folder)/Fixtures/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test func agreesWithPython() throws {
    let lines = try Self.lines(ofFixture: "formats.tsv")
    #expect(lines.first?.hasPrefix("# formats, version 1") == true)
    var count = 0
    for line in lines.dropFirst() where !line.isEmpty {
      let fields = line.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      try #require(fields.count == 4)
      let value: Value =
        fields[0] == "number" ? .number(Double(bitPattern: try #require(UInt64(fields[1])))) : .string(fields[1])
      var result: String
      do {
        result = try FormatSpec(parsing: fields[2]).format(value)
      } catch let fault as Fault {
        #expect(fault.code == .badFormat)
        result = "!"
      }
      let agrees = result.isIdentical(to: fields[3])
      #expect(agrees, "\(Printer.text(of: value)) under `\(fields[2])`: \(result), Python has \(fields[3])")
      count += 1
    }
    #expect(count > 5000)
  }

  @Test(arguments: [
    ("q", "`q` is not a type"), (".", "digits after `.`"), (",_", "exclude each other"),
    ("5000000", "the width is more than"),
    (".99999999999999999999f", "the precision is more than"), (",x", "`,` does not go with `x`"),
    ("5 d", "` d` is not a type"),
  ])
  func namesThePieceThatIsWrong(spec: String, words: String) throws {
    let fault = try #require(throws: Fault.self) { _ = try FormatSpec(parsing: spec) }
    #expect(fault.code == .badFormat)
    #expect(fault.message.contains(words), "\(fault.message)")
    #expect(fault.help?.contains("[width]") == true)
  }

  @Test func wholeNumbersHaveNoPoint() throws {
    #expect(try FormatSpec(parsing: "").format(.number(3.0)) == "3")
    #expect(try FormatSpec(parsing: ".3").format(.number(3.0)) == "3")
    #expect(try FormatSpec(parsing: ".3").format(.number(100.0)) == "100")
    #expect(try FormatSpec(parsing: "z").format(.number(-0.0)) == "0")
  }

  @Test func otherValuesAreFormattedAsTheirText() throws {
    #expect(try FormatSpec(parsing: ">5").format(.nil) == "  nil")
    #expect(try FormatSpec(parsing: "^8").format(.bool(true)) == "  true  ")
    #expect(try FormatSpec(parsing: "<9").format(.list([.number(1), .string("a")])) == "[1, \"a\"] ")
    #expect(throws: Fault.self) { try FormatSpec(parsing: ".2f").format(.nil) }
  }
}
