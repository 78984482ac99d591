// `t[3]`, `t["token"]`, `t[a:b]`, `t[rows, "token"]`, `t["score"] = xs`.

import Lang
import OrderedCollections

extension TableObject {
  /// What an index selects among the rows.
  private enum Rows {
    case one(Int)
    case many([Int])
  }

  /// One index: a number gives a row as a record, a text a column, a slice, range, list of row numbers or mask a
  /// table of rows, a list of texts a table of columns. Two indices: rows first, then a column's name or a list of names.
  func selection(_ indices: [Value]) throws -> Value {
    switch indices.count {
    case 1:
      if let name = indices[0].asString { return .column(try column(name)) }
      if let names = try columnNames(indices[0]) { return .object(try selectingColumns(names)) }
      switch try rows(indices[0]) {
      case .one(let index): return row(index)
      case .many(let indices): return .object(try rows(indices))
      }
    case 2:
      let selected = try rows(indices[0])
      if let name = indices[1].asString {
        let cells = try column(name)
        switch selected {
        case .one(let index): return cells[index]
        case .many(let indices): return .column(try cells.picked(indices))
        }
      }
      guard let names = try columnNames(indices[1]) else { throw Fault.badColumnIndex(indices[1]) }
      let table = try selectingColumns(names)
      switch selected {
      case .one(let index): return table.row(index)
      case .many(let indices): return .object(try table.rows(indices))
      }
    default: throw Fault.badValue("a table takes one or two indices, got \(indices.count)", help: Fault.tableIndexHelp)
    }
  }

  /// `t["name"] = column` sets or adds a column; `t[i, "name"] = value` sets a cell.
  func assign(_ value: Value, at indices: [Value]) throws {
    if indices.count == 1, let name = indices[0].asString {
      guard value.asString == nil, value.asRecord == nil, value.asTable == nil, value.asObject?.count != nil else {
        throw Fault.badValue(
          "a column is a list of \(rowCount) values, got \(value.typePhrase)",
          help: "the same value in every row: map(0..len(t), i => value)")
      }
      return try setColumn(name, to: elements(of: value))
    }
    guard indices.count == 2, let name = indices[1].asString, case .one(let index) = try rows(indices[0]) else {
      throw Fault.badValue(
        "this part of a table cannot be assigned",
        help: "assign a column, t[\"name\"] = xs, or a cell, t[i, \"name\"] = x")
    }
    _ = try column(name)
    try setCell(Symbol(name), row: index, to: value)
  }

  /// The cells of a column, or an error that names a near one.
  package func column(_ name: String) throws -> ContiguousArray<Value> {
    guard let cells = columns[Symbol(name)] else { throw Fault.unknownColumn(name, among: fieldNames) }
    return cells
  }

  private func selectingColumns(_ names: [String]) throws -> TableObject {
    var selected: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for name in names { selected[Symbol(name)] = try column(name) }
    return TableObject(selected: selected, rowCount: rowCount, vocabulary: vocabulary)
  }

  /// A list of texts, or nil when the index is something else.
  private func columnNames(_ index: Value) throws -> [String]? {
    guard let items = index.asList?.items, items.first?.asString != nil else { return nil }
    return try items.map { item in
      guard let name = item.asString else { throw Fault.badColumnIndex(item) }
      return name
    }
  }

  private func rows(_ index: Value) throws -> Rows {
    let selected = try IndexedAxis(.table, size: rowCount).resolve(index)
    if case .one(let row) = selected { return .one(row) }
    return .many(try selected.list())
  }
}

extension Fault {
  fileprivate static let tableIndexHelp =
    "rows: t[3], t[0:5], t[[2, 0]], t[mask]; columns: t.name, t[\"name\"]; both: t[0:5, \"name\"]"

  static func badColumnIndex(_ value: Value) -> Fault {
    Fault(.wrongType, "the second index of a table is a column's name, got \(value.typePhrase)", help: tableIndexHelp)
  }

  static func badTableIndex(_ value: Value) -> Fault {
    Fault(.wrongType, "a table cannot be indexed with \(value.typePhrase)", help: tableIndexHelp)
  }

  package static func unknownColumn(_ name: String, among names: [String]) -> Fault {
    var help = names.isEmpty ? nil : "its columns are \(names.prefix(12).map { "`\($0)`" }.joined(separator: ", "))"
    if let near = nearestName(to: name, among: names) { help = "there is a column with a similar name: `\(near)`" }
    return Fault(.unknownKey, "the table has no column `\(name)`", help: help)
  }
}
