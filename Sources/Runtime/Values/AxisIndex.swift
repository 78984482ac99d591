// What an index means on one axis. Lists, ranges, tables and the axes of tensors all ask here, so that an index has one meaning
// everywhere: a number is a place, a list, range or tensor of whole numbers is places, a mask or a list of bools selects, a text is
// the place that has this name.

import Lang

/// The places of one axis that an index selects.
enum AxisIndex {
  /// One place; the axis goes away.
  case one(Int)
  /// `a:b:step`, clipped.
  case slice(first: Int, count: Int, step: Int)
  /// The places of a range that lie behind each other: a list of them that need not be written out.
  case run(first: Int, count: Int)
  /// Places in any order, in an array of the given shape.
  case places([Int], shape: [Int])

  /// The places one by one, in order, after the memory budget has been asked.
  func list() throws -> [Int] {
    switch self {
    case .one(let place): return [place]
    case .places(let places, _): return places
    case .slice(let first, let count, let step):
      try checkListFits(count, bytesEach: MemoryLayout<Int>.stride)
      return try (0..<count).mapInBlocks { first + $0 * step }
    case .run(let first, let count):
      try checkListFits(count, bytesEach: MemoryLayout<Int>.stride)
      return try (first..<first + count).mapInBlocks { $0 }
    }
  }
}

/// An axis that is indexed.
struct IndexedAxis {
  /// Whose axis it is, for names of places and for the wording of errors.
  enum Owner {
    case list, range, table
    case tensor(Tensor, axis: Int)
  }

  let owner: Owner
  let size: Int

  init(_ owner: Owner, size: Int) {
    self.owner = owner
    self.size = size
  }

  init(_ axis: Int, of tensor: Tensor) {
    self.init(.tensor(tensor, axis: axis), size: tensor.shape[axis])
  }

  /// What `index` selects. Throws `indexOutOfRange`, `notWhole`, or what says that an index does not fit this axis. A mask has one
  /// axis here: `Selection` knows those of several. O(places), or O(size) for a mask.
  func resolve(_ index: Value) throws -> AxisIndex {
    if let number = index.asNumber { return .one(try place(number)) }
    if let text = index.asString { return .one(try place(of: text, index)) }
    if let tensor = index.asTensor { return try resolve(tensor, index) }
    if let list = index.asList { return try resolve(list.items, index) }
    if let range = index.asRange { return try resolve(range) }
    guard let slice = index.asObject as? SliceObject else { throw Fault.badIndex(index, of: self) }
    let (first, count, step) = slice.resolved(size: size)
    return .slice(first: first, count: count, step: step)
  }

  /// A number as a place; negative ones count from the end.
  func place(_ number: Double) throws -> Int {
    let index = try wholeNumber(number, what: whatIsIndexed)
    guard index >= -size, index < size else { throw Fault.outOfRange(index, self) }
    return index < 0 ? index + size : index
  }

  private var whatIsIndexed: String {
    switch owner {
    case .list: "a list's index"
    case .range: "a range's index"
    case .table: "a row"
    case .tensor: "an index"
    }
  }

  private func resolve(_ range: RangeObject) throws -> AxisIndex {
    guard range.end > range.start else { return .run(first: 0, count: 0) }
    // The ends first: the range may be too long to be written out.
    let first = try place(Double(range.start))
    _ = try place(Double(range.end - 1))
    if range.start < 0, range.end > 0 {
      let places: [Int] = try (range.start..<range.end).mapInBlocks { $0 < 0 ? $0 + size : $0 }
      return .places(places, shape: [places.count])
    }
    return .run(first: first, count: range.end - range.start)
  }

  private func resolve(_ tensor: Tensor, _ index: Value) throws -> AxisIndex {
    if tensor.isMask {
      guard tensor.shape == [size] else { throw Fault.wrongMask(tensor.shape, for: self) }
      let places = try tensor.placesOfTruth()
      return .places(places, shape: [places.count])
    }
    guard isTensor || tensor.rank <= 1 else { throw Fault.badIndex(index, of: self) }
    return try tensor.withElements { elements in
      if tensor.rank == 0 { return .one(try place(Double(elements[0]))) }
      return .places(try elements.mapInBlocks { try place(Double($0)) }, shape: tensor.shape)
    }
  }

  private var isTensor: Bool { if case .tensor = owner { true } else { false } }

