// A tensor or a mask as a value of the language. What it can do is in `Tensor+….swift`; this maps the language's operations to it.

import Lang

package final class TensorObject: Object {
  package var tensor: Tensor

  package init(_ tensor: Tensor) {
    self.tensor = tensor
    super.init(kind: .tensor)
  }

  package override var typeName: String { tensor.isMask ? "mask" : "tensor" }
  /// A mask of one element is a bool.
  package override var truth: Bool? { (try? tensor.truth()) ?? nil }
  package override var fieldNames: [String] { ["shape", "T", "labels"] }
  package override var count: Int? { tensor.shape.first }
  package override var byteCount: Int { tensor.count * 4 }
  package override func copyForWriting() throws -> Object? { TensorObject(tensor) }
  package override var description: String { TensorText.printed(tensor) }
  package override func display(width: Int) -> String { TensorText.echoed(tensor, width: width) }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "shape": .numbers(tensor.shape)
    case "T": .tensor(tensor.transposed)
    case "labels": try labelTexts()
    default: nil
    }
  }

  /// The texts of the rows, nil where they have none.
  private func labelTexts() throws -> Value {
    guard let labels = tensor.labels, let rows = tensor.shape.first else { return .nil }
    try checkListFits(rows)
    return .strings((0..<rows).lazy.map { labels.text(ofRow: $0) })
  }

  package override func element(at indices: [Value]) throws -> Value {
    // x[i] and x[i, j] with whole numbers in range: no list of parts.
    if let offset = scalarOffset(indices) { return try tensor.value(at: offset) }
    return try tensor.element(at: indices)
  }

  package override func setElement(at indices: [Value], to value: Value) throws {
    if let number = tensor.isMask ? value.asBool.map({ $0 ? 1 : 0 }) : value.asNumber, scalarOffset(indices) != nil {
      try tensor.makeWritable()
      // The strides may have changed with the storage.
      if let offset = scalarOffset(indices) { try tensor.storage.pointer()[offset] = Float(number) }
      return
    }
    let source = try tensor.assignable(value)
    // From here on nobody else holds the storage, so what is assigned lies in another one, even where it was a part of this tensor.
    // A selection is a view: made before, it would hold the storage, and every assignment would copy it.
    try tensor.makeWritable()
    try tensor.assign(source, to: Selection(indices, of: tensor))
  }

  /// Place in the storage of an element that is named by one number an axis, or nil for all other indices.
  private func scalarOffset(_ indices: [Value]) -> Int? {
    guard indices.count == tensor.rank, !indices.isEmpty else { return nil }
    var offset = tensor.offset
    for axis in 0..<indices.count {
      guard let number = indices[axis].asNumber, let index = Int(exactly: number) else { return nil }
      let size = tensor.shape[axis]
      guard index >= -size, index < size else { return nil }
      offset += (index < 0 ? index + size : index) * tensor.strides[axis]
    }
    return offset
  }

  /// Rows, or the numbers of a vector.
  package override func iterated(_ index: Int) throws -> Value {
    guard let size = tensor.shape.first else { throw Fault.notIterable(.object(self)) }
    guard index >= 0, index < size else {
      throw Fault.axisIndexOutOfRange(index, shape: tensor.shape, axis: 0)
    }
    let row = tensor.row(index)
    return row.rank == 0 ? try row.value(at: row.offset) : .tensor(row)
  }

  /// Same shape and same elements, as inside lists; `==` between tensors compares element by element.
  package override func isEqual(to other: Object) -> Bool {
    guard other.kind == .tensor else { return false }
    let other = unsafeDowncast(other, to: TensorObject.self).tensor
    // As true and 1 differ.
    guard tensor.shape == other.shape, tensor.isMask == other.isMask else { return false }
    let areEqual = try? tensor.withElements { left in
      try other.withElements { right in left.elementsEqual(right) }
    }
    return areEqual ?? false
  }

  package override func negated() throws -> Value? { .tensor(try tensor.scaled(by: -1)) }
  package override func inverted() throws -> Value? { tensor.isMask ? .tensor(try tensor.inverted()) : nil }

  package override func binary(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
    switch op {
    case .range: return nil
    case .isIn, .notIn:
      guard let isFound = try right.asTensor?.contains(left) else { return nil }
      return .bool(isFound == (op == .isIn))
    case .matmul:
      guard let a = left.asTensor, let b = right.asTensor else { return nil }
      let product = try a.product(with: b)
      return product.rank == 0 ? .number(Double(try product.first())) : .tensor(product)
    default:
      guard let a = try Tensor.operand(left, beside: right), let b = try Tensor.operand(right, beside: left) else {
        return nil
      }
      if op == .maskAnd || op == .maskOr, !a.isMask || !b.isMask { return nil }
      let result = try Tensor.combine(op, a, b)
      return result.isMask && result.rank == 0 ? try result.value(at: 0) : .tensor(result)
    }
  }
}
