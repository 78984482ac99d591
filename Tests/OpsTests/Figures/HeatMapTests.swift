// Heat maps: what gnuplot is told of texts, empty cells, logarithms and shared names.

import Figures
import Lang
import Runtime
import Testing

@Suite struct HeatMapTests {
  private func count(_ text: String, of part: String) -> Int {
    text.split(separator: "\n").count { $0.contains(part) }
  }

  /// The ground of -1 is #8f4a06, of 1 #08519c, of 0 #f7f7f7: CIE L* 38, 34 and 97 (colour-science 0.4.6, XYZ_to_Lab(sRGB_to_XYZ(c))[0]).
  @Test func textsAreBlackOnLightAndWhiteOnDarkCells() throws {
    let script = try PlotFixture.script(
      "heatmap([[-1, 0], [1, 0.5]], text=[[\"low\", \"zero\"], [\"high\", \"half\"]])")
    for (text, ink) in [("low", "#ffffff"), ("zero", "#000000"), ("high", "#ffffff"), ("half", "#000000")] {
      let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("set label '\(text)'") })
      #expect(line.hasSuffix("tc rgb '\(ink)'"), "\(line)")
    }
  }

  @Test func textsAreCutToTheirCells() throws {
    let long = "a text that is much longer than its cell is wide"
    let script = try PlotFixture.script("heatmap([[1, 2, 3, 4]], text=[[\"\(long)\", \"b\", \"c\", \"d\"]], width=300)")
    #expect(script.contains("set label 'a "))
    #expect(!script.contains("longer"))
    #expect(script.contains("…' at 0,0"))
  }

  @Test func cellsWithoutRoomHaveNoText() throws {
    let script = try PlotFixture.script("heatmap(ones(60, 60), text=true)")
    #expect(count(script, of: "set label") == 0)
  }

  @Test func numbersOfBothSignsDivergeFromZero() throws {
    let signed = try PlotFixture.script("heatmap([[1, -2]])")
    #expect(signed.contains("set cbrange [-2.0:2.0]"))
    #expect(signed.contains("3 '#f7f7f7'"))
    let positive = try PlotFixture.script("heatmap([[1, 2]])")
    #expect(positive.contains("set cbrange [1.0:2.0]"))
    #expect(positive.contains("0 '#440154'"))
    #expect(try PlotFixture.script("heatmap([[1, -2]], palette=\"viridis\")").contains("set cbrange [-2.0:1.0]"))
  }

  @Test func logarithmsHaveTheirTicks() throws {
    let script = try PlotFixture.script("heatmap([[0.01, 1], [10, 100]], log=true)")
    #expect(script.contains("set logscale cb"))
    #expect(script.contains("set cbtics ('0.01' 0.01, '0.1' 0.1, '1' 1.0, '10' 10.0, '100' 100.0)"))
  }

  @Test func emptyCellsAreNotNumbers() throws {
    let script = try PlotFixture.script("heatmap([[1, 2], [3, 4]], blank=[[false, true], [false, false]])")
    #expect(script.contains("1.0 NaN\n3.0 4.0"))
  }

  /// Names beside the first column and below the last row of panels only, and one scale.
  @Test func sharedMapsNameTheirOuterSides() throws {
    let maps = (0..<4).map { "heatmap([[\($0), 1], [2, 3]], rows=[\"a\", \"b\"], columns=[\"c\", \"d\"], square=true)" }
    let script = try PlotFixture.script("grid([\(maps.joined(separator: ", "))], columns=2, share=true)")
    #expect(count(script, of: "set ytics norotate ('a' 0") == 2)
    #expect(count(script, of: "unset ytics") == 2)
    #expect(count(script, of: "set xtics norotate ('c' 0") == 2)
    #expect(count(script, of: "set colorbox user") == 1)
    #expect(count(script, of: "set cbrange [0.0:3.0]") == 4)
  }

  @Test func sharedMapsOfSquareCellsAreSquare() throws {
    let map = "heatmap(ones(7, 7), square=true)"
    let script = try PlotFixture.script("grid([\(map), \(map), \(map)], share=true, width=900, height=600)")
    func margin(_ name: String) -> [Double] {
      script.split(separator: "\n").filter { $0.hasPrefix("set \(name) at screen ") }.compactMap {
        Double($0.split(separator: " ")[4])
      }
    }
    let across = zip(margin("lmargin"), margin("rmargin")).map { ($1 - $0) * 900 }
    let up = zip(margin("bmargin"), margin("tmargin")).map { ($1 - $0) * 600 }
    #expect(across.count == 3)
    for (a, b) in zip(across, up) { #expect(abs(a - b) < 0.1) }
  }
}
