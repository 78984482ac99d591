// `a..b`, half open, and the `a:b:step` of an index.

import Lang

package final class RangeObject: Object {
  package let start: Int
  package let end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
    super.init(kind: .range)
  }

  package override var typeName: String { "range" }
  package override var count: Int? {
    guard end > start else { return 0 }
    let (size, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? Int.max : size
  }
  package override func iterated(_ index: Int) throws -> Value { .number(start + index) }
  package override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  package override var description: String { "\(start)..\(end)" }

  package override func isEqual(to other: Object) -> Bool {
    guard other.kind == .range else { return false }
    let other = unsafeDowncast(other, to: RangeObject.self)
    return (start == other.start && end == other.end) || (count == 0 && other.count == 0)
  }
}

/// A bound of a range. Beyond 2^53 the number after x may be x itself, and a loop would never end.
package func rangeBound(_ number: Double, what: @autoclosure () -> String) throws -> Int {
  let bound = try wholeNumber(number, what: what())
  guard bound.magnitude <= 1 << 53 else {
    throw Fault.badValue("\(what()) must lie between -2^53 and 2^53, got \(numberText(number))")
  }
  return bound
}

/// An index `a:b:step`; lives only between the evaluation of an index expression and its use.
package final class SliceObject: Object {
  package let start: Int?
  package let end: Int?
  package let step: Int

  package init(start: Int?, end: Int?, step: Int) {
    self.start = start
    self.end = end
    self.step = step
    super.init(kind: .slice)
  }

  package override var typeName: String { "slice" }

  /// First index, number of elements and step on an axis of `size`, clipped as in Python. A step beyond the size reaches no
  /// second element; it is cut, so that strides may be multiplied by it.
  package func resolved(size: Int) -> (first: Int, count: Int, step: Int) {
    let step = min(max(step, -size - 1), size + 1)
    func clipped(_ index: Int, _ low: Int, _ high: Int) -> Int {
      let index = index < 0 ? index + size : index
      return min(max(index, low), high)
    }
    if step > 0 {
      let first = start.map { clipped($0, 0, size) } ?? 0
      let last = end.map { clipped($0, 0, size) } ?? size
      return (first, last > first ? (last - first - 1) / step + 1 : 0, step)
    }
    let first = start.map { clipped($0, -1, size - 1) } ?? size - 1
    let last = end.map { clipped($0, -1, size - 1) } ?? -1
    return (first, first > last ? (first - last - 1) / step.magnitudeClamped + 1 : 0, step)
  }
}

extension Int {
  /// |self| without the trap for the smallest integer.
  fileprivate var magnitudeClamped: Int { self == .min ? .max : abs(self) }
}
