// Groups of a table's rows, and what is computed of each: group_by, aggregate, pivot.

import Lang
import OrderedCollections

extension Tables {
  /// Rows that share a key.
  package struct Group {
    package let key: Value
    package var rows: [Int]
  }

  /// The places of equal keys, in the order in which keys first appear. Equality is that of `KeyIndex`. Time: one look-up a key.
  package static func groups(_ keys: ContiguousArray<Value>) throws -> [Group] {
    var index = KeyIndex()
    var groups: [Group] = []
    for (row, key) in keys.enumerated() {
      if row & 0xFFF == 0xFFF { try checkInterrupt() }
      let number = try index.number(of: key)
      if number == groups.count { groups.append(Group(key: key, rows: [])) }
      groups[number].rows.append(row)
    }
    return groups
  }

  /// One value a row for the columns `names`: the cell, or with several names the list of the cells.
  package static func keys(_ table: TableObject, _ names: [String]) throws -> ContiguousArray<Value> {
    let columns = try names.map(table.column)
    if columns.count == 1 { return columns[0] }
    try checkListFits(table.rowCount, bytesEach: 64 + 16 * columns.count)
    return try (0..<table.rowCount).mapInBlocks { row in .list(columns.map { $0[row] }) }
  }

  /// One row for each group of `by`: its key, then for each name what the function makes of that column of the group, or of
  /// the group itself where the table has no such column. `apply(f, value)` calls a function of the language.
  package static func aggregate(
    _ table: TableObject, _ functions: RecordObject, by names: [String], apply: (Value, Value) throws -> Value
  ) throws -> TableObject {
    for name in names where functions[name] != nil {
      throw Fault.badValue(
        "`\(name)` is a key of the groups already", help: "give what is computed another name: {\(name)_2: f}")
    }
    let all = names.isEmpty ? try Group(key: .nil, rows: (0..<table.rowCount).mapInBlocks { $0 }) : nil
    let groups = try all.map { [$0] } ?? groups(keys(table, names))
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for name in names {
      let cells = try table.column(name)
      columns[Symbol(name)] = try groups.mapInBlocks { cells[$0.rows[0]] }
    }
    for (name, function) in functions.entries {
      var cells: ContiguousArray<Value> = []
      for group in groups {
        try checkInterrupt()
        let argument: Value
        if let column = table.columns[name] {
          argument = .column(try column.picked(group.rows))
        } else {
          argument = .object(try table.rows(group.rows))
        }
        cells.append(try apply(function, argument))
      }
      columns[name] = cells
    }
    return try TableObject(columns)
  }

  /// One row for each key of `rows`, one column for each value of `columns`, in the order of first sight; the cells are those of
  /// `values`, or `combine(cells)` of all that fall together. Where none does, the cell is nil.
  package static func pivot(
    _ table: TableObject, rows: [String], columns: String, values: String, combine: ((Value) throws -> Value)?
  ) throws -> TableObject {
    let cells = try table.column(values)
    let down = try groups(keys(table, rows))
    let across = try groups(table.column(columns))
    var result: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for name in rows {
      let keys = try table.column(name)
      result[Symbol(name)] = try down.mapInBlocks { keys[$0.rows[0]] }
    }
    try checkListFits(down.count, bytesEach: 16 * across.count)
    var line: [Int] = try (0..<table.rowCount).mapInBlocks { _ in 0 }
    for (number, group) in down.enumerated() {
      try group.rows.eachBlock { for row in $0 { line[row] = number } }
      if number & 0xFFFF == 0 { try checkInterrupt() }
    }
    for group in across {
      try checkInterrupt()
      let name = Symbol(Printer.text(of: group.key))
      guard result[name] == nil else { throw Fault.pivotName(name.name) }
      var column: ContiguousArray<Value> = try down.mapInBlocks { _ in .nil }
      // Where several fall together they are next to each other after grouping by line.
      for meeting in try groups(group.rows.mapInBlocks { .number(line[$0]) }) {
        let met = meeting.rows.map { group.rows[$0] }
        let place = line[met[0]]
        if let combine {
          column[place] = try combine(.column(try cells.picked(met)))
        } else if met.count == 1 {
          column[place] = cells[met[0]]
        } else {
          throw Fault.pivotMeets(met.count, values: values, row: down[place].key, column: group.key)
        }
      }
      result[name] = column
    }
    return try TableObject(result)
  }
}

extension Fault {
  fileprivate static func pivotName(_ name: String) -> Fault {
    badValue(
      "two columns of the pivoted table would be `\(name)`",
      help: "columns are named by the values' texts: make these differ, and other than the names of `rows`")
  }

  fileprivate static func pivotMeets(_ count: Int, values: String, row: Value, column: Value) -> Fault {
    badValue(
      "\(count) values of `\(values)` fall on row \(Printer.quotedText(of: row)), column \(Printer.quotedText(of: column))",
      help: "say what to make of them: with=mean")
  }
}
