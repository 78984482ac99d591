// The softmax of rows in float32: that of a thousand tokens is a hundred million exponentials.

import COpenBLAS
import Runtime

package enum FloatKernels {
  /// exp(x) / Σ exp(x), shifted by the largest element; the sum is in double. The two may be the same memory.
  package static func softmax(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int) {
    tw_softmax(source, target, count)
  }

  /// The same for rows of any length, which Ctrl-C ends.
  static func softmaxInBlocks(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int)
    throws
  {
    let block = 1 << 20
    guard count > block else { return softmax(source, into: target, count) }
    var largest = -Float.infinity
    try inBlocks(count, of: block) { largest = max(largest, RowKernels.range(source + $0.lowerBound, $0.count).high) }
    var sum = 0.0
    try inBlocks(count, of: block) { range in
      sum += tw_exponentials(source + range.lowerBound, target + range.lowerBound, range.count, largest)
    }
    let factor = Float(1 / sum)
    try inBlocks(count, of: block) { for i in $0 { target[i] *= factor } }
  }
}
