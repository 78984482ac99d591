// The leading eigenvectors of a large symmetric matrix that is known only by its products: Lanczos's method with full
// orthogonalisation and thick restarts (Wu, Simon 2000). Small matrices are built and decomposed at once.

import COpenBLAS
import Glibc
import Kernels
import Lang
import Runtime

/// A symmetric matrix [size, size] as what it does to a vector.
struct SymmetricOperator {
  let size: Int
  /// Writes the product of the matrix and the first vector into the second.
  package let apply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws -> Void
}

struct LeadingEigenvectors {
  /// Falling
  let values: [Double]
  /// [size, count], orthonormal columns, the largest element of each positive
  let vectors: ColumnMatrix

  /// Up to this size the matrix is decomposed at once.
  private static let dense = 400
  private static let restarts = 40

  /// The `count` largest eigenvalues of `matrix`. `tolerance`: of the residual |A v - value v| beside the largest value. After some
  /// restarts what has been reached is given.
  init(of matrix: SymmetricOperator, count: Int, tolerance: Double) throws {
    try loadLAPACK()
    let count = min(count, matrix.size)
    if matrix.size <= LeadingEigenvectors.dense {
      (values, vectors) = try LeadingEigenvectors.ofDense(matrix, count)
    } else {
      var lanczos = try Lanczos(matrix, count: count)
      // Residuals fall about exponentially: their logarithm says how far the search has come.
      let progress = Progress("eigenvectors", total: 100)
      var first: Double?
      for _ in 0..<LeadingEigenvectors.restarts {
        try lanczos.extend()
        let residual = try lanczos.rotate(tolerance: tolerance)
        if residual <= tolerance { break }
        let start = first ?? residual
        first = start
        let share = start > tolerance ? log(start / residual) / log(start / tolerance) : 0
        if share.isFinite { progress.report(Int(100 * max(0, min(share, 1)))) }
      }
      (values, vectors) = try lanczos.leading()
    }
    for column in 0..<count { vectors.makeLargestPositive(column) }
  }

  private static func ofDense(_ matrix: SymmetricOperator, _ count: Int) throws -> ([Double], ColumnMatrix) {
    let n = matrix.size
    let (built, unit) = (try ColumnMatrix(n, n), try ColumnMatrix(n, 1))
    for column in 0..<n {
      unit.elements[column] = 1
      try matrix.apply(unit.elements, built.column(column))
      unit.elements[column] = 0
    }
    let values = try Eigenvalues.symmetric(overwriting: built)
    let vectors = try ColumnMatrix(n, count)
    for column in 0..<count { vectors.column(column).update(from: built.column(n - 1 - column), count: n) }
    return (Array(values.reversed().prefix(count)), vectors)
  }
}

/// The state between restarts.
private struct Lanczos {
  private let matrix: SymmetricOperator
  private let count: Int
  /// Vectors between restarts, and how many survive one.
  private let size: Int
  private let survivors: Int
  /// [n, size + 1], orthonormal columns
  private var basis: ColumnMatrix
  /// The matrix in the basis [size, size]
  private var projection: ColumnMatrix
  private var filled = 0
  /// Length of the last vector's part outside the basis.
  private var remainder = 0.0
  private var values: [Double] = []
  private var fresh: UInt64 = 0

  init(_ matrix: SymmetricOperator, count: Int) throws {
    self.matrix = matrix
    self.count = count
    size = min(matrix.size, max(2 * count + 12, 24))
    survivors = min(count + (size - count) / 3, size - 1)
    basis = try ColumnMatrix(matrix.size, size + 1)
    projection = try ColumnMatrix(size, size)
    try startColumn(0)
  }

  /// Fills the basis up to `size` vectors.
  mutating func extend() throws {
    while filled < size {
      try checkInterrupt()
      let next = basis.column(filled + 1)
      try matrix.apply(basis.column(filled), next)
      // Twice is enough to be orthogonal to working precision.
      var overlaps = try removeBasis(from: next, columns: filled + 1)
      let rest = try removeBasis(from: next, columns: filled + 1)
      for i in overlaps.indices { overlaps[i] += rest[i] }
      for (row, overlap) in overlaps.enumerated() {
        projection[row, filled] = overlap
        projection[filled, row] = overlap
      }
      remainder = DoubleVector.norm(next, matrix.size)
      filled += 1
      if remainder > 1e-12 * max(abs(overlaps.last ?? 0), 1e-300) {
        DoubleVector.scale(next, by: 1 / remainder, matrix.size)
      } else {
        // The basis is invariant: other eigenvectors, also of the same values, are found from another start.
        remainder = 0
        try startColumn(filled)
      }
    }
  }

