// Figures in characters.

import Ops
import Runtime
import Testing

@Suite struct FigureTextTests {
  private func lines(_ code: String, columns: Int = 40, rows: Int = 12, usesColour: Bool = false) throws -> [String] {
    try FigureText.text(of: try PlotFixture.figure(code), columns: columns, rows: rows, usesColour: usesColour)
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

  @Test func coloursAreEscapesOnlyWhenAsked() throws {
    #expect(try lines("heatmap([[1, 2], [3, 4]])", usesColour: true).contains { $0.contains("\u{1B}[0;38;5;") })
    #expect(!(try lines("heatmap([[1, 2], [3, 4]])").contains { $0.contains("\u{1B}") }))
  }

  @Test func aFigurePrintsAsALine() throws {
    #expect(
      Printer.text(of: try PlotFixture.value("line({a: [1], b: [2]}, title=\"T\")")) == "figure 800x500: \"T\", 2 lines"
    )
    #expect(Printer.text(of: try PlotFixture.value("heatmap([[1, 2]])")) == "figure 800x600: heat map 1x2")
  }
}
