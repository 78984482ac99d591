// Wording of the errors of umap, pca and trustworthiness.

import Lang
import Runtime

extension Fault {
  /// "row 17 (" time")".
  private static func name(ofRow row: Int, _ labels: Labels?) -> String {
    "row \(row)" + (labels.map { " (\($0.quotedSpelling(ofRow: row)))" } ?? "")
  }

  static func notFinite(_ operation: String, row: Int, labels: Labels?) -> Fault {
    badValue(
      "`\(operation)` got NaN, infinity or a number beyond 1e15 in \(name(ofRow: row, labels))",
      help: "keep the rows that are numbers: x[map(x, row => not any(isnan(row)))]")
  }

  static func zeroRow(_ operation: String, row: Int, labels: Labels?) -> Fault {
    badValue(
      "`\(operation)` got only zeros in \(name(ofRow: row, labels)), which has no direction under metric=\"cosine\"",
      help: "drop such rows, or take metric=\"euclidean\"")
  }

  static func noPoints(_ operation: String, _ shape: [Int]) -> Fault {
    badShape("`\(operation)` needs at least one row and one column, got \(Tensor.phrase(shape: shape))")
  }

  static func tooFewPoints(_ count: Int, neighbors: Int) -> Fault {
    badValue(
      "`umap` needs more points than neighbours: there are \(count) rows and neighbors=\(neighbors)",
      help: count > 2 ? "neighbors=\(count - 1) is the most for \(count) rows" : "three rows are the least")
  }

  static func tooManyDims(_ operation: String, _ dims: Int, points: Int) -> Fault {
    badValue(
      "`\(operation)` cannot spread \(points) rows over \(dims) dimensions",
      help: "`dims` is less than the number of rows")
  }

  static func otherRows(_ a: [Int], _ b: [Int]) -> Fault {
    shapeMismatch("compare the neighbours of", a, b, help: "the rows of both are the same points, in the same order")
  }
}
