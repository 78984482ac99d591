// A figure as one page (.html) that needs nothing else: the figure's numbers, the program that shows them (page/figure.js; page/attention.js for
// patterns of heads, page/page.js for both) and Plotly.js, which draws what has axes. Where Plotly.js is not installed the page loads it from the network, and says so.

import Formats
import Lang
import Runtime

package enum FigurePage {
  /// Throws what `AtomicFile.write` does.
  static func save(_ figure: FigureObject, _ target: SaveTarget) throws {
    let path = target.path
    let library: Library = needsPlotly(figure) ? PlotlyLibrary.file().map(Library.copy) ?? .network : .nothing
    try AtomicFile.write(path, permissions: target.permissions) {
      try write(figure, library, provenance: target.note?.script, to: $0)
    }
    if case .network = library {
      Notices.warn(
        "\(path): the page loads Plotly.js from cdn.plot.ly when it is opened; scripts/bootstrap.sh gets a copy to put into pages"
      )
    }
  }

  /// Patterns of heads and coloured texts are drawn by the page's own program.
  private static func needsPlotly(_ figure: FigureObject) -> Bool {
    figure.heads == nil && figure.panels.contains { $0.passage == nil }
  }

  private static func writeProgram(_ figure: FigureObject, to file: any ByteSink) throws {
    try file.write(Array(embedded("page.js")))
    try file.write(Array(embedded(figure.heads == nil ? "figure.js" : "attention.js")))
  }

  /// Where a page gets Plotly.js from.
  private enum Library {
    /// Nothing in it has axes.
    case nothing
    case copy(MappedFile)
    case network
    /// The notebook around it, which holds one copy for all its pages (page/notebook.js).
    case notebook
  }

  private static func write(_ figure: FigureObject, _ library: Library, provenance: String?, to file: any ByteSink)
    throws
  {
    for piece in template {
      switch (piece, library) {
      case (.text(let text), _): try file.write(text)
      case (.place("title"), _):
        try file.write(MarkupText.escaped(figure.title ?? figure.panels.first?.title ?? "Figure"))
      case (.place("style"), _): try file.write(Array(embedded("figure.css")))
      case (.place("figure"), _): try PageData.write(figure, to: file)
      case (.place("provenance"), _): try file.write(provenance ?? "")
      case (.place("library"), .copy(let copy)):
        try file.write("<script>")
        try file.write(copy.bytes)
        try file.write("</script>")
      case (.place("library"), .network):
        try file.write("<script src=\"\(PlotlyLibrary.address)\" charset=\"utf-8\"></script>")
      case (.place("library"), .notebook):
        // The program waits for the library: it is a text until then.
        try file.write("<script type=\"text/plain\" id=\"program\" data-library=\"\(PlotlyLibrary.address)\">")
        try writeProgram(figure, to: file)
        try file.write("</script>")
      case (.place("program"), .notebook): try file.write(Array(embedded("notebook.js")))
      case (.place("program"), _): try writeProgram(figure, to: file)
      case (.place("note"), .network): try file.write(note)
      case (.place, _): break
      }
    }
  }

  private static let note = "This page loads Plotly.js from cdn.plot.ly; without a network it stays empty."

  // MARK: In a notebook

  /// The figure as a page within a page: an `iframe` whose `srcdoc` holds it. Plotly.js comes from `notebookLibrary`, or from the network
  /// where that did not run.
  package static func frame(_ figure: FigureObject) throws -> String {
    let page = ByteBuffer()
    try write(figure, needsPlotly(figure) ? .notebook : .nothing, provenance: nil, to: page)
    let height = min(max(figure.height, 400) + 130, 1000)
    return "<iframe style=\"width:100%;height:\(height)px;border:0\" title=\"figure\" srcdoc=\""
      + MarkupText.escaped(page.text, quotes: true) + "\"></iframe>"
  }

  /// What a notebook needs once for all its pages: Plotly.js as a text. Nil where it is not installed.
  package static func notebookLibrary() -> String? {
    guard let library = PlotlyLibrary.file() else { return nil }
    let text = String(decoding: library.bytes, as: UTF8.self)
    return "<script>window.twPlotly = \(JSONText.quoted(text, inMarkup: true));</script>"
  }

  // MARK: Template

  private enum Piece {
    case text(String)
    case place(String)
  }

  /// page/figure.html, cut at its `{{name}}`.
  private static var template: [Piece] {
    let text = String(decoding: embedded("figure.html"), as: UTF8.self)
    var pieces: [Piece] = []
    for (index, part) in split(text[...], at: "{{").enumerated() {
      let halves = split(part, at: "}}")
      if index > 0, halves.count == 2 { pieces.append(.place(String(halves[0]))) }
      pieces.append(.text(String(halves[halves.count - 1])))
    }
    return pieces
  }

  private static func split(_ text: Substring, at mark: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var at = start
    while at < text.endIndex {
      if text[at...].hasPrefix(mark) {
        parts.append(text[start..<at])
        at = text.index(at, offsetBy: mark.count)
        start = at
      } else {
        at = text.index(after: at)
      }
    }
    return parts + [text[start...]]
  }

  private static func embedded(_ name: String) -> UnsafeRawBufferPointer {
    MappedFile.embedded("page/" + name)?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }
}
