// `bars`: upright where their names fit side by side below them, else one below the other with every name beside its bar.

import Lang
import Runtime

extension Charts {
  static func bars(_ options: PlotOptions) throws -> Value {
    let input = options.input
    var panel = try options.panel()
    var (names, series) = try barSeries(options)
    for one in series { try input.sameCount(names.count, "labels", one.values.count, one.name ?? "values") }
    let legends = try options.legendNames(series.count)
    let paints = try options.paints(series.count)
    for index in series.indices { series[index].name = legends?[index] ?? series[index].name }
    let width = 0.8 / Double(max(series.count, 1))
    let isAcross = try !panel.isLogY && (options["across"].asBool ?? isTight(names, options, panel))
    var layers: [Layer] = []
    for (index, one) in series.enumerated() {
      let shift = (Double(index) - Double(series.count - 1) / 2) * width
      let places = names.indices.map { Double($0) + shift }
      let layer =
        isAcross
        ? Layer(.bars(width: width), name: one.name, paint: paints[index], x: one.values, y: places)
        : Layer(.boxes(width: width, isHollow: false), name: one.name, paint: paints[index], x: places, y: one.values)
      // One series of numbers of both signs: each sign has its colour, which is that of a diverging heat map.
      let negative = one.values.indices.filter { one.values[$0] < 0 }
      if series.count == 1, options["color"].isNil, one.name == nil, !negative.isEmpty {
        var (above, below) = (layer.filtered { !(one.values[$0] < 0) }, layer.picked(negative))
        (above.paint, below.paint) = (.fixed(Palette.positive), .fixed(Palette.negative))
        layers += above.x.isEmpty ? [below] : [above, below]
      } else {
        layers.append(layer)
      }
    }
    panel.layers = layers
    guard isAcross else {
      panel.xNames = names
      return try options.figure(panel, height: options["height"].isNil ? 500 : nil)
    }
    panel.yNames = names
    // The values go along x now, and so does what was said of them.
    (panel.xLabel, panel.yLabel) = (panel.yLabel, panel.xLabel)
    (panel.xRange, panel.yRange) = (panel.yRange, panel.xRange)
    let lines = Double(names.count * max(series.count * 2, 3)) / 3
    return try options.figure(panel, height: options["height"].isNil ? Int(min(max(110 + 20 * lines, 220), 8192)) : nil)
  }

  private static func barSeries(_ options: PlotOptions) throws -> (
    names: [String], series: [(name: String?, values: [Double])]
  ) {
    let input = options.input
    let values = options["values"]
    if let record = options["labels"].asRecord, values.isNil {
      return (
        record.entries.keys.map(\.name), [(nil, try input.numbers(.list(record.entries.values), "values"))]
      )
    }
    guard !values.isNil else {
      throw Fault.badValue(
        "`bars` wants labels and values", help: "bars([\"a\", \"b\"], [1, 2]), or bars({a: 1, b: 2})")
    }
    let names = try input.texts(options["labels"], "labels")
    if let record = values.asRecord {
      return (names, try record.entries.map { ($0.key.name, try input.numbers($0.value, $0.key.name)) })
    }
    return (names, [(nil, try input.numbers(values, "values"))])
  }

  /// Whether the names have no room side by side.
  private static func isTight(_ names: [String], _ options: PlotOptions, _ panel: Panel) throws -> Bool {
    guard panel.xRange == nil else { return false }
    let longest = names.map { PlotText.width(PlotText.label($0, limit: 20)) }.max() ?? 0
    return Double(names.count) * PanelWriter.pixels(longest, size: 13) > Double(try options.width()) - 90
  }
}
