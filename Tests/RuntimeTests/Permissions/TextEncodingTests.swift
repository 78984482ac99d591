// UTF-16 and UTF-32 with and without their mark.
// The bytes: python3 -c 'print(list("a,b\n1,é\n".encode("utf-16-le")))', and so on.

import Lang
import Runtime
import Testing

@Suite struct TextEncodingTests {
  /// A text in an encoding of this width and order.
  private func encoded(_ text: String, width: Int, big: Bool) -> [UInt8] {
    let units = width == 2 ? text.utf16.map(UInt32.init) : text.unicodeScalars.map(\.value)
    return units.flatMap { unit in
      (0..<width).map { UInt8(truncatingIfNeeded: unit >> UInt32(8 * (big ? width - 1 - $0 : $0))) }
    }
  }

  @Test(arguments: [2, 4], [false, true]) func marksAreFollowed(width: Int, big: Bool) throws {
    for text in ["a,b\n1,é\n", "", "☃ 😀 日本", "\u{FEFF}x"] {
      let bytes = encoded("\u{FEFF}" + text, width: width, big: big)
      #expect(try TextEncoding.utf8(bytes, path: "t") == Array(text.utf8))
    }
  }

  @Test func knownBytes() throws {
    let little: [UInt8] = [0xFF, 0xFE, 97, 0, 44, 0, 98, 0, 10, 0, 49, 0, 44, 0, 233, 0, 10, 0]
    #expect(try TextEncoding.utf8(little, path: "t") == Array("a,b\n1,é\n".utf8))
  }

  @Test(arguments: [2, 4], [false, true]) func withoutAMarkTheyAreNamed(width: Int, big: Bool) {
    let name = "UTF-\(8 * width)\(big ? "BE" : "LE")"
    do {
      _ = try TextEncoding.utf8(encoded("name,score\ntime,0.5\nä,1\n", width: width, big: big), path: "t.csv")
      Issue.record("it was read")
    } catch let fault as Fault {
      #expect(fault.message == "t.csv: it is UTF-\(8 * width) without the mark that says so")
      #expect(fault.help == "convert it first: iconv -f \(name) -t UTF-8")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func utf8StaysAsItIs() throws {
    for text in ["", "a", "a\u{0}b", "é\u{0}\u{0}", "\u{FEFF}a", "word\u{0}word\u{0}word\u{0}"] {
      #expect(try TextEncoding.utf8(Array(text.utf8), path: "t") == Array(text.utf8))
    }
    #expect(try TextEncoding.utf8([0xE9, 0x80, 0xFF], path: "t") == [0xE9, 0x80, 0xFF])
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 97], [0xFF, 0xFE, 0x3D, 0xD8], [0xFE, 0xFF, 0xDC, 0, 0, 97], [0xFF, 0xFE, 0, 0, 0, 0, 0x11, 0],
      [0, 0, 0xFE, 0xFF, 0, 0, 0xD8, 0],
    ] as [[UInt8]])
  func brokenOnesAreRefused(_ bytes: [UInt8]) {
    #expect(throws: Fault.self) { try TextEncoding.utf8(bytes, path: "t") }
  }
}
