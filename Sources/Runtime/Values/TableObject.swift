// Named columns of equal length: what `nearest` and friends return.

import Lang
import OrderedCollections

public final class TableObject: Object {
  /// Column name → cells, all of the same length.
  public var columns: OrderedDictionary<Symbol, ContiguousArray<Value>>
  public private(set) var rowCount: Int

  /// Columns of different lengths are an error that names both.
  public init(_ columns: OrderedDictionary<Symbol, ContiguousArray<Value>>) throws {
    rowCount = columns.values.first?.count ?? 0
    for (name, cells) in columns where cells.count != rowCount {
      throw Fault.badValue(
        "column `\(name.name)` has \(cells.count) rows, `\(columns.keys[0].name)` has \(rowCount)")
    }
    self.columns = columns
    super.init(kind: .table)
  }

  /// A table from Swift.
  public convenience init(_ columns: KeyValuePairs<String, [Value]>) throws {
    var ordered: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (name, cells) in columns { ordered[Symbol(name)] = ContiguousArray(cells) }
    try self.init(ordered)
  }

  public override var typeName: String { "table" }
  public override var count: Int? { rowCount }
  public override var fieldNames: [String] { columns.keys.map(\.name) }
  public override func iterated(_ index: Int) throws -> Value { row(index) }
  public override var byteCount: Int { columns.count * rowCount * MemoryLayout<Value>.stride }

  /// A column as a list.
  public override func field(_ name: String) throws -> Value? { columns[Symbol(name)].map { .list($0) } }

  /// A row as a record.
  public func row(_ index: Int) -> Value {
    .object(RecordObject(OrderedDictionary(uniqueKeysWithValues: columns.map { ($0.key, $0.value[index]) })))
  }
}
