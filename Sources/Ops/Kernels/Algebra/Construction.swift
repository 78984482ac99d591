// Tensors made of nothing, or joined from others.

import Lang
import Runtime

extension UnsafeMutableBufferPointer<Float> {
  /// The same number everywhere. Throws `interrupted`.
  func fill(with value: Float) throws {
    try inBlocks(count, of: 1 << 18) { UnsafeMutableBufferPointer(rebasing: self[$0]).update(repeating: value) }
  }
}

extension Tensor {
  /// A tensor with one value everywhere. Throws `outOfMemory`.
  package static func filled(_ value: Float, shape: [Int]) throws -> Tensor {
    try Tensor(shape: shape) { try $0.fill(with: value) }
  }

  /// Ones on the main diagonal, zeros elsewhere.
  package static func identity(rows: Int, columns: Int) throws -> Tensor {
    try Tensor(shape: [rows, columns]) { target in
      try target.fill(with: 0)
      try inBlocks(min(rows, columns)) { for i in $0 { target[i * columns + i] = 1 } }
    }
  }

  /// A vector as a matrix with it on diagonal `k`, or that diagonal of a matrix as a vector: 0 is the main one, those above it are
  /// positive.
  package func diagonal(_ k: Int = 0) throws -> Tensor {
    // Where the diagonal starts.
    guard k.magnitude < Int32.max else { throw Fault.badValue("`diag` has no diagonal \(k)") }
    let (row, column) = (max(-k, 0), max(k, 0))
    switch rank {
    case 1:
      let n = count
      let size = n + row + column
      return try withElements { elements in
        try Tensor(shape: [size, size], isMask: isMask) { target in
          try target.fill(with: 0)
          for i in 0..<n { target[(i + row) * size + i + column] = elements[i] }
        }
      }
    case 2:
      let size = max(0, min(shape[0] - row, shape[1] - column))
      let start = size > 0 ? offset + row * strides[0] + column * strides[1] : offset
      return view(offset: start, shape: [size], strides: [strides[0] + strides[1]])
    default:
      throw Fault.badShape("`diag` wants a vector or a matrix, got \(Tensor.phrase(shape: shape))")
    }
  }

  /// The elements of the last two axes on diagonal `k` and below it (above it where not `lower`), zeros elsewhere. Labels stay.
  package func triangle(lower: Bool, _ k: Int, operation: String) throws -> Tensor {
    guard rank >= 2, let columns = shape.last else { throw Fault.notAMatrix(operation, shape) }
    let rows = shape[rank - 2]
    return try withElements { source in
      try Tensor(shape: shape, axisLabels: axisLabels, isMask: isMask) { target in
        guard columns > 0 else { return }
        try parallelRows(source.count / columns, width: columns) { line in
          let row = line % rows
          try inBlocks(columns) { block in
            for column in block {
              let isKept = lower ? column - row <= k : column - row >= k
              target[line * columns + column] = isKept ? source[line * columns + column] : 0
            }
          }
        }
      }
    }
  }

  /// Every element of `a` times all of `b`: blocks of `b`, with NumPy's rule that the shorter shape gets ones in front.
  static func kronecker(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    let rank = max(a.rank, b.rank)
    let (left, right) = (
      [Int](repeating: 1, count: rank - a.rank) + a.shape, [Int](repeating: 1, count: rank - b.rank) + b.shape
    )
    let product = try Tensor.combine(
      .multiply, a.labelled([]).reshaped(left.flatMap { [$0, 1] }), b.labelled([]).reshaped(right.flatMap { [1, $0] }))
    return try product.reshaped(
      zip(left, right).map { pair in
        let (size, overflow) = pair.0.multipliedReportingOverflow(by: pair.1)
        guard !overflow else { throw Fault.outOfMemory(bytes: .infinity) }
        return size
      })
  }

