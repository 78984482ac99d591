// `x[i, a:b:step, list, mask, "token"]`: what each index selects on its axis, and the view (or copy) that comes of it.

import Lang

/// What an index expression selects: places of each axis, with at most one list among them.
struct Selection {
  enum Part {
    /// One place; the axis goes away.
    case one(Int)
    case slice(first: Int, count: Int, step: Int)
    /// Places in any order. Reading copies them.
    case list([Int])
  }

  var parts: [Part] = []
  /// Places in the row-major order of the whole tensor, for a mask of the tensor's own shape.
  var elements: [Int]?

  init(_ indices: [Value], of tensor: Tensor) throws {
    if indices.count == 1, let mask = indices[0].asTensor, mask.rank > 1 {
      guard mask.shape == tensor.shape else { throw Fault.maskShape(mask.shape, shape: tensor.shape, axis: 0) }
      elements = try Selection.places(in: mask)
      return
    }
    if indices.count > 1, tensor.labels != nil, tensor.rank < 2 || tensor.labels(ofAxis: 1) == nil {
      let texts = indices.compactMap(\.asString)
      if texts.count == indices.count { throw Fault.severalTokens(texts, shape: tensor.shape) }
    }
    guard indices.count <= tensor.rank else { throw Fault.tooManyIndices(indices.count, shape: tensor.shape) }
    var lists = 0
    for (axis, index) in indices.enumerated() {
      let part = try Selection.part(index, axis: axis, of: tensor)
      if case .list = part { lists += 1 }
      parts.append(part)
    }
    if lists > 1 { throw Fault.severalIndexLists() }
  }

  private static func part(_ index: Value, axis: Int, of tensor: Tensor) throws -> Part {
    let size = tensor.shape[axis]
    if let number = index.asNumber { return .one(try place(number, axis: axis, of: tensor)) }
    if let text = index.asString { return .one(try row(of: text, axis: axis, in: tensor)) }
    if let mask = index.asTensor {
      guard mask.rank == 1 else { throw Fault.maskShape(mask.shape, shape: tensor.shape, axis: axis) }
      guard mask.count == size else { throw Fault.maskLength(mask.count, shape: tensor.shape, axis: axis) }
      return .list(try places(in: mask))
    }
    if let list = index.asList { return .list(try places(of: list.items, axis: axis, of: tensor)) }
    if let range = index.asRange { return try places(of: range, axis: axis, of: tensor) }
    guard let object = index.asObject, let slice = object as? SliceObject else { throw Fault.badTensorIndex(index) }
    let (first, count, step) = slice.resolved(size: size)
    return .slice(first: first, count: count, step: step)
  }

  /// A number as a place of `axis`; negative ones count from the end.
  private static func place(_ number: Double, axis: Int, of tensor: Tensor) throws -> Int {
    let index = try wholeNumber(number, what: "an index")
    let size = tensor.shape[axis]
    guard index >= -size, index < size else {
      throw Fault.axisIndexOutOfRange(index, shape: tensor.shape, axis: axis)
    }
    return index < 0 ? index + size : index
  }

  private static func places(of range: RangeObject, axis: Int, of tensor: Tensor) throws -> Part {
    guard range.end > range.start else { return .slice(first: 0, count: 0, step: 1) }
    let first = try place(Double(range.start), axis: axis, of: tensor)
    _ = try place(Double(range.end - 1), axis: axis, of: tensor)
    let count = range.end - range.start
    if range.start < 0, range.end > 0 {
      return .list((range.start..<range.end).map { $0 < 0 ? $0 + tensor.shape[axis] : $0 })
    }
    return .slice(first: first, count: count, step: 1)
  }

  private static func places(of items: ContiguousArray<Value>, axis: Int, of tensor: Tensor) throws -> [Int] {
    guard let first = items.first else { return [] }
    if first.asBool != nil {
      guard items.count == tensor.shape[axis] else {
        throw Fault.maskLength(items.count, shape: tensor.shape, axis: axis)
      }
      return try items.enumerated().compactMap { index, item in
        guard let isChosen = item.asBool else { throw Fault.mixedIndexList() }
        return isChosen ? index : nil
      }
    }
    if first.asString != nil {
      let texts = try items.map { item in
        guard let text = item.asString else { throw Fault.mixedIndexList() }
        return text
      }
      return try rows(of: texts, axis: axis, in: tensor)
    }
    return try items.map { item in
      guard let number = item.asNumber else {
        throw item.asObject == nil || item.asString != nil ? Fault.mixedIndexList() : Fault.badTensorIndex(item)
      }
      return try place(number, axis: axis, of: tensor)
    }
  }

  /// Where a 0/1 tensor holds 1.
  private static func places(in mask: Tensor) throws -> [Int] {
    try mask.withElements { elements in
      var places: [Int] = []
      for (index, element) in elements.enumerated() where element != 0 {
        guard element == 1 else { throw Fault.notAMask(element) }
        places.append(index)
      }
      return places
    }
  }

  // MARK: Labels

