// Round numbers along an axis.

import Glibc
import Lang
import Runtime

enum Ticks {
  /// A round distance of ticks, so that at most about `most` of them stand side by side; nil for a range without a length.
  /// `isWhole`: only whole numbers are counted along the axis.
  static func step(_ range: ClosedRange<Double>, most: Int, isWhole: Bool = false) -> Double? {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return nil }
    let raw = span / Double(max(most, 1))
    guard raw > 1e-300 else { return nil }
    var unit = 1.0
    while unit > raw { unit /= 10 }
    while unit * 10 <= raw { unit *= 10 }
    if isWhole { unit = max(unit, 1) }
    let factor = [1, 2, 2.5, 5, 10].first { unit * $0 >= raw && !(isWhole && unit * $0 == 2.5) } ?? 10
    return unit * factor
  }

  /// The multiples of the step within a range.
  static func places(_ range: ClosedRange<Double>, most: Int, isWhole: Bool = false) -> [Double] {
    guard let step = step(range, most: most, isWhole: isWhole) else { return [] }
    // A bound that is a multiple but for its last digit has its tick.
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let count = ((range.upperBound - first * step) / step + 1e-9).rounded(.down)
    // Where the step is lost in the digits of the numbers there are no ticks.
    guard abs(first) < 1e15, count >= 0, count < 100 else { return [] }
    return (0...Int(count)).map { (first + Double($0)) * step }
  }

  /// On a scale of logarithms: powers of ten, or, where fewer than two of them lie in the range, 1, 2 and 5 times them.
  static func logPlaces(_ range: ClosedRange<Double>, most: Int) -> [Double] {
    guard range.lowerBound > 0, range.upperBound.isFinite else { return [] }
    let low = Int((log10(range.lowerBound) - 1e-9).rounded(.up))
    let high = Int((log10(range.upperBound) + 1e-9).rounded(.down))
    if high > low {
      let every = (high - low) / max(most, 1) + 1
      return stride(from: low, through: high, by: every).map { pow(10, Double($0)) }
    }
    let between = (min(low, high) - 1...max(low, high)).flatMap { exponent in
      [1, 2, 5].map { $0 * pow(10, Double(exponent)) }
    }.filter { range.contains($0) }
    return between.count > 1 ? between : places(range, most: most)
  }

  /// The texts of an axis' ticks, with enough digits to tell them apart.
  static func texts(_ places: [Double]) -> [String] {
    let largest = places.map(abs).max() ?? 0
    let step = places.count > 1 ? abs(places[1] - places[0]) : largest
    let digits = largest > 0 && step > 0 ? Int(log10(largest / step).rounded(.up)) + 2 : 1
    return places.map {
      abs($0) < 1e-300 ? "0" : cFormat($0, "g", precision: min(max(digits, 6), 10), alternate: false)
    }
  }

  static func text(_ value: Double) -> String {
    abs(value) < 1e-300 ? "0" : cFormat(value, "g", precision: 4, alternate: false)
  }
}
