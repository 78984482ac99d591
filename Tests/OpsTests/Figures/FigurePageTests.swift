// Figures as pages: what stands in them. Tests/ShellTests/Pages opens one in a browser.

import Formats
import Glibc
import Lang
import Operations
import Runtime
import Testing

@Suite(.serialized) struct FigurePageTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// The page of a figure, and the warnings about it. Plotly.js is looked for in the test's folder alone.
  private func saved(_ code: String) throws -> (page: String, heard: [String]) {
    setenv("TW_SHARE", folder.path, 1)
    defer { unsetenv("TW_SHARE") }
    let heard = try PlotFixture.warnings {
      _ = try PlotFixture.value("save(\(code), \"\(folder.file("x.html"))\")")
    }
    return (String(decoding: try folder.bytes("x.html"), as: UTF8.self), heard)
  }

  private func page(_ code: String) throws -> String { try saved(code).page }

  /// The figure that stands in a page.
  private func data(_ page: String) throws -> JSON {
    let mark = "<script type=\"application/json\" id=\"figure\">"
    let start = try #require(page.firstPlace(of: mark))
    let rest = page[page.index(start, offsetBy: mark.count)...]
    let end = try #require(rest.firstPlace(of: "</script>"))
    return try JSON.parse(Array(rest[..<end].utf8), name: "page")
  }

  @Test func tokensStayWhatTheyAre() throws {
    let tokens = ["</script>", "<!--", " king", "\\n", "\u{2028}", "&lt;", "\"", "日本", "$x$", "\u{0}"]
    let list = "[" + tokens.map { Printer.quoted($0) }.joined(separator: ", ") + "]"
    let page = try page("scatter3(0..10, 0..10, 0..10, labels=\(list), title=\"</script><b>\")")
    // The page's own three scripts end, and nothing else does.
    #expect(page.components(by: "</script>").count - 1 == 3)
    #expect(page.contains("<title>&lt;/script&gt;&lt;b&gt;</title>"))
    let figure = try data(page)
    let panel = try #require(figure["panels"]?.asArray?.first)
    #expect(panel["title"]?.asString == "</script><b>")
    let layer = try #require(panel["layers"]?.asArray?.first)
    let labels = layer["labels"]?.asArray?.compactMap(\.asString)
    #expect(labels == ["</script>", "<!--", "␣king", "\\n", "\\u{2028}", "&lt;", "\"", "日本", "$x$", "\\u{0}"])
  }

  @Test func numbersAreTheFiguresAndNanIsNull() throws {
    let page = try page("heatmap([[0.1, 0/0], [1e-30, -3]], rows=[\"a\", \"b\"])")
    let map = try #require(try data(page)["panels"]?.asArray?.first?["map"])
    #expect(map["values"]?.asArray?.map(\.asNumber) == [0.1, nil, 1e-30, -3])
    #expect(map["values"]?.asArray?[1].isNull == true)
    #expect(map["rowNames"]?.asArray?.compactMap(\.asString) == ["a", "b"])
  }

  @Test(arguments: [
    ("line([1, 2])", "line"), ("scatter([1], [2])", "points"), ("hist([1, 2])", "boxes"),
    ("bars([\"a\"], [1])", "boxes"),
    ("scatter3([1], [2], [3])", "points"), ("arrows3([[0, 0, 0], [1, 1, 1]])", "arrows"),
  ])
  func everyKindHasItsShape(_ code: String, _ shape: String) throws {
    let page = try page(code)
    let panel = try #require(try data(page)["panels"]?.asArray?.first)
    #expect(panel["layers"]?.asArray?.first?["shape"]?.asString == shape)
    #expect(panel["x"]?["range"]?.asArray?.count == 2)
    #expect((panel["z"] != nil) == code.contains("3("))
  }

  @Test func aGridKeepsItsStepsAndCaption() throws {
    let page = try page("grid([line([1]), line([2])], steps=true, caption=\"a\\nb\")")
    let figure = try data(page)
    #expect(figure["steps"]?.asBool == true)
    #expect(figure["caption"]?.asString == "a\nb")
    #expect(figure["panels"]?.asArray?.count == 2)
  }

  @Test func plotlyIsInThePage() throws {
    let library = "/* plotly.js v4.1.1 */ var Plotly = {};"
    try folder.write("plotly.min.js", library)
    let (page, heard) = try saved("line([1, 2])")
    #expect(page.contains("<script>\(library)</script>"))
    #expect(!page.contains("<script src"))
    #expect(heard == [])
  }

  @Test(arguments: ["", "/* plotly.js v1.0.0 */", "/* plotly.js v4.1.1 */ \"</script>\"", "nonsense"])
  func withoutPlotlyThePageLoadsItAndSaysSo(_ library: String) throws {
    if !library.isEmpty { try folder.write("plotly.min.js", library) }
    let (page, heard) = try saved("line([1, 2])")
    #expect(page.contains("<script src=\"https://cdn.plot.ly/plotly-4.1.1.min.js\""))
    #expect(page.contains("role=\"status\">This page loads Plotly.js from cdn.plot.ly"))
    #expect(library.isEmpty || !page.contains(library))
    #expect(heard.count == 1 && heard[0].contains("the page loads Plotly.js from cdn.plot.ly"))
  }

  /// Two places name the version: the address in a page, and the script that fetches the file.
  @Test func theFetchedPlotlyIsTheOneThatPagesName() throws {
    let file = ScratchFolder.repository + "/share/plotly.min.js"
    guard access(file, R_OK) == 0 else { return }
    let head = ScratchFolder.run("head -c 200 '\(file)'")
    #expect(head.contains("plotly.js v4.1.1"))
  }

  @Test func whatARecipeMayReadDoesNotMatter() throws {
    try folder.write("plotly.min.js", "/* plotly.js v4.1.1 */")
    let permissions = Permissions(readRoots: ["/nonexistent"], writeRoots: [folder.path])
    let figure = try PlotFixture.value("line([1, 2])")
    setenv("TW_SHARE", folder.path, 1)
    defer { unsetenv("TW_SHARE") }
    try Save.save(figure, to: folder.file("y.html"), permissions: permissions)
    #expect(String(decoding: try folder.bytes("y.html"), as: UTF8.self).contains("plotly.js v4.1.1 */</script>"))
  }

  @Test func onlyFiguresBecomePages() throws {
    let fault = try #require(throws: Fault.self) { _ = try page("[1, 2]") }
    #expect(fault.message == "a .html file holds a figure, got a list")
  }
}

extension StringProtocol {
  fileprivate func firstPlace(of text: String) -> Index? {
    var at = startIndex
    while at < endIndex {
      if self[at...].hasPrefix(text) { return at }
      at = index(after: at)
    }
    return nil
  }

  fileprivate func components(by separator: String) -> [SubSequence] {
    var parts: [SubSequence] = []
    var rest = self[...]
    while let place = rest.firstPlace(of: separator) {
      parts.append(rest[..<place])
      rest = rest[rest.index(place, offsetBy: separator.count)...]
    }
    return parts + [rest]
  }
}
