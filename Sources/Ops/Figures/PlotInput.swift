// From the values that a program plots to series of numbers.

import Lang
import OrderedCollections
import Runtime

/// One series as it was given; x is nil where only y was.
struct PlotSeries {
  var name: String?
  var x: [Double]?
  var y: [Double]
}

struct PlotInput {
  /// Name of the operation, for messages.
  let operation: String

  // MARK: Numbers

  /// The numbers of a list, range or vector; nil in a list is a missing point.
  func numbers(_ value: Value, _ what: String) throws -> [Double] {
    if let tensor = value.asTensor {
      // [n, 1] and [1, n] are vectors too.
      guard tensor.rank == 1 || (tensor.rank == 2 && tensor.shape.contains(1)) else {
        throw Fault.badShape(
          "`\(operation)` wants one row of numbers for `\(what)`, got \(Tensor.phrase(shape: tensor.shape))",
          help: "take a row x[i] or a column x[:, j]")
      }
      return try tensor.withElements { try doubles($0) }
    }
    guard value.asList != nil || value.asRange != nil else {
      throw Fault.wrongType(
        operation: operation, parameter: what, wanted: "a list, range or tensor of numbers", got: value.typePhrase)
    }
    return try elements(of: value).enumerated().map { index, item in
      if index & 0xFFFF == 0 { try checkInterrupt() }
      if item.isNil { return .nan }
      guard let number = item.asNumber else {
        throw Fault.badValue("`\(operation)` wants numbers for `\(what)`; element \(index) is \(item.typePhrase)")
      }
      return number
    }
  }

  func isNumeric(_ value: Value) -> Bool {
    value.asTensor != nil || value.asRange != nil
      || value.asList?.items.allSatisfy { $0.asNumber != nil || $0.isNil } == true
  }

  /// Texts of a list: tokens and names as they are, other values as `print` shows them.
  func texts(_ value: Value, _ what: String) throws -> [String] {
    guard value.asList != nil || value.asRange != nil || value.asTensor?.rank == 1 else {
      throw Fault.wrongType(operation: operation, parameter: what, wanted: "a list of names", got: value.typePhrase)
    }
    return try elements(of: value).enumerated().map { index, item in
      if index & 0xFFF == 0 { try checkInterrupt() }
      return Printer.text(of: item)
    }
  }

  /// A column of a table by its name.
  func column(_ table: TableObject, _ name: String) throws -> Value {
    guard let cells = table.columns[Symbol(name)] else {
      let near = nearestName(to: name, among: table.fieldNames)
      let names = table.fieldNames.map { "`\($0)`" }.joined(separator: ", ")
      throw Fault.badValue(
        "the table has no column `\(name)`",
        help: near.map { "there is a column with a similar name: `\($0)`" } ?? "its columns are \(names)")
    }
    return .list(cells)
  }

  // MARK: Series

  /// What `line` draws: numbers, x and y, rows of a matrix, a record of series, or columns of a table.
  func series(_ data: Value, y: Value, x: Value) throws -> [PlotSeries] {
    if let table = data.asTable { return try series(ofTable: table, y: y, x: x) }
    if let record = data.asRecord {
      guard y.isNil else { throw Fault.badValue("`\(operation)` takes a record of series or `y`, not both") }
      return try series(ofRecord: record, x: x)
    }
    guard !y.isNil else { return try unnamed(data, x: x, "y") }
    guard x.isNil else {
      throw Fault.badValue("`\(operation)` got x twice", help: "it is \(operation)(x, y) or \(operation)(y, x=x)")
    }
    if let record = y.asRecord { return try series(ofRecord: record, x: data) }
    return try unnamed(y, x: data, "y")
  }

  private func series(ofRecord record: RecordObject, x: Value) throws -> [PlotSeries] {
    guard !record.entries.isEmpty else { throw Fault.badValue("`\(operation)` got a record without series") }
    let shared = x.isNil ? nil : try numbers(x, "x")
    return try record.entries.map { name, value in
      try checked(PlotSeries(name: name.name, x: shared, y: try numbers(value, name.name)))
    }
  }

