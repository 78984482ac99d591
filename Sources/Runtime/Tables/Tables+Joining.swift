// Tables from tables: one under the other, side by side by a key, with other columns.

import Lang
import OrderedCollections

extension Tables {
  /// The rows of all tables, one table under the other, with the columns of the first, by name. Throws `unknownKey` for a table
  /// that lacks one of them and `badValue` for one with a column more.
  package static func concatenated(_ tables: [TableObject]) throws -> TableObject {
    guard let first = tables.first else { throw Fault.badValue("`concat` needs at least one table") }
    for (place, table) in tables.enumerated() {
      for name in first.fieldNames where table.columns[Symbol(name)] == nil {
        throw Fault.columnsDiffer(name, missingFrom: place, presentIn: 0)
      }
      for name in table.fieldNames where first.columns[Symbol(name)] == nil {
        throw Fault.columnsDiffer(name, missingFrom: 0, presentIn: place)
      }
    }
    let count = tables.reduce(0) { $0 + $1.rowCount }
    try checkListFits(count, bytesEach: 16 * max(1, first.columns.count))
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for name in first.columns.keys {
      var cells: ContiguousArray<Value> = []
      cells.reserveCapacity(count)
      for table in tables {
        try table.columns[name]?.eachBlock { cells.append(contentsOf: $0) }
      }
      columns[name] = cells
    }
    let joined = try TableObject(columns)
    if let vocabulary = first.vocabulary, tables.allSatisfy({ $0.vocabulary === vocabulary }) {
      joined.vocabulary = vocabulary
    }
    return joined
  }

  /// Each row of `left` beside each row of `right` that has the same cells under `names`; where `right` has none, the row is left
  /// out, or with `keepsAll` stays with nil. Rows are in the order of `left`, then of `right`; of columns that both have, besides
  /// `names`, the right one's gets `_2`.
  package static func joined(
    _ left: TableObject, _ right: TableObject, on names: [String], keepsAll: Bool
  ) throws -> TableObject {
    var index = KeyIndex()
    var matches: [[Int]] = []
    for (row, key) in try keys(right, names).enumerated() {
      if row & 0xFFF == 0xFFF { try checkInterrupt() }
      let number = try index.number(of: key)
      if number == matches.count { matches.append([]) }
      matches[number].append(row)
    }
    let found = try keys(left, names).enumerated().map { row, key -> [Int] in
      if row & 0xFFF == 0xFFF { try checkInterrupt() }
      return try index.known(key).map { matches[$0] } ?? []
    }
    let count = found.reduce(0) { $0 + (keepsAll ? max(1, $1.count) : $1.count) }
    let width = left.columns.count + right.columns.count - names.count
    try checkListFits(count, bytesEach: 16 * (width + 2))
    // Row i of the answer is row leftRows[i] of one table beside row rightRows[i] of the other, whose row `right.rowCount` is missing.
    var leftRows: [Int] = []
    var rightRows: [Int] = []
    leftRows.reserveCapacity(count)
    rightRows.reserveCapacity(count)
    for (row, rows) in found.enumerated() {
      try checkInterrupt()
      let others = rows.isEmpty && keepsAll ? [right.rowCount] : rows
      leftRows.append(contentsOf: repeatElement(row, count: others.count))
      rightRows.append(contentsOf: others)
    }
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (name, cells) in left.columns { columns[name] = try cells.picked(leftRows) }
    for (name, cells) in right.columns where !names.contains(where: { Symbol($0) == name }) {
      var own = name
      var number = 2
      while columns[own] != nil || (own != name && right.columns[own] != nil) {
        own = Symbol("\(name.name)_\(number)")
        number += 1
      }
      columns[own] = try rightRows.mapInBlocks { $0 < cells.count ? cells[$0] : .nil }
    }
    return try TableObject(columns)
  }

  /// The table with other names for some columns, in the same order.
  package static func renamed(_ table: TableObject, _ names: RecordObject) throws -> TableObject {
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for name in names.fieldNames { _ = try table.column(name) }
    for (name, cells) in table.columns {
      var own = name
      if let given = names.entries[name] {
        guard let text = given.asString else {
          throw Fault.badValue(
            "the new name of `\(name.name)` is \(given.typePhrase)", help: "rename(t, {\(name.name): \"new\"})")
        }
        own = Symbol(text)
      }
      guard columns.updateValue(cells, forKey: own) == nil else {
        throw Fault.badValue("two columns would be named `\(own.name)`", help: "drop(t, \"\(own.name)\") first")
      }
    }
    let renamed = try TableObject(columns)
    renamed.vocabulary = table.vocabulary
    return renamed
  }

  /// The table without some columns.
  package static func without(_ table: TableObject, _ names: [String]) throws -> TableObject {
    for name in names { _ = try table.column(name) }
    let dropped = Set(names.map { Symbol($0) })
    let rest = try TableObject(table.columns.filter { !dropped.contains($0.key) })
    rest.vocabulary = table.vocabulary
    return rest
  }
}

extension Fault {
  fileprivate static func columnsDiffer(_ name: String, missingFrom place: Int, presentIn other: Int) -> Fault {
    Fault(
      .unknownKey, "the tables differ in their columns: `\(name)` is in table \(other), not in table \(place)",
      help: "`drop` or `rename` columns first, or set the one that is missing")
  }
}
