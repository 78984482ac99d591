// What the pass does with rows and names of tensors.

import Glibc
import Lang
import Runtime

extension Tensor {
  /// The same elements in memory of their own.
  func copied() throws -> Tensor {
    try Tensor(shape: shape, axisLabels: axisLabels) { try copyElements(to: $0) }
  }

  /// The same elements, in memory that holds nothing else: whoever keeps them keeps no more.
  func owned() throws -> Tensor { isRowMajor && storage.count == count ? self : try copied() }

  /// The same numbers under other names, and no truths.
  func renamed(_ labels: [Labels?]) -> Tensor {
    Tensor(storage: storage, offset: offset, shape: shape, strides: strides, axisLabels: labels)
  }

  /// Whether it is the same view of the same memory.
  func isSameView(as other: Tensor) -> Bool {
    storage === other.storage && offset == other.offset && shape == other.shape && strides == other.strides
  }

  /// Whether all elements have the same bits.
  func isIdentical(to other: Tensor) throws -> Bool {
    if isSameView(as: other) { return true }
    return try shape == other.shape
      && withElements { mine in
        try other.withElements { its in
          guard let a = mine.baseAddress, let b = its.baseAddress else { return true }
          return memcmp(a, b, mine.count * MemoryLayout<Float>.stride) == 0
        }
      }
  }

  /// A copy of this tensor whose places `rows` along `axis` hold those of `new`. The caller has checked them.
  func scattering(_ new: Tensor, axis: Int, at rows: [Int]) throws -> Tensor {
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    return try Tensor(shape: shape, axisLabels: axisLabels) { target in
      try copyElements(to: target)
      guard inner > 0, let out = target.baseAddress else { return }
      try new.withElements { source in
        guard let from = source.baseAddress else { return }
        for block in 0..<outer {
          for (place, row) in rows.enumerated() {
            (out + (block * shape[axis] + row) * inner).update(
              from: from + (block * rows.count + place) * inner, count: inner)
          }
        }
      }
    }
  }

  /// Rows of all heads side by side, [n, heads k], as [heads, n, k]: a view.
  func splitIntoHeads(_ heads: Int) -> Tensor {
    let k = shape[1] / max(heads, 1)
    return view(
      shape: [heads, shape[0], k], strides: [k * strides[1], strides[0], strides[1]],
      axisLabels: labels.map { [nil, $0, nil] } ?? [])
  }

  /// [heads, n, k] as rows of all heads side by side, [n, heads k].
  func joinedHeads() throws -> Tensor { try movingAxis(0, to: 1).reshaped([shape[1], shape[0] * shape[2]]) }

  /// A copy of this matrix with more added to some of its rows.
  func adding(_ parts: [(rows: Range<Int>, share: Tensor)]) throws -> Tensor {
    let width = shape[1]
    return try Tensor(shape: shape, axisLabels: axisLabels) { target in
      try copyElements(to: target)
      for (rows, share) in parts {
        try share.withElements { share in
          for place in share.indices { target[rows.lowerBound * width + place] += share[place] }
        }
      }
    }
  }

  /// A copy whose columns are 0 in some rows.
  func clearing(columns: Range<Int>, rows: Range<Int>) throws -> Tensor {
    let width = shape[1]
    return try Tensor(shape: shape, axisLabels: axisLabels) { target in
      try copyElements(to: target)
      for row in rows { for column in columns { target[row * width + column] = 0 } }
    }
  }
}
