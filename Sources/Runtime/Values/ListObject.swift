// `[1, "a", nil]`.

import Lang

public final class ListObject: Object {
  public var items: ContiguousArray<Value>

  public init(_ items: ContiguousArray<Value>) {
    self.items = items
    super.init(kind: .list)
  }

  deinit { DeferredRelease.take(&items) }

  public override var typeName: String { "list" }
  public override var count: Int? { items.count }
  public override func iterated(_ index: Int) throws -> Value { items[index] }
  public override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  public override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  public override func copyForWriting() -> Object? { ListObject(items) }
  public override var byteCount: Int { items.count * MemoryLayout<Value>.stride }
}
