// `heatmap`.

import Lang
import Runtime

extension Charts {
  /// Rows or columns of a picture; more are averaged.
  static let mostCells = 1000

  static func heatMap(_ options: PlotOptions) throws -> Value {
    let input = options.input
    var (rows, columns, given, rowNames, columnNames) = try input.matrix(options["matrix"])
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
    let isLog = options["log"].asBool == true
    let blank = try input.mask(options["blank"], "blank", rows, columns)
    var values = given
    // What is blank by wish is no reason for a warning.
    var unasked: [Double] = []
    for at in values.indices {
      if at & 0xFFFF == 0 { try checkInterrupt() }
      if blank?[at] == true {
        values[at] = .nan
      } else if !Drawable.contains(values[at]) || isLog && values[at] <= 0 {
        unasked.append(values[at])
        values[at] = .nan
      }
    }
    var map = HeatMap(
      rows: rows, columns: columns, values: values, rowNames: rowNames, columnNames: columnNames, palette: .viridis,
      range: 0...1, isLog: isLog)
    if rows > mostCells || columns > mostCells {
      map = try map.averaged((rows + mostCells - 1) / mostCells, (columns + mostCells - 1) / mostCells)
      Notices.warn(
        "heatmap: \(Tensor.describe(shape: [rows, columns])) cells are averaged to \(Tensor.describe(shape: [map.rows, map.columns]))"
      )
    } else {
      map.texts = try texts(options, map)
      map.hover = options["hover"].isNil ? nil : try input.cells(options["hover"], "hover", rows, columns)
    }
    let finite = map.values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else {
      guard !unasked.isEmpty else { throw Fault.badValue("`heatmap` got nothing to draw: `blank` leaves no cell") }
      throw Drawable.nothing("heatmap", unasked.count, "cell", unasked, isLog: isLog)
    }
    if !unasked.isEmpty {
      Drawable.warn("heatmap", unasked.count, of: given.count, "cell", unasked, isLog: isLog, so: "empty")
    }
    map.palette = try options.palette(low, high)
    let natural = isLog ? (low < high ? low...high : low / 2...high * 2) : map.palette.range(low, high)
    map.range = try options.range("range", isLog: isLog) ?? natural
    var panel = try options.panel()
    panel.heatMap = map
    panel.isEqual = options["square"].asBool == true
    return try options.figure(panel)
  }

  /// Texts in the cells: those that `text=` gives, or for `true` the numbers.
  private static func texts(_ options: PlotOptions, _ map: HeatMap) throws -> [String]? {
    let wanted = options["text"]
    if wanted.isNil || wanted.asBool == false { return nil }
    if wanted.asBool != true { return try options.input.cells(wanted, "text", map.rows, map.columns) }
    return map.values.map { $0.isNaN ? "" : numberInCell($0) }
  }

  /// Three digits, and those before the point: enough to compare cells, short enough to stand in them.
  static func numberInCell(_ value: Double) -> String {
    if abs(value) < 1e-300 { return "0" }
    let digits = abs(value) < 1000 ? 3 : abs(value) < 1e6 ? 6 : 3
    return cFormat(
      abs(value) >= 1000 && abs(value) < 1e6 ? value.rounded() : value, "g", precision: digits, alternate: false)
  }
}
