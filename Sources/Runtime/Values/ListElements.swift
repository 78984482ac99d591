// The elements of a list, or of a range, which equals the list of its numbers and need not be written out to be compared.

enum ListElements {
  case list(ContiguousArray<Value>)
  case range(start: Int, count: Int)

  /// Nil for a value that is neither.
  init?(_ value: Value) {
    if let list = value.asList {
      self = .list(list.items)
    } else if let range = value.asRange {
      self = .range(start: range.start, count: range.count ?? 0)
    } else {
      return nil
    }
  }

  var count: Int {
    switch self {
    case .list(let items): items.count
    case .range(_, let count): count
    }
  }

  /// `index` lies in 0 ..< count.
  subscript(index: Int) -> Value {
    switch self {
    case .list(let items): items[index]
    case .range(let start, _): .number(start + index)
    }
  }
}

extension Value {
  /// Elements of a collection as a list; those of a column are a column.
  package static func list(_ items: some Sequence<Value>, like collection: Value) -> Value {
    .object(ListObject(ContiguousArray(items), isColumn: collection.isColumn))
  }
}