  /// One series, or the rows of a matrix.
  private func unnamed(_ value: Value, x: Value, _ what: String) throws -> [PlotSeries] {
    let shared = x.isNil ? nil : try numbers(x, "x")
    if let tensor = value.asTensor, tensor.rank == 2, tensor.shape[0] > 1, tensor.shape[1] > 1 {
      return try (0..<tensor.shape[0]).map { row in
        let numbers = try numbers(.tensor(tensor.row(row)), what)
        let name = tensor.labels?.spelling(ofRow: row) ?? String(row)
        return try checked(PlotSeries(name: name, x: shared, y: numbers), as: "row \(row)")
      }
    }
    if let items = value.asList?.items, let first = items.first, first.asList != nil || first.asTensor != nil {
      return try items.enumerated().map { index, item in
        try checked(PlotSeries(name: String(index), x: shared, y: try numbers(item, what)), as: "row \(index)")
      }
    }
    return [try checked(PlotSeries(x: shared, y: try numbers(value, what)))]
  }

  private func series(ofTable table: TableObject, y: Value, x: Value) throws -> [PlotSeries] {
    let xName = x.asString
    let shared = try xName.map { try numbers(try column(table, $0), $0) }
    let names: [String]
    if let name = y.asString {
      names = [name]
    } else if y.asList != nil {
      names = try texts(y, "y")
    } else {
      // Every column of numbers that is not x.
      names = table.columns.filter { $0.key.name != xName && isNumeric(.list($0.value)) }.map(\.key.name)
    }
    guard !names.isEmpty else {
      throw Fault.badValue(
        "the table has no column of numbers to draw", help: "name them: \(operation)(t, x=\"step\", y=[\"a\", \"b\"])")
    }
    return try names.map { PlotSeries(name: $0, x: shared, y: try numbers(try column(table, $0), $0)) }
  }

  private func checked(_ series: PlotSeries, as name: String? = nil) throws -> PlotSeries {
    if let x = series.x { try sameCount(x.count, "x", series.y.count, name ?? series.name ?? "y") }
    return series
  }

  func sameCount(_ a: Int, _ first: String, _ b: Int, _ second: String) throws {
    guard a == b else {
      throw Fault.badValue("`\(operation)` wants as many of `\(first)` as of `\(second)`, got \(a) and \(b)")
    }
  }

  // MARK: Points and matrices

  /// Points [n, width] as `width` columns: a tensor, or a list of points. Nil for anything else.
  func points(_ value: Value, width: Int, _ what: String) throws -> [[Double]]? {
    let isMatrix = value.asTensor.map { $0.rank == 2 } ?? (value.asList?.items.allSatisfy(isRow) ?? false)
    guard isMatrix else { return nil }
    let matrix = try matrix(value, what)
    guard matrix.columns == width else { return nil }
    return try (0..<width).map { column in
      var numbers: [Double] = []
      numbers.reserveCapacity(matrix.rows)
      try inBlocks(matrix.rows) { block in
        for row in block { numbers.append(matrix.values[row * width + column]) }
      }
      return numbers
    }
  }

  private func isRow(_ value: Value) -> Bool { value.asList != nil || value.asRange != nil || value.asTensor != nil }

  /// What was given where points were wanted, for messages: "a 4x5 matrix", "a list of rows of 5 numbers".
  func shape(_ value: Value) -> String {
    if let tensor = value.asTensor { return Tensor.phrase(shape: tensor.shape) }
    guard let items = value.asList?.items, let first = items.first, items.allSatisfy(isRow),
      let width = first.asObject?.count
    else { return value.typePhrase }
    return "a list of rows of \(counted(width, "number"))"
  }

