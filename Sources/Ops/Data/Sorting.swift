// Stable sorting by keys that are computed once.

import Lang
import Runtime

public enum Sorting {
  /// The places of `keys` in rising order (falling with `reverse`); equal keys keep their order, nan comes last in both.
  /// Throws `badOperands` for keys without a common order, and `interrupted`.
  public static func order(_ keys: ContiguousArray<Value>, reverse: Bool) throws -> [Int] {
    try checkListFits(keys.count)
    var places = Array(keys.indices)
    if let numbers = allNumbers(keys) {
      try sort(&places) { a, b in
        let (x, y) = (numbers[a], numbers[b])
        if x.isNaN || y.isNaN { return (x.isNaN ? 1 : 0) - (y.isNaN ? 1 : 0) }
        let order = compareNumbers(x, y)
        return reverse ? -order : order
      }
    } else {
      try sort(&places) { a, b in
        let order = try compareValues(keys[a], keys[b])
        return reverse ? -order : order
      }
      // One value alone, or two of one type, meet the comparison; a single odd type must not slip through.
      if keys.count == 1, let only = keys.first { _ = try compareValues(only, only) }
    }
    return places
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

  private static func allNumbers(_ keys: ContiguousArray<Value>) -> ContiguousArray<Double>? {
    var numbers: ContiguousArray<Double> = []
    numbers.reserveCapacity(keys.count)
    for key in keys {
      guard let number = key.asNumber else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// The elements of each row of the last axis in rising (or falling) order, nan last. A vector is one row.
  public static func sorted(_ tensor: Tensor, reverse: Bool) throws -> Tensor {
    guard tensor.rank > 0 else { throw Fault.badShape("a scalar has no elements to sort") }
    let size = tensor.shape[tensor.rank - 1]
    return try Tensor(shape: tensor.shape) { target in
      try tensor.copyElements(to: target)
      guard size > 0 else { return }
      for start in stride(from: 0, to: target.count, by: size) {
        try checkInterrupt()
        var row = UnsafeMutableBufferPointer(rebasing: target[start..<start + size])
        row.sort { a, b in
          if a.isNaN || b.isNaN { return !a.isNaN && b.isNaN }
          return reverse ? a > b : a < b
        }
      }
    }
  }
}
