// Reading and writing the elements of a tensor whatever its strides.

import Lang

extension Tensor {
  /// Pointer to element (0, 0, …); follow `strides` from there.
  package func base() throws -> UnsafeMutablePointer<Float> { try storage.pointer() + offset }

  /// The same elements in row-major order: itself when it is that already, else a copy.
  package func rowMajor() throws -> Tensor {
    if isRowMajor { return self }
    return try Tensor(shape: shape, axisLabels: axisLabels, isMask: isMask) { target in try copyElements(to: target) }
  }

  /// Calls `body` with the elements in row-major order (a copy only where the view needs one).
  package func withElements<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    let dense = try rowMajor()
    return try withExtendedLifetime(dense) {
      try body(UnsafeBufferPointer(start: try dense.base(), count: dense.count))
    }
  }

  /// All elements in row-major order, for small tensors.
  package func elements() throws -> [Float] { try withElements { Array($0) } }

  /// Writes all elements to `target` in row-major order, innermost axis in a tight loop.
  package func copyElements(to target: UnsafeMutableBufferPointer<Float>) throws {
    guard count > 0, let out = target.baseAddress else { return }
    try copyElements(to: out, targetStrides: RowMajor(of: shape).strides)
  }
}

/// Elements of a tensor in double.
package func doubles(_ elements: UnsafeBufferPointer<Float>) throws -> [Double] {
  try checkListFits(elements.count, bytesEach: MemoryLayout<Double>.stride)
  var numbers: [Double] = []
  numbers.reserveCapacity(elements.count)
  try inBlocks(elements.count) { block in
    for element in elements[block] { numbers.append(Double(element)) }
  }
  return numbers
}
