// Other views of the same storage. None of these copies an element, except `reshaped` of a tensor that is not row-major.

import Lang

extension Tensor {
  /// Other places of the same storage; a view of a mask is a mask. The caller stays within the places of this tensor.
  package func view(offset: Int? = nil, shape: [Int], strides: [Int], axisLabels: [Labels?] = []) -> Tensor {
    Tensor(
      storage: storage, offset: offset ?? self.offset, shape: shape, strides: strides, axisLabels: axisLabels,
      isMask: isMask)
  }

  /// All axes reversed, their labels with them.
  package var transposed: Tensor {
    view(shape: shape.reversed(), strides: strides.reversed(), axisLabels: axisLabels.reversed())
  }

  /// `count` places along `axis` from `first` in steps of `step`; the caller has clipped them to the axis.
  package func sliced(axis: Int, first: Int, count: Int, step: Int = 1) -> Tensor {
    var shape = shape
    var strides = strides
    let start = count == 0 ? offset : offset + first * strides[axis]
    // The step of an axis with at most one element is never taken, and its product with the stride could overflow.
    strides[axis] = count < 2 ? strides[axis] : strides[axis] * step
    shape[axis] = count
    let labels = labels(ofAxis: axis)?.sliced(first: first, count: count, step: step)
    return view(offset: start, shape: shape, strides: strides, axisLabels: axisLabels).labelled(labels, axis: axis)
  }

  /// One place along `axis`, which goes away. The caller has checked `index`.
  package func selected(axis: Int, index: Int) -> Tensor {
    var shape = shape
    var strides = strides
    let start = offset + index * strides[axis]
    shape.remove(at: axis)
    strides.remove(at: axis)
    return view(offset: start, shape: shape, strides: strides, axisLabels: axisLabels(without: axis))
  }

  /// Row `index` of axis 0. The caller has checked `index`.
  package func row(_ index: Int) -> Tensor { selected(axis: 0, index: index) }

  /// The same elements in row-major order under another shape. Labels stay on the axes in front of the first that changes and behind
  /// the last.
  package func reshaped(_ newShape: [Int]) throws -> Tensor {
    let layout = try RowMajor(of: newShape)
    guard layout.count == count else {
      throw Fault.badShape(
        "cannot reshape \(Tensor.describe(shape: shape)) (\(count) element\(count == 1 ? "" : "s")) to \(Tensor.describe(shape: newShape))"
      )
    }
    let dense = isRowMajor ? self : try rowMajor()
    return dense.view(shape: newShape, strides: layout.strides, axisLabels: labels(reshapedTo: newShape))
  }

  private func labels(reshapedTo newShape: [Int]) -> [Labels?] {
    guard !axisLabels.isEmpty else { return [] }
    let (old, new) = (shape, newShape)
    var result = [Labels?](repeating: nil, count: new.count)
    var front = 0
    while front < min(old.count, new.count), old[front] == new[front] {
      result[front] = axisLabels[front]
      front += 1
    }
    var back = 1
    while back <= min(old.count, new.count) - front, old[old.count - back] == new[new.count - back] {
      result[new.count - back] = axisLabels[old.count - back]
      back += 1
    }
    return Tensor.normal(result)
  }

  /// A new axis of size 1 in front of axis `axis`, or behind the last.
  package func insertingAxis(_ axis: Int) -> Tensor {
    var (shape, strides, labels) = (shape, strides, axisLabels)
    shape.insert(1, at: axis)
    // Where the axis stands in front the step over it is as long as the whole.
    let step = axis == 0 ? (strides.first ?? 1) * max(self.shape.first ?? 1, 1) : 1
    strides.insert(step, at: axis)
    if !labels.isEmpty { labels.insert(nil, at: axis) }
    return view(shape: shape, strides: strides, axisLabels: labels)
  }

  /// This tensor repeated to `target` by NumPy's rules: the strides of repeated axes are 0. Nil when it does not fit.
  func broadcastStrides(to target: [Int]) -> [Int]? { Tensor.broadcastStrides(shape, strides, to: target) }

  /// The same for elements of `shape` that lie `strides` apart.
  static func broadcastStrides(_ shape: [Int], _ strides: [Int], to target: [Int]) -> [Int]? {
    guard shape.count <= target.count else { return nil }
    let lead = target.count - shape.count
    var result = [Int](repeating: 0, count: target.count)
    for axis in shape.indices {
      if shape[axis] == target[lead + axis] {
        result[lead + axis] = shape[axis] == 1 ? 0 : strides[axis]
      } else if shape[axis] != 1 {
        return nil
      }
    }
    return result
  }

  /// The shape that two operands have in common by NumPy's rules, or nil when there is none. Throws `outOfMemory` for one that
  /// no memory holds: two operands without elements can have it.
  package static func broadcastShape(_ a: [Int], _ b: [Int]) throws -> [Int]? {
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for back in 1..<(rank + 1) {
      let x = back <= a.count ? a[a.count - back] : 1
      let y = back <= b.count ? b[b.count - back] : 1
      guard x == y || x == 1 || y == 1 else { return nil }
      result[rank - back] = x == 1 ? y : x
    }
    _ = try RowMajor(of: result)
    return result
  }

  /// `axis` of a reduction as 0 ..< rank; negative ones count from the end.
  package func resolvedAxis(_ axis: Int) throws -> Int {
    guard axis >= -rank, axis < rank else {
      let help =
        rank == 0 ? nil : rank == 1 ? "its only axis is 0, or -1" : "its axes are 0 to \(rank - 1), or -\(rank) to -1"
      let what = rank == 0 ? "a scalar" : "a tensor of shape \(Tensor.describe(shape: shape))"
      throw Fault.badShape("\(what) has no axis \(axis)", help: help)
    }
    return axis < 0 ? axis + rank : axis
  }
}

extension Tensor {
  /// The view whose axis `to` is this one's `from`; the others keep their order.
  package func movingAxis(_ from: Int, to: Int) -> Tensor {
    guard from != to else { return self }
    var shape = shape
    var strides = strides
    shape.insert(shape.remove(at: from), at: to)
    strides.insert(strides.remove(at: from), at: to)
    var labels = axisLabels
    if !labels.isEmpty { labels.insert(labels.remove(at: from), at: to) }
    return view(shape: shape, strides: strides, axisLabels: labels)
  }

  /// A view repeated to `target`, a checked shape, by NumPy's rules, for reading only. Nil when it does not fit.
  package func broadcast(to target: [Int]) -> Tensor? {
    broadcastStrides(to: target).map { view(shape: target, strides: $0) }
  }
}
