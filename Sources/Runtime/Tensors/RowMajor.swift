// The arithmetic of shapes. Every shape of a tensor has been through here, so that what computes with the sizes and strides of one
// cannot overflow.

import Lang

extension Tensor {
  /// Number of elements and row-major strides of a shape.
  ///
  /// A size of 0 makes a tensor empty, but its strides are still products of the other sizes. Here it counts as 1: the product P of
  /// all sizes is then at most 2^59, and with it
  /// - every product of some of the sizes, and every stride, since it is such a product;
  /// - the distance of any two places, Σ (size - 1) · stride < P;
  /// - a slice's stride, which is taken only where two places lie that far apart (`sliced`), so is below P;
  /// - the bytes of all elements, as floats, doubles or values of the language.
  /// Views (transposes, slices, rows) keep this, because they only leave places out or turn axes.
  package struct RowMajor {
    package let count: Int
    package let strides: [Int]

    /// Throws `outOfMemory` for a shape that no memory holds. No size may be negative.
    package init(of shape: [Int]) throws {
      var strides = [Int](repeating: 1, count: shape.count)
      var product = 1
      for axis in shape.indices.reversed() {
        strides[axis] = product
        let (next, overflow) = product.multipliedReportingOverflow(by: max(shape[axis], 1))
        guard shape[axis] >= 0, !overflow, next <= RowMajor.most else {
          throw Fault.outOfMemory(bytes: shape.reduce(4.0) { $0 * Double(max($1, 1)) })
        }
        product = next
      }
      self.strides = strides
      count = shape.contains(0) ? 0 : product
    }

    private static let most = 1 << 59
  }
}
