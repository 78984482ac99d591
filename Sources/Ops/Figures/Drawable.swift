// Which numbers have a place in a picture, and what is said of the others.

import Lang
import Runtime

enum Drawable {
  /// Differences and margins of larger numbers would be infinite.
  private static let largest = 1e300

  static func contains(_ number: Double) -> Bool { abs(number) < largest }

  /// Why numbers are left out. `isLog`: on a log axis, which has no place for what is not positive.
  private static func reason(_ numbers: some Sequence<Double>, isLog: Bool) -> String {
    let isLarge = numbers.contains { $0.isFinite && !contains($0) }
    var reasons = ["nan", "infinite"] + (isLarge ? ["beyond \(numberText(largest))"] : [])
    if isLog { reasons.append("not positive on a log axis") }
    let last = reasons.removeLast()
    return reasons.joined(separator: ", ") + " or " + last
  }

  /// "`line` got nothing to draw: all 5 points are nan or infinite".
  static func nothing(
    _ operation: String, _ count: Int, _ noun: String, _ numbers: some Sequence<Double>, isLog: Bool = false
  ) -> Fault {
    let subject = count == 1 ? "the only \(noun) is" : "all \(count) \(noun)s are"
    return Fault.badValue("`\(operation)` got nothing to draw: \(subject) \(reason(numbers, isLog: isLog))")
  }

  /// "line: 3 of 5 points are nan or infinite, and left out".
  static func warn(
    _ operation: String, _ bad: Int, of count: Int, _ noun: String, _ numbers: some Sequence<Double>,
    isLog: Bool = false, so consequence: String
  ) {
    let subject = "\(bad) of \(count) \(noun)\(count == 1 ? "" : "s") \(bad == 1 ? "is" : "are")"
    Notices.warn("\(operation): \(subject) \(reason(numbers, isLog: isLog)), and \(consequence)")
  }
}
