// Wording of the errors of decompositions and linear systems.

import Lang
import Runtime

extension Fault {
  static func noRoomForBLAS() -> Fault {
    Fault(
      .outOfMemory, "OpenBLAS needs 160 MB of address space; the system's limit does not leave so much",
      help: "raise the limit (ulimit -v, ulimit -d), or keep fewer values at a time")
  }

  /// A matrix that cannot be decomposed, named by the weight that it comes from where that is known.
  package static func notFinite(_ operation: String, _ matrix: Tensor) -> Fault {
    let name = matrix.storage.origin.map { " (from \($0.name))" } ?? ""
    return badValue(
      "`\(operation)` got a \(Tensor.describe(shape: matrix.shape)) matrix that holds NaN or infinity\(name)",
      help: "isnan(x) shows where")
  }

  static func noElements(_ operation: String, largest: Bool) -> Fault {
    badValue("`\(operation)` got no elements: there is no \(largest ? "largest" : "smallest")")
  }

  static func notConverged(_ operation: String, rows: Int, columns: Int) -> Fault {
    badValue("`\(operation)` of a \(rows)x\(columns) matrix does not converge")
  }

  static func notSquare(_ operation: String, rows: Int, columns: Int) -> Fault {
    badShape("`\(operation)` needs a square matrix, got \(rows)x\(columns)")
  }

  package static func notAMatrix(_ operation: String, _ shape: [Int]) -> Fault {
    badShape("`\(operation)` needs a matrix, got \(Tensor.phrase(shape: shape))")
  }

  /// `columns` is nil where the matrix is singular exactly.
  static func singular(_ size: Int, reciprocalCondition: Double?) -> Fault {
    let degree = reciprocalCondition.map {
      $0 > 0 ? " to working precision (condition number \(numberText((1 / $0).rounded())))" : ""
    }
    return badValue(
      "`solve` got a \(size)x\(size) matrix that is singular\(degree ?? "")",
      help: "rank(a) says how many of its rows are independent")
  }

  static func notSymmetric(_ size: Int, row: Int, column: Int) -> Fault {
    badValue(
      "`eigh` needs a symmetric matrix: elements (\(row), \(column)) and (\(column), \(row)) of this "
        + "\(size)x\(size) one differ",
      help: "eig(x) takes any square matrix; (x + x.T) / 2 is the symmetric part")
  }
}
