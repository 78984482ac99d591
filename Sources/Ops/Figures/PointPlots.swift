// `line` and `scatter`.

import Lang
import OrderedCollections
import Runtime

enum PointPlots {
  static func line(_ options: PlotOptions) throws -> Value {
    let series = try options.input.series(options["data"], y: options["y"], x: options["x"])
    var panel = try options.panel()
    let names = try options.legendNames(series.count)
    let paints = try options.paints(series.count)
    let isDashed = options["dashed"].asBool ?? false
    panel.layers = series.enumerated().map { index, one in
      Layer(
        .line(isDashed: isDashed), name: names?[index] ?? one.name, paint: paints[index],
        x: one.x ?? one.y.indices.map(Double.init), y: one.y)
    }
    if options["data"].asTable != nil {
      panel.xLabel = panel.xLabel ?? options["x"].asString
      if series.count == 1 {
        panel.yLabel = panel.yLabel ?? series[0].name
        if names == nil { panel.layers[0].name = nil }
      }
    }
    return try options.figure(panel)
  }

  static func scatter(_ options: PlotOptions) throws -> Value {
    try scatter(options, options.panel(), axes: ["x", "y"])
  }

  /// `scatter3`.
  static func scatter3(_ options: PlotOptions) throws -> Value {
    try scatter(options, options.spacePanel(), axes: ["x", "y", "z"])
  }

  private static func scatter(_ options: PlotOptions, _ empty: Panel, axes: [String]) throws -> Value {
    var panel = empty
    var layer = try points(options, axes, &panel)
    let count = layer.x.count
    let last = axes[axes.count - 1]
    if let size = options["size"].asNumber {
      guard size > 0, size <= 20 else {
        throw Fault.badValue("`\(options.operation)` wants `size` above 0 and at most 20, got \(numberText(size))")
      }
      layer.shape = .points(size: size)
    }
    layer.labels = try texts("labels", options, count, last)
    layer.hover = try texts("hover", options, count, last)
    let color = options["color"]
    if color.asString != nil || color.isNil {
      layer.paint = try options.paints(1)[0]
      layer.name = try options.legendNames(1)?[0]
      panel.layers = [layer]
    } else if options.input.isNumeric(color) {
      let values = try options.input.numbers(color, "color")
      try options.input.sameCount(values.count, "color", count, last)
      layer.values = values
      layer.name = try options.legendNames(1)?[0]
      panel.layers = [layer]
    } else {
      let names = try options.input.texts(color, "color")
      try options.input.sameCount(names.count, "color", count, last)
      panel.layers = groups(layer, names)
    }
    return try options.figure(panel)
  }

  /// A text for each point: a list of them, or true for the labels of the rows.
  private static func texts(
    _ name: String, _ options: PlotOptions, _ count: Int, _ last: String
  ) throws -> [String]? {
    let value = options[name]
    if value.isNil || value.asBool == false { return nil }
    if value.asBool == true {
      guard let labels = options["data"].asTensor?.labels else {
        throw Fault.badValue("the points have no labels of their own", help: "give a list: \(name)=tokens")
      }
      return (0..<count).map { labels.spelling(ofRow: $0) }
    }
    let texts = try options.input.texts(value, name)
    try options.input.sameCount(texts.count, name, count, last)
    return texts
  }

  private static func points(_ options: PlotOptions, _ axes: [String], _ panel: inout Panel) throws -> Layer {
    let input = options.input
    let data = options["data"]
    if let table = data.asTable {
      let names = axes.compactMap { options[$0].asString }
      guard names.count == axes.count else {
        let wanted = axes.count == 2 ? "two" : "three"
        let example = zip(axes, ["rank", "score", "norm"]).map { "\($0)=\"\($1)\"" }.joined(separator: ", ")
        throw Fault.badValue(
          "`\(options.operation)` wants the names of \(wanted) columns of the table",
          help: "\(options.operation)(t, \(example))")
      }
      panel.xLabel = panel.xLabel ?? names[0]
      panel.yLabel = panel.yLabel ?? names[1]
      let columns = try names.map { try input.numbers(try input.column(table, $0), $0) }
      if axes.count == 3 { panel.space = panel.space?.named(names[2]) }
      return Layer(.points(size: nil), x: columns[0], y: columns[1], z: axes.count == 3 ? columns[2] : nil)
    }
    if options["y"].isNil {
      guard let columns = try input.points(data, width: axes.count, "points") else {
        let list = axes.dropLast().joined(separator: ", ") + " and " + axes[axes.count - 1]
        throw Fault.badValue(
          "`\(options.operation)` wants \(list), or points [n, \(axes.count)], got \(input.shape(data))",
          help:
            "\(options.operation)(\(axes.joined(separator: ", "))), or \(options.operation)(points[:, 0:\(axes.count)])"
        )
      }
      return Layer(.points(size: nil), x: columns[0], y: columns[1], z: axes.count == 3 ? columns[2] : nil)
    }
    let x = try input.numbers(data, "x")
    let rest = try axes.dropFirst().map { axis in
      let numbers = try input.numbers(options[axis], axis)
      try input.sameCount(x.count, "x", numbers.count, axis)
      return numbers
    }
    return Layer(.points(size: nil), x: x, y: rest[0], z: axes.count == 3 ? rest[1] : nil)
  }

  /// One layer for each name, in the order in which the names first appear.
  private static func groups(_ layer: Layer, _ names: [String]) -> [Layer] {
    var groups: OrderedDictionary<Symbol, [Int]> = [:]
    for (index, name) in names.enumerated() { groups[Symbol(name), default: []].append(index) }
    return groups.map { name, indices in
      var group = layer.picked(indices)
      group.name = name.name
      return group
    }
  }
}
