// The rows that are to be reduced, checked and brought into the form that every step uses: contiguous, finite, and of length 1
// where only directions count. Distances between them are Euclidean from here on.

import COpenBLAS
import Glibc
import Kernels
import Lang
import Runtime

package enum PointMetric: String, CaseIterable {
  case euclidean
  /// 1 - cosine. Of vectors of length 1 it is half the squared Euclidean distance, so both order neighbours alike.
  case cosine
}

package struct PointCloud {
  /// Larger numbers have squares that a float32 sum cannot hold.
  private static let largest: Float = 1e15

  /// [n, d], contiguous
  package let tensor: Tensor
  package let metric: PointMetric

  package var count: Int { tensor.shape[0] }
  package var width: Int { tensor.shape[1] }

  /// The rows of `x` [n, d]. Throws where a row holds NaN or infinity, or has no direction under cosine; `operation` is named.
  package init(_ x: Tensor, metric: PointMetric, operation: String) throws {
    guard x.rank == 2 else { throw Fault.notAMatrix(operation, x.shape) }
    guard x.shape[0] > 0, x.shape[1] > 0 else { throw Fault.noPoints(operation, x.shape) }
    guard x.shape[0] < Int(Int32.max), x.shape[1] < Int(Int32.max) else {
      throw Fault.badShape("the matrix \(Tensor.describe(shape: x.shape)) is too large for `\(operation)`")
    }
    self.metric = metric
    // Rows go by number here; what is given back gets the labels of `x` again.
    var dense = try x.rowMajor()
    dense = Tensor(storage: dense.storage, offset: dense.offset, shape: dense.shape, strides: dense.strides)
    let lengths = try PointCloud.lengths(dense, operation, labels: x.labels)
    guard metric == .cosine else {
      tensor = dense
      return
    }
    if let row = lengths.firstIndex(of: 0) { throw Fault.zeroRow(operation, row: row, labels: x.labels) }
    let width = dense.shape[1]
    let source = try dense.base()
    tensor = try Tensor(shape: dense.shape) { target in
      try parallelRows(lengths.count) { row in
        let scale = 1 / lengths[row]
        for i in row * width..<(row + 1) * width { target[i] = Float(Double(source[i]) * scale) }
      }
    }
  }

  /// Whether both hold the same points in the same order, bit for bit.
  func isIdentical(to other: PointCloud) throws -> Bool {
    guard tensor.shape == other.tensor.shape else { return false }
    let (a, b) = (try tensor.base(), try other.tensor.base())
    return memcmp(a, b, tensor.count * MemoryLayout<Float>.stride) == 0
  }

  /// Distance of two points whose Euclidean distance here is the root of `square`.
  @inline(__always)
  package func distance(square: Double) -> Double { metric == .cosine ? square / 2 : square.squareRoot() }

  /// Lengths of the rows. The lowest row that is not finite is an error.
  private static func lengths(_ tensor: Tensor, _ operation: String, labels: Labels?) throws -> [Double] {
    let width = tensor.shape[1]
    let base = try tensor.base()
    var lengths = [Double](repeating: 0, count: tensor.shape[0])
    try lengths.withUnsafeMutableBufferPointer { lengths in
      try parallelRows(lengths.count) { row in
        let start = base + row * width
        // NaN passes through the sum, and is passed over by the range.
        let (low, high) = RowKernels.range(start, width)
        let square = RowKernels.sumOfSquares(start, width)
        lengths[row] = low >= -largest && high <= largest ? square.squareRoot() : .nan
      }
    }
    if let row = lengths.firstIndex(where: \.isNaN) { throw Fault.notFinite(operation, row: row, labels: labels) }
    return lengths
  }
}

/// All pairs of `n` tiles, a tile with itself too: half of a symmetric product.
struct TilePairs {
  let count: Int

  init(of n: Int) { count = n * (n + 1) / 2 }

  /// 0 <= low <= high < n; pairs are numbered by rising `high`.
  subscript(index: Int) -> (low: Int, high: Int) {
    var high = Int(((8 * Double(index) + 1).squareRoot() - 1) / 2)
    // The root may be off by one.
    while high * (high + 1) / 2 > index { high -= 1 }
    while (high + 1) * (high + 2) / 2 <= index { high += 1 }
    return (index - high * (high + 1) / 2, high)
  }
}

/// target[left, right] = x_left x_rightᵀ for two ranges of the rows of x [n, width].
func tileProduct(
  _ rows: UnsafePointer<Float>, _ width: Int, _ left: Range<Int>, _ right: Range<Int>,
  into target: UnsafeMutablePointer<Float>
) throws {
  let depths = Tiles(width, of: 2048)
  for step in 0..<depths.count {
    if step > 0 { try checkInterrupt() }
    let depth = depths[step]
    tw_product(
      CblasNoTrans, CblasTrans, Int32(left.count), Int32(right.count), Int32(depth.count), 1,
      rows + left.lowerBound * width + depth.lowerBound, Int32(width),
      rows + right.lowerBound * width + depth.lowerBound, Int32(width), step > 0, target, Int32(right.count))
  }
}
