// Visiting the elements of a value, for the operations that take any collection: lists, ranges, tensors (rows), tables (rows
// as records), records (keys), strings (code points).

import Lang

/// Calls `body` with each element. Throws `notIndexable` for a value without elements, what `body` throws, and `interrupted`.
package func iterate(_ value: Value, _ body: (Value) throws -> Void) throws {
  guard case .object(let object) = value else { throw Fault.notIterable(value) }
  if let list = value.asList {
    // The array is held here: whatever `body` does to the variable, these elements are visited.
    let items = list.items
    for index in items.indices {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      try body(items[index])
    }
  } else if let range = value.asRange {
    guard range.end > range.start else { return }
    for number in range.start..<range.end {
      if number & 0xFFF == 0xFFF { try checkInterrupt() }
      try body(.number(number))
    }
  } else if let text = value.asString {
    var steps = 0
    for scalar in text.unicodeScalars {
      steps += 1
      if steps & 0xFFF == 0 { try checkInterrupt() }
      try body(.string(String(Character(scalar))))
    }
  } else if let tensor = value.asTensor, tensor.rank == 1 {
    let tensor = try tensor.widened()
    let source = try tensor.base()
    for index in 0..<tensor.count {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      let element = source[index * tensor.strides[0]]
      try body(tensor.isMask ? .bool(element != 0) : .number(Double(element)))
    }
    withExtendedLifetime(tensor) {}
  } else {
    guard let count = object.count else { throw Fault.notIterable(value) }
    for index in 0..<count {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      try body(try object.iterated(index))
    }
  }
}

/// How many elements `iterate` visits. Throws `notIndexable` for a value without elements.
package func elementCount(_ value: Value) throws -> Int {
  guard let count = value.asObject?.count else { throw Fault.notIterable(value) }
  return count
}

/// The elements of a collection as an array: a list's own, or built after the memory budget has been asked.
package func elements(of value: Value) throws -> ContiguousArray<Value> {
  if let list = value.asList { return list.items }
  let count = try elementCount(value)
  try checkListFits(count)
  var items = GrowingList(count: count, bytesEach: value.asString == nil ? MemoryLayout<Value>.stride : 80, fits: true)
  try iterate(value) { try items.append($0) }
  return items.taken()
}

/// Throws `outOfMemory` when a list of `count` elements, each at least `bytesEach` large, would exceed the memory budget.
@usableFromInline
package func checkListFits(_ count: Int, bytesEach: Int = MemoryLayout<Value>.stride) throws {
  let (bytes, overflow) = count.multipliedReportingOverflow(by: bytesEach)
  guard !overflow else { throw Fault.outOfMemory(bytes: Double(count) * Double(bytesEach)) }
  // Small lists come and go by the million: the budget is for the large ones.
  guard bytes > 1 << 20 else { return }
  try MemoryBudget.shared.check(bytes)
}
