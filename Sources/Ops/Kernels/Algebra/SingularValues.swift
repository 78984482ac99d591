// Singular value decompositions, in double. A factored matrix A B is never expanded: thin QR of both factors, the
// decomposition of the small matrix between them, and the orthogonal factors applied to its singular vectors.

import COpenBLAS
import Lang
import Runtime

/// A = U diag(s) Vᵀ with the leading r singular values.
struct SingularValues {
  /// [m, r] and [n, r], float32
  package let u: Tensor
  package let v: Tensor
  /// r values, falling
  package let s: [Double]
  /// (s_i - s_{i+1}) / s_i: small where two directions may rotate into each other. 0 where s_i is 0; the value behind the
  /// last one counts as 0.
  package let gap: [Double]

  /// What can be decomposed.
  enum Source {
    case matrix(Tensor)
    case factored(FactoredObject)
  }

  /// The leading `top` values (nil: all). The largest element of each column of u is positive.
  ///
  /// `sideBySide` takes the two factors on two cores; leave it false where matrices are already decomposed side by side.
  init(_ source: Source, top: Int?, sideBySide: Bool = false) throws {
    let (u, v, all): (ColumnMatrix, ColumnMatrix, [Double])
    switch source {
    case .matrix(let tensor):
      let middle = try Middle(ColumnMatrix(tensor, for: "svd"))
      let kept = min(top ?? .max, middle.values.count)
      (u, v, all) = (try middle.left(kept), try middle.right(kept), middle.values)
    case .factored(let factored):
      let factors = try Factors(factored, sideBySide: sideBySide)
      let middle = try Middle(factors.middle())
      let kept = min(top ?? .max, middle.values.count)
      u = try factors.left.carry(middle.left(kept), columns: kept)
      v = try factors.right.carry(middle.right(kept), columns: kept)
      all = middle.values
    }
    for column in 0..<u.columns { Self.fixSign(u, v, column) }
    s = Array(all.prefix(u.columns))
    gap = s.indices.map { index in
      let next = index + 1 < all.count ? all[index + 1] : 0
      return all[index] > 0 ? (all[index] - next) / all[index] : 0
    }
    self.u = try u.tensor()
    self.v = try v.tensor()
  }

  private init(u: Tensor, v: Tensor, s: [Double], gap: [Double]) { (self.u, self.v, self.s, self.gap) = (u, v, s, gap) }

  /// Singular values only, falling.
  static func values(_ source: Source, operation: String) throws -> [Double] {
    switch source {
    case .matrix(let tensor): try Middle.values(ColumnMatrix(tensor, for: operation))
    case .factored(let factored): try Middle.values(Factors(factored, for: operation, sideBySide: true).middle())
    }
  }

  /// Makes the largest element of the column of u positive (the first of equals), so that results repeat everywhere.
  private static func fixSign(_ u: ColumnMatrix, _ v: ColumnMatrix, _ column: Int) {
    let left = u.column(column)
    var largest = 0
    for row in 0..<u.rows where abs(left[row]) > abs(left[largest]) { largest = row }
    guard u.rows > 0, left[largest] < 0 else { return }
    for row in 0..<u.rows { left[row] = -left[row] }
    let right = v.column(column)
    for row in 0..<v.rows { right[row] = -right[row] }
  }

  /// The same with the signs of some pairs turned.
  func turning(_ turned: [Bool]) throws -> SingularValues {
    guard turned.contains(true) else { return self }
    let signs = try Tensor(turned.map { $0 ? -1 : 1 })
    // u and v are transposes of contiguous rows; the product with a column keeps them so.
    func scaled(_ x: Tensor) throws -> Tensor {
      try Tensor.combine(.multiply, x.transposed, signs.reshaped([signs.count, 1])).transposed
    }
    return SingularValues(u: try scaled(u), v: try scaled(v), s: s, gap: gap)
  }
}

extension SingularValues {
  /// A = Q_A R_A and Bᵀ = Q_B R_B: A B = Q_A (R_A R_Bᵀ) Q_Bᵀ.
  private struct Factors {
    let left: Reflectors
    let right: Reflectors

    init(_ factored: FactoredObject, for operation: String = "svd", sideBySide: Bool) throws {
      try loadLAPACK()
      let sides = [factored.left, factored.right.transposed]
      var reflectors: [Reflectors?] = [nil, nil]
      if sideBySide {
        try reflectors.withUnsafeMutableBufferPointer { reflectors in
          try parallel(2) { reflectors[$0] = try Reflectors(ColumnMatrix(sides[$0], for: operation)) }
        }
      }
      left = try reflectors[0] ?? Reflectors(ColumnMatrix(sides[0], for: operation))
      right = try reflectors[1] ?? Reflectors(ColumnMatrix(sides[1], for: operation))
    }

