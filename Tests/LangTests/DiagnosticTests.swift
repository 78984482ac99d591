// How diagnostics fit a terminal.

import Lang
import Testing

@Suite struct DiagnosticTests {
  private func fault(_ line: String, under part: String, help: String? = nil) throws -> Fault {
    let bytes = Array(line.utf8)
    let wanted = Array(part.utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: wanted) })
    let file = SourceFile(name: "probe.tw", text: line)
    return Fault(
      .unknownName, "there is no name `\(part)` here", help: help,
      at: Place(file, Span(start, start + wanted.count)))
  }

  /// The two lines behind the gutter: what is shown of the program, and the caret.
  private func view(_ text: String) -> (line: Substring, caret: Substring) {
    let lines = text.split(separator: "\n").drop { !$0.hasPrefix(" 1 | ") }.prefix(2).map { $0.dropFirst(5) }
    return lines.count == 2 ? (lines[0], lines[1]) : ("", "")
  }

  /// What stands above the caret.
  private func marked(_ text: String) -> String {
    let (line, caret) = view(text)
    // Columns, not characters.
    var column = 0
    var marked = ""
    let signs = Array(caret)
    for scalar in line.unicodeScalars {
      if column < signs.count, signs[column] == "^" { marked.unicodeScalars.append(scalar) }
      column += terminalWidth(of: scalar)
    }
    return marked
  }

  private let long = "total = " + (0..<30).map { "first\($0)" }.joined(separator: " + ")

  @Test(arguments: [21, 34, 40, 63, 80, 200], ["total", "first0", "first14", "first15", "first28", "first29"])
  func aLongLineIsCutAroundTheCaret(width: Int, part: String) throws {
    let text = try fault(long, under: part).rendered(width: width)
    #expect(marked(text) == part)
    let line = String(view(text).line)
    #expect(terminalWidth(of: line) + 5 == min(width, long.count + 5))
    #expect(line.hasPrefix("…") == !long.hasPrefix(line.prefix(5)))
    #expect(line.hasSuffix("…") == !long.hasSuffix(line.suffix(5)))
  }

  @Test func wideCharactersAndMarksKeepTheCaretInPlace() throws {
    let line = (0..<20).map { "日本e\u{301}\($0)😀" }.joined(separator: " + ") + " + wrong + 日本日本日本日本"
    for width in 21..<60 {
      let text = try fault(line, under: "wrong").rendered(width: width)
      #expect(marked(text) == "wrong", "\(width)")
      #expect(terminalWidth(of: String(view(text).line)) + 5 <= width)
    }
  }

  @Test func ofALongSpanTheBeginningIsShown() throws {
    let part = String(long.dropFirst(8))
    let text = try fault(long, under: part).rendered(width: 50)
    #expect(view(text).line.hasPrefix("total = first0"))
    #expect(view(text).line.hasSuffix("…"))
    #expect(view(text).caret.filter { $0 == "^" }.count > 20)
    #expect(part.hasPrefix(marked(text).filter { $0 != "…" }))
  }

  @Test func helpBreaksAtWords() throws {
    let help = "there are many names that could be meant here, and none of them is near\nsecond line"
    let text = try fault("x + wrong", under: "wrong", help: help).rendered(width: 40)
    #expect(
      text.split(separator: "\n").suffix(4) == [
        "   = help: there are many names that", "           could be meant here, and none",
        "           of them is near",
        "           second line",
      ])
  }

  /// A pipe gets the whole line.
  @Test func withoutATerminalNothingIsCut() throws {
    let help = (0..<40).map { "word\($0)" }.joined(separator: " ")
    let lines = try fault(long, under: "first29", help: help).rendered().split(separator: "\n")
    #expect(lines[3] == " 1 | " + long)
    #expect(lines[5] == "   = help: " + help)
  }
}
