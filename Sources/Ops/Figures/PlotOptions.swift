// The arguments that all plots share, by name.

import Lang
import Runtime

struct PlotOptions {
  /// The end of every plot's signature in the plane.
  static let signature = signature(height: "number = 500")

  /// `height` is the type and default of the last parameter.
  static func signature(height: String) -> String {
    "title: string|nil = nil, xlabel: string|nil = nil, ylabel: string|nil = nil, legend: any = nil, "
      + "log: string|nil = nil, xrange: list|nil = nil, yrange: list|nil = nil, caption: string|nil = nil, "
      + "width: number = 800, height: \(height)"
  }

  /// For every plot's registration, as far as it has such parameters.
  static let words: [String: ArgumentWords] = [
    "log": .fixed(["x", "y", "xy"]), "color": .fixed(Palette.names),
    "palette": .fixed(ColourMap.allCases.map(\.rawValue)),
  ]

  static let documentation =
    """
    legend: false hides it, a text or list of texts names the series. log: "x", "y" or "xy". xrange, yrange: [from, to]. caption: a \
    text below. width, height: pixels. Points that are nan or infinite (or not positive on a log axis) are left out with a warning. \
    `a + b` draws figure b over a.
    """

  /// The same in three dimensions.
  static let spaceSignature =
    "equal: bool = false, ticks: bool = true, view: list|nil = nil, title: string|nil = nil, xlabel: string|nil = nil, "
    + "ylabel: string|nil = nil, zlabel: string|nil = nil, legend: any = nil, xrange: list|nil = nil, "
    + "yrange: list|nil = nil, zrange: list|nil = nil, caption: string|nil = nil, width: number = 800, height: number = 640"

  static let spaceDocumentation =
    """
    equal: one unit is as long on all axes. ticks: numbers along the axes. view: [azimuth, elevation] of the eye in degrees, [-60, 25] \
    unless given. legend: false hides it, a text or list of texts names the series. xrange, yrange, zrange: [from, to]. caption: a text \
    below. width, height: pixels. Points that are nan or infinite are left out with a warning. `a + b` draws figure b on the axes of \
    a. Saved as .html, the figure turns in the hand.
    """

  private static let sizes = 64...8192

  let call: Call
  let input: PlotInput

  init(_ call: Call) {
    self.call = call
    input = PlotInput(operation: call.operation.name)
  }

  var operation: String { input.operation }

  private func index(_ name: String) -> Int? { call.operation.parameters.firstIndex { $0.name == name } }

  subscript(name: String) -> Value { index(name).map { call[$0] } ?? .nil }

  func whole(_ name: String, _ allowed: ClosedRange<Int>) throws -> Int {
    guard let index = index(name) else { return allowed.lowerBound }
    let value = try call.whole(index)
    guard allowed.contains(value) else {
      throw Fault.badValue(
        "`\(operation)` wants `\(name)` between \(allowed.lowerBound) and \(allowed.upperBound), got \(value)")
    }
    return value
  }

  func width() throws -> Int { try whole("width", Self.sizes) }
  func height() throws -> Int { try whole("height", Self.sizes) }

  /// A panel with the shared settings, without contents.
  func panel() throws -> Panel {
    var panel = Panel()
    panel.title = self["title"].asString
    panel.xLabel = self["xlabel"].asString
    panel.yLabel = self["ylabel"].asString
    panel.showsLegend = self["legend"].asBool ?? true
    panel.isEqual = self["equal"].asBool ?? false
    if let word = self["log"].asString, let index = index("log") {
      _ = try call.choice(index)
      panel.isLogX = word.utf8.contains(UInt8(ascii: "x"))
      panel.isLogY = word.utf8.contains(UInt8(ascii: "y"))
    }
    panel.xRange = try range("xrange", isLog: panel.isLogX)
    panel.yRange = try range("yrange", isLog: panel.isLogY)
    return panel
  }

  /// The same in three dimensions.
  func spacePanel() throws -> Panel {
    var panel = try panel()
    var space = Scene()
    space.zLabel = self["zlabel"].asString
    space.zRange = try range("zrange")
    space.showsTicks = self["ticks"].asBool ?? true
    space.view = try view()
    panel.space = space
    return panel
  }

  private func view() throws -> View? {
    guard let items = self["view"].asList?.items else { return nil }
    guard items.count == 2, let azimuth = items[0].asNumber, let elevation = items[1].asNumber, abs(azimuth) <= 360,
      abs(elevation) <= 90
    else {
      throw Fault.badValue(
        "`\(operation)` wants `view` as [azimuth, elevation] in degrees, the elevation from -90 to 90",
        help: "view=[-60, 25]")
    }
    return View(azimuth: azimuth, elevation: elevation)
  }

