// Principal components: the orthogonal directions along which rows vary most. From the covariance of the columns, or where there
// are fewer rows than columns from the inner products of the rows; both in double.

import COpenBLAS
import Kernels
import Lang
import Runtime

package struct PrincipalComponents {
  /// [d]
  package let mean: Tensor
  /// [dims, d]: orthonormal rows, the largest element of each positive
  package let components: Tensor
  /// Variances along the components, divided by n - 1
  package let variances: [Double]
  /// Sum of the variances of all columns
  package let totalVariance: Double
  /// [n, dims]: the centred rows along the components
  package let scores: Tensor

  /// Rows of `x` [n, d]; 0 < dims < n, dims <= d. A direction without variance may be 0.
  package init(_ x: Tensor, dims: Int) throws {
    let (n, d) = (x.shape[0], x.shape[1])
    let centred = try CentredRows(x)
    let byColumns = d <= n
    let products = try centred.products(byColumns: byColumns)
    let divisor = Double(max(n - 1, 1))
    totalVariance = (0..<products.rows).reduce(0) { $0 + products[$1, $1] } / divisor
    let found = try LeadingEigenvectors(of: products.asOperator(), count: dims, tolerance: 1e-9)
    variances = found.values.map { max($0, 0) / divisor }
    let directions = byColumns ? found.vectors : try centred.directions(found)
    for column in 0..<dims { directions.makeLargestPositive(column) }
    components = try directions.tensor().transposed
    mean = try Tensor(centred.mean.map { Float($0) })
    scores = try PrincipalComponents.scores(x, mean: centred.mean, components: components)
  }

  /// (x - mean) · componentsᵀ for rows of the same width, in double. Labels stay.
  package func transform(_ x: Tensor) throws -> Tensor {
    try PrincipalComponents.scores(x, mean: mean.elements().map(Double.init), components: components)
  }

  private static func scores(_ x: Tensor, mean: [Double], components: Tensor) throws -> Tensor {
    let (n, d, dims) = (x.shape[0], x.shape[1], components.shape[0])
    let (dense, directions) = (try x.rowMajor(), try components.rowMajor())
    let (rows, axes) = (try dense.base(), try directions.base())
    return try Tensor(shape: [n, dims], labels: x.labels) { target in
      try parallelRows(n) { row in
        let centred = (0..<d).map { Double(rows[row * d + $0]) - mean[$0] }
        for axis in 0..<dims {
          var sum = 0.0
          for i in 0..<d { sum += centred[i] * Double(axes[axis * d + i]) }
          target[row * dims + axis] = Float(sum)
        }
      }
    }
  }
}

/// Rows less their mean, in double.
private struct CentredRows {
  /// [d, n]: a column is a row of the data
  let matrix: ColumnMatrix
  let mean: [Double]

  init(_ x: Tensor) throws {
    try loadLAPACK()
    let (n, d) = (x.shape[0], x.shape[1])
    let dense = try x.rowMajor()
    let rows = try dense.base()
    matrix = try ColumnMatrix(d, n)
    var mean = [Double](repeating: 0, count: d)
    for row in 0..<n {
      if row & 0xFFF == 0 { try checkInterrupt() }
      for i in 0..<d { mean[i] += Double(rows[row * d + i]) }
    }
    for i in 0..<d { mean[i] /= Double(n) }
    self.mean = mean
    let matrix = matrix
    try parallelRows(n) { row in
      let target = matrix.column(row)
      for i in 0..<d { target[i] = Double(rows[row * d + i]) - mean[i] }
    }
    withExtendedLifetime(dense) {}
  }

  /// X Xᵀ [d, d] of the columns of the data, or Xᵀ X [n, n] of its rows. Tiles of the lower half, copied to the upper.
  package func products(byColumns: Bool) throws -> ColumnMatrix {
    let size = byColumns ? matrix.rows : matrix.columns
    let depths = Tiles(byColumns ? matrix.columns : matrix.rows, of: 2048)
    let result = try ColumnMatrix(size, size)
    let tiles = Tiles(size, of: 192)
    let pairs = TilePairs(of: tiles.count)
    try parallel(pairs.count) { pair in
      let (columns, rows) = (tiles[pairs[pair].low], tiles[pairs[pair].high])
      for step in 0..<depths.count {
        if step > 0 { try checkInterrupt() }
        let depth = depths[step]
        let (left, right) = (start(rows, depth, byColumns), start(columns, depth, byColumns))
        tw_dgemm(
          CblasColMajor, byColumns ? CblasNoTrans : CblasTrans, byColumns ? CblasTrans : CblasNoTrans,
          Int32(rows.count), Int32(columns.count), Int32(depth.count), 1, left, matrix.leading, right, matrix.leading,
          step == 0 ? 0 : 1, result.column(columns.lowerBound) + rows.lowerBound, result.leading)
      }
      for column in columns {
        for row in rows { result[column, row] = result[row, column] }
      }
    }
    return result
  }

  private func start(_ range: Range<Int>, _ depth: Range<Int>, _ byColumns: Bool) -> UnsafeMutablePointer<Double> {
    byColumns
      ? matrix.column(depth.lowerBound) + range.lowerBound : matrix.column(range.lowerBound) + depth.lowerBound
  }

  /// From eigenvectors over the rows to directions [d, dims]: X u / |X u|, and 0 where nothing varies.
  func directions(_ found: LeadingEigenvectors) throws -> ColumnMatrix {
    let result = try matrix.product(found.vectors)
    let largest = (found.values.first ?? 0).squareRoot()
    for column in 0..<result.columns {
      let length = DoubleVector.norm(result.column(column), result.rows)
      DoubleVector.scale(result.column(column), by: length > 1e-12 * largest ? 1 / length : 0, result.rows)
    }
    return result
  }
}

extension ColumnMatrix {
  /// A symmetric matrix as its products with vectors.
  func asOperator() -> SymmetricOperator {
    SymmetricOperator(size: rows) { x, y in
      try parallelRows(self.columns, width: self.rows, tile: 256) {
        y[$0] = DoubleVector.dot(self.column($0), x, self.rows)
      }
    }
  }
}
