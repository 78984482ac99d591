// The elements that would stand at given places if the numbers were sorted, without sorting them, and the quantiles between them.

import Lang
import Runtime

enum OrderStatistics {
  /// Ranges of this length are sorted at once.
  private static let small = 64

  /// Moves the elements of rank `ranks` (rising, 0 is the smallest) of `numbers` to their places, everything smaller before them.
  /// No number is NaN. O(n log r) for r ranks, expected; polls for Ctrl-C. Hoare's quickselect in three ways, so that equal numbers
  /// cost nothing, with pivots drawn by a generator of its own.
  package static func select(_ numbers: UnsafeMutableBufferPointer<Double>, ranks: [Int]) throws {
    var draws = DrawStream(key: 0, epoch: 0, point: numbers.count)
    var waiting = [(range: 0..<numbers.count, ranks: 0..<ranks.count)]
    while let (range, wanted) = waiting.popLast() {
      guard !wanted.isEmpty, range.count > 1 else { continue }
      if range.count <= small {
        var part = UnsafeMutableBufferPointer(rebasing: numbers[range])
        part.sort()
        continue
      }
      // The middle of three.
      let picks = (0..<3).map { _ in numbers[range.lowerBound + draws.next(below: UInt64(range.count))] }.sorted()
      let equal = try partition(numbers, range, around: picks[1])
      let below = wanted.lowerBound..<(wanted.first { ranks[$0] >= equal.lowerBound } ?? wanted.upperBound)
      let above = (wanted.first { ranks[$0] >= equal.upperBound } ?? wanted.upperBound)..<wanted.upperBound
      waiting.append((range.lowerBound..<equal.lowerBound, below))
      waiting.append((equal.upperBound..<range.upperBound, above))
    }
  }

  /// Puts smaller elements before `pivot`, larger ones after it; the range of its equals.
  private static func partition(
    _ numbers: UnsafeMutableBufferPointer<Double>, _ range: Range<Int>, around pivot: Double
  ) throws -> Range<Int> {
    var (low, at, high) = (range.lowerBound, range.lowerBound, range.upperBound)
    while at < high {
      // At most a million steps without a look at Ctrl-C.
      try checkInterrupt()
      var steps = 1 << 20
      while at < high, steps > 0 {
        steps -= 1
        let x = numbers[at]
        if x < pivot {
          numbers.swapAt(low, at)
          low += 1
          at += 1
        } else if x > pivot {
          high -= 1
          numbers.swapAt(at, high)
        } else {
          at += 1
        }
      }
    }
    return low..<high
  }

  /// The quantiles `shares` (0 to 1) of `numbers`, which are put in another order, by NumPy's method "linear": at (n - 1) q among
  /// the sorted ones, linearly between neighbours. NaN where one is and of nothing.
  static func quantiles(_ numbers: UnsafeMutableBufferPointer<Double>, _ shares: [Double]) throws -> [Double] {
    let places = shares.map { $0 * Double(max(numbers.count - 1, 0)) }
    guard !numbers.isEmpty, try !numbers.containsInBlocks(where: \.isNaN) else { return shares.map { _ in .nan } }
    let ranks = Set(places.flatMap { [Int($0), min(Int($0) + 1, numbers.count - 1)] }).sorted()
    try select(numbers, ranks: ranks)
    return places.map { place in
      let low = Int(place)
      return between(numbers[low], numbers[min(low + 1, numbers.count - 1)], place - Double(low))
    }
  }

  /// NumPy's `_lerp`; but infinite neighbours do not make NaN of what lies on a finite one.
  private static func between(_ a: Double, _ b: Double, _ share: Double) -> Double {
    if a == b || share == 0 { return a }
    guard a.isFinite, b.isFinite else { return a * (1 - share) + b * share }
    return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share)
  }

  /// The middle one, or the mean of the two in the middle, as numpy.median. NaN where one is and of nothing.
  static func median(_ numbers: UnsafeMutableBufferPointer<Double>) throws -> Double {
    guard !numbers.isEmpty, try !numbers.containsInBlocks(where: \.isNaN) else { return .nan }
    let (low, high) = ((numbers.count - 1) / 2, numbers.count / 2)
    try select(numbers, ranks: low == high ? [low] : [low, high])
    let sum = numbers[low] + numbers[high]
    return low == high ? numbers[low] : sum.isFinite ? sum / 2 : numbers[low] / 2 + numbers[high] / 2
  }
}
