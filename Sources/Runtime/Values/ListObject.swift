// `[1, "a", nil]`, and a column of a table: a list that computes cell by cell (`ListObject+Column.swift`).

import Lang

public final class ListObject: Object {
  public var items: ContiguousArray<Value>
  /// Whether this is a column, `t.a`.
  public let isColumn: Bool

  public init(_ items: ContiguousArray<Value>, isColumn: Bool = false) {
    self.items = items
    self.isColumn = isColumn
    super.init(kind: .list)
  }

  deinit { DeferredRelease.take(&items) }

  public override var typeName: String { isColumn ? "column" : "list" }
  public override var count: Int? { items.count }
  public override func iterated(_ index: Int) throws -> Value { items[index] }
  public override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  public override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  public override func copyForWriting() -> Object? { ListObject(items, isColumn: isColumn) }
  public override func negated() throws -> Value? { isColumn ? try negatedColumn() : nil }
  public override func inverted() throws -> Value? { isColumn ? try invertedColumn() : nil }
  public override var byteCount: Int { items.count * MemoryLayout<Value>.stride }
}