  func range(_ name: String, isLog: Bool = false) throws -> ClosedRange<Double>? {
    guard let items = self[name].asList?.items else { return nil }
    let help = "\(name)=[0, 1]"
    guard items.count == 2, let low = items[0].asNumber, let high = items[1].asNumber, low < high, (high - low).isFinite
    else { throw Fault.badValue("`\(operation)` wants two rising numbers for `\(name)`", help: help) }
    guard !isLog || low > 0 else {
      throw Fault.badValue("a log axis starts above 0, `\(name)` at \(numberText(low))", help: "\(name)=[0.01, 1]")
    }
    return low...high
  }

  /// The colours for numbers from `low` to `high`: those of `palette=`, else diverging ones for numbers of both signs.
  func palette(_ low: Double, _ high: Double) throws -> ColourMap {
    guard let index = index("palette"), !call[index].isNil else { return low < 0 && high > 0 ? .diverging : .viridis }
    return ColourMap(rawValue: try call.choice(index)) ?? .viridis
  }

  /// The names that `legend=` gives to `count` series, or nil when it names none.
  func legendNames(_ count: Int) throws -> [String]? {
    let value = self["legend"]
    if value.isNil || value.asBool != nil { return nil }
    let names = try value.asString.map { [$0] } ?? input.texts(value, "legend")
    try input.sameCount(names.count, "legend", count, "series")
    return names
  }

  /// The colours that `color=` gives to `count` series.
  func paints(_ count: Int) throws -> [Paint] {
    let value = self["color"]
    if value.isNil { return Array(repeating: .automatic, count: count) }
    if let name = value.asString {
      return Array(repeating: .fixed(try Palette.hex(named: name, operation: operation)), count: count)
    }
    let names = try input.texts(value, "color")
    try input.sameCount(names.count, "color", count, "series")
    return try names.map { .fixed(try Palette.hex(named: $0, operation: operation)) }
  }

  /// A figure of one panel. Points that cannot be drawn are taken out first; nothing left is an error.
  func figure(_ given: Panel, height: Int? = nil) throws -> Value {
    var panel = given
    var bad = 0
    var total = 0
    for index in panel.layers.indices {
      let layer = panel.layers[index]
      // An arrow counts as one, and needs both its ends.
      let each = layer.isArrows ? 2 : 1
      total += layer.x.count / each
      let isDrawn: (Int) -> Bool = { at in
        let first = at - at % each
        return (first..<first + each).allSatisfy { Self.isDrawn(layer, $0, panel) }
      }
      var lost = 0
      try inBlocks(layer.x.count) { block in
        for at in block where !isDrawn(at) { lost += 1 }
      }
      guard lost > 0 else { continue }
      bad += lost / each
      if case .line = layer.shape {
        // A gap, not a straight line across it.
        var kept = layer.filtered { Drawable.contains(layer.x[$0]) }
        kept.y = kept.x.indices.map { Self.isDrawn(kept, $0, panel) ? kept.y[$0] : .nan }
        panel.layers[index] = kept
      } else {
        panel.layers[index] = layer.filtered(isDrawn)
      }
    }
    if panel.heatMap == nil && panel.picture == nil && panel.passage == nil && panel.space?.surface == nil {
      try report(bad, total, panel, of: given)
    }
    return .object(
      FigureObject(
        panels: [panel], caption: self["caption"].asString, width: try width(), height: try height ?? self.height()))
  }

  private static func isDrawn(_ layer: Layer, _ at: Int, _ panel: Panel) -> Bool {
    let (x, y) = (layer.x[at], layer.y[at])
    return Drawable.contains(x) && Drawable.contains(y) && Drawable.contains(layer.z?[at] ?? 0)
      && Drawable.contains(layer.values?[at] ?? 0) && !(panel.isLogX && x <= 0) && !(panel.isLogY && y <= 0)
  }

  private func report(_ bad: Int, _ total: Int, _ panel: Panel, of given: Panel) throws {
    guard total > 0 else { throw Fault.badValue("`\(operation)` got nothing to draw: it is empty") }
    let noun = panel.layers.contains { $0.isArrows } ? "arrow" : "point"
    let isLog = panel.isLogX || panel.isLogY
    let numbers = given.layers.lazy.flatMap { $0.x + $0.y + ($0.z ?? []) + ($0.values ?? []) }
    guard bad < total else { throw Drawable.nothing(operation, total, noun, numbers, isLog: isLog) }
    if bad > 0 { Drawable.warn(operation, bad, of: total, noun, numbers, isLog: isLog, so: "left out") }
  }
}
