// A low-rank product A·B that stays in its factors: W_Q W_Kᵀ of a head is d x d, but its factors are d x k.

import COpenBLAS
import Lang
import Runtime

package final class FactoredObject: Object {
  /// A [m, k]
  package let left: Tensor
  /// B [k, n]
  package let right: Tensor

  /// Throws `innerSizeMismatch` when the factors do not fit together.
  package init(left: Tensor, right: Tensor) throws {
    guard left.rank == 2, right.rank == 2 else {
      throw Fault.badShape(
        "factors are matrices, got \(Tensor.describe(shape: left.shape)) and \(Tensor.describe(shape: right.shape))")
    }
    guard left.shape[1] == right.shape[0] else { throw Fault.innerSizeMismatch(left.shape, right.shape) }
    self.left = left
    self.right = right
    super.init()
  }

  package var rows: Int { left.shape[0] }
  package var columns: Int { right.shape[1] }
  /// k, the size between the factors: the rank is at most this.
  package var inner: Int { left.shape[1] }

  package override var typeName: String { "factored" }
  package override var typePhrase: String { "a factored matrix" }
  package override var fieldNames: [String] { ["shape", "T", "rank", "left", "right"] }
  package override var description: String { "factored \(rows)x\(columns) of rank ≤ \(inner)" }
  package override var byteCount: Int { (left.count + right.count) * 4 }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "shape": .numbers([rows, columns])
    case "T": .object(try transposed())
    case "rank": .number(inner)
    case "left": .tensor(left)
    case "right": .tensor(right)
    default: nil
    }
  }

  /// (A B)ᵀ = Bᵀ Aᵀ, views of the same numbers.
  package func transposed() throws -> FactoredObject {
    try FactoredObject(left: right.transposed, right: left.transposed)
  }

  package override func isEqual(to other: Object) -> Bool {
    guard let other = other as? FactoredObject else { return false }
    return TensorObject(left).isEqual(to: TensorObject(other.left))
      && TensorObject(right).isEqual(to: TensorObject(other.right))
  }

  package override func negated() throws -> Value? { .object(try scaled(by: -1)) }

  /// The smaller factor takes the scale.
  package func scaled(by factor: Double) throws -> FactoredObject {
    left.count <= right.count
      ? try FactoredObject(left: left.scaled(by: factor), right: right)
      : try FactoredObject(left: left, right: right.scaled(by: factor))
  }

  package override func binary(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
    switch op {
    case .multiply:
      guard let factor = left.asNumber ?? right.asNumber else { return nil }
      return .object(try scaled(by: factor))
    case .divide:
      guard let divisor = right.asNumber else { return nil }
      return .object(try scaled(by: 1 / divisor))
    case .matmul:
      let (a, b) = (left.asObject as? FactoredObject, right.asObject as? FactoredObject)
      if let a, let b { return .object(try a.product(with: b)) }
      if let a, let tensor = right.asTensor { return .tensor(try a.product(with: tensor)) }
      if let b, let tensor = left.asTensor { return .tensor(try b.product(from: tensor)) }
      return nil
    default: return nil
    }
  }

  /// (A B) x, through k.
  package func product(with x: Tensor) throws -> Tensor {
    guard x.rank > 0, x.shape[max(x.rank - 2, 0)] == columns else {
      throw Fault.innerSizeMismatch([rows, columns], x.shape)
    }
    return try left.product(with: right.product(with: x))
  }

  /// x (A B), through k. Rows keep their labels.
  package func product(from x: Tensor) throws -> Tensor {
    guard x.rank > 0, x.shape.last == rows else { throw Fault.innerSizeMismatch(x.shape, [rows, columns]) }
    if x.rank == 1 || (x.rank == 2 && x.shape[0] <= DoubleProduct.maximumRows) {
      return try DoubleProduct.chain(x, [left, right])
    }
    return try x.product(with: left).product(with: right)
  }

  /// (A B)(C D) = A (B C) D: the k x k' middle goes into the factor that keeps the inner size small.
  package func product(with other: FactoredObject) throws -> FactoredObject {
    guard columns == other.rows else { throw Fault.innerSizeMismatch([rows, columns], [other.rows, other.columns]) }
    let middle = try right.product(with: other.left)
    return inner <= other.inner
      ? try FactoredObject(left: left, right: middle.product(with: other.right))
      : try FactoredObject(left: left.product(with: middle), right: other.right)
  }

  /// A B as a tensor.
  package func dense() throws -> Tensor { try left.product(with: right) }

  /// ‖A B‖_F, in double: ‖A B‖² = Σ (AᵀA) ∘ (B Bᵀ), two k x k matrices.
  package func frobeniusNorm() throws -> Double {
    let a = try FactoredObject.gram(left.transposed)
    let b = try FactoredObject.gram(right)
    var total = 0.0
    for i in a.indices { total += a[i] * b[i] }
    return max(total, 0).squareRoot()
  }

  /// Σ A[i, j] B[j, i], in double.
  package func trace() throws -> Double {
    guard rows == columns else { throw Fault.badShape("`trace` needs a square matrix, got \(rows)x\(columns)") }
    return try left.withElements { a in
      try right.transposed.withElements { b in
        guard let p = a.baseAddress, let q = b.baseAddress else { return 0 }
        return try RowKernels.dot(p, q, a.count, look: checkInterrupt)
      }
    }
  }

  /// M Mᵀ of M [k, n], in double, by blocks of columns.
  private static func gram(_ matrix: Tensor) throws -> [Double] {
    let (k, n) = (matrix.shape[0], matrix.shape[1])
    guard k > 0, k <= Int(Int32.max) else { return [] }
    _ = try Tensor.elementCount(of: [k, k])
    try loadBLAS()
    try MemoryBudget.shared.reserve(k * k * 8)
    defer { MemoryBudget.shared.release(k * k * 8) }
    var result = [Double](repeating: 0, count: k * k)
    let matrix = try matrix.widened()
    let base = try matrix.base()
    let tiles = Tiles(n, of: 256)
    for tile in 0..<tiles.count {
      try checkInterrupt()
      let columns = tiles[tile]
      let width = columns.count
      var block = [Double](repeating: 0, count: k * width)
      for row in 0..<k {
        for column in 0..<width {
          let place = row * matrix.strides[0] + (columns.lowerBound + column) * matrix.strides[1]
          block[row * width + column] = Double(base[place])
        }
      }
      tw_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(k), Int32(k), Int32(width), 1, block, Int32(width), block,
        Int32(width), 1, &result, Int32(k))
    }
    return result
  }
}
