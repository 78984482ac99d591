// A figure in characters, for terminals that show no pictures: lines and points in Braille dots, bars and heat maps in blocks.
// It needs no gnuplot.

import Glibc
import Lang
import Runtime

package struct FigureText {
  let columns: Int
  package let rows: Int
  let colours: TextColours

  /// Panels that are drawn; more would run out of the screen.
  private static let mostPanels = 12

  /// `columns` x `rows` is the room for one panel; a grid takes more rows.
  package static func text(of figure: FigureObject, columns: Int, rows: Int, colours: TextColours) throws -> String {
    let room = max(columns, 20)
    // Of many heads the mean: a screen has no room for all of them.
    let panels = try figure.heads?.overview().map { [$0] } ?? figure.panels
    let across = max(1, min(figure.columns, panels.count, room / 38))
    let writer = FigureText(
      columns: min((room - (across - 1) * 2) / across, 100), rows: max(min(rows, 40), 8), colours: colours)
    var lines: [String] = []
    if let title = figure.title { lines += PlotText.lines(title, limit: room) }
    let shown = Array(panels.prefix(mostPanels))
    for start in stride(from: 0, to: shown.count, by: across) {
      try checkInterrupt()
      let blocks = try shown[start..<min(start + across, shown.count)].map { try writer.panel($0) }
      let height = blocks.map(\.count).max() ?? 0
      for row in 0..<height {
        lines.append(blocks.map { row < $0.count ? $0[row] : writer.blank }.joined(separator: "  "))
      }
    }
    let rest = panels.count - shown.count
    if rest > 0 { lines.append("… and \(rest) more panels; save(figure, \"x.svg\") draws all") }
    if let caption = figure.caption { lines += PlotText.lines(caption, limit: room) }
    return lines.joined(separator: "\n")
  }

  private var blank: String { String(repeating: " ", count: columns) }

  private func panel(_ panel: Panel) throws -> [String] {
    var lines: [String] = []
    if let title = panel.title { lines.append(centred(PlotText.line(title, limit: columns))) }
    if let picture = panel.picture {
      lines += try self.picture(picture, panel)
    } else if let map = panel.heatMap {
      lines += try heatMap(map, panel)
    } else if let passage = panel.passage {
      lines += self.passage(passage)
    } else if let space = panel.space {
      lines += try self.space(panel, space)
    } else if let bars = TextBars(panel, columns: columns) {
      lines += try self.bars(bars, panel)
    } else {
      lines += try plot(panel)
    }
    let names = panel.showsLegend ? legend(panel) : []
    return lines + names
  }

  func centred(_ text: String) -> String {
    padded(String(repeating: " ", count: max(0, (columns - PlotText.width(text)) / 2)) + text)
  }

  func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(0, columns - PlotText.width(text)))
  }

  func coloured(_ text: String, _ colour: TextColour) -> String {
    colours == .none ? text : "\u{1B}[\(colour.code(isPaper: false))m\(text)\u{1B}[0m"
  }

  func inks(_ panel: Panel) -> [TextColour] { Palette.colours(panel.layers).map { colours.colour($0.hex) } }

  private func legend(_ panel: Panel) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for (layer, colour) in zip(panel.layers, inks(panel)) {
      guard let name = layer.name.map({ PlotText.label($0, limit: max(columns - 4, 8)) }) else { continue }
      let width = PlotText.width(name) + 4
      if used + width > columns, used > 0 {
        lines.append(line + String(repeating: " ", count: columns - used))
        (line, used) = ("", 0)
      }
      line += coloured("━", colour) + " " + name + "  "
      used += width
    }
    if used > 0 { lines.append(line + String(repeating: " ", count: max(0, columns - used))) }
    return lines
  }

  // MARK: Points, lines, bars

  private func plot(_ panel: Panel) throws -> [String] {
    let ranges = PanelRanges(panel, keepsZero: true)
    let height = max(rows - 4, 4)
    let marks = yMarks(panel, ranges, rows: height)
    let gutter = marks.values.map(\.utf8.count).max() ?? 1
    var canvas = TextCanvas(columns: columns - gutter - 2, rows: height)
    if !panel.isLogY, panel.layers.contains(where: \.isBoxes), ranges.y.lowerBound < 0, ranges.y.upperBound > 0 {
      let ground = canvas.dotRows - 1 - Self.place(0, ranges.y, false, canvas.dotRows)
      canvas.line(from: (0, ground), to: (canvas.dotColumns - 1, ground), Self.axisColour, isDashed: false)
    }
    try draw(panel, ranges, on: &canvas)
    var lines: [String] = []
    for (row, text) in canvas.lines(usesColour: colours != .none).enumerated() {
      let name = marks[row] ?? ""
      let space = String(repeating: " ", count: gutter - name.utf8.count)
      lines.append(space + name + (marks[row] == nil ? " │" : " ┤") + text)
    }
    lines += try xAxis(panel, ranges, width: canvas.columns).map { String(repeating: " ", count: gutter + 1) + $0 }
    let label = [panel.xLabel.map { "x: \($0)" }, panel.yLabel.map { "y: \($0)" }].compactMap { $0 }
    if !label.isEmpty { lines.append(centred(PlotText.line(label.joined(separator: "   "), limit: columns))) }
    return lines
  }

  func draw(_ panel: Panel, _ ranges: PanelRanges, on canvas: inout TextCanvas) throws {
    let x: (Double) -> Int = { [width = canvas.dotColumns] in Self.place($0, ranges.x, panel.isLogX, width) }
    let y: (Double) -> Int = { [height = canvas.dotRows] in height - 1 - Self.place($0, ranges.y, panel.isLogY, height)
    }
    var texts: [(String, Int, Int)] = []
    for (layer, colour) in zip(panel.layers, inks(panel)) {
      switch layer.shape {
      case .points:
        try inBlocks(layer.x.count) { block in
          for at in block { canvas.dot(x(layer.x[at]), y(layer.y[at]), colour) }
        }
        for (at, label) in (layer.labels ?? []).enumerated() {
          texts.append((label, x(layer.x[at]) / 2, y(layer.y[at]) / 4))
        }
      case .arrows:
        for at in stride(from: 1, to: layer.x.count, by: 2) {
          if at & 0xFFF == 1 { try checkInterrupt() }
          canvas.line(
            from: (x(layer.x[at - 1]), y(layer.y[at - 1])), to: (x(layer.x[at]), y(layer.y[at])), colour,
            isDashed: false)
        }
      case .line(let isDashed):
        if layer.x.count == 1 { canvas.dot(x(layer.x[0]), y(layer.y[0]), colour) }
        for at in layer.x.indices.dropFirst() where !layer.y[at].isNaN && !layer.y[at - 1].isNaN {
          if at & 0xFFF == 1 { try checkInterrupt() }
          canvas.line(
            from: (x(layer.x[at - 1]), y(layer.y[at - 1])), to: (x(layer.x[at]), y(layer.y[at])), colour,
            isDashed: isDashed)
        }
      case .bars: break
      case .boxes(let width, _):
        let ground = y(panel.isLogY ? ranges.y.lowerBound : 0)
        for at in layer.x.indices {
          if at & 0xFFF == 0 { try checkInterrupt() }
          let (left, right) = (x(layer.x[at] - width / 2), x(layer.x[at] + width / 2))
          let top = y(layer.y[at])
          for column in left..<max(right, left + 1) {
            for row in min(top, ground)...max(top, ground) where layer.y[at] != 0 {
              canvas.dot(column, row, colour, isSolid: true)
            }
          }
        }
      }
    }
    for (index, (text, column, row)) in texts.enumerated() {
      if index & 0xFFF == 0 { try checkInterrupt() }
      let label = PlotText.label(text, limit: 16)
      if !canvas.write(label, column + 1, row) { _ = canvas.write(label, column - label.unicodeScalars.count, row) }
    }
  }

  /// Dot 0 ..< count of a value; far outside values stay within a few canvases.
  static func place(_ value: Double, _ range: ClosedRange<Double>, _ isLog: Bool, _ count: Int) -> Int {
    let (a, b, v) =
      isLog
      ? (log10(range.lowerBound), log10(range.upperBound), log10(value)) : (range.lowerBound, range.upperBound, value)
    let share = (v - a) / (b - a)
    guard share.isFinite else { return -count }
    return Int((min(max(share, -2), 3) * Double(count - 1)).rounded())
  }
}