  /// Tensors joined along an axis that they have; all other axes agree. Labels of one vocabulary are joined too; masks give a mask.
  package static func concatenated(_ parts: [Tensor], axis: Int) throws -> Tensor {
    guard let first = parts.first else { throw Fault.badValue("`concat` needs at least one tensor") }
    let axis = try first.resolvedAxis(axis)
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      guard part.rank == first.rank,
        shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == first.shape[$0] })
      else { throw Fault.shapeMismatch("join", first.shape, part.shape) }
      let (size, overflow) = shape[axis].addingReportingOverflow(part.shape[axis])
      guard !overflow else { throw Fault.outOfMemory(bytes: .infinity) }
      shape[axis] = size
    }
    _ = try RowMajor(of: shape)
    let outer = shape[..<axis].reduce(1, *)
    let total = shape[axis...].reduce(1, *)
    let labels = shape.indices.map { $0 == axis ? joinedLabels(parts, axis: $0) : sharedLabels(parts, axis: $0) }
    let axisLabels = labels.allSatisfy { $0 == nil } ? [] : labels
    return try Tensor(shape: shape, axisLabels: axisLabels, isMask: parts.allSatisfy(\.isMask)) { target in
      var start = 0
      for part in parts {
        try checkInterrupt()
        let width = part.shape[axis...].reduce(1, *)
        try part.withElements { elements in
          for block in 0..<outer {
            if block & 0xFFF == 0xFFF { try checkInterrupt() }
            let (from, to) = (block * width, block * total + start)
            try inBlocks(width, of: 1 << 18) { range in
              let part = UnsafeBufferPointer(rebasing: elements[from + range.lowerBound..<from + range.upperBound])
              _ = UnsafeMutableBufferPointer(rebasing: target[to + range.lowerBound..<to + range.upperBound])
                .update(fromContentsOf: part)
            }
          }
        }
        start += width
      }
    }
  }

  /// The names of an axis along which nothing is joined, where no two parts differ about them.
  private static func sharedLabels(_ parts: [Tensor], axis: Int) -> Labels? {
    let named = parts.filter { $0.labels(ofAxis: axis) != nil }
    guard let first = named.first, let labels = first.labels(ofAxis: axis) else { return nil }
    return named.allSatisfy { $0.labels(ofAxis: axis)?.names(first.shape[axis], as: labels) ?? false } ? labels : nil
  }

  private static func joinedLabels(_ parts: [Tensor], axis: Int) -> Labels? {
    guard let vocabulary = parts.first?.labels(ofAxis: axis)?.vocabulary else { return nil }
    var ids: [Int32] = []
    for part in parts {
      guard let labels = part.labels(ofAxis: axis), labels.vocabulary === vocabulary else { return nil }
      for row in 0..<part.shape[axis] { ids.append(Int32(truncatingIfNeeded: labels.id(ofRow: row))) }
    }
    return Labels(vocabulary, ids: ids)
  }

  /// Tensors of one shape joined along a new axis.
  package static func stacked(_ parts: [Tensor], axis: Int) throws -> Tensor {
    guard let first = parts.first else { throw Fault.badValue("`stack` needs at least one tensor") }
    let rank = first.rank + 1
    guard axis >= -rank, axis < rank else { throw Fault.badShape("a stack of rank \(rank) has no axis \(axis)") }
    let place = axis < 0 ? axis + rank : axis
    return try concatenated(
      parts.map { part in
        guard part.shape == first.shape else { throw Fault.shapeMismatch("stack", first.shape, part.shape) }
        return part.insertingAxis(place)
      }, axis: place)
  }

  /// `sizes` with a -1 replaced by what the others leave.
  package func reshaped(inferring sizes: [Int]) throws -> Tensor {
    guard sizes.contains(where: { $0 < 0 }) else { return try reshaped(sizes) }
    let known = try Tensor.elementCount(of: sizes.filter { $0 >= 0 })
    guard sizes.filter({ $0 < 0 }).elementsEqual([-1]), known > 0, count % known == 0 else {
      throw Fault.badShape(
        "cannot reshape \(Tensor.describe(shape: shape)) (\(counted(count, "element"))) to \(sizes)",
        help: "one size may be -1: it becomes what the others leave")
    }
    return try reshaped(sizes.map { $0 < 0 ? count / known : $0 })
  }
}
