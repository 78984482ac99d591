// One panel in three dimensions of a script. gnuplot turns the data and draws them (`splot`), so that a script that is kept can be
// turned in gnuplot's window; the cube with its numbers, and the order from back to front, are ours.

import Lang
import Runtime

struct ScenePanelWriter {
  /// A rectangle of the picture in pixels, from its lower left corner.
  struct Rectangle {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }

  private(set) var text = ""
  private(set) var omittedLabels = 0

  private let panel: Panel
  private let space: Scene
  private let number: Int
  private let target: GnuplotScript.Target
  private let picture: (width: Double, height: Double)
  private let area: Rectangle
  private let size: Int
  private let frame: SceneFrame
  private let insets: SceneFrame.Insets
  private let titleLines: [String]
  private let legend: PanelLegend

  /// `size`: of the letters, in pixels.
  init(
    _ panel: Panel, _ space: Scene, number: Int, target: GnuplotScript.Target, picture: (width: Double, height: Double),
    area: Rectangle, size: Int, hasLegend: Bool
  ) {
    self.panel = panel
    self.space = space
    self.number = number
    self.target = target
    self.picture = picture
    self.area = area
    self.size = size
    let letter = Double(size)
    titleLines = panel.title.map { PlotText.lines($0, limit: Int(area.width / (letter * 0.7))) } ?? []
    legend = PanelLegend(hasLegend ? [panel] : [], width: area.width, height: area.height, size: size)
    var insets = SceneFrame.Insets()
    insets.top = letter * (0.6 + 1.7 * Double(titleLines.count))
    insets.bottom = letter * 0.8 + legend.height
    let hasNames = panel.xLabel != nil || panel.yLabel != nil
    insets.bottom += letter * ((space.showsTicks ? 2 : 0) + (hasNames ? 1.6 : 0))
    insets.left = letter * (1 + (space.showsTicks ? 3.2 : 0) + (space.zLabel == nil ? 0 : 1.8))
    insets.right = letter * (space.showsTicks ? 3 : 1)
    if Self.colours(panel) != nil { insets.right += letter * 5.5 }
    self.insets = insets
    frame = SceneFrame(panel, width: area.width, height: area.height, insets: insets)
  }

  private mutating func line(_ text: String) { self.text += text + "\n" }

  mutating func write() throws {
    var plots = cube()
    plots += try surface()
    plots += try lines()
    plots += try points()
    settings()
    names()
    try labels()
    line("splot \(plots.joined(separator: ", \\\n  "))")
  }

  // MARK: Settings

  private func screenX(_ x: Double) -> String { formatFixed((area.x + x) / picture.width, decimals: 5) }
  private func screenY(_ y: Double) -> String { formatFixed((area.y + y) / picture.height, decimals: 5) }

  private mutating func settings() {
    // With margins on the screen gnuplot makes the sides of the cube as long as the margins are apart.
    line("set lmargin at screen \(screenX(frame.centre.x - frame.scale.x / 2))")
    line("set rmargin at screen \(screenX(frame.centre.x + frame.scale.x / 2))")
    line("set bmargin at screen \(screenY(frame.centre.y - frame.scale.y / 2))")
    line("set tmargin at screen \(screenY(frame.centre.y + frame.scale.y / 2))")
    let turn = frame.view.azimuth + 90
    let around = turn - 360 * (turn / 360).rounded(.down)
    line("set view \(numberText(90 - frame.view.elevation)),\(numberText(around))")
    line("unset border")
    line("unset tics")
    let ranges = [("x", frame.ranges.x), ("y", frame.ranges.y), ("z", frame.ranges.z)]
    for (name, range) in ranges {
      line("set \(name)range [\(GnuplotScript.number(range.lowerBound)):\(GnuplotScript.number(range.upperBound))]")
    }
    line("set xyplane at \(GnuplotScript.number(frame.ranges.z.lowerBound))")
    if let (range, palette) = Self.colours(panel) {
      line(GnuplotScript.palette(palette, range))
      let (left, low) = (screenX(area.width - Double(size) * 5.5), screenY(area.height * 0.3))
      let (width, height) = (Double(size) * 0.9 / picture.width, area.height * 0.4 / picture.height)
      line("set cbtics scale 0.5 tc rgb '#333333'")
      line(
        "set colorbox user origin screen \(left),\(low) size screen \(formatFixed(width, decimals: 5)),\(formatFixed(height, decimals: 5))"
      )
    } else {
      line("unset colorbox")
    }
    line("unset key")
    text += legend.script(low: Double(size) * 0.3, target: target) { "screen \(screenX($0)),screen \(screenY($1))" }
  }

  /// What the colours stand for: heights of the surface, else the points' numbers.
  private static func colours(_ panel: Panel) -> (ClosedRange<Double>, ColourMap)? {
    if let surface = panel.space?.surface { return (surface.range, surface.palette) }
    return panel.valueRange.map { ($0, .viridis) }
  }

  // MARK: The cube

