// `x[…]` and `x[…] = y`: reading a selection and writing to it.

import Lang

extension Tensor {
  /// `self[indices]`: a number (of a mask, a bool) when every axis has one place, else a view, or a copy where a list or mask selects.
  package func element(at indices: [Value]) throws -> Value {
    let selection = try Selection(indices, of: self)
    if let picks = selection.picks { return .tensor(try selection.view.picked(picks)) }
    let view = selection.view
    return view.rank == 0 && rank > 0 ? try view.value(at: view.offset) : .tensor(view)
  }

  /// The places `indices` along `axis`, copied. The caller has checked them.
  package func gathered(axis: Int, _ indices: [Int]) throws -> Tensor {
    let step = strides[axis]
    return try selected(axis: axis, index: 0).picked(
      Selection.Picks(
        axis: axis, shape: [indices.count], offsets: indices.map { $0 * step },
        labels: labels(ofAxis: axis)?.gathered(indices)))
  }

  /// Copies of this view at many places, each `picks.offsets` away from it.
  private func picked(_ picks: Selection.Picks) throws -> Tensor {
    let newShape = shape[..<picks.axis] + picks.shape + shape[picks.axis...]
    var labels: [Labels?] = []
    if picks.labels != nil || !axisLabels.isEmpty {
      let own = axisLabels.isEmpty ? [Labels?](repeating: nil, count: rank) : axisLabels
      let new = [Labels?](repeating: nil, count: max(picks.shape.count - 1, 0))
      labels = own[..<picks.axis] + [picks.labels] + new + own[picks.axis...]
    }
    return try Tensor(shape: Array(newShape), axisLabels: Tensor.normal(labels), isMask: isMask) { target in
      guard let out = target.baseAddress, !target.isEmpty else { return }
      guard !storage.isStored else { return try pickedStored(picks, to: out) }
      let source = try base()
      let walk = PickWalk(self, picks)
      let tiles = Tiles(walk.count, of: max(1, (1 << 15) / walk.blockSize))
      try parallel(tiles.count) { tile in
        walk.forEach(in: tiles[tile]) { number, offset in
          walk.copyBlock(from: source + offset, to: out + number * walk.blockSize)
        }
      }
      if storage.origin != nil, TensorStorage.nonFinite(out, target.count) > 0 { try storage.reportNonFinite() }
    }
  }

  /// The same of elements that lie in a file as another type.
  private func pickedStored(_ picks: Selection.Picks, to out: UnsafeMutablePointer<Float>) throws {
    let block = Array(shape[picks.axis...])
    let blockStrides = Array(strides[picks.axis...])
    let walk = PickWalk(self, picks)
    let dense = try RowMajor(of: block).strides
    try walk.forEach(in: 0..<walk.count) { number, offset in
      if number & 0xFF == 0xFF { try checkInterrupt() }
      let place = view(offset: self.offset + offset, shape: block, strides: blockStrides)
      try place.copyElements(to: out + number * walk.blockSize, targetStrides: dense)
    }
  }

  /// `self[selection] = source`, which broadcasts to the selection. The storage is this tensor's alone, and the selection is of this
  /// tensor. Where a place is selected twice, the later element stays, as in NumPy.
  func assign(_ source: Tensor, to selection: Selection) throws {
    let shape = selection.shape
    _ = try RowMajor(of: shape)
    guard let sourceStrides = source.broadcastStrides(to: shape) else {
      throw Fault.cannotAssign(source.shape, to: shape)
    }
    let spread = source.view(shape: shape, strides: sourceStrides)
    let target = try selection.view.base()
    guard let picks = selection.picks else {
      return try spread.copyElements(to: target, targetStrides: selection.view.strides)
    }
    let walk = PickWalk(selection.view, picks)
    if source.count == 1 {
      let element = try source.first()
      walk.forEach(in: 0..<walk.count) { _, offset in walk.fillBlock(target + offset, with: element) }
    } else {
      try spread.withElements { elements in
        guard let from = elements.baseAddress else { return }
        walk.forEach(in: 0..<walk.count) { number, offset in
          walk.setBlock(target + offset, to: from + number * walk.blockSize)
        }
      }
    }
  }

