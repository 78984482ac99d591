// A chain of products in double, rounded once at the end. A few rows through a factored matrix are what recipes print to
// four decimals; in float32 the last of them would depend on the order of the sums.

import COpenBLAS
import Lang
import Runtime

/// Loads OpenBLAS, or throws `libraryMissing` with the package to install; `outOfMemory` when there is no room for it to work in.
package func loadBLAS() throws {
  if let reason = tw_blas_load() {
    throw Fault.libraryMissing("OpenBLAS", reason: String(cString: reason), install: "apt install libopenblas0")
  }
  guard tw_blas_has_room() else { throw Fault.noRoomForBLAS() }
}

enum DoubleProduct {
  /// Rows up to which the second precision costs next to nothing.
  static let maximumRows = 1024

  /// x [n, p] times each of the matrices in turn, as float32.
  static func chain(_ x: Tensor, _ matrices: [Tensor]) throws -> Tensor {
    try loadBLAS()
    let rows = x.rank == 1 ? 1 : x.shape[0]
    var current: [Double] = try x.withElements { try $0.mapInBlocks { Double($0) } }
    var width = x.shape.last ?? 0
    for matrix in matrices {
      try checkInterrupt()
      let columns = matrix.shape[1]
      let right: [Double] = try matrix.withElements { try $0.mapInBlocks { Double($0) } }
      var product = [Double](repeating: 0, count: rows * columns)
      if rows > 0, columns > 0, width > 0 {
        tw_dgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(clamping: rows), Int32(clamping: columns),
          Int32(clamping: width), 1, current, Int32(clamping: width), right, Int32(clamping: columns), 0, &product,
          Int32(clamping: columns))
      }
      current = product
      width = columns
    }
    let labels = x.rank == 1 ? nil : x.labels
    return try Tensor(shape: x.shape.dropLast() + [width], labels: labels) { target in
      for index in target.indices { target[index] = Float(current[index]) }
    }
  }
}
