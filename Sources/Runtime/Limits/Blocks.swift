// Long loops in blocks, so that Ctrl-C is seen between two of them.

/// Calls `body` with 0 ..< count in ranges of at most `size`, in order, and looks for Ctrl-C before each. A block should take a
/// few milliseconds at most. Throws `interrupted` and what `body` throws.
@inlinable
package func inBlocks(_ count: Int, of size: Int = 1 << 16, _ body: (Range<Int>) throws -> Void) throws {
  var start = 0
  while start < count {
    try checkInterrupt()
    let end = min(start + size, count)
    try body(start..<end)
    start = end
  }
}

extension Value {
  /// A list whose elements are made one by one. Throws `outOfMemory`, `interrupted`, and what `element` throws.
  @inlinable
  package static func list(count: Int, _ element: (Int) throws -> Value) throws -> Value {
    try checkListFits(count)
    var items: ContiguousArray<Value> = []
    items.reserveCapacity(count)
    try inBlocks(count) { block in
      for index in block { items.append(try element(index)) }
    }
    return .list(items)
  }

  /// Whole numbers as a list.
  @inlinable
  package static func list(numbers: some RandomAccessCollection<Int>) throws -> Value {
    var next = numbers.startIndex
    return try list(count: numbers.count) { _ in
      defer { numbers.formIndex(after: &next) }
      return .number(Double(numbers[next]))
    }
  }
}
