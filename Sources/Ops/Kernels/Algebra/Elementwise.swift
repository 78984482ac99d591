// Functions of single elements, and softmax.

import Glibc
import Lang
import Runtime

package enum Elementwise {
  /// A number rounded to `decimals`, halves to even, on the exact decimal value of the double as in Python.
  package static func rounded(_ x: Double, decimals: Int) -> Double {
    guard x.isFinite, decimals < 324 else { return x }
    if decimals <= 0 {
      guard decimals > -309 else { return copysign(0, x) }
      let scale = pow(10, Double(-decimals))
      let result = (x / scale).rounded(.toNearestOrEven) * scale
      return result.isFinite ? result : x
    }
    return Double(formatFixed(x, decimals: decimals)) ?? x
  }

  /// log Σ exp(x), shifted by the largest element: -inf of nothing and of -inf alone, +inf where there is one, NaN where there is
  /// one.
  static func logSumExp<T: BinaryFloatingPoint>(_ numbers: some RandomAccessCollection<T>) throws -> Double {
    var largest = -Double.infinity
    try numbers.eachBlock { piece in
      for x in piece where !largest.isNaN { largest = x.isNaN ? .nan : Swift.max(largest, Double(x)) }
    }
    guard largest.isFinite else { return largest }
    var sum = 0.0
    try numbers.eachBlock { piece in
      for x in piece { sum += exp(Double(x) - largest) }
    }
    return largest + log(sum)
  }
}

extension Tensor {
  /// Elements rounded to `decimals`, halves to even, as numpy.round: scaled, rounded, scaled back.
  package func rounded(decimals: Int) throws -> Tensor {
    if decimals == 0 { return try mapped { $0.rounded(.toNearestOrEven) } }
    let scale = pow(10, Double(min(abs(decimals), 300)))
    return try mapped { x in
      guard x.isFinite else { return x }
      let scaled = decimals > 0 ? Double(x) * scale : Double(x) / scale
      guard scaled.isFinite else { return x }
      let whole = scaled.rounded(.toNearestOrEven)
      return Float(decimals > 0 ? whole / scale : whole * scale)
    }
  }

  /// exp(x) / Σ exp(x) along `axis`, shifted by the largest element; the sum is in double.
  package func softmax(axis: Int) throws -> Tensor {
    try mapRows(along: axis) { source, target in
      guard let p = source.baseAddress, let q = target.baseAddress else { return }
      try FloatKernels.softmaxInBlocks(p, into: q, source.count)
    }
  }

  /// x - log Σ exp(x) along `axis`; the sum is in double. Infinities as in SciPy: NaN where all elements are -inf, and at
  /// +inf, beside which all others are -inf.
  func logSoftmax(axis: Int) throws -> Tensor {
    try mapRows(along: axis) { source, target in
      let total = try Elementwise.logSumExp(source)
      try inBlocks(source.count, of: 1 << 20) { block in
        for i in block { target[i] = Float(Double(source[i]) - total) }
      }
    }
  }

  /// Running sums along `axis`, in double.
  package func cumulativeSum(axis: Int) throws -> Tensor {
    try mapRows(along: axis) { source, target in
      var total = 0.0
      try inBlocks(source.count, of: 1 << 20) { block in
        for i in block {
          total += Double(source[i])
          target[i] = Float(total)
        }
      }
    }
  }

  /// Elements in rising order along `axis`, NaN last.
  package func sorted(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    let result = try mapRows(along: axis) { source, target in
      var count = 0
      try inBlocks(source.count, of: 1 << 20) { block in
        for x in source[block] where !x.isNaN {
          target[count] = x
          count += 1
        }
      }
      let numbers = UnsafeMutableBufferPointer(rebasing: target[..<count])
      if descending { try numbers.sortInBlocks(by: >) } else { try numbers.sortInBlocks(by: <) }
      try UnsafeMutableBufferPointer(rebasing: target[count...]).fill(with: .nan)
    }
    // What is sorted is no longer what the labels name.
    let unnamed = result.labelled(nil, axis: try resolvedAxis(axis))
    return isMask ? unnamed.asMask : unnamed
  }

  /// A tensor of the same shape; `body` fills each line along `axis` from the same line of this one.
  func mapRows(
    along axis: Int, _ body: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws -> Tensor {
    let axis = try resolvedAxis(axis)
    let n = shape[axis]
    let turned = movingAxis(axis, to: rank - 1)
    return try turned.withElements { source in
      try Tensor(shape: turned.shape, axisLabels: turned.axisLabels) { target in
        guard n > 0 else { return }
        let tiles = Tiles(source.count / n, of: max(1, (1 << 15) / n))
        try parallel(tiles.count) { tile in
          for row in tiles[tile] {
            let range = row * n..<(row + 1) * n
            try body(UnsafeBufferPointer(rebasing: source[range]), UnsafeMutableBufferPointer(rebasing: target[range]))
          }
        }
      }
    }.movingAxis(rank - 1, to: axis)
  }
}
