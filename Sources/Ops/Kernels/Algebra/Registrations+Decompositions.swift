// svd, eig, eigh, qr, solve, rank: registrations.

import Lang
import Runtime

extension Registrations {
  package static let decompositions: [Operation] = [
    Operation(
      "svd", "(x: tensor|factored|list, top: number|nil = nil, align: tensor|nil = nil) -> record|list",
      """
      Singular value decomposition A = u · diag(s) · v.T, by falling singular values, in double.
      Gives a record: `u` (m x r) and `v` (n x r), whose columns are the left and right singular vectors, `s` (r) and `gap` (r). r is
      min(m, n), of a factored matrix at most its inner size k; `top` keeps the leading ones. A factored matrix is not
      expanded: thin QR of both factors, the SVD of the k x k matrix between them.
      Signs: the largest element of each column of u is positive. With `align`, a tensor V x n such as a token embedding, v takes the
      sign whose best dot product with a row of it is the larger (a tie keeps the sign), and u the same.
      `gap` is (s_i - s_{i+1}) / s_i: below about 1e-3 a direction and the next one may rotate freely into each other.
      A list of matrices gives the list of their decompositions, computed side by side on all cores.
      Errors: NaN or infinity in the matrix. LAPACK's gesdd, then gesvd where that does not converge.
      """, example: "svd(wqk(m.heads[0]), top=3, align=m.wte).s"
    ) { call in
      let top = call.isNil(1) ? nil : try call.whole(1, atLeast: 0)
      let space = call.isNil(2) ? nil : try call.tensor(2)
      func record(_ result: SingularValues) throws -> Value {
        .object(
          RecordObject([
            "u": .tensor(result.u), "s": .tensor(try Tensor(result.s.map { Float($0) })), "v": .tensor(result.v),
            "gap": .tensor(try Tensor(result.gap.map { Float($0) })),
          ]))
      }
      if let matrices = try call.matrices(0) {
        let results = try abandonable(matrices) { try SingularValues.decompose(matrices, top: top, align: space) }
        return .list(try results.map(record))
      }
      let matrix = try call.matrix(0)
      let results = try abandonable([matrix]) { try SingularValues.decompose([matrix], top: top, align: space) }
      return try results.map(record).first ?? .nil
    },
    Operation(
      "rank", "(x: tensor|factored|list, tol: number|nil = nil) -> number",
      """
      Rank of a matrix: how many singular values are above `tol` times the largest one.
      `tol` is max(m, n) · 2⁻²³ for an m x n tensor, as in NumPy for float32, and k · 2⁻²³ for a factored one of inner size k.
      """, example: "rank(wqk(m.heads[0]))"
    ) { call in
      let source = try call.matrix(0)
      let values = try abandonable([source]) { try SingularValues.values(source, operation: "rank") }
      let size =
        switch source {
        case .matrix(let tensor): tensor.shape.max() ?? 0
        case .factored(let factored): factored.inner
        }
      let tolerance = call.isNil(1) ? Double(size) * 0x1p-23 : try call.number(1)
      let threshold = tolerance * (values.first ?? 0)
      return .number(values.count { $0 > threshold })
    },
    Operation(
      "eig", "(x: tensor|factored|list) -> tensor",
      """
      Eigenvalues of a square matrix, n x 2 (real, imaginary), by falling modulus.
      Of a factored matrix A B they are those of the k x k matrix B A; the d - k others are 0 and are left out. Computed in double.
      """, example: "eig(wvo(m.heads[0]))[0:3]"
    ) { call in
      switch try call.matrix(0) {
      case .factored(let factored): .tensor(try Eigenvalues.tensor(Eigenvalues.factored(factored)))
      case .matrix(let tensor):
        .tensor(
          try Eigenvalues.tensor(
            abandonable([.matrix(tensor)]) { try Eigenvalues.general(ColumnMatrix(tensor, for: "eig")) }))
      }
    },
    Operation(
      "eigh", "(x: tensor|list) -> record",
      """
      Eigenvalues and eigenvectors of a symmetric matrix: x = vectors · diag(values) · vectors.T.
      Gives a record: `values` (n) in rising order, `vectors` (n x n) with an orthonormal eigenvector in each column, its largest element
      positive. Differences between x and x.T of the size of rounding errors are averaged out, larger ones are an error.
      """, example: "eigh([[2, 1], [1, 2]]).values"
    ) { call in
      let x = try call.tensorOperand(0)
      let (values, vectors) = try abandonable([.matrix(x)]) { try Eigenvalues.symmetric(x) }
      return .object(RecordObject(["values": .tensor(values), "vectors": .tensor(vectors)]))
    },
    Operation(
      "qr", "(x: tensor|list) -> record",
      """
      Thin QR decomposition x = q @ r of an m x n matrix: a record of `q` (m x p) and `r` (p x n), p = min(m, n).
      The columns of q are orthonormal, r is upper triangular and has no negative element on its diagonal. Computed in double.
      """, example: "qr([[3, 1], [4, 2]]).r"
    ) { call in
      let x = try call.tensorOperand(0)
      let (q, r) = try abandonable([.matrix(x)]) { try LinearSystems.qr(x) }
      return .object(RecordObject(["q": .tensor(q), "r": .tensor(r)]))
    },
    Operation(
      "solve", "(a: tensor|list, b: tensor|list) -> tensor",
      """
      The x with a @ x = b; where a is not square, the x that minimises the length of a @ x - b.
      Of several such x the shortest is given. Shapes: a [m, n], b [m] or [m, r], x [n] or [n, r]. Computed in double.
      Errors: a square matrix that is singular, also if only to working precision.
      """, example: "solve([[2, 0], [0, 4]], [2, 2])"
    ) { call in
      let (a, b) = (try call.tensorOperand(0), try call.tensorOperand(1))
      return .tensor(try abandonable([.matrix(a), .matrix(b)]) { try LinearSystems.solve(a, b) })
    },
  ]
}

