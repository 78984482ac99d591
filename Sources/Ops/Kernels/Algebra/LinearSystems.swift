// Linear systems and QR, in double.

import COpenBLAS
import Lang
import Runtime

enum LinearSystems {
  /// X with A X = B for a square A; else the X that minimises ‖A X - B‖, the shortest where there are several.
  /// A [m, n], B [m] or [m, r]; X [n] or [n, r].
  static func solve(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try loadLAPACK()
    let matrix = try ColumnMatrix(a, for: "solve")
    guard b.rank == 1 || b.rank == 2, b.shape[0] == matrix.rows else {
      throw Fault(
        .shapeMismatch,
        "`solve` wants as many rows in `b` as in `a`, got \(Tensor.phrase(shape: b.shape)) and \(Tensor.phrase(shape: a.shape))"
      )
    }
    let right = try ColumnMatrix(b.rank == 1 ? b.reshaped([b.count, 1]) : b, for: "solve")
    let solution = try matrix.rows == matrix.columns ? square(matrix, right) : leastSquares(matrix, right)
    let result = try solution.tensor()
    return b.rank == 1 ? try result.reshaped([matrix.columns]) : result
  }

  private static func square(_ a: ColumnMatrix, _ b: ColumnMatrix) throws -> ColumnMatrix {
    let n = a.rows
    guard n > 0, b.columns > 0 else { return b }
    var norm = 0.0
    for column in 0..<n {
      var sum = 0.0
      for row in 0..<n { sum += abs(a[row, column]) }
      norm = max(norm, sum)
    }
    var pivots = [Int32](repeating: 0, count: n)
    let info = tw_dgesv(a.width, b.width, a.elements, a.leading, &pivots, b.elements, b.leading)
    guard info == 0 else { throw Fault.singular(n, reciprocalCondition: nil) }
    var reciprocal = 0.0
    let work = try ColumnMatrix(4 * n, 1)
    _ = tw_dgecon(a.width, a.elements, a.leading, norm, &reciprocal, work.elements, &pivots)
    guard reciprocal > 0x1p-52 else { throw Fault.singular(n, reciprocalCondition: reciprocal) }
    return b
  }

  private static func leastSquares(_ a: ColumnMatrix, _ b: ColumnMatrix) throws -> ColumnMatrix {
    let (m, n, count) = (a.rows, a.columns, b.columns)
    let result = try ColumnMatrix(n, count)
    guard m > 0, n > 0, count > 0 else { return result }
    let solution = try ColumnMatrix(max(m, n), count)
    for column in 0..<count { solution.column(column).update(from: b.column(column), count: m) }
    var values = [Double](repeating: 0, count: min(m, n))
    var rank: Int32 = 0
    // LAPACK says in its query how many integers it wants.
    var integers: [Int32] = [0]
    let info = try ColumnMatrix.withWork { work, size in
      let info = tw_dgelsd(
        a.height, a.width, b.width, a.elements, a.leading, solution.elements, solution.leading, &values, -1, &rank,
        work, size, &integers)
      if size < 0 { integers = [Int32](repeating: 0, count: max(1, Int(integers[0]))) }
      return info
    }
    guard info == 0 else { throw Fault.notConverged("solve", rows: m, columns: n) }
    for column in 0..<count { result.column(column).update(from: solution.column(column), count: n) }
    return result
  }

  /// A = Q R with Q [m, p], R [p, n], p = min(m, n), and no negative element on the diagonal of R, which makes them unique
  /// where A has full rank.
  static func qr(_ tensor: Tensor) throws -> (q: Tensor, r: Tensor) {
    try loadLAPACK()
    let reflectors = try Reflectors(ColumnMatrix(tensor, for: "qr"))
    let (q, r) = (try reflectors.orthogonal(), try reflectors.triangle())
    for index in 0..<reflectors.count where r[index, index] < 0 {
      for row in 0..<q.rows { q[row, index] = -q[row, index] }
      for column in index..<r.columns { r[index, column] = -r[index, column] }
    }
    return (try q.tensor(), try r.tensor())
  }
}
