// One panel of a script: axes, legend, labels, and the plot command.

import Lang
import Runtime

struct PanelWriter {
  private(set) var text = ""
  private(set) var omittedLabels = 0

  private let panel: Panel
  private let number: Int
  private let target: GnuplotScript.Target
  private let size: Int
  private let ranges: PanelRanges
  /// Pixels inside the axes, roughly: gnuplot decides by the widths of its letters.
  private let width: Double
  private let height: Double
  private let legend: Legend

  private enum Legend {
    case none, below, right
  }

  init(_ panel: Panel, number: Int, target: GnuplotScript.Target, width: Double, height: Double, size: Int) {
    self.panel = panel
    self.number = number
    self.target = target
    self.size = size
    ranges = PanelRanges(panel)
    let names = panel.layers.compactMap(\.name).map { PlotText.width(PlotText.label($0, limit: 30)) }
    let letter = Double(size) * 0.66
    let total = names.reduce(0.0) { $0 + (Double($1) + 7) * letter }
    legend = !panel.showsLegend || names.isEmpty ? .none : total < width - 80 || width < 480 ? .below : .right
    let hasColours = panel.colours != nil
    let legendWidth = legend == .right ? (Double(names.max() ?? 0) + 6) * letter : 0
    self.width = max(width - Double(size) * 6.5 - (hasColours ? Double(size) * 7 : 0) - legendWidth, 40)
    let lines = (panel.title == nil ? 0 : 2) + (panel.xLabel == nil ? 0 : 1.5) + (legend == .below ? 1.5 : 0)
    self.height = max(height - Double(size) * (3 + lines * 1.2), 40)
  }

  private mutating func line(_ text: String) { self.text += text + "\n" }

  mutating func write() throws {
    titles()
    try axes()
    legends()
    colours()
    try labels()
    plot()
  }

  private mutating func titles() {
    let letter = Double(size) * 0.7
    if let title = panel.title {
      let lines = PlotText.lines(title, limit: Int((width + Double(size) * 4) / letter))
      line("set title \(GnuplotScript.quoted(lines)) font ',\(target.fontSize(size + 1))'")
    }
    if let label = panel.xLabel {
      line("set xlabel \(GnuplotScript.quoted(PlotText.lines(label, limit: Int((width + Double(size) * 4) / letter))))")
    }
    if let label = panel.yLabel {
      line("set ylabel \(GnuplotScript.quoted(PlotText.lines(label, limit: Int(height / letter))))")
    }
  }

  // MARK: Axes

  private mutating func axes() throws {
    line("set border \(panel.picture != nil ? 0 : panel.heatMap == nil ? 3 : 15) lc rgb '#555555'")
    line("set tics nomirror out scale 0.6 tc rgb '#333333'")
    line("set xrange [\(GnuplotScript.number(ranges.x.lowerBound)):\(GnuplotScript.number(ranges.x.upperBound))]")
    let (low, high) = (GnuplotScript.number(ranges.y.lowerBound), GnuplotScript.number(ranges.y.upperBound))
    // The first row of a matrix is on top.
    line("set yrange [\(panel.hasRowsFromAbove ? "\(high):\(low)" : "\(low):\(high)")]")
    if panel.isLogX { line("set logscale x") }
    if panel.isLogY { line("set logscale y") }
    if panel.isEqual { line("set size ratio -1") }
    if panel.picture != nil {
      line("unset xtics")
      line("unset ytics")
      return
    }
    if let map = panel.heatMap {
      line("set tics scale 0.3")
      line(try Self.ticks("x", map.columnNames, count: map.columns, room: width / Double(map.columns), size: size))
      line(try Self.ticks("y", map.rowNames, count: map.rows, room: height / Double(map.rows), size: size))
      return
    }
    line("set grid \(panel.xNames == nil ? "xtics " : "")ytics lc rgb '#dddddd' lw 0.6 lt 1")
    if let names = panel.xNames {
      line(try Self.ticks("x", names, count: names.count, room: width / Double(max(names.count, 1)), size: size))
    } else {
      let (across, up) = (Int(width / (Double(size) * 4)), Int(height / (Double(size) * 2.2)))
      line("set xtics autofreq \(Self.frequency(ranges.x, isLog: panel.isLogX, most: min(max(across, 2), 8)))")
      line("set ytics autofreq \(Self.frequency(ranges.y, isLog: panel.isLogY, most: min(max(up, 2), 8)))")
    }
  }

  private static func frequency(_ range: ClosedRange<Double>, isLog: Bool, most: Int) -> String {
    isLog ? "" : Ticks.step(range, most: most).map(GnuplotScript.number) ?? ""
  }

  /// Names at 0, 1, 2, … as far as there is room for them; upright ones where they are long.
  private static func ticks(_ axis: String, _ names: [String]?, count: Int, room: Double, size: Int) throws
    -> String
  {
    let shown = try (0..<count).map { at in
      if at & 0xFFF == 0 { try checkInterrupt() }
      return names.map { PlotText.label($0[at], limit: 20) } ?? String(at)
    }
    let longest = Double(shown.map(PlotText.width).max() ?? 1) * Double(size) * 0.68 + 6
    let line = Double(size) * 1.35
    let isUpright = axis == "x" && names != nil && longest > room
    let needed = axis == "y" || isUpright ? line : longest
    let every = max(1, Int((needed / max(room, 1e-6)).rounded(.up)))
    let list = stride(from: 0, to: count, by: every).map { "\(GnuplotScript.quotedTick(shown[$0])) \($0)" }
    return "set \(axis)tics \(isUpright ? "rotate by 90 right " : "norotate ")(\(list.joined(separator: ", ")))"
  }

