// Pictures that gnuplot draws, and what is left without it. gnuplot-nox is installed by scripts/bootstrap.sh.

import Figures
import Glibc
import Lang
import Runtime
import Testing

@Suite(.serialized) struct PictureTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func text(_ name: String) throws -> String { String(decoding: try folder.bytes(name), as: UTF8.self) }

  private func save(_ code: String, _ name: String, _ rest: String = "") throws {
    _ = try PlotFixture.value("save(\(code), \"\(folder.file(name))\"\(rest))")
  }

  @Test(arguments: [
    "line([1, 4, 9], title=\"a < b & _c\")", "scatter([1, 2], [2, 1], labels=[\" a\", \"\\n\"], title=\"a < b & _c\")",
    "hist([1, 2, 2], title=\"a < b & _c\")", "bars([\"x%\"], [1], title=\"a < b & _c\")",
    "heatmap([[1, 2], [3, 4]], title=\"a < b & _c\")", "grid([line([1]), line([2, 3])], title=\"a < b & _c\")",
  ])
  func svgIsWellFormedAndHasItsTitle(_ code: String) throws {
    try save(code, "x.svg")
    let svg = try text("x.svg")
    #expect(svg.contains("a &lt; b &amp; _c"))
    let check =
      "python3 -c \"import xml.dom.minidom as x; print(x.parse('\(folder.file("x.svg"))').documentElement.tagName)\""
    #expect(ScratchFolder.run(check) == "svg\n")
  }

  /// XML 1.0, section 2.4: `]]>` may not stand in a text.
  @Test func svgEscapesTheEndOfCDATA() throws {
    try save(##"bars(["]]>", "a]]>b]]>"], [1, 2], title="a[b[0]]>2", ylabel="x]]>")"##, "x.svg")
    let check =
      "python3 -c \"import xml.dom.minidom as x; print(*sorted(t.firstChild.data for t in "
      + "x.parse('\(folder.file("x.svg"))').getElementsByTagName('text') if ']>' in t.firstChild.data))\""
    #expect(ScratchFolder.run(check) == "]]> a[b[0]]>2 a]]>b]]> x]]>\n")
  }

  @Test func everyCharacterReachesThePicture() throws {
    try save(##"bars(["''q'", "a''b", "`id`", "\\", "`id`", "$x", "%d", "@y", "#"], 1..10, title="'t'")"##, "x.svg")
    let svg = try text("x.svg")
    for shown in ["''q'", "a''b", "`id`", "\\", "`id`", "$x", "%d", "@y", "#", "'t'"] {
      #expect(svg.contains("<text>\(shown)</text>"), "\(shown)")
    }
  }

  /// A backslash makes gnuplot lose count of its quotes.
  @Test func tokensCannotRunCommands() throws {
    let made = folder.file("made")
    for token in ["`touch \(made)`", "\\\\", "'", "\" . system(\"touch \(made)\") . \"", "@GPVAL_VERSION"] {
      let token = Printer.quoted(token)
      try save("bars([\(token), \"\\\\\", \(token), \"'\", \(token)], 1..6, title=\(token), legend=\(token))", "x.svg")
      try save("scatter([1, 2], [1, 2], labels=[\"\\\\\", \(token)], xlabel=\(token), ylabel=\"\\\\\")", "x.svg")
    }
    #expect(folder.names() == ["x.svg"])
  }

  @Test(arguments: ["[[1, 2, 3]]", "[[1], [2], [3]]", "[[1]]"]) func heatMapsOfOneRowOrColumnHaveTheirCells(
    _ cells: String
  ) throws {
    try save("heatmap(\(cells), range=[1, 3])", "x.svg")
    let svg = try text("x.svg")
    // Beside the frame, from 680 on, the scale of colours is made of polygons too.
    let places = svg.split(separator: "<polygon fill = '").dropFirst().compactMap { polygon in
      polygon.split(separator: "points = '").dropFirst().first.flatMap { Double($0.prefix { $0 != "," }) }
    }
    #expect(places.count { $0 < 680 } == cells.count { $0.isNumber })
  }

  @Test func aFigureTellsOnceThatLabelsAreLeftOut() throws {
    let heard = try PlotFixture.warnings {
      _ = try PlotFixture.value(
        """
        f = scatter(zeros(60), zeros(60), labels=map(0..60, i => "token{i}"))
        save(f, "\(folder.file("x.svg"))")
        save(f, "\(folder.file("x.png"))")
        """)
    }
    #expect(heard.count == 1 && heard[0].contains("x.svg: "), "\(heard)")
  }

  @Test func svgHasTheSizeAsked() throws {
    try save("line([1, 2], width=640, height=360)", "x.svg")
    #expect(try text("x.svg").contains("width=\"640\" height=\"360\""))
  }

  @Test func pngHasTheSizeAsked() throws {
    try save("line([1, 2], width=640, height=360)", "x.png")
    let bytes = try folder.bytes("x.png")
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    // Width and height stand behind the first chunk's name, big-endian.
    #expect(Array(bytes[16..<24]) == [0, 0, 2, 128, 0, 0, 1, 104])
  }

  @Test func pdfIsOne() throws {
    try save("line([1, 2])", "x.pdf")
    #expect(try folder.bytes("x.pdf").starts(with: Array("%PDF-".utf8)))
  }

  @Test func sixelsStartTheirSequence() throws {
    let sixels = try PlotFixture.figure("line([1, 2])").sixels(width: 200, height: 120)
    #expect(sixels.hasPrefix("\u{1B}P"))
    #expect(sixels.contains("\u{1B}\\"))
  }

  @Test func theScriptIsKeptBesideAndDrawsTheSame() throws {
    try save("line([1, 2], title=\"kept\")", "x.svg", ", keep=true")
    let before = try text("x.svg")
    #expect(folder.names() == ["x.gp", "x.svg"])
    try folder.remove("x.svg")
    #expect(ScratchFolder.run("cd '\(folder.path)' && gnuplot -d x.gp") == "")
    #expect(try text("x.svg") == before)
  }

  @Test func dataAreATable() throws {
    try save("scatter([1, 2], [3, 4], labels=[\"a,b\", \" c\"])", "x.csv")
    #expect(try text("x.csv") == "x,y,label\n1,3,\"a,b\"\n2,4, c\n")
  }

  @Test func onlyFiguresBecomePictures() throws {
    let fault = try #require(throws: Fault.self) { try save("[1, 2]", "x.svg") }
    #expect(fault.message == "a .svg file holds a figure, got a list")
  }

  @Test func manyPointsAreDrawn() throws {
    try save("scatter(randn(100000, seed=1), randn(100000, seed=2))", "x.png")
    #expect(try folder.bytes("x.png").count > 20_000)
  }

  @Test func whatGnuplotCannotDrawIsSaidInItsWords() throws {
    let fault = try #require(throws: Fault.self) { _ = try Gnuplot.run("set terminal nonsense\n") }
    #expect(fault.code == .unsupported)
    #expect(fault.message.contains("unknown or ambiguous terminal"))
  }
}