  /// Lines of the three sides behind, and a grid on them where the numbers are.
  private mutating func cube() -> [String] {
    let (x, y, z) = frame.back
    line("$cube\(number) << END")
    for (from, to) in frame.edges { segment(from, to) }
    line("END")
    line("$grid\(number) << END")
    for share in shares(frame.ranges.x) {
      segment((share, -0.5, z), (share, 0.5, z))
      segment((share, y, -0.5), (share, y, 0.5))
    }
    for share in shares(frame.ranges.y) {
      segment((-0.5, share, z), (0.5, share, z))
      segment((x, share, -0.5), (x, share, 0.5))
    }
    for share in shares(frame.ranges.z) {
      segment((x, -0.5, share), (x, 0.5, share))
      segment((-0.5, y, share), (0.5, y, share))
    }
    // A block without a line would be an error.
    segment((x, y, z), (x, y, z))
    line("END")
    return [
      "$grid\(number) using 1:2:3 with lines lw 0.6 lc rgb '#e4e4e8' notitle",
      "$cube\(number) using 1:2:3 with lines lw 0.9 lc rgb '#b9b9c0' notitle",
    ]
  }

  private mutating func segment(_ from: (Double, Double, Double), _ to: (Double, Double, Double)) {
    line(numbers(frame.numbers(from)))
    line(numbers(frame.numbers(to)))
    // One empty line would make a net of neighbouring segments.
    line("\n")
  }

  private func numbers(_ place: (Double, Double, Double)) -> String {
    "\(GnuplotScript.number(place.0)) \(GnuplotScript.number(place.1)) \(GnuplotScript.number(place.2))"
  }

  private var mostTicks: Int { max(2, min(6, Int(min(frame.scale.x, frame.scale.y) / (Double(size) * 4)))) }

  private func ticks(_ range: ClosedRange<Double>) -> [(number: Double, share: Double)] {
    Ticks.places(range, most: mostTicks).map {
      ($0, ($0 - range.lowerBound) / (range.upperBound - range.lowerBound) - 0.5)
    }
  }

  private func shares(_ range: ClosedRange<Double>) -> [Double] { ticks(range).map(\.share) }

  // MARK: Texts

  private mutating func label(_ text: String, x: Double, y: Double, _ more: String) {
    line("set label \(text) at screen \(screenX(x)),\(screenY(y)) \(more) noenhanced")
  }

