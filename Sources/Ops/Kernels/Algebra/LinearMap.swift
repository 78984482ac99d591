// y = x W + b, and the weights of all heads as one matrix.

import Lang
import Runtime

/// x W + b for x [n, d], W [d, m], b [m] → [n, m], and then `finish` on each piece of a row as soon as it is whole, on whichever
/// thread has made it; it is given the piece and its place in the result. The labels of `x` stay.
package func linear(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor?,
  then finish: ((UnsafeMutableBufferPointer<Float>, _ place: Int) -> Void)? = nil
) throws -> Tensor {
  let (rows, columns) = (x.shape[0], weight.shape[1])
  return try Tensor(shape: [rows, columns], labels: x.labels) { target in
    guard let out = target.baseAddress else { return }
    if let bias {
      try bias.withElements { bias in
        guard let bias = bias.baseAddress else { return }
        for row in 0..<rows { (out + row * columns).update(from: bias, count: columns) }
      }
    }
    try x.writeProduct(
      with: weight, to: out, rowStride: columns, adding: bias != nil,
      then: finish.map { finish in { piece in finish(piece, piece.baseAddress.map { $0 - out } ?? 0) } })
  }
}

/// The same with an activation function of each element.
package func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, then activation: Activation) throws -> Tensor {
  try linear(x, weight, bias) { piece, _ in activation.apply(UnsafeBufferPointer(piece), piece) }
}

extension Tensor {
  /// Weights [heads, k, d] as the matrix [heads k, d] of all heads below each other: a view where they lie so in the file.
  package func headsAsRows() throws -> Tensor {
    let (heads, k, width) = (shape[0], shape[1], shape[2])
    guard heads == 1 || strides[0] == k * strides[1] else { return try reshaped([heads * k, width]) }
    return Tensor(storage: storage, offset: offset, shape: [heads * k, width], strides: [strides[1], strides[2]])
  }
}
