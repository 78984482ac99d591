// Escapes in texts of any length, and texts without their middle.

import Lang
import Testing

@Suite struct EscapesTests {
  /// One code point after the other, as `Escapes` does in pieces.
  private func slowly(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if VisibleText.isObeyed(scalar) {
        output.append(contentsOf: VisibleText.escape(scalar))
      } else {
        output.append(scalar)
      }
    }
    return String(output)
  }

  @Test(arguments: [
    "", "a", "\n", "a\tb", "é", "\u{85}", "a\u{202E}b", "\u{1F468}\u{200D}\u{1F469}", "\u{E0041}", "\u{F8FF}x",
    "\u{061C}ا", "\u{1B}[31mred", "“a” — b…", "\u{7F}", "\u{10FFFF}",
  ]) func whatATerminalObeysIsEscaped(text: String) {
    #expect(VisibleText.of(text, oneLine: true).isEqual(slowly(text)))
  }

  /// Code points of every length in UTF-8 lie on the edge of a piece, escaped and not.
  @Test(arguments: ["\u{1B}", "é", "\u{85}", "…", "\u{202E}", "\u{1F600}", "\u{E0041}"])
  func piecesMeetAnywhere(mark: String) {
    for shift in 0..<5 {
      let text = String(repeating: "x", count: (1 << 16) - shift) + mark + "y" + mark
      #expect(VisibleText.of(text, oneLine: true).isEqual(slowly(text)))
      let later = mark + String(repeating: "z", count: (1 << 17) - shift) + mark
      #expect(VisibleText.of(later, oneLine: true).isEqual(slowly(later)))
    }
  }

  @Test func lineBreaksStayInWholeTexts() {
    #expect(VisibleText.of("a\n\tb\r") == "a\n\tb\\r")
  }

  @Test func aLongTextLosesItsMiddle() {
    #expect("abc".abridged(to: 2) == "abc")
    #expect("abcdefghijkl".abridged(to: 3) == "abc … l")
    #expect(String(repeating: "é", count: 100).abridged(to: 6) == "éééééé … éé")
  }

  /// The reason at the end of a message outlives the text that it quotes.
  @Test func aMessageIsAbridgedAndItsEndKept() {
    let text = String(repeating: "word ", count: 100_000)
    let fault = Fault(.cannotRead, "cannot read `\(text)`: no such file")
    #expect(fault.message.utf8.count < 3000)
    #expect(fault.message.hasPrefix("cannot read `word word") && fault.message.hasSuffix("word `: no such file"))
    #expect(Fault(.raised, text).message == text)
    #expect(Fault(.raised, text).rendered().utf8.count < 3000)
  }
}

extension String {
  fileprivate func isEqual(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
