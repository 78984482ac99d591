// Figures in characters.

import Figures
import Glibc
import Runtime
import Testing

@Suite struct FigureTextTests {
  private func lines(_ code: String, columns: Int = 40, rows: Int = 12, colours: TextColours = .none) throws -> [String]
  {
    try FigureText.text(of: try PlotFixture.figure(code), columns: columns, rows: rows, colours: colours)
      .split(separator: "\n").map(String.init)
  }

  @Test func aLineRisesFromLeftToRight() throws {
    let lines = try lines("line([0, 1, 2], title=\"up\")")
    #expect(lines[0].contains("up"))
    let dots: (String) -> Int? = {
      $0.unicodeScalars.firstIndex { (0x2801...0x28FF).contains($0.value) }.map { _ in 1 }
    }
    #expect(lines.filter { dots($0) != nil }.count > 4)
    let firstDot: (String) -> Int = { line in
      Array(line.unicodeScalars).firstIndex { (0x2801...0x28FF).contains($0.value) } ?? -1
    }
    let drawn = lines.filter { dots($0) != nil }
    #expect(firstDot(drawn[0]) > firstDot(drawn[drawn.count - 1]))
  }

  @Test func noLineIsWiderThanTheTerminal() throws {
    for code in [
      "line([0, 1, 2], xlabel=\"x\", legend=\"name\")", "bars([\"a long name\", \"b\"], [1, -2])",
      "heatmap(ones(50, 90))", "heatmap([[1, 2]], rows=[\"a very long name for a row\"])",
      "grid([line([1]), line([2]), line([3])], title=\"T\")", "scatter([1, 2], [1, 2], labels=[\"left\", \"right\"])",
    ] {
      for columns in [20, 40, 79] {
        let lines = try lines(code, columns: columns)
        let widest = lines.map { $0.unicodeScalars.count }.max() ?? 0
        #expect(widest <= max(columns, 20), "\(code) at \(columns):\n\(lines.joined(separator: "\n"))")
      }
    }
  }

  @Test func barsAreBlocks() throws {
    #expect(try lines("bars([\"a\"], [1])").contains { $0.contains("███") })
  }

  /// The numbers beside the rows, from below, and those under the axis.
  private func ticks(_ code: String, columns: Int = 60, rows: Int = 20) throws -> (y: [String], x: [String]) {
    let lines = try lines(code, columns: columns, rows: rows)
    let beside = lines.filter { $0.contains("┤") }.map { String($0.split(separator: " ")[0]) }
    let axis = try #require(lines.firstIndex { $0.contains("└") })
    return (beside.reversed(), lines[axis + 1].split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    ("line([0.1, 0.4, 1.2, 1.3])", ["0.25", "0.5", "0.75", "1", "1.25"], ["0", "1", "2", "3"]),
    ("line([-0.3, 0.3])", ["-0.2", "0", "0.2"], ["0", "1"]),
    ("line([0, 3, 4])", ["0", "1", "2", "3", "4"], ["0", "1", "2"]),
    ("line([1, 40], log=\"y\")", ["1", "10"], ["0", "1"]),
    ("line([2, 8], log=\"y\")", ["2", "5"], ["0", "1"]),
    ("line([0.001, 1000], log=\"y\")", ["0.001", "0.1", "10", "1000"], ["0", "1"]),
    ("line([20000.25, 20001])", ["20000.4", "20000.6", "20000.8", "20001"], ["0", "1"]),
    ("line([0, 1], yrange=[0.2, 0.4])", ["0.2", "0.25", "0.3", "0.35", "0.4"], ["0", "1"]),
    ("line(0..100)", ["0", "20", "40", "60", "80", "100"], ["0", "20", "40", "60", "80"]),
  ])
  func ticksAreRoundNumbers(_ code: String, _ y: [String], _ x: [String]) throws {
    let ticks = try ticks(code)
    #expect(ticks.y == y)
    #expect(ticks.x == x)
  }

  @Test func numbersUnderAnAxisStandApart() throws {
    for columns in 20...90 {
      let ticks = try ticks("line([1, 2, 3], x=[100000, 200000, 300000])", columns: columns)
      for text in ticks.x { #expect(Double(text).map { $0.truncatingRemainder(dividingBy: 25_000) } == 0, "\(text)") }
    }
  }

  @Test func barsBelowZeroHangFromALine() throws {
    let lines = try lines("bars([\"a\", \"b\", \"c\"], [2, -1, 0])", columns: 60, rows: 20)
    let zero = try #require(lines.first { $0.hasPrefix(" 0 ┤") })
    #expect(!zero.dropFirst(4).contains(" "))
  }

  @Test func aLongTitleEndsInAnEllipsis() throws {
    let title = try lines("line([1, 2], title=\"a title of more words than the window has room for\")")[0]
    #expect(title.split(separator: " ").last?.hasSuffix("…") == true)
  }

  @Test func coloursAreEscapesOnlyWhenAsked() throws {
    #expect(try lines("heatmap([[1, 2], [3, 4]])", colours: .indexed).contains { $0.contains("\u{1B}[0;38;5;") })
    #expect(!(try lines("heatmap([[1, 2], [3, 4]])").contains { $0.contains("\u{1B}") }))
  }

  @Test func aFigurePrintsAsALine() throws {
    #expect(
      Printer.text(of: try PlotFixture.value("line({a: [1], b: [2]}, title=\"T\")")) == "figure 800x500: \"T\", 2 lines"
    )
    #expect(Printer.text(of: try PlotFixture.value("heatmap([[1, 2]])")) == "figure 800x600: heat map 1x2")
  }
}

