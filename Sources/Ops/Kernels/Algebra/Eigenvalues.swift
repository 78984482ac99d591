// Eigenvalues, in double.

import COpenBLAS
import Glibc
import Lang
import Runtime

/// One eigenvalue.
package struct Eigenvalue {
  package let real: Double
  let imaginary: Double

  package var modulus: Double { hypot(real, imaginary) }
}

package enum Eigenvalues {
  /// Of a general matrix, by falling modulus; of a conjugate pair the one with the positive imaginary part comes first.
  package static func general(_ matrix: ColumnMatrix) throws -> [Eigenvalue] {
    try loadLAPACK()
    let n = matrix.rows
    guard n == matrix.columns else { throw Fault.notSquare("eig", rows: n, columns: matrix.columns) }
    guard n > 0 else { return [] }
    let copy = try ColumnMatrix(n, n)
    copy.elements.update(from: matrix.elements, count: n * n)
    var real = [Double](repeating: 0, count: n)
    var imaginary = real
    let info = try ColumnMatrix.withWork {
      tw_dgeev(copy.width, copy.elements, copy.leading, &real, &imaginary, $0, $1)
    }
    guard info == 0 else { throw Fault.notConverged("eig", rows: n, columns: n) }
    return zip(real, imaginary).map(Eigenvalue.init).sorted { a, b in
      if a.modulus != b.modulus { return a.modulus > b.modulus }
      return a.real == b.real ? a.imaginary > b.imaginary : a.real > b.real
    }
  }

  /// Of A B [d, d]: those of the k x k matrix B A, since both have the same eigenvalues but for zeros.
  static func factored(_ matrix: FactoredObject) throws -> [Eigenvalue] {
    guard matrix.rows == matrix.columns else {
      throw Fault.notSquare("eig", rows: matrix.rows, columns: matrix.columns)
    }
    try loadLAPACK()
    let left = try ColumnMatrix(matrix.left, for: "eig")
    let right = try ColumnMatrix(matrix.right, for: "eig")
    return try general(matrix.rows < matrix.inner ? left.product(right) : right.product(left))
  }

  /// [n, 2]: real and imaginary parts.
  static func tensor(_ values: [Eigenvalue]) throws -> Tensor {
    try Tensor(shape: [values.count, 2]) { target in
      for (index, value) in values.enumerated() {
        target[2 * index] = Float(value.real)
        target[2 * index + 1] = Float(value.imaginary)
      }
    }
  }

  /// Of a symmetric matrix: values in rising order, and an orthonormal eigenvector in each column. The largest element of
  /// each vector is positive.
  package static func symmetric(_ tensor: Tensor) throws -> (values: Tensor, vectors: Tensor) {
    try loadLAPACK()
    let matrix = try ColumnMatrix(tensor, for: "eigh")
    let n = matrix.rows
    guard n == matrix.columns else { throw Fault.notSquare("eigh", rows: n, columns: matrix.columns) }
    try symmetrise(matrix)
    let values = try symmetric(overwriting: matrix)
    for column in 0..<n { matrix.makeLargestPositive(column) }
    return (try Tensor(values.map { Float($0) }), try matrix.tensor())
  }

  /// Of a square matrix whose upper triangle counts: values in rising order; the eigenvectors take the matrix's place. LAPACK has
  /// been loaded.
  package static func symmetric(overwriting matrix: ColumnMatrix) throws -> [Double] {
    let n = matrix.rows
    guard n > 0 else { return [] }
    var values = [Double](repeating: 0, count: n)
    var integers = [Int32](repeating: 0, count: 3 + 5 * n)
    let count = Int32(clamping: integers.count)
    let info = try ColumnMatrix.withWork { work, size in
      tw_dsyevd(matrix.width, matrix.elements, matrix.leading, &values, work, size, &integers, size < 0 ? -1 : count)
    }
    guard info == 0 else { throw Fault.notConverged("eigh", rows: n, columns: n) }
    return values
  }

  /// Replaces both halves by their mean. Products of float32 are symmetric only up to rounding; more than that is an error.
  private static func symmetrise(_ matrix: ColumnMatrix) throws {
    let n = matrix.rows
    var largest = 0.0
    for index in 0..<n * n { largest = max(largest, abs(matrix.elements[index])) }
    for column in 0..<n {
      for row in 0..<column {
        let (a, b) = (matrix[row, column], matrix[column, row])
        guard abs(a - b) <= 1e-4 * largest else { throw Fault.notSymmetric(n, row: row, column: column) }
        matrix[row, column] = (a + b) / 2
      }
    }
  }
}