    func middle() throws -> ColumnMatrix { try left.triangle().product(right.triangle(), otherTransposed: true) }
  }

  /// The decomposition of a matrix in double.
  private struct Middle {
    private let u: ColumnMatrix
    private let vt: ColumnMatrix
    let values: [Double]

    /// Divide and conquer, and QR iteration where that does not converge.
    init(_ matrix: ColumnMatrix) throws {
      try loadLAPACK()
      let (m, n) = (matrix.rows, matrix.columns)
      let count = min(m, n)
      let (u, vt) = (try ColumnMatrix(m, count), try ColumnMatrix(count, n))
      var s = [Double](repeating: 0, count: max(count, 1))
      if count > 0 {
        let info = try Middle.decompose("S", matrix, &s, u, vt)
        guard info == 0 else { throw Fault.notConverged("svd", rows: m, columns: n) }
      }
      (self.u, self.vt) = (u, vt)
      values = Array(s.prefix(count))
    }

    static func values(_ matrix: ColumnMatrix) throws -> [Double] {
      try loadLAPACK()
      let count = min(matrix.rows, matrix.columns)
      guard count > 0 else { return [] }
      var s = [Double](repeating: 0, count: count)
      let none = try ColumnMatrix(1, 1)
      guard try decompose("N", matrix, &s, none, none) == 0 else {
        throw Fault.notConverged("svd", rows: matrix.rows, columns: matrix.columns)
      }
      return s
    }

    private static func decompose(
      _ job: Character, _ matrix: ColumnMatrix, _ s: inout [Double], _ u: ColumnMatrix, _ vt: ColumnMatrix
    ) throws -> Int32 {
      let letter = CChar(bitPattern: job.asciiValue ?? 0)
      let copy = try ColumnMatrix(matrix.rows, matrix.columns)
      let count = matrix.rows * matrix.columns
      copy.elements.update(from: matrix.elements, count: count)
      var integers = [Int32](repeating: 0, count: 8 * max(s.count, 1))
      let info = try ColumnMatrix.withWork {
        tw_dgesdd(
          letter, copy.height, copy.width, copy.elements, copy.leading, &s, u.elements, u.leading, vt.elements,
          vt.leading, $0, $1, &integers)
      }
      guard info > 0 else { return info }
      copy.elements.update(from: matrix.elements, count: count)
      return try ColumnMatrix.withWork {
        tw_dgesvd(
          letter, copy.height, copy.width, copy.elements, copy.leading, &s, u.elements, u.leading, vt.elements,
          vt.leading, $0, $1)
      }
    }

    func left(_ count: Int) throws -> ColumnMatrix {
      let result = try ColumnMatrix(u.rows, count)
      result.elements.update(from: u.elements, count: u.rows * count)
      return result
    }

    func right(_ count: Int) throws -> ColumnMatrix {
      let result = try ColumnMatrix(vt.columns, count)
      for column in 0..<count {
        for row in 0..<vt.columns { result[row, column] = vt[column, row] }
      }
      return result
    }
  }
}

extension SingularValues {
  /// Decompositions of many matrices, on all cores, one BLAS thread each; the signs aligned on the rows of `space` if it is given.
  static func decompose(_ sources: [Source], top: Int?, align space: Tensor?) throws -> [SingularValues] {
    try loadLAPACK()
    if let space {
      for source in sources { try checkAlignment(source, space) }
    }
    var results: [SingularValues]
    if sources.count == 1 {
      results = try sources.map { try SingularValues($0, top: top, sideBySide: true) }
    } else {
      var found = [SingularValues?](repeating: nil, count: sources.count)
      try found.withUnsafeMutableBufferPointer { found in
        try parallel(sources.count) { found[$0] = try SingularValues(sources[$0], top: top) }
      }
      results = found.compactMap { $0 }
    }
    guard let space else { return results }
    let turned = try SignAlignment(space: space).opposite(results.map(\.v.transposed))
    for (index, signs) in turned.enumerated() { results[index] = try results[index].turning(signs) }
    return results
  }

  private static func checkAlignment(_ source: Source, _ space: Tensor) throws {
    let columns =
      switch source {
      case .matrix(let tensor): tensor.shape.last ?? 0
      case .factored(let factored): factored.columns
      }
    guard space.rank == 2, space.shape[1] == columns else {
      throw Fault.badShape(
        "`svd` cannot align the right vectors, of length \(columns), with the rows of "
          + "\(Tensor.phrase(shape: space.shape))",
        help: "align= wants a matrix with \(columns) columns, e.g. m.wte")
    }
  }
}
