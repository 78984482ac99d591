// Figures in three dimensions: what is said to gnuplot, and what it draws.

import Figures
import Glibc
import Lang
import Runtime
import Testing

@Suite(.serialized) struct ScenePlotTests {
  @Test(arguments: [
    ("scatter3([1, 2], [3, 4], [5, 6])", ["set view 65,30", "1.0 3.0 5.0 ", "2.0 4.0 6.0 ", "splot ", "0x000072b2"]),
    ("scatter3([1], [2], [3], view=[30, 10])", ["set view 80,120"]),
    ("scatter3([1, 2], [3, 4], [5, 6], color=[0, 10])", ["set cbrange [0.0:10.0]", "0x00440154", "0x00fde725"]),
    ("scatter3([1, 2], [3, 4], [5, 6], color=[\"x\", \"y\"])", ["set label 'x' at screen", "set label 'y' at screen"]),
    ("scatter3([1], [2], [3], xlabel=\"a\", zlabel=\"c\")", ["set label 'a' at screen", "set label 'c' at screen"]),
    (
      "arrows3([[0, 0, 0], [1, 2, 3], [1, 2, 4]])",
      ["0.0 0.0 0.0 1.0 2.0 3.0\n1.0 2.0 3.0 0.0 0.0 1.0\nEND", "with vectors filled head"]
    ),
    ("arrows3([[0, 0, 0]], [[1, 1, 1]], tips=false)", ["with vectors nohead"]),
    ("surface([[1, 2], [3, 4]], x=[5, 7])", ["5.0 1.0 3.0\n7.0 1.0 4.0\n\n5.0 0.0 1.0", "with pm3d"]),
    ("surface([[1, 2], [3, 4]], x=[7, 5], view=[120, 25])", ["7.0 0.0 1.0\n5.0 0.0 2.0\n\n7.0 1.0 3.0"]),
    ("surface([[1, 0/0], [3, 4]])", ["1.0 0.0 NaN"]),
    ("grid([scatter3([1], [2], [3]), line([1, 2])], caption=\"it's\")", ["set label 'it'.\"\\047\".'s' at screen"]),
  ])
  func scripts(_ code: String, _ parts: [String]) throws {
    let script = try PlotFixture.script(code)
    for part in parts { #expect(script.contains(part), "\(part) in\n\(script)") }
  }

  /// From azimuth -60 the larger x is nearer, from 120 the smaller one.
  @Test func pointsAreDrawnFromBackToFront() throws {
    let front = try PlotFixture.script("scatter3([0, 1], [0, 0], [0, 0], view=[-60, 25])")
    #expect(try place(of: "0.0 0.0 0.0 ", in: front) < place(of: "1.0 0.0 0.0 ", in: front))
    let back = try PlotFixture.script("scatter3([0, 1], [0, 0], [0, 0], view=[120, 25])")
    #expect(try place(of: "0.0 0.0 0.0 ", in: back) > place(of: "1.0 0.0 0.0 ", in: back))
  }

  private func place(of line: String, in script: String) throws -> Int {
    let lines = script.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("$points") })
    return try #require(lines[start...].firstIndex { $0.hasPrefix(line) })
  }

  /// The numbers are placed by us, the points by gnuplot.
  @Test(arguments: ["[-60, 25]", "[30, 40]", "[200, 5]", "[90, 80]"])
  func numbersStandBesideTheirPlaces(_ view: String) throws {
    let folder = try ScratchFolder()
    // One point at each end of the z axis, at all four edges.
    let edges = "[0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 0, 1, 1], [3, 3, 3, 3, 7, 7, 7, 7]"
    let ranges = "xrange=[0, 1], yrange=[0, 1], zrange=[3, 7]"
    _ = try PlotFixture.value("save(scatter3(\(edges), \(ranges), view=\(view)), \"\(folder.file("x.svg"))\")")
    let svg = String(decoding: try folder.bytes("x.svg"), as: UTF8.self)
    let points = svg.split(separator: "\n").filter { $0.contains("#gpPt6") }.compactMap { Self.translation($0) }
    try #require(points.count == 8)
    for number in ["3", "7"] {
      let lines = svg.split(separator: "\n")
      let text = try #require(lines.firstIndex { $0.contains("<text>\(number)</text>") })
      let place = try #require(Self.translation(lines[text - 1]))
      let isNear = points.contains { abs($0.y - place.y) < 8 && $0.x > place.x && $0.x - place.x < 16 }
      #expect(isNear, "\(number) at \(place), points at \(points)")
    }
  }

  @Test(arguments: ["[-60, 25]", "[0, 0]", "[45, 90]", "[135, -30]", "[300, 60]"])
  func nothingIsCutOff(_ view: String) throws {
    let folder = try ScratchFolder()
    let cube = "[0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 0, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1]"
    let names = "xlabel=\"first\", ylabel=\"second\", zlabel=\"third\", title=\"title\", legend=\"name\", caption=\"c\""
    for size in ["width=800, height=640", "width=300, height=600", "width=900, height=300"] {
      _ = try PlotFixture.value(
        "save(scatter3(\(cube), view=\(view), \(names), \(size)), \"\(folder.file("x.svg"))\")")
      let svg = String(decoding: try folder.bytes("x.svg"), as: UTF8.self)
      let lines = svg.split(separator: "\n")
      let sizes = size.split { !$0.isNumber }.compactMap { Double($0) }
      for place in lines.compactMap({ Self.translation($0) }) {
        #expect(place.x > 4 && place.x < sizes[0] - 4 && place.y > 4 && place.y < sizes[1] - 1, "\(place) in \(size)")
      }
      for text in ["first", "second", "third", "title", "name", "c"] { #expect(svg.contains("<text>\(text)</text>")) }
    }
  }

  /// The place of an element of gnuplot's SVG.
  private static func translation(_ line: Substring) -> (x: Double, y: Double)? {
    guard let start = line.range(of: "translate(") else { return nil }
    let numbers = line[start...].prefix { $0 != ")" }.split { "(,".contains($0) }.compactMap { Double($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  @Test func panelsThatShowTheSameShareALegend() throws {
    let one = "scatter3([1], [2], [3], legend=\"name\")"
    let script = try PlotFixture.script("grid([\(one), \(one), \(one)])")
    #expect(script.split(separator: "\n").count { $0.hasPrefix("set label 'name'") } == 1)
  }

  @Test func manySeriesLeaveRoomForTheFigure() throws {
    let script = try PlotFixture.script(
      "scatter3(0..300, 0..300, 0..300, color=map(0..300, i => \"series {i}\"))")
    #expect(script.contains("more' at screen"))
    #expect(!script.contains("'series 299'"))
  }

  @Test(arguments: ["scatter3([1e299, -1e299], [0, 0], [5, 5])", "scatter3([1], [1], [1], xrange=[0, 1e-310])"])
  func extremeNumbersAreDrawn(_ code: String) throws {
    let folder = try ScratchFolder()
    _ = try PlotFixture.value("save(\(code), \"\(folder.file("x.png"))\")")
    #expect(try folder.bytes("x.png").count > 1000)
  }

  @Test func equalAxesHaveEqualLengths() throws {
    let script = try PlotFixture.script("scatter3([0, 10], [0, 1], [0, 1], equal=true)")
    var lengths: [Double] = []
    for axis in ["x", "y", "z"] {
      let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("set \(axis)range") })
      let ends = line.split { "[:]".contains($0) }.compactMap { Double($0) }
      try #require(ends.count == 2)
      lengths.append(ends[1] - ends[0])
    }
    #expect(abs(lengths[0] - lengths[1]) < 1e-9 && abs(lengths[0] - lengths[2]) < 1e-9)
    #expect(lengths[0] >= 10)
  }

  @Test func inATerminalTheCubeAndThePointsAreSeen() throws {
    let text = try FigureText.text(
      of: try PlotFixture.figure("scatter3([0, 1], [0, 1], [0, 1], labels=[\"low\", \"high\"], zlabel=\"height\")"),
      columns: 60, rows: 20, colours: .none)
    let lines = text.split(separator: "\n").map(String.init)
    let low = try #require(lines.firstIndex { $0.contains("low") })
    let high = try #require(lines.firstIndex { $0.contains("high") })
    #expect(high < low)
    #expect(text.contains("z: height"))
    #expect(lines.allSatisfy { $0.unicodeScalars.count <= 60 })
  }

  /// Beside one point eight labels find room, and more with lines to them.
  @Test func labelsOfPointsThatCoincideStandAroundThem() throws {
    let script = try GnuplotScript(
      try PlotFixture.figure("scatter3(zeros(20, 3), labels=map(0..20, i => \"token{i}\"))"), target: .svg)
    let lines = script.text.split(separator: "\n")
    #expect(script.omittedLabels == 0)
    #expect(lines.count { $0.hasPrefix("set label 'token") } == 20)
    let leaders = lines.filter { $0.hasPrefix("set arrow from screen") }
    #expect(leaders.count > 10 && leaders.count < 20)
    #expect(Set(leaders).count == leaders.count)
  }

  @Test func arrowsWithAMissingEndAreLeftOut() throws {
    var script = ""
    let heard = try PlotFixture.warnings {
      script = try PlotFixture.script("arrows3([[0, 0, 0], [1, 0, 0/0]], [[1, 1, 1], [2, 2, 2]])")
    }
    #expect(heard == ["arrows3: 1 of 2 arrows is nan or infinite, and left out"])
    #expect(script.contains("0.0 0.0 0.0 1.0 1.0 1.0\nEND"))
  }
}

extension Substring {
  fileprivate func range(of text: String) -> Index? { indices.first { self[$0...].hasPrefix(text) } }
}
