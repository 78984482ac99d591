// `[1, "a", nil]`, and a column of a table: a list that computes cell by cell (`ListObject+Column.swift`).

import Lang

@usableFromInline package final class ListObject: Object {
  package var items: ContiguousArray<Value>
  /// Whether this is a column, `t.a`.
  package let isColumn: Bool

  @usableFromInline package init(_ items: ContiguousArray<Value>, isColumn: Bool = false) {
    self.items = items
    self.isColumn = isColumn
    super.init(kind: .list)
  }

  deinit { DeferredRelease.take(&items) }

  package override var typeName: String { isColumn ? "column" : "list" }
  package override var count: Int? { items.count }
  package override func iterated(_ index: Int) throws -> Value { items[index] }
  package override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  package override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  package override func copyForWriting() throws -> Object? { ListObject(items, isColumn: isColumn) }
  package override func negated() throws -> Value? { isColumn ? try negatedColumn() : nil }
  package override func inverted() throws -> Value? { isColumn ? try invertedColumn() : nil }
  package override var byteCount: Int { items.count * MemoryLayout<Value>.stride }
}