  private static func row(of text: String, axis: Int, in tensor: Tensor) throws -> Int {
    guard let labels = tensor.labels(ofAxis: axis) else { throw Fault.noLabels(text, shape: tensor.shape, axis: axis) }
    let id = try labels.id(of: text)
    let size = tensor.shape[axis]
    guard let ids = labels.ids else {
      guard id < size else { throw Fault.tokenNotAmongRows(text, id: id, labels: labels, rows: size) }
      return id
    }
    return try onlyRow(ids.indices.filter { ids[$0] == id }, text: text, id: id, labels: labels, rows: size)
  }

  /// Rows of many tokens; the rows of a gathered tensor are put in order once, not searched for each token.
  private static func rows(of texts: [String], axis: Int, in tensor: Tensor) throws -> [Int] {
    guard texts.count > 1, let labels = tensor.labels(ofAxis: axis), let ids = labels.ids else {
      return try texts.map { try row(of: $0, axis: axis, in: tensor) }
    }
    let rowsById = Dictionary(grouping: ids.indices) { ids[$0] }
    return try texts.map { text in
      let id = try labels.id(of: text)
      let found = rowsById[Int32(truncatingIfNeeded: id)] ?? []
      return try onlyRow(found, text: text, id: id, labels: labels, rows: tensor.shape[axis])
    }
  }

  private static func onlyRow(_ found: [Int], text: String, id: Int, labels: Labels, rows: Int) throws -> Int {
    guard let row = found.first else { throw Fault.tokenNotAmongRows(text, id: id, labels: labels, rows: rows) }
    guard found.count == 1 else { throw Fault.tokenInSeveralRows(text, rows: found) }
    return row
  }

  // MARK: Views

  /// The selected view of `tensor`, and the axis of it on which a list still has to be taken.
  func view(of tensor: Tensor) -> (view: Tensor, axis: Int, list: [Int]?) {
    var view = tensor
    var axis = 0
    var listAxis = 0
    var list: [Int]?
    for part in parts {
      switch part {
      case .one(let index): view = view.selected(axis: axis, index: index)
      case .slice(let first, let count, let step):
        view = view.sliced(axis: axis, first: first, count: count, step: step)
        axis += 1
      case .list(let places):
        (list, listAxis) = (places, axis)
        axis += 1
      }
    }
    return (view, listAxis, list)
  }
}

extension Tensor {
  /// `self[indices]`: a number when every axis has one place, else a view, or a copy where a list or a mask selects.
  public func element(at indices: [Value]) throws -> Value {
    let selection = try Selection(indices, of: self)
    if let places = selection.elements {
      return .tensor(
        try withElements { elements in
          try Tensor(shape: [places.count]) { target in
            for (slot, place) in places.enumerated() { target[slot] = elements[place] }
          }
        })
    }
    let (view, axis, list) = selection.view(of: self)
    if let list { return .tensor(try view.gathered(axis: axis, list)) }
    if view.rank == 0, rank > 0 { return .number(Double(try view.base()[0])) }
    return .tensor(view)
  }

  /// `self[selection] = source`, which broadcasts to the selection.
  mutating func assign(_ source: Tensor, to selection: Selection) throws {
    try makeWritable()
    if let places = selection.elements {
      guard source.count == 1 || source.shape == [places.count] else {
        throw Fault.cannotAssign(source.shape, to: [places.count])
      }
      // The tensor is row-major only by chance; `place` counts in row-major order.
      let (target, shape, strides) = (try base(), shape, strides)
      try source.withElements { elements in
        for (slot, place) in places.enumerated() {
          var rest = place
          var at = 0
          for axis in shape.indices.reversed() {
            at += rest % shape[axis] * strides[axis]
            rest /= shape[axis]
          }
          target[at] = elements[elements.count == 1 ? 0 : slot]
        }
      }
      return
    }
    let (view, axis, list) = selection.view(of: self)
    var shape = view.shape
    if let list { shape[axis] = list.count }
    guard let sourceStrides = source.broadcastStrides(to: shape) else {
      throw Fault.cannotAssign(source.shape, to: shape)
    }
    let spread = Tensor(storage: source.storage, offset: source.offset, shape: shape, strides: sourceStrides)
    let target = try view.base()
    guard let list else { return try spread.copyElements(to: target, targetStrides: view.strides) }
    var restStrides = view.strides
    restStrides.remove(at: axis)
    for (slot, place) in list.enumerated() {
      try spread.selected(axis: axis, index: slot)
        .copyElements(to: target + place * view.strides[axis], targetStrides: restStrides)
    }
  }

  /// What may be assigned to elements: a number, a tensor, or a nested list of numbers.
  static func assignable(_ value: Value) throws -> Tensor {
    if let number = value.asNumber { return try Tensor(scalar: number) }
    if let tensor = value.asTensor { return tensor }
    if value.asList != nil, let tensor = try Tensor(nested: value) { return tensor }
    throw Fault.cannotAssign(value)
  }

  /// Gives the tensor a storage of its own, unless it has one that nobody else holds.
  mutating func makeWritable() throws {
    let overlaps = zip(shape, strides).contains { $0 > 1 && $1 == 0 }
    if storage.isWritable, !overlaps, isKnownUniquelyReferenced(&storage) { return }
    self = try Tensor(shape: shape, axisLabels: axisLabels) { target in try copyElements(to: target) }
  }
}
