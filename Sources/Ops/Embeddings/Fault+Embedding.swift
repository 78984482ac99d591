// Wording of the errors of umap, pca, trustworthiness and clusters.

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
      "`\(operation)` cannot spread \(counted(points, "row")) over \(dims) dimensions",
      help: points > 1 ? "dims=\(points - 1) is the most for \(points) rows" : "two rows are the least")
  }

  static func tooManyComponents(_ dims: Int, shape: [Int]) -> Fault {
    badValue(
      "`pca` finds at most \(counted(shape[1], "component")) of a \(Tensor.describe(shape: shape)) matrix, got dims=\(dims)",
      help: "dims=\(min(shape[1], shape[0] - 1)) is the most")
  }

  static func tooManyClusters(_ k: Int, points: Int) -> Fault {
    badValue("`kmeans` cannot make \(k) clusters of \(counted(points, "row"))", help: "k=\(points) is the most")
  }

  static func notEuclidean(_ method: LinkageMethod) -> Fault {
    let name = "method=\"\(method.rawValue)\""
    return badValue(
      "`linkage` by \(name) is about squares of distances: metric=\"cosine\" has none",
      help: "for directions, give the rows length 1: linkage(x / norm(x, axis=1, keep=true), \(name))")
  }

  /// `trustworthiness` counts neighbours up to less than half the rows.
  static func tooManyNeighbours(_ k: Int, points: Int) -> Fault {
    let most = (points - 1) / 2
    return badValue(
      "`trustworthiness` wants `k` from 1 to less than half the \(counted(points, "row")), got \(k)",
      help: most >= 1 ? "k=\(most) is the most for \(points) rows" : "three rows are the least")
  }

  static func otherRows(_ a: [Int], _ b: [Int]) -> Fault {
    shapeMismatch("compare the neighbours of", a, b, help: "the rows of both are the same points, in the same order")
  }
}