/// What terminals show of colours and names.
@Suite struct FigureTextColourTests {
  private func text(_ code: String, columns: Int = 60, rows: Int = 20, colours: TextColours = .none) throws -> String {
    try FigureText.text(of: try PlotFixture.figure(code), columns: columns, rows: rows, colours: colours)
  }

  @Test func columnsHaveTheirNames() throws {
    let wide = try text("heatmap([[1, 2], [3, 4]], columns=[\"one\", \"two\"])")
    #expect(wide.contains("one two"))
    // Downwards, where they have no room side by side.
    let narrow = try text(
      "heatmap(ones(2, 20), columns=map(0..20, i => \"name{i + 10}\"))", columns: 50)
    let lines = narrow.split(separator: "\n").map { $0.filter { $0 != " " } }
    #expect(lines.contains("nnnnnnnnnnnnnnnnnnnn"))
    #expect(lines.contains("11111111112222222222"))
  }

  @Test func aMapThatIsAveragedSaysSo() throws {
    #expect(try text("heatmap(ones(10, 200))").contains("each cell is the mean of 1 row x 4 columns"))
    #expect(!(try text("heatmap(ones(10, 20))").contains("mean")))
  }

  @Test func theLowestNumberIsNoBlankAndAnEmptyCellIsOne() throws {
    let lines = try text("heatmap([[0, nan, 1]])").split(separator: "\n")
    #expect(lines[0].hasPrefix("0 ····    ████"))
  }

  @Test func textsStandInTheirCells() throws {
    #expect(try text("heatmap([[1, 2]], text=[[\"abc\", \"d\"]])").contains("abc"))
  }

  @Test func barsThatLieAreAllNamed() throws {
    let lines = try text("bars(map(0..30, i => \"a long name {i}\"), map(0..30, i => i - 10))", rows: 12).split(
      separator: "\n")
    for index in 0..<30 { #expect(lines.contains { $0.contains("a long name \(index) ") }) }
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 60 })
  }

  @Test func aTerminalOfMillionsOfColoursGetsThem() throws {
    // viridis from #440154 to #fde725.
    let direct = try text("heatmap([[0, 1]])", colours: .direct)
    #expect(direct.contains("38;2;68;1;84") && direct.contains("38;2;253;231;37"))
    let indexed = try text("heatmap([[0, 1]])", colours: .indexed)
    #expect(!indexed.contains(";2;") && indexed.contains("38;5;"))
  }

  /// Rec. 709 luminance of the 256 colours as xterm has them.
  @Test(arguments: ["viridis", "cividis"]) func amongFewColoursLightnessRises(_ palette: String) throws {
    let row = "[map(0..40, i => i)]"
    let text = try text("heatmap(\(row), palette=\"\(palette)\")", columns: 100, colours: .indexed)
    let line = try #require(text.split(separator: "\n").first)
    let indices = line.split(separator: "\u{1B}").compactMap { part -> Int? in
      let fields = part.split(separator: ";")
      return fields.count > 3 ? Int(fields[3].prefix { $0.isNumber }) : nil
    }
    #expect(indices.count > 8)
    func light(_ index: Int) -> Double {
      let level: (Int) -> Double = { $0 == 0 ? 0 : Double(55 + 40 * $0) / 255 }
      let rgb =
        index >= 232
        ? [Double](repeating: Double(8 + 10 * (index - 232)) / 255, count: 3)
        : [level((index - 16) / 36), level((index - 16) / 6 % 6), level((index - 16) % 6)]
      let linear = rgb.map { $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
    for (a, b) in zip(indices, indices.dropFirst()) { #expect(light(a) <= light(b) + 1e-6, "\(a) before \(b)") }
  }

  @Test func aTextInColoursIsTheText() throws {
    let plain = try text("highlight([\"To\", \" kill\"], [1, 2])")
    #expect(plain.hasPrefix("To[1] kill[2]"))
    let coloured = try text("highlight([\"To\", \" kill\"], [0, 1])", colours: .direct)
    #expect(coloured.contains("48;2;68;1;84mTo") && coloured.contains("48;2;253;231;37m kill"))
  }
}
