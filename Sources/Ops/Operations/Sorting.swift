// Stable sorting by keys that are computed once.

import Lang
import Runtime

package enum Sorting {
  /// The places of elements in rising order of their keys (falling where `reverse` says so): by the first of `keys`, which has a
  /// key for each element, equal ones by the second, and so on. Elements with equal keys keep their order, nan comes last in both
  /// directions. Throws `badOperands` for keys without a common order, and `interrupted`.
  package static func order(_ keys: [ContiguousArray<Value>], reverse: [Bool]) throws -> [Int] {
    guard let first = keys.first else { return [] }
    try checkListFits(first.count, bytesEach: 16 * keys.count)
    var places: [Int] = try first.indices.mapInBlocks { $0 }
    if keys.count == 1, first.count > 1, let numbers = try allNumbers(first) {
      try sort(&places, by: numbers, reverse: reverse.first ?? false)
      return places
    }
    let comparisons = try zip(keys, reverse).map { try comparison(of: $0, reverse: $1) }
    // One value alone is compared with nothing; it must have an order all the same.
    if first.count == 1 { for key in keys { _ = try compareValues(key[0], key[0]) } }
    if comparisons.count == 1 {
      try sort(&places, comparisons[0])
    } else {
      try sort(&places) { a, b in
        for compare in comparisons {
          let order = try compare(a, b)
          if order != 0 { return order }
        }
        return 0
      }
    }
    return places
  }

  /// Compares the keys of two places.
  private static func comparison(
    of keys: ContiguousArray<Value>, reverse: Bool
  ) throws -> (Int, Int) throws -> Int {
    if let numbers = try allNumbers(keys) {
      return { a, b in
        let (x, y) = (numbers[a], numbers[b])
        if x.isNaN || y.isNaN { return (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0) }
        let order = compareNumbers(x, y)
        return reverse ? -order : order
      }
    }
    return { a, b in
      let order = try compareValues(keys[a], keys[b])
      return reverse ? -order : order
    }
  }

  /// The usual case, one number each: without a call for each comparison.
  private static func sort(_ places: inout [Int], by numbers: ContiguousArray<Double>, reverse: Bool) throws {
    var steps = 0
    try numbers.withUnsafeBufferPointer { numbers in
      try places.sort { a, b in
        steps &+= 1
        if steps & 0x3FFF == 0 { try checkInterrupt() }
        let (x, y) = (numbers[a], numbers[b])
        if x < y { return !reverse }
        if x > y { return reverse }
        // Equal, or not to be compared: nan comes last.
        return x == y || x.isNaN == y.isNaN ? a < b : y.isNaN
      }
    }
  }

  /// Places break ties, which makes the order stable whatever algorithm sorts.
  private static func sort(_ places: inout [Int], _ compare: (Int, Int) throws -> Int) throws {
    var steps = 0
    try places.sort { a, b in
      steps &+= 1
      if steps & 0x3FFF == 0 { try checkInterrupt() }
      let order = try compare(a, b)
      return order == 0 ? a < b : order < 0
    }
  }

  /// Nil where one is none.
  private static func allNumbers(_ keys: ContiguousArray<Value>) throws -> ContiguousArray<Double>? {
    if try keys.containsInBlocks(where: { $0.asNumber == nil }) { return nil }
    return try keys.mapInBlocks { $0.asNumber ?? .nan }
  }

  /// The elements of each row of the last axis in rising (or falling) order, nan last. A vector is one row.
  package static func sorted(_ tensor: Tensor, reverse: Bool) throws -> Tensor {
    guard tensor.rank > 0 else { throw Fault.badShape("a scalar has no elements to sort") }
    let size = tensor.shape[tensor.rank - 1]
    return try Tensor(shape: tensor.shape, isMask: tensor.isMask) { target in
      try tensor.copyElements(to: target)
      guard size > 0 else { return }
      for start in stride(from: 0, to: target.count, by: size) {
        try checkInterrupt()
        let row = UnsafeMutableBufferPointer(rebasing: target[start..<start + size])
        try row.sortInBlocks { a, b in
          if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN }
          return reverse ? a > b : a < b
        }
      }
    }
  }
}
