// Reading and writing the elements of a tensor whatever its strides.

import Lang

extension Tensor {
  /// Pointer to element (0, 0, …); follow `strides` from there. Of a tensor that may be weights, `widened` is asked for first.
  package func base() throws -> UnsafeMutablePointer<Float> { try storage.pointer() + offset }

  /// Element (0, 0, …).
  package func first() throws -> Float { try storage.number(at: offset) }

  /// The same elements as float32: itself, or a copy of those that lie in a file as another type. The copy's axes lie in memory as
  /// this tensor's do, so that a transpose stays one.
  package func widened() throws -> Tensor {
    guard storage.isStored else { return self }
    // Axes that repeat elements are repeated again afterwards.
    let isRepeated = zip(shape, strides).map { $0 > 1 && $1 == 0 }
    let sizes = zip(shape, isRepeated).map { $1 ? 1 : $0 }
    let order = strides.indices.sorted { abs(strides[$0]) > abs(strides[$1]) }
    let source = view(shape: order.map { sizes[$0] }, strides: order.map { strides[$0] })
    let copy = try Tensor(shape: source.shape) { target in try source.copyElements(to: target) }
    var newStrides = [Int](repeating: 0, count: rank)
    for (place, axis) in order.enumerated() where !isRepeated[axis] { newStrides[axis] = copy.strides[place] }
    return Tensor(
      storage: copy.storage, offset: 0, shape: shape, strides: newStrides, axisLabels: axisLabels, isMask: isMask)
  }

  /// The same elements as float32 in row-major order: itself when it is that already, else a copy.
  package func rowMajor() throws -> Tensor {
    if isRowMajor, !storage.isStored { return self }
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