  private mutating func names() {
    let letter = Double(size)
    if !titleLines.isEmpty {
      label(
        GnuplotScript.quoted(titleLines), x: area.width / 2, y: area.height - letter,
        "center font ',\(target.fontSize(size + 1))'")
    }
    let ranges = [frame.ranges.x, frame.ranges.y, frame.ranges.z]
    for (index, axis) in frame.axes.enumerated() {
      let name = [panel.xLabel, panel.yLabel, space.zLabel][index]
      let side = abs(axis.outward.x) < 0.3 ? "center" : axis.outward.x > 0 ? "left" : "right"
      func spot(_ share: Double, _ distance: Double) -> (Double, Double) {
        let mix = { (a: Double, b: Double) in a * (0.5 - share) + b * (0.5 + share) }
        let (a, b) = (axis.from, axis.to)
        let place = frame.place(unit: mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
        return (place.x + axis.outward.x * distance, place.y + axis.outward.y * distance)
      }
      if space.showsTicks {
        for tick in ticks(ranges[index]) {
          let (x, y) = spot(tick.share, letter * (index == 2 ? 0.5 : 0.9))
          label(
            GnuplotScript.quoted(Ticks.text(tick.number)), x: x, y: y,
            "\(side) font ',\(target.fontSize(size - 2))' tc rgb '#555555'")
        }
      }
      guard let name else { continue }
      let (x, y) = spot(0, letter * (space.showsTicks ? index == 2 ? 3.6 : 2.9 : 1.2))
      let shown = PlotText.lines(name, limit: Int(frame.scale.y / (letter * 0.6)))
      label(
        GnuplotScript.quoted(shown), x: x, y: y,
        index == 2 ? "center rotate by 90 tc rgb '#333333'" : "\(side) tc rgb '#333333'")
    }
  }

  private mutating func labels() throws {
    let flat = frame.flattened(panel, width: area.width, height: area.height)
    let placement = try LabelPlacement(
      flat, PanelRanges(flat), width: area.width, height: area.height, size: Double(size), margins: insets,
      hasLeaders: true)
    omittedLabels = placement.omitted
    let colours = Palette.colours(panel.layers)
    for spot in placement.spots {
      let style = "noenhanced font ',\(target.fontSize(size - 1))' tc rgb '\(Palette.ink(colours[spot.layer].hex))'"
      if let leader = spot.leader {
        let (from, to) = (leader.from, leader.to)
        line(
          "set arrow from screen \(screenX(from.x)),screen \(screenY(from.y)) to screen \(screenX(to.x)),screen \(screenY(to.y)) nohead front lw 0.6 lc rgb '#888888'"
        )
        line(
          "set label \(GnuplotScript.quoted(spot.text)) at screen \(screenX(leader.middle.x)),screen \(screenY(leader.middle.y)) center front \(style)"
        )
        continue
      }
      let layer = panel.layers[spot.layer]
      let place = (layer.x[spot.point], layer.y[spot.point], layer.z?[spot.point] ?? 0)
      let at = numbers(place).split(separator: " ").joined(separator: ",")
      line(
        "set label \(GnuplotScript.quoted(spot.text)) at \(at) \(spot.alignment) front \(style)"
      )
    }
  }

  // MARK: Data

  /// Row by row from back to front, and so within each row: gnuplot draws in this order, and what is drawn later covers it.
  private mutating func surface() throws -> [String] {
    guard let surface = space.surface else { return [] }
    let (rows, columns) = (inward(surface.y, frame.back.y), inward(surface.x, frame.back.x))
    line("$surface\(number) << END")
    for row in rows {
      try checkInterrupt()
      for column in columns {
        let z = surface.z[row * surface.x.count + column]
        let height = z.isNaN ? "NaN" : GnuplotScript.number(z)
        line("\(GnuplotScript.number(surface.x[column])) \(GnuplotScript.number(surface.y[row])) \(height)")
      }
      line("")
    }
    line("END")
    // A net helps the eye as long as its meshes are not too small.
    let net = surface.x.count * surface.y.count <= 2500 ? "border lc rgb '#60ffffff' lw 0.4" : "noborder"
    line("set pm3d scansforward \(net)")
    return ["$surface\(number) using 1:2:3 with pm3d notitle"]
  }

  /// Indices of an axis from the side of the cube that is behind.
  private func inward(_ places: [Double], _ back: Double) -> [Int] {
    let rises = places.count < 2 || places[0] < places[1]
    return rises == (back < 0) ? Array(places.indices) : places.indices.reversed()
  }

  private mutating func lines() throws -> [String] {
    var plots: [String] = []
    for (index, (layer, paint)) in zip(panel.layers, Palette.colours(panel.layers)).enumerated() {
      guard case .arrows(let hasTips) = layer.shape, let z = layer.z else { continue }
      line("$data\(number)_\(index) << END")
      for at in stride(from: 0, to: layer.x.count - 1, by: 2) {
        if at & 0xFFF == 0 { try checkInterrupt() }
        let (from, to) = ((layer.x[at], layer.y[at], z[at]), (layer.x[at + 1], layer.y[at + 1], z[at + 1]))
        line(numbers(from) + " " + numbers((to.0 - from.0, to.1 - from.1, to.2 - from.2)))
      }
      line("END")
      let tip = formatFixed(Double(size) * 0.85 / picture.width, decimals: 5)
      plots.append(
        "$data\(number)_\(index) using 1:2:3:4:5:6 with vectors \(hasTips ? "filled head size screen \(tip),16,50" : "nohead") lw \(area.width < 340 ? 1.4 : 2) lc rgb '\(paint.hex)' notitle"
      )
    }
    return plots
  }

  /// All points in one block, from back to front; near ones are a little larger.
  private mutating func points() throws -> [String] {
    var depths: [Double] = []
    // A line for each point, all in one text: starts[i] is where that of point i begins.
    var lines: [UInt8] = []
    var starts = [0]
    let range = panel.valueRange
    for (layer, paint) in zip(panel.layers, Palette.colours(panel.layers)) {
      guard case .points(let wanted) = layer.shape, let z = layer.z else { continue }
      let size = wanted ?? PanelWriter.pointSize(layer.x.count, width: area.width) * (layer.x.count <= 60 ? 1.4 : 1)
      let alpha = PanelWriter.alpha(layer.x.count)
      for at in layer.x.indices {
        if at & 0xFFF == 0 { try checkInterrupt() }
        let depth = frame.place(layer.x[at], layer.y[at], z[at]).depth
        var colour = paint.hex.dropFirst()
        if let value = layer.values?[at], let range {
          let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
          colour = Palette.hex(ColourMap.viridis.colour(at: share)).dropFirst()
        }
        let place = numbers((layer.x[at], layer.y[at], z[at]))
        let shown = formatFixed(size * (1 - 0.25 * depth), decimals: 3)
        depths.append(depth)
        lines += "\(place) \(shown) \(PanelWriter.sign(paint.repeats)) 0x\(alpha)\(colour)\n".utf8
        starts.append(lines.count)
      }
    }
    guard !depths.isEmpty else { return panel.valueRange == nil ? [] : ["NaN with points palette notitle"] }
    var order = Array(depths.indices)
    try order.withUnsafeMutableBufferPointer { order in try order.sortInBlocks { depths[$0] > depths[$1] } }
    line("$points\(number) << END")
    try inBlocks(order.count, of: 1 << 14) { block in
      for at in order[block] { text += String(decoding: lines[starts[at]..<starts[at + 1]], as: UTF8.self) }
    }
    line("END")
    let plot = "$points\(number) using 1:2:3:4:5:6 with points ps variable pt variable lc rgb variable notitle"
    // Only what is drawn with a palette has its scale beside it.
    return range == nil ? [plot] : [plot, "NaN with points palette notitle"]
  }
}
