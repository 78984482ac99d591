// A figure as a script for gnuplot (5.4 or later). The data stand in the script, so that a script that is kept draws the same
// picture anywhere. Panels are in `GnuplotScript+Panel.swift`.

import Lang
import Runtime

package struct GnuplotScript {
  /// What gnuplot draws to.
  package enum Target: String, CaseIterable {
    case svg, png, pdf, sixel

    /// The `set terminal` line. Texts are never marked up (`noenhanced`): `_ ^ { } @ \` in a token are themselves.
    func terminal(width: Int, height: Int, size: Int) -> String {
      switch self {
      case .svg: "svg size \(width),\(height) noenhanced font 'sans-serif,\(size)' background 'white'"
      case .png: "pngcairo size \(width),\(height) noenhanced font 'Sans,\(points(size))' background 'white'"
      case .pdf:
        "pdfcairo size \(inches(width))in,\(inches(height))in noenhanced font 'Sans,\(size)' background 'white'"
      case .sixel: "sixelgd size \(width),\(height) truecolor noenhanced font 'Sans,\(points(size))' background 'white'"
      }
    }

    /// As a font's size in the script.
    func fontSize(_ pixels: Int) -> String { self == .svg || self == .pdf ? String(pixels) : points(pixels) }

    /// Letters of `pixels` at 96 pixels an inch.
    private func points(_ pixels: Int) -> String { numberText(Double(pixels) * 0.75) }

    /// pdfcairo draws a letter of 12 points 12/72 inch high.
    private func inches(_ pixels: Int) -> String { formatFixed(Double(pixels) / 72, decimals: 3) }
  }

  /// The script; `set output` is left to who keeps it, gnuplot's standard output is the picture.
  package private(set) var text = ""
  /// Labels that found no free place.
  package private(set) var omittedLabels = 0

  let figure: FigureObject
  let width: Int
  let height: Int

  package init(_ figure: FigureObject, target: Target, output: String? = nil, width: Int? = nil, height: Int? = nil)
    throws
  {
    self.figure = figure
    self.width = width ?? figure.width
    self.height = height ?? figure.height
    let rows = (figure.panels.count + figure.columns - 1) / figure.columns
    let panelWidth = Double(self.width) / Double(figure.columns)
    // Letters shrink with the panels, but stay readable.
    let size = panelWidth >= 340 ? 13 : panelWidth >= 240 ? 11 : 10
    line("# Drawn with: gnuplot -d FILE")
    line("set encoding utf8")
    line("set terminal \(target.terminal(width: self.width, height: self.height, size: size))")
    if let output { line("set output \(Self.quoted(output))") }
    for (index, panel) in figure.panels.enumerated() where panel.space == nil { try data(of: panel, number: index) }
    let limit = Int(Double(self.width) / (Double(size) * 0.75))
    let title = figure.title.map { PlotText.lines($0, limit: limit) } ?? []
    let caption = figure.caption.map { PlotText.lines($0, limit: limit * 5 / 4) } ?? []
    let isSingle = figure.panels.count == 1 && title.isEmpty && caption.isEmpty
    if !isSingle {
      let name = title.isEmpty ? "" : " title \(Self.quoted(title)) font ',\(target.fontSize(size + 2))'"
      line("set multiplot\(name)")
    }
    let top = Double(title.count) * Double(size) * 1.8
    var bottom = caption.isEmpty ? 0 : (Double(caption.count) * 1.45 + 0.6) * Double(size)
    // Panels in three dimensions have one legend, and so have those in the plane that show the same series.
    let isShared =
      figure.panels.count > 1 && figure.panels.allSatisfy { $0.space != nil } || PanelLegend.isShared(figure.panels)
    let legend = PanelLegend(
      isShared ? figure.panels : [], width: Double(self.width), height: Double(self.height), size: size)
    let low = bottom
    bottom += legend.height
    let panelHeight = max((Double(self.height) - top - bottom) / Double(rows), 16)
    let maps =
      figure.sharesMaps
      ? MapGrid(
        figure.panels, columns: figure.columns,
        area: .init(x: 0, y: bottom, width: Double(self.width), height: Double(self.height) - top - bottom),
        picture: (Double(self.width), Double(self.height)), size: size
      ).places : []
    for (index, panel) in figure.panels.enumerated() {
      let area = ScenePanelWriter.Rectangle(
        x: Double(index % figure.columns) * panelWidth,
        y: bottom + Double(rows - 1 - index / figure.columns) * panelHeight, width: panelWidth, height: panelHeight)
      if !isSingle {
        line("reset")
        line("set origin \(share(area.x, self.width)),\(share(area.y, self.height))")
        line("set size \(share(area.width, self.width)),\(share(area.height, self.height))")
      }
      if index == 0, !caption.isEmpty {
        let place = "screen \(share(Double(size), self.width)),screen \(share(low - Double(size), self.height))"
        line(
          "set label \(Self.quoted(caption)) at \(place) left font ',\(target.fontSize(size - 2))' tc rgb '#555555'")
      }
      if index == 0 {
        text += legend.script(low: low, target: target) {
          "screen \(share($0, self.width)),screen \(share($1, self.height))"
        }
      }
      try write(
        panel, number: index, target: target, area: area, size: size, hasLegend: !isShared,
        place: maps.indices.contains(index) ? maps[index] : nil)
    }
    if !isSingle { line("unset multiplot") }
  }

  private mutating func write(
    _ panel: Panel, number: Int, target: Target, area: ScenePanelWriter.Rectangle, size: Int, hasLegend: Bool,
    place: MapGrid.Place?
  ) throws {
    if let space = panel.space {
      var writer = ScenePanelWriter(
        panel, space, number: number, target: target, picture: (Double(width), Double(height)), area: area, size: size,
        hasLegend: hasLegend)
      try writer.write()
      text += writer.text
      omittedLabels += writer.omittedLabels
    } else {
      var panel = panel
      if !hasLegend { panel.showsLegend = false }
      var writer = PanelWriter(
        panel, number: number, target: target, width: area.width, height: area.height, size: size, place: place)
      try writer.write()
      text += writer.text
      omittedLabels += writer.omittedLabels
    }
  }

  /// Pixels as a part of the picture.
  private func share(_ pixels: Double, _ whole: Int) -> String { formatFixed(pixels / Double(whole), decimals: 5) }

  /// Colours for numbers of `range`.
  static func palette(_ palette: ColourMap, _ range: ClosedRange<Double>) -> String {
    let stops = palette.stops.enumerated().map { "\($0.offset) '\($0.element)'" }
    return "set palette defined (\(stops.joined(separator: ", ")))\n"
      + "set cbrange [\(number(range.lowerBound)):\(number(range.upperBound))]"
  }

  private mutating func line(_ text: String) { self.text += text + "\n" }

  // MARK: Texts

  /// A text as an expression of gnuplot. Before it reads quotes it looks for `commands` and @macros, and loses count of the quotes
  /// where they stand beside backslashes: these four signs are written by their codes, so that a token cannot run anything.
  static func quoted(_ text: String) -> String {
    var output = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'", "\\", "`", "@":
        let code = String(scalar.value, radix: 8)
        output += "'.\"\\" + String(repeating: "0", count: 3 - code.utf8.count) + code + "\".'"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output + "'"
  }

  /// Several lines.
  static func quoted(_ lines: [String]) -> String { lines.map { quoted($0) }.joined(separator: ".\"\\n\".") }

  /// The name of a tick; gnuplot reads `%` there as a number's format.
  static func quotedTick(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      if scalar == "%" { output += "%%" } else { output.unicodeScalars.append(scalar) }
    }
    return quoted(output)
  }

  /// A number in the fewest digits that read back the same; most come from float32.
  static func number(_ value: Double) -> String {
    let single = Float(value)
    return Double(single) == value ? "\(single)" : "\(value)"
  }

  // MARK: Data

  private mutating func data(of panel: Panel, number: Int) throws {
    if let map = panel.heatMap {
      line("$map\(number) << END")
      for row in 0..<map.rows {
        try checkInterrupt()
        let cells = map.values[row * map.columns..<(row + 1) * map.columns]
        line(cells.map { $0.isNaN ? "NaN" : Self.number($0) }.joined(separator: " "))
      }
      line("END")
    }
    if let picture = panel.picture {
      // Red, green and blue as one number, 65536 r + 256 g + b.
      let drawn = try picture.drawn()
      line("$picture\(number) << END")
      for row in 0..<drawn.height {
        try checkInterrupt()
        let pixels = (0..<drawn.width).map { column in
          let (red, green, blue) = drawn.colour(row, column)
          return String(red << 16 | green << 8 | blue)
        }
        line(pixels.joined(separator: " "))
      }
      line("END")
    }
    for (index, layer) in panel.layers.enumerated() {
      line("$data\(number)_\(index) << END")
      for at in layer.x.indices {
        if at & 0xFFF == 0 { try checkInterrupt() }
        let value = layer.values.map { " " + Self.number($0[at]) } ?? ""
        // A line is interrupted where a point is missing.
        line(layer.y[at].isNaN ? "" : Self.number(layer.x[at]) + " " + Self.number(layer.y[at]) + value)
      }
      line("END")
    }
  }
}
