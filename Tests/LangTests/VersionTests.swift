import Lang
import Testing

@Suite struct VersionTests {
  @Test(arguments: [
    ("0.9", "0.10"), ("0.2", "0.2.1"), ("0.2.9", "1"), ("1.9.9", "1.10.0"), ("0", "0.0.1"), ("9.0", "10.0"),
  ]) func partsCompareAsNumbers(older: String, newer: String) throws {
    let (a, b) = (try #require(Version(older)), try #require(Version(newer)))
    #expect(a < b && !(b < a) && a != b)
  }

  @Test(arguments: [("0.2", "0.2.0"), ("1", "1.0.0"), ("0", "0.0"), ("0.02", "0.2")])
  func zerosAtTheEndDoNotCount(a: String, b: String) throws {
    #expect(try #require(Version(a)) == #require(Version(b)))
  }

  @Test(arguments: [
    "", ".", "1.", ".1", "1..2", "a", "1.a", "0.2rc1", "-1", "+1", "1e3", "0x1", "1_0", " 1", "1 ", "１", "9999999999",
    "1.2.",
  ]) func anythingElseIsNoVersion(text: String) {
    #expect(Version(text) == nil)
  }

  @Test func thisVersionSaysWhatItIs() throws {
    #expect(try #require(Version(Version.current.text)) == Version.current)
    #expect(try #require(Version("0.2")) <= Version.current)
  }
}
