// What the prompt says of a tensor beside its corner: where its elements lie.

import Glibc
import Lang

package enum TensorSummary {
  /// More elements would make the echo of a line noticeably slow, and read weights from the disk that nobody asked for.
  private static let mostElements = 1 << 22

  /// "mean 0.0021, std 0.143, from -3.1 to 2.9", with the count of elements that are nan or infinite, which the rest leaves out;
  /// of a mask "12 of 100 are true". Nil for tensors that are small enough to be seen, or too large to be looked through in passing.
  package static func text(of tensor: Tensor) throws -> String? {
    guard tensor.count > 16, tensor.count <= mostElements else { return nil }
    return try tensor.withElements { elements in
      if tensor.isMask { return "\(elements.count { $0 != 0 }) of \(elements.count) are true" }
      var (sum, squares, count) = (0.0, 0.0, 0)
      var (low, high) = (Float.infinity, -Float.infinity)
      // The squares are taken about the first element, so that a large mean does not eat the digits of a small deviation.
      let pivot = Double(elements.first { $0.isFinite } ?? 0)
      for element in elements where element.isFinite {
        let distance = Double(element) - pivot
        sum += distance
        squares += distance * distance
        count += 1
        low = min(low, element)
        high = max(high, element)
      }
      guard count > 0 else { return "all elements are nan or infinite" }
      let mean = sum / Double(count)
      let deviation = max(squares / Double(count) - mean * mean, 0).squareRoot()
      let others = elements.count - count
      return
        "mean \(short(pivot + mean)), std \(short(deviation)), from \(short(Double(low))) to \(short(Double(high)))"
        + (others > 0 ? "; \(others) nan or infinite" : "")
    }
  }

  private static func short(_ value: Double) -> String { cFormat(value, "g", precision: 4, alternate: false) }
}
