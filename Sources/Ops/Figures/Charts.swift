// `heatmap`, `bars` and `grid`.

import Lang
import Runtime

enum Charts {
  // MARK: Heat maps

  private static let mostCells = 1000

  static func heatMap(_ options: PlotOptions) throws -> Value {
    let input = options.input
    var (rows, columns, values, rowNames, columnNames) = try input.matrix(options["matrix"])
    guard rows > 0, columns > 0 else { throw Fault.badValue("`heatmap` got nothing to draw: the matrix is empty") }
    if !options["rows"].isNil {
      let names = try input.texts(options["rows"], "rows")
      try input.sameCount(names.count, "rows", rows, "rows of the matrix")
      rowNames = names
    }
    if !options["columns"].isNil {
      let names = try input.texts(options["columns"], "columns")
      try input.sameCount(names.count, "columns", columns, "columns of the matrix")
      columnNames = names
    }
    let palette = try options.palette()
    if rows > mostCells || columns > mostCells {
      let before = Tensor.describe(shape: [rows, columns])
      let (down, across) = ((rows + mostCells - 1) / mostCells, (columns + mostCells - 1) / mostCells)
      (rows, columns, values) = try averaged(values, rows, columns, down, across)
      rowNames = rowNames.map { names in stride(from: 0, to: names.count, by: down).map { names[$0] } }
      columnNames = columnNames.map { names in stride(from: 0, to: names.count, by: across).map { names[$0] } }
      Notices.warn("heatmap: \(before) cells are averaged to \(Tensor.describe(shape: [rows, columns]))")
    }
    let given = values
    values = values.map { Drawable.contains($0) ? $0 : .nan }
    let finite = values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else {
      throw Drawable.nothing("heatmap", values.count, "cell", given)
    }
    let empty = values.count - finite.count
    if empty > 0 { Drawable.warn("heatmap", empty, of: values.count, "cell", given, so: "empty") }
    let range = try options.range("range") ?? palette.range(low, high)
    var panel = try options.panel()
    panel.heatMap = HeatMap(
      rows: rows, columns: columns, values: values, rowNames: rowNames, columnNames: columnNames, palette: palette,
      range: range)
    return try options.figure(panel)
  }

  /// Means of blocks of `down` x `across` cells, NaN cells not counted.
  private static func averaged(
    _ values: [Double], _ rows: Int, _ columns: Int, _ down: Int, _ across: Int
  ) throws -> (Int, Int, [Double]) {
    let (newRows, newColumns) = ((rows + down - 1) / down, (columns + across - 1) / across)
    var sums = [Double](repeating: 0, count: newRows * newColumns)
    var counts = sums
    for row in 0..<rows {
      try checkInterrupt()
      for column in 0..<columns {
        let value = values[row * columns + column]
        guard Drawable.contains(value) else { continue }
        sums[row / down * newColumns + column / across] += value
        counts[row / down * newColumns + column / across] += 1
      }
    }
    return (newRows, newColumns, zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan })
  }

  // MARK: Bars

  static func bars(_ options: PlotOptions) throws -> Value {
    let input = options.input
    var panel = try options.panel()
    var series: [(name: String?, values: [Double])]
    let names: [String]
    let values = options["values"]
    if let record = options["labels"].asRecord, values.isNil {
      names = record.entries.keys.map(\.name)
      series = [(nil, try input.numbers(.list(record.entries.values), "values"))]
    } else {
      guard !values.isNil else {
        throw Fault.badValue(
          "`bars` wants labels and values", help: "bars([\"a\", \"b\"], [1, 2]), or bars({a: 1, b: 2})")
      }
      names = try input.texts(options["labels"], "labels")
      if let record = values.asRecord {
        series = try record.entries.map { ($0.key.name, try input.numbers($0.value, $0.key.name)) }
      } else {
        series = [(nil, try input.numbers(values, "values"))]
      }
    }
    for one in series { try input.sameCount(names.count, "labels", one.values.count, one.name ?? "values") }
    let legends = try options.legendNames(series.count)
    let paints = try options.paints(series.count)
    let width = 0.8 / Double(max(series.count, 1))
    panel.xNames = names
    panel.layers = series.enumerated().map { index, one in
      let shift = (Double(index) - Double(series.count - 1) / 2) * width
      return Layer(
        .boxes(width: width, isHollow: false), name: legends?[index] ?? one.name, paint: paints[index],
        x: names.indices.map { Double($0) + shift }, y: one.values)
    }
    return try options.figure(panel)
  }

  // MARK: Grids

  private static let mostPanels = 400

  static func grid(_ options: PlotOptions) throws -> Value {
    let items = options["figures"].asList?.items ?? []
    var panels: [Panel] = []
    for (index, item) in items.enumerated() {
      guard let figure = item.asObject as? FigureObject else {
        throw Fault.badValue("`grid` wants a list of figures; element \(index) is \(item.typePhrase)")
      }
      panels += figure.panels
    }
    guard !panels.isEmpty else { throw Fault.badValue("`grid` got nothing to draw: the list of figures is empty") }
    guard panels.count <= mostPanels else {
      throw Fault.badValue("`grid` draws at most \(mostPanels) panels, got \(panels.count)")
    }
    var across = 1
    while across * across < panels.count, across < 6 { across += 1 }
    let columns = options["columns"].isNil ? across : try options.whole("columns", 1...mostPanels)
    let used = min(columns, panels.count)
    let rows = (panels.count + used - 1) / used
    let title = options["title"].asString
    let each = used == 1 ? 800 : used == 2 ? 480 : used == 3 ? 360 : max(1200 / used, 160)
    let width = options["width"].isNil ? min(each * used, 8192) : try options.width()
    // Letters do not shrink as panels do, so small ones are nearly square.
    let panelWidth = Double(width) / Double(used)
    let isSpace = panels.contains { $0.space != nil }
    let natural = (panelWidth * (isSpace ? 0.8 : used == 1 ? 0.55 : 0.75) + (panelWidth < 300 ? 35 : 0)) * Double(rows)
    let height = options["height"].isNil ? Int(min(natural + (title == nil ? 0 : 30), 8192)) : try options.height()
    if options["share"].asBool == true { panels = try shared(panels) }
    return .object(
      FigureObject(
        panels: panels, columns: used, title: title, caption: options["caption"].asString,
        hasSteps: options["steps"].asBool == true, width: width, height: height))
  }

  /// The same axes for all panels, from the least to the greatest number.
  private static func shared(_ panels: [Panel]) throws -> [Panel] {
    guard panels.allSatisfy({ $0.heatMap == nil && ($0.space == nil) == (panels[0].space == nil) }) else {
      throw Fault.badValue(
        "heat maps, or panels of different kinds, have no axes to share", help: "share=true goes with figures of points"
      )
    }
    var all = PanelRanges(panels[0])
    for panel in panels.dropFirst() { all.formUnion(PanelRanges(panel)) }
    return panels.map { panel in
      var panel = panel
      (panel.xRange, panel.yRange) = (all.x, all.y)
      panel.space?.zRange = all.z
      return panel
    }
  }
}