  private func resolve(_ items: ContiguousArray<Value>, _ index: Value) throws -> AxisIndex {
    guard let first = items.first else { return .places([], shape: [0]) }
    switch first {
    case .number: return .places(try items.mapInBlocks { try place(number(in: $0)) }, shape: [items.count])
    case .bool:
      let flags: [Bool] = try items.mapInBlocks { item in
        guard let flag = item.asBool else { throw Fault.mixedIndexList(self) }
        return flag
      }
      guard flags.count == size else { throw Fault.wrongMask([flags.count], for: self) }
      let places = try flags.indices.filterInBlocks { flags[$0] }
      return .places(places, shape: [places.count])
    case .object(let object) where object.kind == .string:
      let texts: [String] = try items.mapInBlocks { item in
        guard let text = item.asString else { throw Fault.mixedIndexList(self) }
        return text
      }
      return .places(try places(of: texts, index), shape: [items.count])
    case .object(let object) where isTensor && [.list, .range, .tensor].contains(object.kind):
      return try resolve(nested: items, index)
    default: throw Fault.badIndex(first, of: self)
    }
  }

  private func number(in item: Value) throws -> Double {
    if let number = item.asNumber { return number }
    throw item.asObject == nil || item.asString != nil ? Fault.mixedIndexList(self) : Fault.badIndex(item, of: self)
  }

  /// Lists of lists: the places in the array that they make. They stay in double, since float32 cannot count past 16 million.
  private func resolve(nested items: ContiguousArray<Value>, _ index: Value) throws -> AxisIndex {
    var shape = [items.count]
    var level = items
    while let size = level.first?.asObject?.count, level.first?.asString == nil {
      try checkListFits(level.count.multipliedReportingOverflow(by: size).overflow ? .max : level.count * size)
      var next: ContiguousArray<Value> = []
      for item in level {
        guard item.asString == nil, item.asObject?.count == size else { throw Fault.unevenIndexLists() }
        try iterate(item) { next.append($0) }
      }
      shape.append(size)
      level = next
      try checkInterrupt()
    }
    return .places(try level.mapInBlocks { try place(number(in: $0)) }, shape: shape)
  }

  // MARK: Names

  private func place(of text: String, _ index: Value) throws -> Int {
    guard case .tensor(let tensor, let axis) = owner else { throw Fault.badIndex(index, of: self) }
    return try tensor.place(of: text, axis: axis)
  }

  private func places(of texts: [String], _ index: Value) throws -> [Int] {
    guard case .tensor(let tensor, let axis) = owner else {
      throw Fault.badIndex(index.asList?.items.first ?? index, of: self)
    }
    return try tensor.places(of: texts, axis: axis)
  }
}

extension Tensor {
  /// Where a mask is true, in row-major order.
  func placesOfTruth() throws -> [Int] {
    try withElements { elements in
      let tiles = Tiles(elements.count, of: 1 << 18)
      var count = 0
      for tile in 0..<tiles.count {
        try checkInterrupt()
        for index in tiles[tile] where elements[index] != 0 { count += 1 }
      }
      try checkListFits(count, bytesEach: MemoryLayout<Int>.stride)
      var places: [Int] = []
      places.reserveCapacity(count)
      for tile in 0..<tiles.count {
        try checkInterrupt()
        for index in tiles[tile] where elements[index] != 0 { places.append(index) }
      }
      return places
    }
  }

  // MARK: Labels

  /// The place along `axis` that is named `text`.
  func place(of text: String, axis: Int) throws -> Int {
    guard let labels = labels(ofAxis: axis) else { throw Fault.noLabels(text, shape: shape, axis: axis) }
    let id = try labels.id(of: text)
    let size = shape[axis]
    guard let ids = labels.ids else {
      guard id < size else { throw Fault.tokenNotAmongRows(text, id: id, labels: labels, rows: size) }
      return id
    }
    return try onlyPlace(ids.indices.filterInBlocks { ids[$0] == id }, of: text, id: id, labels: labels, axis: axis)
  }

  /// The places of many names; those of a gathered tensor are put in order once, not searched for each name.
  func places(of texts: [String], axis: Int) throws -> [Int] {
    guard texts.count > 1, let labels = labels(ofAxis: axis), let ids = labels.ids else {
      return try texts.mapInBlocks { try place(of: $0, axis: axis) }
    }
    let placesById = Dictionary(grouping: ids.indices) { ids[$0] }
    return try texts.mapInBlocks { text in
      let id = try labels.id(of: text)
      let found = placesById[Int32(truncatingIfNeeded: id)] ?? []
      return try onlyPlace(found, of: text, id: id, labels: labels, axis: axis)
    }
  }

  private func onlyPlace(_ found: [Int], of text: String, id: Int, labels: Labels, axis: Int) throws -> Int {
    guard let place = found.first else {
      throw Fault.tokenNotAmongRows(text, id: id, labels: labels, rows: shape[axis])
    }
    guard found.count == 1 else { throw Fault.tokenInSeveralRows(text, rows: found) }
    return place
  }
}
