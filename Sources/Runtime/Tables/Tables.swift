// Making tables.

import Lang
import OrderedCollections

package enum Tables {
  /// A table from a record of columns (lists, ranges, tensors of rank 1) or from a list of records, one a row; a row that lacks
  /// a key has nil there. A table is itself. Throws `badValue` for anything else and for columns of different lengths.
  package static func table(from value: Value) throws -> TableObject {
    if let table = value.asTable { return table }
    if let record = value.asRecord { return try fromColumns(record) }
    guard let items = value.asList?.items else {
      throw Fault.badValue(
        "a table is made of a record of lists or a list of records, got \(value.typePhrase)",
        help: "table({token: tokens, score: scores})")
    }
    return try fromRows(items)
  }

  private static func fromColumns(_ record: RecordObject) throws -> TableObject {
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (name, value) in record.entries {
      let isColumn = value.asList != nil || value.asRange != nil || value.asTensor?.rank == 1
      guard isColumn else {
        throw Fault.badValue(
          "column `\(name.name)` is \(value.typePhrase)",
          help: "columns are lists of one length: {\(name.name): [1, 2, 3]}")
      }
      columns[name] = try elements(of: value)
    }
    return try TableObject(columns)
  }

  private static func fromRows(_ items: ContiguousArray<Value>) throws -> TableObject {
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (index, item) in items.enumerated() {
      guard let row = item.asRecord else {
        throw Fault.badValue("row \(index) is \(item.typePhrase), not a record", help: "table([{a: 1}, {a: 2}])")
      }
      if index & 0xFFF == 0 { try checkInterrupt() }
      for (key, value) in row.entries {
        // A column that starts late has nil in the rows above.
        let filled = columns[key]?.count ?? 0
        if filled < index {
          columns[key, default: []].append(contentsOf: repeatElement(.nil, count: index - filled))
        }
        columns[key, default: []].append(value)
      }
    }
    for key in columns.keys {
      let missing = items.count - (columns[key]?.count ?? 0)
      if missing > 0 { columns[key]?.append(contentsOf: repeatElement(.nil, count: missing)) }
    }
    return try TableObject(columns)
  }
}
