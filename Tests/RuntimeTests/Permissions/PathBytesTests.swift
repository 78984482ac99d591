// Paths that are not UTF-8 keep their bytes on the way through texts.

import Runtime
import Testing

@Suite struct PathBytesTests {
  @Test(
    arguments: [
      Array("café/ö.txt".utf8), [0x63, 0xE9], [0xE9, 0x2F, 0xFF, 0x80], [0xC3, 0xA9, 0xC3], [0xF0, 0x9F, 0x98], [],
      // A name that holds a stand-in itself.
      Array("a\u{10FFE9}b".utf8), [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], Array("\u{10FF7F}\u{1F600}".utf8),
    ] as [[UInt8]])
  func bytesComeBack(_ name: [UInt8]) {
    #expect(Paths.bytes(Paths.text(name)) == name)
    Paths.withSystem(Paths.text(name)) { path in
      #expect(Array(UnsafeRawBufferPointer(start: path, count: name.count + 1)) == name + [0])
    }
  }

  @Test func differentBytesAreDifferentTexts() {
    let names: [[UInt8]] = [[0xE9], [0xEA], Array("é".utf8), Array("\u{10FFE9}".utf8), Array("\u{FFFD}".utf8)]
    #expect(Set(names.map { Array(Paths.text($0).utf8) }).count == names.count)
  }

  @Test func peopleSeeTheBytes() {
    #expect(Paths.shown(Paths.text([0x63, 0xE9, 0x2F, 0x80])) == "c\\xE9/\\x80")
  }

  @Test func ordinaryNamesStayAsTheyAre() {
    #expect(Paths.text("a/é/☃".utf8) == "a/é/☃")
    #expect(
      Paths.split(Paths.text([0x61, 0x2F, 0xE9, 0x2F, 0xFF])) == (Paths.text([0x61, 0x2F, 0xE9]), Paths.text([0xFF])))
  }
}