  /// What may be assigned to elements: a number, a tensor, or a nested list of numbers; to those of a mask, truths.
  func assignable(_ value: Value) throws -> Tensor {
    let source: Tensor? =
      if isMask, let bool = value.asBool {
        try Tensor(truth: bool)
      } else if let number = value.asNumber {
        try Tensor(scalar: number)
      } else if value.asList != nil || value.asRange != nil {
        try Tensor(nested: value)
      } else {
        value.asTensor
      }
    guard let source, source.isMask || !isMask else { throw Fault.cannotAssign(value, toMask: isMask) }
    return source
  }

  /// Gives the tensor a storage of its own, unless it has one that nobody else holds.
  mutating func makeWritable() throws {
    let overlaps = zip(shape, strides).contains { $0 > 1 && $1 == 0 }
    if storage.isWritable, !overlaps, isKnownUniquelyReferenced(&storage) { return }
    self = try Tensor(shape: shape, axisLabels: axisLabels, isMask: isMask) { target in try copyElements(to: target) }
  }
}

/// The blocks of a selection with lists, in row-major order: for each place along the axes in front of the lists', each pick; a block is
/// the axes behind them.
private struct PickWalk {
  private let leadShape: ArraySlice<Int>
  private let leadStrides: ArraySlice<Int>
  private let offsets: [Int]
  private let inner: StridedLoop
  /// Elements of a block.
  let blockSize: Int
  /// Number of blocks.
  let count: Int

  init(_ view: Tensor, _ picks: Selection.Picks) {
    (leadShape, leadStrides) = (view.shape[..<picks.axis], view.strides[..<picks.axis])
    offsets = picks.offsets
    let (shape, strides) = (Array(view.shape[picks.axis...]), Array(view.strides[picks.axis...]))
    blockSize = shape.reduce(1, *)
    count = blockSize == 0 ? 0 : leadShape.reduce(1, *) * offsets.count
    var dense = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { dense[axis] = dense[axis + 1] * shape[axis + 1] }
    inner = StridedLoop(shape: shape, target: dense, left: strides, right: [Int](repeating: 0, count: shape.count))
  }

  /// Calls `body` with the number of each block and its distance from the view's start.
  @inline(__always)
  func forEach(in range: Range<Int>, _ body: (_ number: Int, _ offset: Int) throws -> Void) rethrows {
    var number = range.lowerBound
    while number < range.upperBound {
      var (lead, pick) = number.quotientAndRemainder(dividingBy: offsets.count)
      let end = min(range.upperBound, number + offsets.count - pick)
      var start = 0
      for axis in leadShape.indices.reversed() {
        start += lead % leadShape[axis] * leadStrides[axis]
        lead /= leadShape[axis]
      }
      while number < end {
        try body(number, start + offsets[pick])
        number += 1
        pick += 1
      }
    }
  }

  /// `source`, a block in the view's strides, to `target`, where its elements lie behind each other.
  @inline(__always)
  func copyBlock(from source: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    if blockSize == 1 { return target[0] = source[0] }
    let (count, step) = (inner.inner, inner.step.left)
    inner.forEach(in: 0..<inner.outerCount) { at in
      let (out, from) = (target + at.target, source + at.left)
      if step == 1 { return out.update(from: from, count: count) }
      for i in 0..<count { out[i] = from[i &* step] }
    }
  }

  /// The other way round.
  @inline(__always)
  func setBlock(_ target: UnsafeMutablePointer<Float>, to source: UnsafePointer<Float>) {
    if blockSize == 1 { return target[0] = source[0] }
    let (count, step) = (inner.inner, inner.step.left)
    inner.forEach(in: 0..<inner.outerCount) { at in
      let (out, from) = (target + at.left, source + at.target)
      for i in 0..<count { out[i &* step] = from[i] }
    }
  }

  @inline(__always)
  func fillBlock(_ target: UnsafeMutablePointer<Float>, with element: Float) {
    if blockSize == 1 { return target[0] = element }
    let (count, step) = (inner.inner, inner.step.left)
    inner.forEach(in: 0..<inner.outerCount) { at in
      let out = target + at.left
      for i in 0..<count { out[i &* step] = element }
    }
  }
}
