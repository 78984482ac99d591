// Matrices as LAPACK wants them: double precision, column after column, in memory that the budget knows of.

import COpenBLAS
import CPlatform
import Glibc
import Lang
import Runtime

/// Loads LAPACK, or throws `libraryMissing` with the package to install.
package func loadLAPACK() throws {
  try loadBLAS()
  guard let reason = tw_lapack_load() else { return }
  throw Fault.libraryMissing("LAPACK", reason: String(cString: reason), install: "apt install libopenblas0")
}

package final class ColumnMatrix {
  package let rows: Int
  package let columns: Int
  package let elements: UnsafeMutablePointer<Double>
  private let bytes: Int

  /// Zeros. Throws `outOfMemory`, also for sizes beyond LAPACK's 32-bit integers.
  package init(_ rows: Int, _ columns: Int) throws {
    let count = try Tensor.elementCount(of: [rows, columns])
    guard rows <= Int(Int32.max), columns <= Int(Int32.max), count <= Int.max / 16 else {
      throw Fault.badShape("a \(rows)x\(columns) matrix is too large to decompose")
    }
    bytes = max(count, 1) * MemoryLayout<Double>.stride
    try MemoryBudget.shared.reserve(bytes)
    guard let memory = tw_try_allocate(64, bytes) else {
      MemoryBudget.shared.release(bytes)
      throw Fault.systemOutOfMemory(bytes: Double(bytes))
    }
    memset(memory, 0, bytes)
    elements = memory.bindMemory(to: Double.self, capacity: max(count, 1))
    (self.rows, self.columns) = (rows, columns)
  }

  /// The elements of a matrix. Throws when one is NaN or infinite; `operation` is named then.
  package convenience init(_ tensor: Tensor, for operation: String) throws {
    guard tensor.rank == 2 else { throw Fault.notAMatrix(operation, tensor.shape) }
    try self.init(tensor.shape[0], tensor.shape[1])
    let tensor = try tensor.widened()
    let base = try tensor.base()
    let (rowStride, columnStride) = (tensor.strides[0], tensor.strides[1])
    // NaN and infinity survive a sum of products with 0.
    var probe: Float = 0
    // 16 columns at a time: rows of the source and columns of the target both stay in the cache.
    for first in stride(from: 0, to: columns, by: 16) {
      let last = min(first + 16, columns)
      for row in 0..<rows {
        let source = base + row * rowStride
        for column in first..<last {
          let x = source[column * columnStride]
          probe += x * 0
          elements[column * rows + row] = Double(x)
        }
      }
    }
    withExtendedLifetime(tensor) {}
    guard probe == 0 else { throw Fault.notFinite(operation, tensor) }
  }

  deinit {
    free(elements)
    MemoryBudget.shared.release(bytes)
  }

  /// Leading dimension: LAPACK refuses 0.
  package var leading: Int32 { Int32(max(rows, 1)) }
  var height: Int32 { Int32(rows) }
  var width: Int32 { Int32(columns) }

  /// The elements of one column, one behind the other: `rows` of them.
  package func column(_ index: Int) -> UnsafeMutablePointer<Double> { elements + index * rows }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[column * rows + row] }
    set { elements[column * rows + row] = newValue }
  }

  /// op(self) op(other), in double.
  package func product(
    _ other: ColumnMatrix, transposed: Bool = false, otherTransposed: Bool = false
  ) throws -> ColumnMatrix {
    let (m, k) = transposed ? (columns, rows) : (rows, columns)
    let n = otherTransposed ? other.rows : other.columns
    let result = try ColumnMatrix(m, n)
    guard m > 0, n > 0, k > 0 else { return result }
    tw_dgemm(
      CblasColMajor, transposed ? CblasTrans : CblasNoTrans, otherTransposed ? CblasTrans : CblasNoTrans, Int32(m),
      Int32(n), Int32(k), 1, elements, leading, other.elements, other.leading, 0, result.elements, result.leading)
    return result
  }

  /// Turns a column so that its largest element, the first of equals, is positive.
  package func makeLargestPositive(_ index: Int) {
    let vector = column(index)
    var largest = 0
    for row in 0..<rows where abs(vector[row]) > abs(vector[largest]) { largest = row }
    guard rows > 0, vector[largest] < 0 else { return }
    for row in 0..<rows { vector[row] = -vector[row] }
  }

  /// As a float32 tensor. Its columns lie behind each other, so that `.T` gives contiguous rows.
  package func tensor() throws -> Tensor {
    let flat = try Tensor(shape: [columns, rows]) { target in
      for index in target.indices { target[index] = Float(elements[index]) }
    }
    return flat.transposed
  }
}

extension ColumnMatrix {
  /// Room for a LAPACK routine: `query` is called with size -1 and says how much it wants, then `body` with that.
  static func withWork(_ body: (UnsafeMutablePointer<Double>, Int32) -> Int32) throws -> Int32 {
    var wanted = 1.0
    let info = body(&wanted, -1)
    guard info == 0 else { return info }
    let work = try ColumnMatrix(max(1, Int(wanted)), 1)
    return withExtendedLifetime(work) { body(work.elements, Int32(clamping: work.rows)) }
  }
}

/// A = Q R, with Q as Householder reflectors.
package struct Reflectors {
  /// R in the upper triangle, the reflectors below.
  let matrix: ColumnMatrix
  private var scales: [Double]

  /// Takes `matrix` over.
  package init(_ matrix: ColumnMatrix) throws {
    self.matrix = matrix
    scales = [Double](repeating: 0, count: max(1, min(matrix.rows, matrix.columns)))
    _ = try ColumnMatrix.withWork {
      tw_dgeqrf(matrix.height, matrix.width, matrix.elements, matrix.leading, &scales, $0, $1)
    }
  }

  /// Number of reflectors: min(m, n).
  var count: Int { min(matrix.rows, matrix.columns) }

  /// R [min(m, n), n], upper triangular.
  package func triangle() throws -> ColumnMatrix {
    let result = try ColumnMatrix(count, matrix.columns)
    for column in 0..<matrix.columns {
      for row in 0..<min(column + 1, count) { result[row, column] = matrix[row, column] }
    }
    return result
  }

  /// Q [x; 0]: the first `columns` columns of x [min(m, n), …] carried to m rows.
  func carry(_ x: ColumnMatrix, columns: Int) throws -> ColumnMatrix {
    let result = try ColumnMatrix(matrix.rows, columns)
    for column in 0..<columns { result.column(column).update(from: x.column(column), count: count) }
    guard count > 0, columns > 0 else { return result }
    _ = try ColumnMatrix.withWork {
      tw_dormqr(
        result.height, result.width, Int32(count), matrix.elements, matrix.leading, scales, result.elements,
        result.leading, $0, $1)
    }
    return result
  }

  /// Q [m, min(m, n)]. Uses up the reflectors.
  func orthogonal() throws -> ColumnMatrix {
    let result = try ColumnMatrix(matrix.rows, count)
    result.elements.update(from: matrix.elements, count: matrix.rows * count)
    guard count > 0 else { return result }
    _ = try ColumnMatrix.withWork {
      tw_dorgqr(
        result.height, result.width, Int32(count), result.elements, result.leading, scales, $0, $1)
    }
    return result
  }
}
