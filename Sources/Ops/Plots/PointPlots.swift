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
    var panel = try options.panel()
    var layer = try points(options, &panel)
    let count = layer.x.count
    if let size = options["size"].asNumber {
      guard size > 0, size <= 20 else {
        throw Fault.badValue("`scatter` wants `size` above 0 and at most 20, got \(numberText(size))")
      }
      layer.shape = .points(size: size)
    }
    if options["labels"].asBool == nil, !options["labels"].isNil {
      let labels = try options.input.texts(options["labels"], "labels")
      try options.input.sameCount(labels.count, "labels", count, "y")
      layer.labels = labels
    } else if options["labels"].asBool == true {
      guard let labels = options["data"].asTensor?.labels else {
        throw Fault.badValue("the points have no labels of their own", help: "give a list: labels=tokens")
      }
      layer.labels = (0..<count).map { labels.text(ofRow: $0) }
    }
    let color = options["color"]
    if color.asString != nil || color.isNil {
      layer.paint = try options.paints(1)[0]
      layer.name = try options.legendNames(1)?[0]
      panel.layers = [layer]
    } else if options.input.isNumeric(color) {
      let values = try options.input.numbers(color, "color")
      try options.input.sameCount(values.count, "color", count, "y")
      layer.values = values
      layer.name = try options.legendNames(1)?[0]
      panel.layers = [layer]
    } else {
      let names = try options.input.texts(color, "color")
      try options.input.sameCount(names.count, "color", count, "y")
      panel.layers = groups(layer, names)
    }
    return try options.figure(panel)
  }

  private static func points(_ options: PlotOptions, _ panel: inout Panel) throws -> Layer {
    let input = options.input
    let data = options["data"]
    if let table = data.asTable {
      guard let x = options["x"].asString, let y = options["y"].asString else {
        throw Fault.badValue(
          "`scatter` wants the names of two columns of the table", help: "scatter(t, x=\"rank\", y=\"score\")")
      }
      panel.xLabel = panel.xLabel ?? x
      panel.yLabel = panel.yLabel ?? y
      return Layer(
        .points(size: nil), x: try input.numbers(try input.column(table, x), x),
        y: try input.numbers(try input.column(table, y), y))
    }
    if options["y"].isNil {
      guard let tensor = data.asTensor, tensor.rank == 2, tensor.shape[1] == 2 else {
        throw Fault.badValue(
          "`scatter` wants x and y, or points [n, 2], got \(shape(data))",
          help: "scatter(x, y), or scatter(points[:, 0:2])")
      }
      let numbers = try tensor.withElements { $0.map(Double.init) }
      return Layer(
        .points(size: nil), x: stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] },
        y: stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] })
    }
    let x = try input.numbers(data, "x")
    let y = try input.numbers(options["y"], "y")
    try input.sameCount(x.count, "x", y.count, "y")
    return Layer(.points(size: nil), x: x, y: y)
  }

  private static func shape(_ value: Value) -> String {
    value.asTensor.map { "a tensor \(Tensor.describe(shape: $0.shape))" } ?? value.typePhrase
  }

  /// One layer for each name, in the order in which the names first appear.
  private static func groups(_ layer: Layer, _ names: [String]) -> [Layer] {
    var groups: OrderedDictionary<Symbol, [Int]> = [:]
    for (index, name) in names.enumerated() { groups[Symbol(name), default: []].append(index) }
    return groups.map { name, indices in
      Layer(
        layer.shape, name: name.name, x: indices.map { layer.x[$0] }, y: indices.map { layer.y[$0] },
        labels: layer.labels.map { labels in indices.map { labels[$0] } })
    }
  }
}
