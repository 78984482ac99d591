// A heat map in characters: cells of blocks, their texts in them, names beside rows and below columns.

import Lang
import Runtime

extension FigureText {
  func heatMap(_ given: HeatMap, _ panel: Panel) throws -> [String] {
    let gutter = min(
      given.rowNames?.map { PlotText.width(PlotText.label($0, limit: 12)) }.max() ?? String(given.rows).utf8.count, 14)
    let across = max(columns - gutter - 1, 4)
    let room = max(rows - 3, 4)
    // One line a row where they fit, else two rows a line; what is more is averaged, and so are columns.
    let mayHalve = colours != .none && given.texts == nil
    let down = (given.rows + room * (mayHalve ? 2 : 1) - 1) / (room * (mayHalve ? 2 : 1))
    let side = (given.columns + across - 1) / across
    let isAveraged = down > 1 || side > 1
    let map = isAveraged ? try given.averaged(down, side) : given
    let isTall = mayHalve && map.rows > room
    let lineCount = isTall ? (map.rows + 1) / 2 : map.rows
    let names = map.columnNames.map { $0.map { PlotText.label($0, limit: 12) } }
    let width = cellWidth(map, names, across: across, isTall: isTall)
    var canvas = TextCanvas(columns: across, rows: lineCount)
    for line in 0..<lineCount {
      try checkInterrupt()
      for column in 0..<map.columns {
        let upper = share(map, isTall ? 2 * line : line, column)
        let lower = isTall ? share(map, 2 * line + 1, column) : upper
        for offset in 0..<width { put(upper, lower, column * width + offset, line, map.palette, &canvas) }
        if !isTall, let text = map.texts?[line * map.columns + column], width >= 3 {
          let shown = PlotText.label(text, limit: width - 1)
          let ink = upper.map { colours.colour(map.palette, at: $0).ink }
          canvas.overwrite(shown + (PlotText.width(shown) < width - 1 ? " " : ""), column * width, line, ink: ink)
        }
      }
    }
    var lines = canvas.lines(usesColour: colours != .none).enumerated().map { line, text in
      let row = isTall ? 2 * line : line
      let name = map.rowNames.map { PlotText.label($0[row], limit: 12) } ?? String(row * down)
      return String(repeating: " ", count: max(0, gutter - PlotText.width(name))) + name + " " + text
    }
    let below = columnNames(names, map.columns, width: width, step: side, across: across)
    lines += below.map { String(repeating: " ", count: gutter + 1) + $0 }
    let axes = [panel.xLabel.map { "x: \($0)" }, panel.yLabel.map { "y: \($0)" }].compactMap { $0 }
    if !axes.isEmpty { lines.append(centred(PlotText.line(axes.joined(separator: "   "), limit: columns))) }
    lines.append(scale(map))
    if isAveraged {
      let what = "each cell is the mean of \(counted(down, "row")) x \(counted(side, "column"))"
      lines.append(padded("  " + PlotText.line(what, limit: columns - 2)))
    }
    return lines
  }

  private func cellWidth(_ map: HeatMap, _ names: [String]?, across: Int, isTall: Bool) -> Int {
    let most = max(across / map.columns, 1)
    let longest = names?.map(PlotText.width).max() ?? 0
    if let texts = map.texts {
      let widest = texts.map { PlotText.width(PlotText.label($0, limit: 16)) }.max() ?? 1
      return min(most, max(widest + 1, longest + 1, 4))
    }
    // Names side by side where there is room for them.
    if longest + 1 <= most { return max(longest + 1, min(most, 4)) }
    return min(most, isTall ? 1 : 4)
  }

  /// Names below the columns: side by side where they fit, else downwards; numbers at some of them where there are none.
  private func columnNames(_ names: [String]?, _ count: Int, width: Int, step: Int, across: Int) -> [String] {
    guard let names else {
      var line = TextCanvas(columns: across, rows: 1)
      let every = max(1, (String(count * step).utf8.count + 2 + width - 1) / width)
      for column in stride(from: 0, to: count, by: every) { _ = line.write(String(column * step), column * width, 0) }
      return line.lines(usesColour: false)
    }
    let longest = names.map(PlotText.width).max() ?? 0
    if longest < width {
      var line = TextCanvas(columns: across, rows: 1)
      for (column, name) in names.enumerated() { line.overwrite(name, column * width, 0) }
      return line.lines(usesColour: false)
    }
    if width >= 6 {
      var line = TextCanvas(columns: across, rows: 1)
      for (column, name) in names.enumerated() {
        line.overwrite(PlotText.label(name, limit: width - 1), column * width, 0)
      }
      return line.lines(usesColour: false)
    }
    let deep = min(longest, 10)
    var canvas = TextCanvas(columns: across, rows: deep)
    for (column, name) in names.enumerated() {
      for (line, scalar) in name.unicodeScalars.prefix(deep).enumerated() {
        let sign = String(Character(scalar))
        // A wide sign has no room in a narrow column.
        canvas.overwrite(PlotText.width(sign) <= width ? sign : "·", column * width, line)
      }
    }
    return canvas.lines(usesColour: false)
  }

  private func share(_ map: HeatMap, _ row: Int, _ column: Int) -> Double? {
    row < map.rows ? map.share(map.values[row * map.columns + column]) : nil
  }

  /// The signs from the least to the greatest number where there are no colours; nothing is a blank but what is empty.
  private static let shades: [Unicode.Scalar] = ["·", "░", "▒", "▓", "█"]

  /// Two numbers, one above the other, in one character; nil is empty.
  func put(
    _ a: Double?, _ b: Double?, _ column: Int, _ row: Int, _ palette: ColourMap, _ canvas: inout TextCanvas
  ) {
    guard colours != .none else {
      let mean = a.flatMap { a in b.map { (a + $0) / 2 } } ?? a ?? b
      canvas.put(mean.map { Self.shades[Int(min(max($0, 0), 1) * 4.999)] } ?? " ", column, row)
      return
    }
    switch (a.map { colours.colour(palette, at: $0) }, b.map { colours.colour(palette, at: $0) }) {
    case (nil, nil): canvas.put(" ", column, row)
    case (nil, let lower): canvas.put("▄", column, row, ink: lower)
    case (let upper, let lower): canvas.put("▀", column, row, ink: upper, paper: lower)
    }
  }

  /// The two ends of the colours and what is between them.
  func scale(_ map: HeatMap) -> String { scale(map.palette, map.range, isLog: map.isLog) }

  func scale(_ palette: ColourMap, _ range: ClosedRange<Double>, isLog: Bool = false) -> String {
    let (low, high) = (Ticks.text(range.lowerBound), Ticks.text(range.upperBound) + (isLog ? " (log)" : ""))
    let length = max(1, min(16, columns - low.utf8.count - high.utf8.count - 4))
    var canvas = TextCanvas(columns: length, rows: 1)
    for column in 0..<length {
      let share = Double(column) / Double(max(length - 1, 1))
      put(share, share, column, 0, palette, &canvas)
    }
    let rest = columns - length - low.utf8.count - high.utf8.count - 4
    return "  \(low) \(canvas.lines(usesColour: colours != .none)[0]) \(high)"
      + String(repeating: " ", count: max(0, rest))
  }
}
