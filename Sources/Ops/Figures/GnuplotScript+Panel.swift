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
  /// Set where the map stands among others with which it shares its names.
  private let place: MapGrid.Place?

  private enum Legend {
    case none, below, right
  }

  init(
    _ panel: Panel, number: Int, target: GnuplotScript.Target, width: Double, height: Double, size: Int,
    place: MapGrid.Place? = nil
  ) {
    self.panel = panel
    self.place = place
    self.number = number
    self.target = target
    self.size = size
    ranges = PanelRanges(panel)
    let names = panel.layers.compactMap(\.name).map { PlotText.width(PlotText.label($0, limit: 30)) }
    let letter = Double(size) * 0.66
    let total = names.reduce(0.0) { $0 + (Double($1) + 7) * letter }
    // A legend beside the panel may not take its room.
    let beside = (Double(names.max() ?? 0) + 6) * letter
    legend =
      !panel.showsLegend || names.isEmpty
      ? .none : total < width - 80 || width < 480 || beside > width * 0.4 ? .below : .right
    let hasColours = panel.colours != nil
    let legendWidth = legend == .right ? beside : 0
    if let place {
      (self.width, self.height) = (place.map.width, place.map.height)
      return
    }
    if let passage = panel.passage {
      (self.width, self.height) = (width, PassageLines(passage, width: width, size: size).height)
      return
    }
    let rowNames = panel.heatMap?.rowNames ?? panel.yNames ?? []
    let besideRows = rowNames.map { Self.pixels(PlotText.width(PlotText.label($0, limit: 20)), size: size) }.max() ?? 0
    let inner = (
      width: max(
        width - max(Double(size) * 6.5, besideRows + Double(size) * 3) - (hasColours ? Double(size) * 7 : 0)
          - legendWidth, 40),
      height: 0.0
    )
    let lines = (panel.title == nil ? 0 : 2) + (panel.xLabel == nil ? 0 : 1.5) + (legend == .below ? 1.5 : 0)
    let up = max(height - Double(size) * (3 + lines * 1.2), 40)
    if let map = panel.heatMap, panel.isEqual {
      let side = min(inner.width / Double(map.columns), up / Double(map.rows))
      (self.width, self.height) = (side * Double(map.columns), side * Double(map.rows))
    } else {
      (self.width, self.height) = (inner.width, up)
    }
  }

  private mutating func line(_ text: String) { self.text += text + "\n" }

  /// How wide a text of `letters` letters is, at most, nearly always: gnuplot knows, we do not.
  static func pixels(_ letters: Int, size: Int) -> Double { Double(letters) * Double(size) * 0.6 + 8 }

  mutating func write() throws {
    if let passage = panel.passage {
      text += PassageLines(passage, width: width, size: size).script(panel, target: target)
      return
    }
    if let place { frame(place) }
    titles()
    try axes()
    legends()
    colours()
    try labels()
    plot()
  }

  /// Exactly where the map stands in the picture.
  private mutating func frame(_ place: MapGrid.Place) {
    let map = place.map
    line("set lmargin at screen \(place.across(map.x))")
    line("set rmargin at screen \(place.across(map.x + map.width))")
    line("set bmargin at screen \(place.up(map.y))")
    line("set tmargin at screen \(place.up(map.y + map.height))")
  }

  private mutating func titles() {
    let letter = Double(size) * 0.7
    if let title = panel.title {
      if place != nil {
        let title = PlotText.line(title, limit: max(Int(width / (Double(size) * 0.6)), 3))
        line("set title \(GnuplotScript.quoted(title)) offset 0,-0.7 font ',\(target.fontSize(size))'")
      } else {
        let lines = PlotText.lines(title, limit: Int((width + Double(size) * 4) / letter))
        line("set title \(GnuplotScript.quoted(lines)) font ',\(target.fontSize(size + 1))'")
      }
    }
    if let label = panel.xLabel, place?.showsColumns != false {
      line("set xlabel \(GnuplotScript.quoted(PlotText.lines(label, limit: Int((width + Double(size) * 4) / letter))))")
    }
    if let label = panel.yLabel, place?.showsRows != false {
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
    if panel.isEqual, place == nil { line("set size ratio -1") }
    if panel.picture != nil {
      line("unset xtics")
      line("unset ytics")
      return
    }
    if let map = panel.heatMap {
      line("set tics scale 0.3")
      let room = (x: width / Double(map.columns), y: height / Double(map.rows))
      line(
        place?.showsColumns == false
          ? "unset xtics" : try Self.ticks("x", map.columnNames, count: map.columns, room: room.x, size: size))
      line(
        place?.showsRows == false
          ? "unset ytics" : try Self.ticks("y", map.rowNames, count: map.rows, room: room.y, size: size))
      return
    }
    line(
      "set grid \(panel.xNames == nil ? "xtics " : "")\(panel.yNames == nil ? "ytics " : "")lc rgb '#dddddd' lw 0.6 lt 1"
    )
    if let names = panel.yNames {
      line(try Self.ticks("y", names, count: names.count, room: height / Double(max(names.count, 1)), size: size))
      line(
        "set xtics autofreq \(Self.frequency(ranges.x, isLog: panel.isLogX, most: min(max(Int(width / (Double(size) * 4)), 2), 8)))"
      )
      if ranges.x.lowerBound < 0, ranges.x.upperBound > 0 {
        line("set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb '#555555'")
      }
    } else if let names = panel.xNames {
      line(try Self.ticks("x", names, count: names.count, room: width / Double(max(names.count, 1)), size: size))
      if !panel.isLogY, ranges.y.lowerBound < 0, ranges.y.upperBound > 0 {
        line("set arrow from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#555555'")
      }
      let up = Int(height / (Double(size) * 2.2))
      line("set ytics autofreq \(Self.frequency(ranges.y, isLog: panel.isLogY, most: min(max(up, 2), 8)))")
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
    let longest = Double(shown.map(PlotText.width).max() ?? 1) * Double(size) * 0.6 + 6
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
    if let map = panel.heatMap, map.isLog {
      line("set logscale cb")
      let places = Ticks.logPlaces(map.range, most: 8)
      let ticks = zip(places, Ticks.texts(places)).map { "\(GnuplotScript.quotedTick($1)) \(GnuplotScript.number($0))" }
      line("set cbtics (\(ticks.joined(separator: ", ")))")
    }
    if let place {
      line(
        place.scale.map { scale in
          "set colorbox user origin screen \(place.across(scale.x)),screen \(place.up(scale.y)) "
            + "size screen \(place.across(scale.width)),screen \(place.up(scale.height))"
        } ?? "unset colorbox")
    }
  }

  private mutating func labels() throws {
    if let map = panel.heatMap { text += try CellTexts(map, width: width, height: height).script(target) }
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
        target == .svg && map.rows * map.columns <= 1024 || target == .pdf && map.rows * map.columns <= 20_000
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
      let style = style(layer, paint.hex, paint.repeats)
      // The sign in the legend of small or faint points is one that can be seen.
      if name != nil, case .points = layer.shape, layer.values == nil {
        parts.append("$data\(number)_\(index) \(style) notitle")
        parts.append("keyentry with points pt \(Self.sign(paint.repeats)) ps 0.9 lc rgb '\(paint.hex)' \(title)")
      } else {
        parts.append("$data\(number)_\(index) \(style) \(title)")
      }
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
    case .bars(let barWidth):
      let half = GnuplotScript.number(barWidth / 2)
      return "using ($1/2):2:(0):1:($2-\(half)):($2+\(half)) with boxxyerror fs solid 0.9 noborder lc rgb '\(colour)'"
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
