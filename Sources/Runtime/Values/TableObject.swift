// Named columns of equal length: what `nearest` and friends return. Indexing is in `TableObject+Access.swift`, the printed
// form in `TableObject+Display.swift`.

import Lang
import OrderedCollections

public final class TableObject: Object {
  /// Column name → cells, all of the same length.
  public private(set) var columns: OrderedDictionary<Symbol, ContiguousArray<Value>>
  public private(set) var rowCount: Int
  /// Whose tokens the column `token` names, under the ids of the column `id`.
  public var vocabulary: Vocabulary?

  /// Columns of different lengths are an error that names both.
  public init(_ columns: OrderedDictionary<Symbol, ContiguousArray<Value>>) throws {
    rowCount = columns.values.first?.count ?? 0
    for (name, cells) in columns where cells.count != rowCount {
      throw Fault.badValue(
        "the columns differ in length: `\(name.name)` has \(cells.count), `\(columns.keys[0].name)` has \(rowCount)")
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

  public override var typeName: String { "table" }
  public override var count: Int? { rowCount }
  public override var fieldNames: [String] { columns.keys.map(\.name) }
  public override func iterated(_ index: Int) throws -> Value { row(index) }
  public override func copyForWriting() -> Object? {
    TableObject(selected: columns, rowCount: rowCount, vocabulary: vocabulary)
  }
  public override var byteCount: Int { columns.count * rowCount * MemoryLayout<Value>.stride }

  public override func field(_ name: String) throws -> Value? { columns[Symbol(name)].map(Value.column) }

  /// A row as a record.
  public func row(_ index: Int) -> Value {
    .object(RecordObject(OrderedDictionary(uniqueKeysWithValues: columns.map { ($0.key, $0.value[index]) })))
  }

  // `TableObject+Access.swift` and `TableObject+Display.swift` hold what these do.
  public override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  public override func setElement(at indices: [Value], to value: Value) throws { try assign(value, at: indices) }
  /// Empty after Ctrl-C: the next look at the flag ends what wanted it. The same holds for `display`.
  public override var description: String { (try? text(width: 100)) ?? "" }
  public override var summary: String { oneLine }
  public override func display(width: Int) -> String { (try? text(width: width)) ?? "" }

  /// By columns in order. An interrupted comparison counts as unequal; `valuesEqual` reports the interruption.
  public override func isEqual(to other: Object) -> Bool {
    (try? valuesEqual(.object(self), .object(other))) ?? false
  }

  /// Sets or adds a column. Its length must be that of the table, unless the table has no columns yet.
  public func setColumn(_ name: String, to cells: ContiguousArray<Value>) throws {
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

  func setCell(_ name: Symbol, row: Int, to value: Value) { columns[name]?[row] = value }

  /// The rows at `indices`, each within 0 ..< rowCount, in that order.
  public func rows(_ indices: [Int]) throws -> TableObject {
    try checkListFits(indices.count, bytesEach: max(1, columns.count) * MemoryLayout<Value>.stride)
    return TableObject(
      selected: try columns.mapValues { try $0.picked(indices) }, rowCount: indices.count, vocabulary: vocabulary)
  }
}

extension ContiguousArray<Value> {
  /// The elements at `places`, each within 0 ..< count, in that order. Throws `interrupted`.
  public func picked(_ places: [Int]) throws -> ContiguousArray<Value> {
    var picked: ContiguousArray<Value> = []
    picked.reserveCapacity(places.count)
    for (step, place) in places.enumerated() {
      if step & 0xFFFF == 0xFFFF { try checkInterrupt() }
      picked.append(self[place])
    }
    return picked
  }
}
