// Whole numbers of a text that have more digits than a 64-bit float: ids of posts, hashes. They are read as the nearest number, and told.

import Runtime

package struct RoundedNumbers {
  private var count = 0
  private var first = ""

  /// Counts `text`, a number without point and exponent, when `value` is another number. Of more than 38 digits nobody expects all.
  mutating func note(_ text: String, _ value: Double) {
    guard abs(value) >= 9_007_199_254_740_992, let whole = Int128(text), Int128(exactly: value) != whole else { return }
    if count == 0 { first = text }
    count += 1
  }

  /// `place`: the file, or a column of it.
  package func tell(_ place: String) {
    guard count > 0 else { return }
    Notices.warn("\(place): 64-bit floats cannot hold \(counted(count, "whole number")) exactly; the first is \(first)")
  }
}