  // MARK: Legend, colours, labels

  private mutating func legends() {
    switch legend {
    case .none: line("unset key")
    case .below: line("set key bmargin center horizontal height 1.5 noenhanced samplen 1.5 tc rgb '#333333'")
    case .right: line("set key outside right top vertical Left reverse noenhanced samplen 1.5 tc rgb '#333333'")
    }
  }

  private mutating func colours() {
    line(panel.colours.map { GnuplotScript.palette($0.palette, $0.range) } ?? "unset colorbox")
  }

  private mutating func labels() throws {
    let placement = try LabelPlacement(panel, ranges, width: width, height: height, size: Double(size))
    omittedLabels = placement.omitted
    for spot in placement.spots {
      let layer = panel.layers[spot.layer]
      let place = "\(GnuplotScript.number(layer.x[spot.point])),\(GnuplotScript.number(layer.y[spot.point]))"
      line(
        "set label \(GnuplotScript.quoted(spot.text)) at \(place) \(spot.alignment) front font ',\(target.fontSize(size - 1))' tc rgb '#222222'"
      )
    }
  }

  // MARK: Plot

  private mutating func plot() {
    var parts: [String] = []
    if let map = panel.heatMap {
      // Few cells are rectangles; many are one picture, or the file would be huge.
      let isSmall =
        target == .svg && map.rows * map.columns <= 4096 || target == .pdf && map.rows * map.columns <= 20_000
      // gnuplot's picture of a matrix has at least two rows and two columns.
      let cells =
        map.rows < 2 || map.columns < 2
        ? "1:2:(0.5):(0.5):3 with boxxyerror fs solid noborder fc palette"
        : "1:2:3 with image\(isSmall ? " pixels" : "")"
      parts.append("$map\(number) matrix using \(cells) notitle")
    }
    if let picture = panel.picture {
      // The middles of the pixels, in units of the image as it was given.
      func place(_ column: Int, _ range: ClosedRange<Double>, _ count: Int) -> String {
        let step = (range.upperBound - range.lowerBound) / Double(count)
        return "(\(GnuplotScript.number(range.lowerBound + step / 2))+$\(column)*\(GnuplotScript.number(step)))"
      }
      let (x, y) = (place(1, ranges.x, picture.bitmap.width), place(2, ranges.y, picture.bitmap.height))
      let colours = "(int($3)/65536):(int($3)/256%256):(int($3)%256)"
      parts.append("$picture\(number) matrix using \(x):\(y):\(colours) with rgbimage notitle")
      // The scale of colours is drawn for what is painted by it: a point that is not seen.
      if let over = picture.over {
        parts.append(
          "'+' every ::0::0 using (-9e9):(0):(\(GnuplotScript.number(over.range.lowerBound))) with points lc palette notitle"
        )
      }
    }
    for (index, (layer, paint)) in zip(panel.layers, Palette.colours(panel.layers)).enumerated() {
      let name = panel.showsLegend ? layer.name : nil
      let title = name.map { "title \(GnuplotScript.quoted(PlotText.label($0, limit: 30)))" } ?? "notitle"
      parts.append("$data\(number)_\(index) \(style(layer, paint.hex, paint.repeats)) \(title)")
    }
    if parts.isEmpty { parts.append("NaN notitle") }
    line("plot \(parts.joined(separator: ", \\\n  "))")
  }

  private func style(_ layer: Layer, _ colour: String, _ repeats: Int) -> String {
    let count = layer.x.count
    switch layer.shape {
    case .line(let isDashed):
      // A line of one point would not be seen.
      if count == 1 { return "using 1:2 with points pt 7 ps 0.8 lc rgb '\(colour)'" }
      let dash = isDashed ? 2 : [1, 4, 5, 3][repeats % 4]
      return "using 1:2 with lines lw \(isDashed ? 1.2 : 2) dt \(dash) lc rgb '\(colour)'"
    case .points(let wanted):
      let size = wanted ?? Self.pointSize(count, width: width)
      let sign = Self.sign(repeats)
      if layer.values != nil { return "using 1:2:3 with points pt \(sign) ps \(size) lc palette" }
      return "using 1:2 with points pt \(sign) ps \(size) lc rgb '#\(Self.alpha(count))\(colour.dropFirst())'"
    case .arrows: return "using 1:2 with lines lc rgb '\(colour)'"
    case .boxes(let boxWidth, let isHollow):
      let fill = isHollow ? "transparent solid 0.45 noborder" : "solid 0.9 noborder"
      return "using 1:2:(\(GnuplotScript.number(boxWidth))) with boxes fs \(fill) lc rgb '\(colour)'"
    }
  }
  /// In units of a letter's height.
  static func pointSize(_ count: Int, width: Double) -> Double {
    let natural = count <= 200 ? 0.8 : count <= 1000 ? 0.5 : count <= 5000 ? 0.35 : 0.2
    return width < 340 ? natural * 0.625 : natural
  }

  /// The sign of a series, when `repeats` times all colours were taken before.
  static func sign(_ repeats: Int) -> Int { [7, 5, 9, 11, 13][repeats % 5] }

  /// How far one sees through a point, as two hexadecimal digits: many shine through each other.
  static func alpha(_ count: Int) -> String { count > 1000 ? "80" : count > 100 ? "40" : "00" }
}
