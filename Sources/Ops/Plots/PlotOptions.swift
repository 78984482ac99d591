// The arguments that all plots share, by name.

import Lang
import Runtime

struct PlotOptions {
  /// The end of every plot's signature.
  static let signature =
    "title: string|nil = nil, xlabel: string|nil = nil, ylabel: string|nil = nil, legend: any = nil, "
    + "log: string|nil = nil, xrange: list|nil = nil, yrange: list|nil = nil, width: number = 800, height: number = 500"

  static let documentation =
    """
    legend: false hides it, a text or list of texts names the series. log: "x", "y" or "xy". xrange, yrange: [from, to]. width, height: \
    pixels. Points that are nan or infinite (or not positive on a log axis) are left out with a warning. `a + b` draws figure b over a.
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
      _ = try call.choice(index, ["x", "y", "xy"])
      panel.isLogX = word.utf8.contains(UInt8(ascii: "x"))
      panel.isLogY = word.utf8.contains(UInt8(ascii: "y"))
    }
    panel.xRange = try range("xrange", isLog: panel.isLogX)
    panel.yRange = try range("yrange", isLog: panel.isLogY)
    return panel
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
  func figure(_ panel: Panel) throws -> Value {
    var panel = panel
    var bad = 0
    var total = 0
    for index in panel.layers.indices {
      let layer = panel.layers[index]
      total += layer.x.count
      let isDrawn: (Int) -> Bool = { at in
        let (x, y) = (layer.x[at], layer.y[at])
        return abs(x) < 1e300 && abs(y) < 1e300 && (layer.values?[at].isFinite ?? true)
          && !(panel.isLogX && x <= 0) && !(panel.isLogY && y <= 0)
      }
      let lost = layer.x.indices.reduce(0) { $0 + (isDrawn($1) ? 0 : 1) }
      guard lost > 0 else { continue }
      bad += lost
      if case .line = layer.shape {
        // A gap, not a straight line across it.
        var kept = layer.filtered { abs(layer.x[$0]) < 1e300 }
        kept.y = kept.x.indices.map { at in
          let (x, y) = (kept.x[at], kept.y[at])
          return abs(y) < 1e300 && !(panel.isLogX && x <= 0) && !(panel.isLogY && y <= 0) ? y : .nan
        }
        panel.layers[index] = kept
      } else {
        panel.layers[index] = layer.filtered(isDrawn)
      }
    }
    if panel.heatMap == nil {
      guard total > 0 else { throw Fault.badValue("`\(operation)` got nothing to draw: it is empty") }
      guard bad < total else {
        let log = panel.isLogX || panel.isLogY ? ", infinite, or not positive on a log axis" : " or infinite"
        throw Fault.badValue("`\(operation)` got nothing to draw: all \(total) points are nan\(log)")
      }
      if bad > 0 {
        let log = panel.isLogX || panel.isLogY ? ", infinite or not positive on a log axis" : " or infinite"
        Notices.warn(
          "\(operation): \(bad) of \(total) points \(bad == 1 ? "is" : "are") nan\(log), and left out")
      }
    }
    return .object(FigureObject(panels: [panel], width: try width(), height: try height()))
  }
}
