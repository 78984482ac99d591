// How close all rows of one matrix are to all rows of another, in double: what a float32 product loses would be the whole of a
// small distance.

import COpenBLAS
import Glibc
import Lang
import Runtime

enum Closeness: String, CaseIterable {
  case cosine, dot
  /// Euclidean distance
  case l2
  /// In radians
  case angle
}

enum Similarity {
  private static let block = 256

  /// [n, m] for the rows of `a` [n, d] and `b` [m, d], with their labels on both axes. Cosine and angle of a row of zeros are NaN.
  static func allPairs(_ a: Tensor, _ b: Tensor, by closeness: Closeness) throws -> Tensor {
    let (n, m, width) = (a.shape[0], b.shape[0], a.shape[1])
    guard width == b.shape[1] else {
      throw Fault.shapeMismatch("compare", a.shape, b.shape, help: "the rows of both need one length")
    }
    guard max(n, m, width) < Int(Int32.max) else { throw Fault.outOfMemory(bytes: .infinity) }
    try loadBLAS()
    let bytes = try byteCount((n + m) * (width + 1), MemoryLayout<Double>.stride)
    try MemoryBudget.shared.reserve(bytes)
    defer { MemoryBudget.shared.release(bytes) }
    let left: [Double] = try a.withElements { try $0.mapInBlocks { Double($0) } }
    let right: [Double] = try b.withElements { try $0.mapInBlocks { Double($0) } }
    let (leftSquares, rightSquares) = (try squares(left, n, width), try squares(right, m, width))
    let labels = [a.labels, b.labels]
    return try Tensor(shape: [n, m]) { target in
      let (rows, columns) = (Tiles(n, of: block), Tiles(m, of: block))
      let progress = Progress("pairs", total: rows.count * columns.count)
      try parallel(rows.count * columns.count) { tile in
        let (i, j) = (rows[tile / columns.count], columns[tile % columns.count])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: i.count * j.count) { products in
          guard let start = products.baseAddress else { return }
          products.update(repeating: 0)
          left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
              guard width > 0, let p = left.baseAddress, let q = right.baseAddress else { return }
              let (x, y) = (p + i.lowerBound * width, q + j.lowerBound * width)
              tw_dgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(i.count), Int32(j.count), Int32(width), 1, x,
                Int32(width), y, Int32(width), 0, start, Int32(j.count))
              for (row, r) in i.enumerated() {
                for (column, c) in j.enumerated() {
                  let product = products[row * j.count + column]
                  let value =
                    switch closeness {
                    case .dot: product
                    case .cosine: cosine(product, leftSquares[r], rightSquares[c])
                    case .angle: acos(cosine(product, leftSquares[r], rightSquares[c]))
                    case .l2:
                      distance(product, leftSquares[r], rightSquares[c], x + row * width, y + column * width, width)
                    }
                  target[r * m + c] = Float(value)
                }
              }
            }
          }
        }
        progress.advance()
      }
    }.labelled(labels)
  }

  private static func squares(_ x: [Double], _ count: Int, _ width: Int) throws -> [Double] {
    var squares = [Double](repeating: 0, count: count)
    for row in 0..<count {
      if row & 0xFFF == 0 { try checkInterrupt() }
      var sum = 0.0
      for i in row * width..<(row + 1) * width { sum += x[i] * x[i] }
      squares[row] = sum
    }
    return squares
  }

  /// -1 to 1; NaN where one length is 0.
  private static func cosine(_ product: Double, _ a: Double, _ b: Double) -> Double {
    let cosine = product / (a.squareRoot() * b.squareRoot())
    return cosine.isNaN ? .nan : min(max(cosine, -1), 1)
  }

  /// |x - y| from x·y, |x|² and |y|²; where these cancel, from the elements.
  private static func distance(
    _ product: Double, _ a: Double, _ b: Double, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ width: Int
  ) -> Double {
    let square = a + b - 2 * product
    // Rounding may have taken a 1e-6th of what is this small.
    if square > 1e-6 * (a + b) { return square.squareRoot() }
    var sum = 0.0
    for i in 0..<width { sum += (x[i] - y[i]) * (x[i] - y[i]) }
    return sum.squareRoot()
  }
}