  /// Rows of equal length: a tensor of rank 2, a list of lists, or the numeric columns of a table (whose first column of texts
  /// names the rows).
  func matrix(_ value: Value, _ what: String = "matrix") throws -> (
    rows: Int, columns: Int, values: [Double], rowNames: [String]?, columnNames: [String]?
  ) {
    if let tensor = value.asTensor {
      guard tensor.rank == 2 else {
        throw Fault.badShape(
          "`\(operation)` wants a matrix, got \(Tensor.phrase(shape: tensor.shape))",
          help: tensor.rank == 3 ? "take one of its matrices: x[i]" : "give it rows: [x]")
      }
      let names = (0..<2).map { axis in
        tensor.labels(ofAxis: axis).map { labels in (0..<tensor.shape[axis]).map { labels.spelling(ofRow: $0) } }
      }
      return (tensor.shape[0], tensor.shape[1], try tensor.withElements { try doubles($0) }, names[0], names[1])
    }
    if let table = value.asTable {
      let numeric = table.columns.filter { isNumeric(.list($0.value)) }
      let names = table.columns.first { !isNumeric(.list($0.value)) }?.value.map { Printer.text(of: $0) }
      let columns = try numeric.map { try numbers(.list($0.value), $0.key.name) }
      let values = (0..<table.rowCount).flatMap { row in columns.map { $0[row] } }
      return (table.rowCount, columns.count, values, names, numeric.map(\.key.name))
    }
    guard let items = value.asList?.items else {
      throw Fault.wrongType(
        operation: operation, parameter: what, wanted: "a tensor of rank 2, a list of rows or a table",
        got: value.typePhrase)
    }
    if let place = items.firstIndex(where: { !isRow($0) }) {
      throw Fault.wrongType(
        operation: operation, parameter: what, wanted: "rows of numbers",
        got: "\(items[place].typePhrase) at index \(place)")
    }
    let rows = try items.enumerated().map { try numbers($0.element, "row \($0.offset)") }
    let columns = rows.first?.count ?? 0
    if let index = rows.firstIndex(where: { $0.count != columns }) {
      throw Fault.badValue(
        "`\(operation)` wants rows of one length for `\(what)`: row 0 has \(columns), row \(index) has \(rows[index].count)"
      )
    }
    return (rows.count, columns, rows.flatMap { $0 }, nil, nil)
  }
}

// MARK: Texts and masks of cells

extension PlotInput {
  /// A text for each cell of a matrix, row by row: a list of rows of anything, or a matrix of numbers.
  func cells(_ value: Value, _ what: String, _ rows: Int, _ columns: Int) throws -> [String] {
    if let tensor = value.asTensor, tensor.rank == 2 {
      let found = try matrix(value, what)
      try sameShape(found.rows, found.columns, what, rows, columns)
      return found.values.map { Drawable.contains($0) ? Charts.numberInCell($0) : "" }
    }
    guard let items = value.asList?.items, items.allSatisfy({ $0.asList != nil }) else {
      throw Fault.wrongType(
        operation: operation, parameter: what, wanted: "a list of rows of texts, or a matrix", got: value.typePhrase)
    }
    let lines = try items.map { try texts($0, what) }
    if let other = lines.first(where: { $0.count != columns }) {
      try sameShape(lines.count, other.count, what, rows, columns)
    }
    try sameShape(lines.count, columns, what, rows, columns)
    return lines.flatMap { $0 }
  }

  /// Yes or no for each cell of a matrix: a matrix of bools, or of numbers, of which 0 is no.
  func mask(_ value: Value, _ what: String, _ rows: Int, _ columns: Int) throws -> [Bool]? {
    if value.isNil { return nil }
    if let items = value.asList?.items,
      items.contains(where: { $0.asList?.items.contains { $0.asBool != nil } == true })
    {
      let lines = try items.map { item in
        try (item.asList?.items ?? []).map { cell in
          guard let isSet = cell.asBool else {
            throw Fault.badValue(
              "`\(operation)` wants true or false for every cell of `\(what)`, got \(cell.typePhrase)")
          }
          return isSet
        }
      }
      let odd = lines.first { $0.count != columns }
      try sameShape(lines.count, odd?.count ?? columns, what, rows, columns)
      return lines.flatMap { $0 }
    }
    let found = try matrix(value, what)
    try sameShape(found.rows, found.columns, what, rows, columns)
    return found.values.map { $0 != 0 }
  }

  private func sameShape(_ rows: Int, _ columns: Int, _ what: String, _ wantedRows: Int, _ wantedColumns: Int) throws {
    guard rows == wantedRows, columns == wantedColumns else {
      throw Fault.badValue(
        "`\(operation)` wants `\(what)` for \(wantedRows) rows and \(wantedColumns) columns, got \(rows) and \(columns)"
      )
    }
  }
}
