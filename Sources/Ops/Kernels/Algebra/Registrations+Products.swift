// dot, outer, trace, dense: registrations.

import Lang
import Runtime

extension Registrations {
  package static let products: [Operation] = [
    Operation(
      "dot", "(a: tensor|list|range, b: tensor|list|range) -> number",
      "Inner product of two vectors of one length, in double.", example: "dot([1, 2], [3, 4])"
    ) { call in
      let (a, b) = (try call.tensorOperand(0), try call.tensorOperand(1))
      guard a.rank == 1, b.rank == 1 else {
        throw Fault.badShape(
          "`dot` wants two vectors, got \(Tensor.phrase(shape: a.shape)) and \(Tensor.phrase(shape: b.shape))",
          help: "a product of matrices is a @ b")
      }
      guard a.shape == b.shape else { throw Fault.shapeMismatch("take the inner product of", a.shape, b.shape) }
      return .number(
        try a.withElements { a in
          try b.withElements { b in
            guard let p = a.baseAddress, let q = b.baseAddress else { return 0 }
            return try RowKernels.dot(p, q, a.count, look: checkInterrupt)
          }
        })
    },
    Operation(
      "outer", "(a: tensor|list|range, b: tensor|list|range) -> tensor",
      "Outer product of two vectors: element (i, j) is a[i] · b[j].", example: "outer([1, 2], [3, 4])"
    ) { call in
      let (a, b) = (try call.tensorOperand(0), try call.tensorOperand(1))
      guard a.rank == 1, b.rank == 1 else {
        throw Fault.badShape(
          "`outer` wants two vectors, got \(Tensor.phrase(shape: a.shape)) and \(Tensor.phrase(shape: b.shape))")
      }
      return .tensor(try Tensor.combine(.multiply, a.reshaped([a.count, 1]), b))
    },
    Operation(
      "trace", "(x: tensor|factored|list) -> number",
      "Sum of the diagonal of a square matrix; of a factored one, without expanding it.", example: "trace(eye(3))"
    ) { call in
      if let factored = call[0].asObject as? FactoredObject { return .number(try factored.trace()) }
      let x = try call.tensorOperand(0)
      guard x.rank == 2, x.shape[0] == x.shape[1] else {
        throw Fault.badShape("`trace` needs a square matrix, got \(Tensor.phrase(shape: x.shape))")
      }
      return .number(try x.diagonal().reduced(.sum))
    },
    Operation(
      "dense", "(x: factored|tensor) -> tensor", "The product of the factors of a factored matrix, as a tensor.",
      example: "dense(wqk(m.heads[0])).shape"
    ) { call in
      if let factored = call[0].asObject as? FactoredObject { return .tensor(try factored.dense()) }
      return .tensor(try call.tensor(0))
    },
  ]
}