extension Call {
  /// A matrix, or a factored one.
  func matrix(_ index: Int) throws -> SingularValues.Source {
    if let factored = self[index].asObject as? FactoredObject { return .factored(factored) }
    let tensor = try tensorOperand(index)
    guard tensor.rank == 2 else { throw Fault.notAMatrix(operation.name, tensor.shape) }
    return .matrix(tensor)
  }

  /// A list of matrices; nil when the argument is one matrix, perhaps written as nested lists.
  func matrices(_ index: Int) throws -> [SingularValues.Source]? {
    guard let list = self[index].asList, !list.items.isEmpty else { return nil }
    let isNested = list.items.allSatisfy { $0.asTensor.map { $0.rank != 2 } ?? !($0.asObject is FactoredObject) }
    if isNested { return nil }
    return try list.items.enumerated().map { place, item in
      if let factored = item.asObject as? FactoredObject { return .factored(factored) }
      guard let tensor = item.asTensor, tensor.rank == 2 else {
        throw wrongElement(index, "a matrix, or a list of matrices,", at: place, item)
      }
      return .matrix(tensor)
    }
  }
}

/// Runs a decomposition of these matrices so that Ctrl-C can leave it behind when it may take longer than a blink.
private func abandonable<T>(_ matrices: [SingularValues.Source], _ work: @escaping () throws -> T) throws -> T {
  let tensors = matrices.flatMap { source in
    switch source {
    case .matrix(let tensor): [tensor]
    case .factored(let factored): [factored.left, factored.right]
    }
  }
  let operations = tensors.reduce(0.0) { sum, tensor in
    let sides = tensor.shape.map(Double.init)
    return sum + sides.reduce(1, *) * (sides.min() ?? 0)
  }
  return try abandonable(isLong: operations > 1e8, work)
}
