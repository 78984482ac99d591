// y = x W + b, and the weights of all heads as one matrix.

import Lang
import Runtime

/// x W + b for x [n, d], W [d, m], b [m] → [n, m], and then the activation function of each element. The labels of `x` stay.
func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor, then activation: Activation? = nil) throws -> Tensor {
  let (rows, columns) = (x.shape[0], weight.shape[1])
  return try Tensor(shape: [rows, columns], labels: x.labels) { target in
    guard let out = target.baseAddress else { return }
    try bias.withElements { bias in
      guard let bias = bias.baseAddress else { return }
      for row in 0..<rows { (out + row * columns).update(from: bias, count: columns) }
    }
    try x.addProduct(
      with: weight, to: out, rowStride: columns,
      then: activation.map { activation in { activation.apply(UnsafeBufferPointer($0), $0) } })
  }
}

extension Tensor {
  /// The matrices [d, n…] (or vectors [n…]) as one, where they lie side by side in the file: one product then reads them all.
  static func sideBySide(_ parts: [Tensor]) -> Tensor? {
    guard let first = parts.first, let axis = first.shape.indices.last else { return nil }
    var end = first.offset
    for part in parts {
      guard part.storage === first.storage, part.offset == end, part.strides == first.strides,
        part.shape.dropLast() == first.shape.dropLast()
      else { return nil }
      end += part.shape[axis] * part.strides[axis]
    }
    var shape = first.shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return Tensor(storage: first.storage, offset: first.offset, shape: shape, strides: first.strides)
  }

  /// Weights [heads, d, k] as the matrix [d, heads k] of all heads side by side: a view where they lie so in the file.
  func headsAsColumns() throws -> Tensor {
    let (heads, width, k) = (shape[0], shape[1], shape[2])
    guard heads == 1 || strides[0] == k * strides[2] else {
      return try movingAxis(0, to: 1).reshaped([width, heads * k])
    }
    return Tensor(storage: storage, offset: offset, shape: [width, heads * k], strides: [strides[1], strides[2]])
  }

  /// Weights [heads, k, d] as the matrix [heads k, d] of all heads below each other: a view where they lie so in the file.
  func headsAsRows() throws -> Tensor {
    let (heads, k, width) = (shape[0], shape[1], shape[2])
    guard heads == 1 || strides[0] == k * strides[1] else { return try reshaped([heads * k, width]) }
    return Tensor(storage: storage, offset: offset, shape: [heads * k, width], strides: [strides[1], strides[2]])
  }
}
