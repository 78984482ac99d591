// A figure as one page (.html) that needs nothing else: the figure's numbers, the program that shows them (page/figure.js; page/attention.js for
// patterns of heads, page/page.js for both) and Plotly.js, which draws what has axes. Where Plotly.js is not installed the page loads it from the network, and says so.

import Formats
import Lang
import Runtime

enum FigurePage {
  /// Throws what `AtomicFile.write` does.
  static func save(_ figure: FigureObject, _ target: SaveTarget) throws {
    let path = target.path
    let needsPlotly = figure.heads == nil && figure.panels.contains { $0.passage == nil }
    let library = needsPlotly ? PlotlyLibrary.file() : nil
    try AtomicFile.write(path, permissions: target.permissions) { file in
      for piece in template {
        switch piece {
        case .text(let text): try file.write(text)
        case .place("title"): try file.write(escaped(figure.title ?? figure.panels.first?.title ?? "Figure"))
        case .place("style"): try file.write(Array(embedded("figure.css")))
        case .place("figure"): try PageData.write(figure, to: file)
        case .place("provenance"): try file.write(target.note?.script ?? "")
        case .place("library"): if needsPlotly { try write(library, to: file) }
        case .place("program"):
          try file.write(Array(embedded("page.js")))
          try file.write(Array(embedded(figure.heads == nil ? "figure.js" : "attention.js")))
        case .place("note"): if needsPlotly, library == nil { try file.write(note) }
        case .place: break
        }
      }
    }
    if needsPlotly, library == nil {
      Notices.warn(
        "\(path): the page loads Plotly.js from cdn.plot.ly when it is opened; scripts/bootstrap.sh gets a copy to put into pages"
      )
    }
  }

  private static let note = "This page loads Plotly.js from cdn.plot.ly; without a network it stays empty."

  private static func write(_ library: MappedFile?, to file: AtomicFile) throws {
    guard let library else {
      return try file.write("<script src=\"\(PlotlyLibrary.address)\" charset=\"utf-8\"></script>")
    }
    try file.write("<script>")
    try file.write(library.bytes)
    try file.write("</script>")
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

  /// A text between tags.
  static func escaped(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output.append(contentsOf: "&amp;".unicodeScalars)
      case "<": output.append(contentsOf: "&lt;".unicodeScalars)
      case ">": output.append(contentsOf: "&gt;".unicodeScalars)
      default: output.append(scalar)
      }
    }
    return String(output)
  }
}
