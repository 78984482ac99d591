// What all indices of `x[i, a:b:step, list, mask, "token"]` select together. Numbers and slices make a view; lists, ranges, tensors of
// numbers and masks pair up: the first of each, the second of each, … (NumPy's "advanced indexing"; where NumPy's answer would have
// its axes in an order that few expect, there is an error).

import Lang

/// A part of a tensor: a view, or copies of a view that lie at many places.
struct Selection {
  /// The axes that no list selects from, in their order, starting where every list has place 0.
  private(set) var view: Tensor
  /// What the lists select; nil where there are none.
  private(set) var picks: Picks?

  /// An array of places, those of several axes paired.
  struct Picks {
    /// The axis of the view before which the array's axes go.
    let axis: Int
    let shape: [Int]
    /// Distance from the view's start in the storage, of each in row-major order.
    let offsets: [Int]
    /// Names of the places; nil unless they are a list on one axis that has names.
    let labels: Labels?
  }

  /// Throws what `IndexedAxis.resolve` throws, `indexOutOfRange` for too many indices, `shapeMismatch` for lists that do not pair and
  /// masks that do not fit, `badShape` for a number that a slice separates from a list.
  init(_ indices: [Value], of tensor: Tensor) throws {
    let parts = try Part.all(indices, of: tensor)
    let lists = parts.filter(\.isList)
    let place = lists.isEmpty ? 0 : try Selection.place(ofLists: parts)
    view = tensor
    var axis = 0
    for part in parts {
      switch part.index {
      case .one(let index): view = view.selected(axis: axis, index: index)
      case .slice(let first, let count, let step):
        view = view.sliced(axis: axis, first: first, count: count, step: step)
        axis += 1
      case .run(let first, let count) where lists.count == 1:
        view = view.sliced(axis: axis, first: first, count: count)
        axis += 1
      case .run, .places:
        let (shape, offsets) = try part.offsets(in: tensor)
        if let other = picks {
          let (shape, offsets) = try Selection.paired(other, shape, offsets)
          picks = Picks(axis: place, shape: shape, offsets: offsets, labels: nil)
        } else {
          picks = Picks(axis: place, shape: shape, offsets: offsets, labels: part.labels(in: tensor))
        }
        for _ in 0..<part.axes { view = view.selected(axis: axis, index: 0) }
      }
    }
  }

  /// Sizes of what is selected.
  var shape: [Int] {
    guard let picks else { return view.shape }
    return view.shape[..<picks.axis] + picks.shape + view.shape[picks.axis...]
  }

  /// Where the axes of the lists go: to their place when they stand together, else to the front, both as in NumPy. There a number
  /// counts as one of the lists, so that in x[0, :, [1, 2]] the list's axis goes to the front, though the number has none. Who does not
  /// know that would compute with the wrong axis: an error.
  private static func place(ofLists parts: [Part]) throws -> Int {
    func front(of isAmong: (Part) -> Bool) -> Int {
      let among = parts.indices.filter { isAmong(parts[$0]) }
      guard let first = among.first, let last = among.last else { return 0 }
      return parts[first...last].contains(where: \.isSlice) ? 0 : parts[..<first].count(where: \.isSlice)
    }
    let place = front(of: \.isList)
    guard place == front(of: { !$0.isSlice }) else { throw Fault.numberApartFromList() }
    return place
  }

  /// The places of two arrays together, which broadcast.
  private static func paired(
    _ picks: Picks, _ shape: [Int], _ offsets: [Int]
  ) throws -> (shape: [Int], offsets: [Int]) {
    if picks.shape == shape { return (shape, zip(picks.offsets, offsets).map { $0 + $1 }) }
    guard let common = try Tensor.broadcastShape(picks.shape, shape),
      let left = Tensor.broadcastStrides(picks.shape, try Tensor.RowMajor(of: picks.shape).strides, to: common),
      let right = Tensor.broadcastStrides(shape, try Tensor.RowMajor(of: shape).strides, to: common)
    else { throw Fault.listsDoNotPair(picks.shape, shape) }
    let layout = try Tensor.RowMajor(of: common)
    try checkListFits(layout.count, bytesEach: MemoryLayout<Int>.stride)
    var result = [Int](repeating: 0, count: layout.count)
    let loop = StridedLoop(shape: common, target: layout.strides, left: left, right: right)
    loop.forEach(in: 0..<loop.outerCount) { at in
      for i in 0..<loop.inner {
        result[at.target + i * loop.step.target] =
          picks.offsets[at.left + i * loop.step.left] + offsets[at.right + i * loop.step.right]
      }
    }
    return (common, result)
  }
}

