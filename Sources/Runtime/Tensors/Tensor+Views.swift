// Other views of the same storage. None of these copies an element, except `reshaped` of a tensor that is not row-major
// and `gathered`.

import Lang

extension Tensor {
  /// All axes reversed, their labels with them.
  public var transposed: Tensor {
    Tensor(
      storage: storage, offset: offset, shape: shape.reversed(), strides: strides.reversed(),
      axisLabels: axisLabels.reversed())
  }

  /// `count` places along `axis` from `first` in steps of `step`; the caller has clipped them to the axis.
  public func sliced(axis: Int, first: Int, count: Int, step: Int = 1) -> Tensor {
    var shape = shape
    var strides = strides
    let start = count == 0 ? offset : offset + first * strides[axis]
    // The step of an axis with at most one element is never taken, and its product with the stride could overflow.
    strides[axis] = count < 2 ? strides[axis] : strides[axis] * step
    shape[axis] = count
    let labels = labels(ofAxis: axis)?.sliced(first: first, count: count, step: step)
    return Tensor(storage: storage, offset: start, shape: shape, strides: strides, axisLabels: axisLabels)
      .labelled(labels, axis: axis)
  }

  /// One place along `axis`, which goes away. The caller has checked `index`.
  public func selected(axis: Int, index: Int) -> Tensor {
    var shape = shape
    var strides = strides
    let start = offset + index * strides[axis]
    shape.remove(at: axis)
    strides.remove(at: axis)
    return Tensor(
      storage: storage, offset: start, shape: shape, strides: strides, axisLabels: axisLabels(without: axis))
  }

  /// Row `index` of axis 0. The caller has checked `index`.
  public func row(_ index: Int) -> Tensor { selected(axis: 0, index: index) }

  /// The same elements in row-major order under another shape. Labels stay on the axes in front of the first that changes and behind
  /// the last.
  public func reshaped(_ newShape: [Int]) throws -> Tensor {
    guard try Tensor.elementCount(of: newShape) == count else {
      throw Fault.badShape(
        "cannot reshape \(Tensor.describe(shape: shape)) (\(count) element\(count == 1 ? "" : "s")) to \(Tensor.describe(shape: newShape))"
      )
    }
    let dense = try rowMajor()
    return Tensor(
      storage: dense.storage, offset: dense.offset, shape: newShape, strides: Tensor.rowMajorStrides(of: newShape),
      axisLabels: labels(reshapedTo: newShape))
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
  public func insertingAxis(_ axis: Int) -> Tensor {
    var (shape, strides, labels) = (shape, strides, axisLabels)
    shape.insert(1, at: axis)
    // Where the axis stands in front the step over it is as long as the whole.
    strides.insert(axis == 0 ? max(count, 1) * (strides.first ?? 1) : 1, at: axis)
    if !labels.isEmpty { labels.insert(nil, at: axis) }
    return Tensor(storage: storage, offset: offset, shape: shape, strides: strides, axisLabels: labels)
  }

  /// The places `indices` along `axis`, copied. The caller has checked them.
  public func gathered(axis: Int, _ indices: [Int]) throws -> Tensor {
    var newShape = shape
    newShape[axis] = indices.count
    let targetStrides = Tensor.rowMajorStrides(of: newShape)
    var restStrides = targetStrides
    restStrides.remove(at: axis)
    let labels = labelled(labels(ofAxis: axis)?.gathered(indices), axis: axis).axisLabels
    return try Tensor(shape: newShape, axisLabels: labels) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      for (place, index) in indices.enumerated() {
        if place % 4096 == 0 { try checkInterrupt() }
        try selected(axis: axis, index: index)
          .copyElements(to: out + place * targetStrides[axis], targetStrides: restStrides)
      }
    }
  }

  /// This tensor repeated to `target` by NumPy's rules: the strides of repeated axes are 0. Nil when it does not fit.
  func broadcastStrides(to target: [Int]) -> [Int]? {
    guard rank <= target.count else { return nil }
    let lead = target.count - rank
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

  /// The shape that two operands have in common by NumPy's rules, or nil when there is none.
  public static func broadcastShape(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for back in 1..<(rank + 1) {
      let x = back <= a.count ? a[a.count - back] : 1
      let y = back <= b.count ? b[b.count - back] : 1
      guard x == y || x == 1 || y == 1 else { return nil }
      result[rank - back] = x == 1 ? y : x
    }
    return result
  }

  /// `axis` of a reduction as 0 ..< rank; negative ones count from the end.
  public func resolvedAxis(_ axis: Int) throws -> Int {
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
  public func movingAxis(_ from: Int, to: Int) -> Tensor {
    guard from != to else { return self }
    var shape = shape
    var strides = strides
    shape.insert(shape.remove(at: from), at: to)
    strides.insert(strides.remove(at: from), at: to)
    var labels = axisLabels
    if !labels.isEmpty { labels.insert(labels.remove(at: from), at: to) }
    return Tensor(storage: storage, offset: offset, shape: shape, strides: strides, axisLabels: labels)
  }

  /// A view repeated to `shape` by NumPy's rules, for reading only. Nil when it does not fit.
  public func broadcast(to target: [Int]) -> Tensor? {
    broadcastStrides(to: target).map { Tensor(storage: storage, offset: offset, shape: target, strides: $0) }
  }
}