  /// A random vector orthogonal to the columns before it.
  private mutating func startColumn(_ column: Int) throws {
    let vector = basis.column(column)
    let random = Philox(seed: 0x5EED + fresh)
    fresh += 1
    for i in stride(from: 0, to: matrix.size, by: 4) {
      let four = random.normals(at: UInt64(i))
      for j in i..<min(i + 4, matrix.size) { vector[j] = Double(four[j - i]) }
    }
    for _ in 0..<2 { _ = try removeBasis(from: vector, columns: column) }
    let norm = DoubleVector.norm(vector, matrix.size)
    DoubleVector.scale(vector, by: norm > 0 ? 1 / norm : 0, matrix.size)
  }

  /// Subtracts the projection on the first columns; returns its coefficients.
  private func removeBasis(from vector: UnsafeMutablePointer<Double>, columns: Int) throws -> [Double] {
    var overlaps = [Double](repeating: 0, count: columns)
    let n = matrix.size
    try overlaps.withUnsafeMutableBufferPointer { overlaps in
      let isLong = n >= 1 << 13
      for column in isLong ? 0..<0 : 0..<columns {
        overlaps[column] = DoubleVector.dot(basis.column(column), vector, n)
      }
      if isLong {
        try parallel(columns) { overlaps[$0] = DoubleVector.dot(basis.column($0), vector, n) }
      }
      let tiles = Tiles(n, of: 1 << 12)
      try parallel(tiles.count) { tile in
        let range = tiles[tile]
        for column in 0..<columns {
          DoubleVector.add(
            -overlaps[column], basis.column(column) + range.lowerBound, to: vector + range.lowerBound, range.count)
        }
      }
    }
    return overlaps
  }

  /// Turns the basis to the eigenvectors of the projection, the leading ones first. Returns the largest of their residuals beside the
  /// largest value; where it is above `tolerance` only the survivors and the direction of the remainder are kept, to be extended.
  mutating func rotate(tolerance: Double) throws -> Double {
    let eigenvectors = try ColumnMatrix(size, size)
    eigenvectors.elements.update(from: projection.elements, count: size * size)
    values = try Eigenvalues.symmetric(overwriting: eigenvectors).reversed()
    let scale = max(abs(values.first ?? 0), abs(values.last ?? 0))
    let worst = (0..<count).reduce(0.0) { max($0, remainder * abs(eigenvectors[size - 1, size - 1 - $1])) }
    let residual = worst > 0 ? worst / scale : 0
    let kept = residual <= tolerance ? count : survivors
    let turned = try ColumnMatrix(matrix.size, size + 1)
    let tiles = Tiles(matrix.size, of: 1 << 12)
    try parallel(tiles.count) { tile in
      let range = tiles[tile]
      for column in 0..<kept {
        for i in 0..<size {
          DoubleVector.add(
            eigenvectors[i, size - 1 - column], basis.column(i) + range.lowerBound,
            to: turned.column(column) + range.lowerBound, range.count)
        }
      }
    }
    turned.column(kept).update(from: basis.column(size), count: matrix.size)
    basis = turned
    projection = try ColumnMatrix(size, size)
    for i in 0..<kept { projection[i, i] = values[i] }
    filled = kept
    return residual
  }

  func leading() throws -> ([Double], ColumnMatrix) {
    let vectors = try ColumnMatrix(matrix.size, count)
    vectors.elements.update(from: basis.elements, count: matrix.size * count)
    return (Array(values.prefix(count)), vectors)
  }
}

/// Loops over doubles, eight at a time.
enum DoubleVector {
  @inline(__always)
  private static func lanes(_ p: UnsafePointer<Double>, _ i: Int) -> SIMD8<Double> {
    UnsafeRawPointer(p + i).loadUnaligned(as: SIMD8<Double>.self)
  }

  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ n: Int) -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      total += lanes(a, i) * lanes(b, i)
      i += 8
    }
    var rest = 0.0
    while i < n {
      rest += a[i] * b[i]
      i += 1
    }
    return total.sum() + rest
  }

  static func norm(_ a: UnsafePointer<Double>, _ n: Int) -> Double { dot(a, a, n).squareRoot() }

  /// target += factor * a
  static func add(_ factor: Double, _ a: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, _ n: Int) {
    var i = 0
    while i + 8 <= n {
      UnsafeMutableRawPointer(target + i).storeBytes(
        of: lanes(target, i) + factor * lanes(a, i), as: SIMD8<Double>.self)
      i += 8
    }
    while i < n {
      target[i] += factor * a[i]
      i += 1
    }
  }

  static func scale(_ a: UnsafeMutablePointer<Double>, by factor: Double, _ n: Int) {
    for i in 0..<n { a[i] *= factor }
  }
}