/// One of the indices: what it selects, and on which axes. Only a mask can have several: its places are counted over all of them.
private struct Part {
  /// The first of them.
  let axis: Int
  let axes: Int
  let index: AxisIndex

  var isList: Bool {
    switch index {
    case .run, .places: true
    case .one, .slice: false
    }
  }

  var isSlice: Bool { if case .slice = index { true } else { false } }

  package static func all(_ indices: [Value], of tensor: Tensor) throws -> [Part] {
    if indices.count > 1, tensor.labels != nil, tensor.rank < 2 || tensor.labels(ofAxis: 1) == nil {
      let texts = indices.compactMap(\.asString)
      if texts.count == indices.count { throw Fault.severalTokens(texts, shape: tensor.shape) }
    }
    let masks = try indices.map(wideMask)
    let axes = masks.reduce(0) { $0 + ($1?.rank ?? 1) }
    if axes > tensor.rank, indices.count == 1, let mask = masks[0] {
      throw Fault.maskShape(mask.shape, shape: tensor.shape, axis: 0)
    }
    guard axes <= tensor.rank else { throw Fault.tooManyIndices(axes, shape: tensor.shape) }
    var parts: [Part] = []
    var axis = 0
    for (index, mask) in zip(indices, masks) {
      if let mask {
        guard Array(tensor.shape[axis..<axis + mask.rank]) == mask.shape else {
          throw Fault.maskShape(mask.shape, shape: tensor.shape, axis: axis)
        }
        let places = try mask.placesOfTruth()
        parts.append(Part(axis: axis, axes: mask.rank, index: .places(places, shape: [places.count])))
        axis += mask.rank
      } else {
        parts.append(Part(axis: axis, axes: 1, index: try IndexedAxis(axis, of: tensor).resolve(index)))
        axis += 1
      }
    }
    return parts
  }

  /// A mask of several axes, or nested lists of bools; nil for every other index.
  private static func wideMask(_ index: Value) throws -> Tensor? {
    if let tensor = index.asTensor { return tensor.isMask && tensor.rank > 1 ? tensor : nil }
    guard var item = index.asList?.items.first, item.asList != nil else { return nil }
    while let first = item.asList?.items.first { item = first }
    guard item.asBool != nil, let tensor = try Tensor(nested: index), tensor.isMask else { return nil }
    return tensor
  }

  /// Distances of the places from place 0 of all its axes, in elements of the storage.
  func offsets(in tensor: Tensor) throws -> (shape: [Int], offsets: [Int]) {
    let places = try index.list()
    let shape = if case .places(_, let shape) = index { shape } else { [places.count] }
    let (sizes, strides) = (tensor.shape[axis..<axis + axes], tensor.strides[axis..<axis + axes])
    let step = strides.last ?? 1
    let isEven = zip(zip(strides, strides.dropFirst()), sizes.dropFirst()).allSatisfy { $0.0 == $0.1 * $1 }
    if isEven { return (shape, step == 1 ? places : places.map { $0 * step }) }
    return (
      shape,
      places.map { place in
        var (rest, offset) = (place, 0)
        for (size, stride) in zip(sizes, strides).reversed() {
          offset += rest % size * stride
          rest /= size
        }
        return offset
      }
    )
  }

  package func labels(in tensor: Tensor) -> Labels? {
    guard axes == 1, case .places(let places, let shape) = index, shape.count == 1 else { return nil }
    return tensor.labels(ofAxis: axis)?.gathered(places)
  }
}
