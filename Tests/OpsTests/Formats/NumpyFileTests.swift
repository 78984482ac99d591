// Arrays of every type that NumPy writes. Files and what they hold: python3 tools/goldens/make_numpy_files.py (NumPy 2.4.6).

import Formats
import Lang
import Runtime
import Testing

@Suite(.serialized) struct NumpyFileTests {
  private struct Case {
    let name: String
    let file: [UInt8]
    let json: JSON

    init(_ json: JSON) throws {
      name = try #require(json["name"]?.asString)
      let digits = Array(try #require(json["file"]?.asString).utf8)
      file = try stride(from: 0, to: digits.count, by: 2).map { at in
        try #require(UInt8(String(decoding: digits[at..<at + 2], as: UTF8.self), radix: 16))
      }
      self.json = json
    }
  }

  private static func cases() throws -> [Case] {
    let bytes = try InputFile.bytes(ScratchFolder.fixture("numpy-files.json"), permissions: Permissions())
    return try #require(JSON.parse(bytes, name: "numpy-files.json").asArray).map { try Case($0) }
  }

  private static func number(_ json: JSON) -> Float {
    json.asNumber.map { Float($0) }
      ?? (json.asString == "inf" ? .infinity : json.asString == "-inf" ? -.infinity : .nan)
  }

  @Test func numbersTextsAndRefusals() throws {
    Notices.listener = { _ in }
    defer { Notices.listener = nil }
    let cases = try Self.cases()
    #expect(cases.count == 49)
    for known in cases {
      if let elements = known.json["elements"]?.asArray {
        let tensor = try NumpyFile.tensor(known.file, path: known.name)
        #expect(tensor.shape == known.json["shape"]?.asArray?.compactMap(\.asWhole), "\(known.name)")
        let found = try tensor.elements()
        let isSame = zip(found, elements.map(Self.number)).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
        #expect(found.count == elements.count && isSame, "\(known.name): \(found)")
      } else if let texts = known.json["texts"] {
        let found = Printer.quotedText(of: try NumpyFile.value(known.file, path: known.name))
        #expect(found == Printer.quotedText(of: texts.toValue()), "\(known.name)")
      } else {
        let word = try #require(known.json["error"]?.asString)
        let fault = try #require(throws: Fault.self) { try NumpyFile.value(known.file, path: known.name) }
        let help = try #require(fault.help)
        #expect("\(fault.message); \(help)".contains(word) && help.contains("in Python"), "\(fault.message)")
      }
    }
  }

  @Test func whatFloat32CannotHoldIsTold() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    for known in try Self.cases() where ["large", "larger", "beyond", "<i4", "double"].contains(known.name) {
      _ = try NumpyFile.tensor(known.file, path: known.name)
    }
    #expect(
      notices == [
        "large: float32 cannot hold 1 whole number exactly; the first is 16777217",
        "larger: float32 cannot hold 1 whole number exactly; the first is 18446744073709551615",
        "beyond: 2 numbers beyond float32 became infinite",
      ])
  }

  /// 2^53 + 1 and the like in texts; 2^53, 10^20 and numbers with a point are what they say.
  @Test func longWholeNumbersOfTextsAreTold() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    let folder = try ScratchFolder()
    try folder.write(
      "t.csv", "id,x\n9007199254740993,1e17\n9007199254740992,0.12345678901234567\n-100000000000000000001,5\n")
    try folder.write(
      "t.json", "[9007199254740993, 100000000000000000000, 9007199254740993.0, 1e300, -9007199254740995]")
    _ = try Program.value("read_csv(\"\(folder.path)/t.csv\")")
    _ = try Program.value("read_json(\"\(folder.path)/t.json\")")
    #expect(
      notices.map { $0.replacing(folder.path + "/", with: "") } == [
        "t.csv, column `id`: 64-bit floats cannot hold 2 whole numbers exactly; the first is 9007199254740993",
        "t.json: 64-bit floats cannot hold 2 whole numbers exactly; the first is 9007199254740993",
      ])
  }

  /// numpy.savez(path, W=…, names=…): what can be read is.
  @Test func archivesOfDifferentKinds() throws {
    var notices: [String] = []
    Notices.listener = { notices.append($0) }
    defer { Notices.listener = nil }
    func archive(_ names: [String]) throws -> RecordObject {
      let entries = try names.map { name in (name, try #require(try Self.cases().first { $0.name == name }).file) }
      return try NumpyArchive.record(StoredArchive.bytes(entries), path: "a.npz")
    }
    let record = try archive(["<f4", "texts", "complex64"])
    #expect(record["<f4"]?.asTensor?.shape == [5])
    #expect(record["texts"]?.asList?.items.compactMap(\.asString) == ["x", "", "é☃😀", "a b"])
    #expect(record["complex64"] == nil && notices.count == 1)
    #expect(
      notices.first?.hasPrefix(
        "a.npz: complex64.npy is left out: elements of type \"<c8\" cannot be read; they are complex numbers") == true)
    let fault = try #require(throws: Fault.self) { try archive(["structured", "objects"]) }
    #expect(fault.message.contains("it is a structured array"))
  }
}

/// A ZIP archive of stored .npy files, written with the checksum that the reader asks for.
private enum StoredArchive {
  static func bytes(_ entries: [(name: String, contents: [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var output: [UInt8] = []
    var directory: [UInt8] = []
    for (name, contents) in entries {
      let file = Array((name + ".npy").utf8)
      let common =
        number(20, 2) + number(0x0800, 2) + number(0, 2) + number(0, 2) + number(0x21, 2) + number(crc(contents), 4)
        + number(contents.count, 4) + number(contents.count, 4) + number(file.count, 2) + number(0, 2)
      directory +=
        number(0x0201_4B50, 4) + number(20, 2) + common + [UInt8](repeating: 0, count: 10)
        + number(output.count, 4) + file
      output += number(0x0403_4B50, 4) + common + file + contents
    }
    let count = number(entries.count, 2)
    return output + directory + number(0x0605_4B50, 4) + number(0, 4) + count + count + number(directory.count, 4)
      + number(output.count, 4) + number(0, 2)
  }

  /// CRC-32 bit by bit.
  private static func crc(_ bytes: [UInt8]) -> Int {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
    return Int(~value)
  }
}
