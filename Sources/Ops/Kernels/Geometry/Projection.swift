// Orthogonal projection on a span of rows.

import Lang
import Runtime

extension Tensor {
  /// The orthogonal projection of the rows of `self` [n, d] (or of a vector [d]) on the span of the rows of `onto` [m, d].
  ///
  /// The basis is made by modified Gram-Schmidt in double, each row twice, which leaves it orthogonal to working precision
  /// (Giraud, Langou, Rozložník 2005); rows that depend on earlier ones are left out.
  package func projected(onto: Tensor) throws -> Tensor {
    let span = onto.rank == 1 ? try onto.reshaped([1, onto.count]) : onto
    guard rank == 1 || rank == 2, span.rank == 2, shape.last == span.shape[1] else {
      throw Fault(
        .shapeMismatch, "cannot project \(Tensor.phrase(shape: shape)) on \(Tensor.phrase(shape: onto.shape))",
        help: "the rows of both need one length")
    }
    let width = span.shape[1]
    let basis = try Tensor.orthonormalRows(span)
    let rows = rank == 1 ? 1 : shape[0]
    return try withElements { source in
      try Tensor(shape: shape, axisLabels: axisLabels) { target in
        try parallel(rows) { row in
          var x = source[row * width..<(row + 1) * width].map { Double($0) }
          var result = [Double](repeating: 0, count: width)
          for direction in basis {
            let share = Tensor.dot(x, direction)
            for i in 0..<width {
              result[i] += share * direction[i]
              // What is left of x is orthogonal to the directions so far: rounding errors do not pile up.
              x[i] -= share * direction[i]
            }
          }
          for i in 0..<width { target[row * width + i] = Float(result[i]) }
        }
      }
    }
  }

  private static func orthonormalRows(_ matrix: Tensor) throws -> [[Double]] {
    let width = matrix.shape[1]
    var basis: [[Double]] = []
    try matrix.withElements { elements in
      for row in 0..<matrix.shape[0] where basis.count < width {
        try checkInterrupt()
        var x = elements[row * width..<(row + 1) * width].map { Double($0) }
        let before = dot(x, x).squareRoot()
        for _ in 0..<2 {
          for direction in basis {
            let share = dot(x, direction)
            for i in 0..<width { x[i] -= share * direction[i] }
          }
        }
        let after = dot(x, x).squareRoot()
        // The rows are float32: what is left below their precision is noise, not a direction.
        guard after > before * 1e-6 else {
          if before.isNaN {
            throw Fault.badValue("`project` cannot span a space with a row that holds NaN (row \(row))")
          }
          continue
        }
        basis.append(x.map { $0 / after })
      }
    }
    return basis
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var total = 0.0
    for i in a.indices { total += a[i] * b[i] }
    return total
  }
}
