// Round numbers along an axis.

import Glibc
import Lang
import Runtime

enum Ticks {
  /// A round distance of ticks, so that at most about `most` of them stand side by side; nil for a range without a length.
  static func step(_ range: ClosedRange<Double>, most: Int) -> Double? {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return nil }
    let raw = span / Double(max(most, 1))
    guard raw > 1e-300 else { return nil }
    var unit = 1.0
    while unit > raw { unit /= 10 }
    while unit * 10 <= raw { unit *= 10 }
    let factor = [1, 2, 2.5, 5, 10].first { unit * $0 >= raw } ?? 10
    return unit * factor
  }

  /// The multiples of the step within a range.
  static func places(_ range: ClosedRange<Double>, most: Int) -> [Double] {
    guard let step = step(range, most: most) else { return [] }
    let first = (range.lowerBound / step).rounded(.up)
    let count = ((range.upperBound - first * step) / step).rounded(.down)
    // Where the step is lost in the digits of the numbers there are no ticks.
    guard abs(first) < 1e15, count >= 0, count < 100 else { return [] }
    return (0...Int(count)).map { (first + Double($0)) * step }
  }

  static func text(_ value: Double) -> String {
    abs(value) < 1e-300 ? "0" : cFormat(value, "g", precision: 4, alternate: false)
  }
}
