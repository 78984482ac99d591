// Named columns of equal length: what `nearest` and friends return. Indexing is in `TableObject+Access.swift`, the printed
// form in `TableObject+Display.swift`.

import Lang
import OrderedCollections

package final class TableObject: Object {
  /// Column name → cells, all of the same length.
  package private(set) var columns: OrderedDictionary<Symbol, ContiguousArray<Value>>
  package private(set) var rowCount: Int
  /// Whose tokens the column `token` names, under the ids of the column `id`.
  package var vocabulary: Vocabulary?

  /// Columns of different lengths are an error that names both.
  package init(_ columns: OrderedDictionary<Symbol, ContiguousArray<Value>>) throws {
    rowCount = columns.values.first?.count ?? 0
    for (name, cells) in columns where cells.count != rowCount {
      throw Fault.badValue(
        "the columns differ in length: `\(name.name)` has \(cells.count), `\(columns.keys[0].name)` has \(rowCount)")
    }
    self.columns = columns
    super.init(kind: .table)
  }

  /// A table from Swift.
  package convenience init(_ columns: KeyValuePairs<String, [Value]>) throws {
    var ordered: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (name, cells) in columns { ordered[Symbol(name)] = ContiguousArray(cells) }
    try self.init(ordered)
  }

  /// A selection of a table's columns or rows, which have equal lengths already.
  init(
    selected columns: OrderedDictionary<Symbol, ContiguousArray<Value>>, rowCount: Int, vocabulary: Vocabulary?
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.vocabulary = vocabulary
    super.init(kind: .table)
  }

  deinit {
    var cells = columns.values.map { $0 }
    columns.removeAll()
    for index in cells.indices { DeferredRelease.take(&cells[index]) }
  }

  package override var typeName: String { "table" }
  package override var count: Int? { rowCount }
  package override var fieldNames: [String] { columns.keys.map(\.name) }
  package override func iterated(_ index: Int) throws -> Value { row(index) }
  package override func copyForWriting() throws -> Object? {
    TableObject(selected: columns, rowCount: rowCount, vocabulary: vocabulary)
  }
  package override var byteCount: Int { columns.count * rowCount * MemoryLayout<Value>.stride }

  package override func field(_ name: String) throws -> Value? { columns[Symbol(name)].map(Value.column) }

  /// A row as a record.
  package func row(_ index: Int) -> Value {
    .object(RecordObject(RecordEntries(columns.lazy.map { ($0.key, $0.value[index]) })))
  }

  // `TableObject+Access.swift` and `TableObject+Display.swift` hold what these do.
  package override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  package override func setElement(at indices: [Value], to value: Value) throws { try assign(value, at: indices) }
  /// Empty after Ctrl-C: the next look at the flag ends what wanted it. The same holds for `display`.
  package override var description: String { (try? text(width: 100)) ?? "" }
  package override var summary: String { oneLine }
  package override func display(width: Int) -> String { (try? text(width: width)) ?? "" }

  /// By columns in order. An interrupted comparison counts as unequal; `valuesEqual` reports the interruption.
  package override func isEqual(to other: Object) -> Bool {
    (try? valuesEqual(.object(self), .object(other))) ?? false
  }

  /// Sets or adds a column. Its length must be that of the table, unless the table has no columns yet.
  package func setColumn(_ name: String, to cells: ContiguousArray<Value>) throws {
    let symbol = Symbol(name)
    let isOnly = columns.isEmpty || (columns.count == 1 && columns[symbol] != nil)
    guard isOnly || cells.count == rowCount else {
      throw Fault.badValue("the table has length \(rowCount), the new column `\(name)` \(cells.count)")
    }
    columns[symbol] = cells
    rowCount = cells.count
  }

  /// Lets `body` change the cells of a column, which nobody else holds meanwhile, so that they need no copy.
  func changeColumn(_ name: Symbol, _ body: (inout Value) throws -> Void) throws {
    var column = Value.column(try self.column(name.name))
    columns[name] = []
    defer { columns[name] = column.asList?.items }
    try body(&column)
  }

  func setCell(_ name: Symbol, row: Int, to value: Value) throws {
    try columns[name]?.makeOwn()
    columns[name]?[row] = value
  }

  /// The rows at `indices`, each within 0 ..< rowCount, in that order.
  package func rows(_ indices: [Int]) throws -> TableObject {
    try checkListFits(indices.count, bytesEach: max(1, columns.count) * MemoryLayout<Value>.stride)
    return TableObject(
      selected: try columns.mapValues { try $0.picked(indices) }, rowCount: indices.count, vocabulary: vocabulary)
  }
}

extension ContiguousArray<Value> {
  /// The elements at `places`, each within 0 ..< count, in that order. Throws `interrupted`.
  package func picked(_ places: [Int]) throws -> ContiguousArray<Value> {
    try places.mapInBlocks { self[$0] }
  }
}
