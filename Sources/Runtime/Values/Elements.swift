// `x[i]`, `x[a:b]`, `x[list]`, `x[mask]` for lists, texts, records and ranges. (Tensors and tables: their own files.)

import Lang

extension ListObject {
  /// The element at a whole number from 0 on; nil for anything else, which the slower way reports or resolves.
  @inline(__always)
  func element(at number: Double) -> Value? {
    guard number >= 0, number < Double(items.count) else { return nil }
    let index = Int(number)
    return Double(index) == number ? items[index] : nil
  }

  func selection(_ indices: [Value]) throws -> Value {
    guard indices.count == 1, let index = indices.first else {
      throw Fault.badShape("a list has one axis, got \(indices.count) indices", help: "index step by step: xs[i][j]")
    }
    if case .number(let number) = index { return items[try position(of: number)] }
    let selected = try IndexedAxis(.list, size: items.count).resolve(index)
    if case .one(let position) = selected { return items[position] }
    return .object(ListObject(try selected.list().mapInBlocks { items[$0] }, isColumn: isColumn))
  }

  func assign(_ indices: [Value], _ value: Value) throws {
    guard indices.count == 1, let index = indices.first else {
      throw Fault.badShape("a list has one axis, got \(indices.count) indices")
    }
    if case .number(let number) = index {
      let position = try position(of: number)
      try items.makeOwn()
      items[position] = value
      return
    }
    let selected = try IndexedAxis(.list, size: items.count).resolve(index)
    try items.makeOwn()
    if case .one(let position) = selected {
      items[position] = value
      return
    }
    let positions = try selected.list()
    let isCollection = value.asList != nil || value.asRange != nil || value.asTensor != nil
    guard isCollection, let found = value.asObject?.count, found == positions.count else {
      let got = isCollection ? "\(value.typePhrase) of \(value.asObject?.count ?? 1)" : value.typePhrase
      throw Fault.badShape("\(positions.count) elements are selected; assign a list of as many, got \(got)")
    }
    let values = try elements(of: value)
    try inBlocks(positions.count) { block in
      for offset in block { items[positions[offset]] = values[offset] }
    }
  }
}

extension StringObject {
  /// Code points as strings.
  func selection(_ indices: [Value]) throws -> Value {
    guard indices.count == 1, let index = indices.first else { throw Fault.badShape("a string has one axis") }
    if case .number(let number) = index {
      let wanted = try wholeNumber(number, what: "a string's index")
      let size = self.count ?? 0
      let position = wanted < 0 ? wanted + size : wanted
      guard position >= 0, position < size else { throw Fault.indexOutOfRange(wanted, size: size, of: "the string") }
      return try codePoints(from: position, count: 1)
    }
    guard case .object(let object) = index, object.kind == .slice else { throw Fault.badIndex(index, of: "a string") }
    let size = self.count ?? 0
    let (first, count, step) = unsafeDowncast(object, to: SliceObject.self).resolved(size: size)
    if step == 1 { return try codePoints(from: first, count: count) }
    try checkListFits(size, bytesEach: MemoryLayout<Unicode.Scalar>.stride)
    var all: ContiguousArray<Unicode.Scalar> = []
    all.reserveCapacity(size)
    for scalar in text.unicodeScalars {
      if all.count & 0xFFFF == 0xFFFF { try checkInterrupt() }
      all.append(scalar)
    }
    var view = String.UnicodeScalarView()
    try inBlocks(count) { block in
      for place in block { view.append(all[first + place * step]) }
    }
    return .string(String(view))
  }

  /// `count` code points from the one at `first` on, which lie in the text.
  private func codePoints(from first: Int, count: Int) throws -> Value {
    try withBytes { bytes in
      let start = try Self.offset(of: first, in: bytes[...])
      let end = try Self.offset(of: count, in: bytes[start...])
      return .object(StringObject(utf8: UnsafeBufferPointer(rebasing: bytes[start..<end])))
    }
  }

  /// Where code point `index` of some UTF-8 begins, or its end. Throws `interrupted`.
  private static func offset(of index: Int, in bytes: Slice<UnsafeBufferPointer<UInt8>>) throws -> Int {
    var (at, left) = (bytes.startIndex, index)
    while left > 0, at < bytes.endIndex {
      if left & 0xFFFF == 0 { try checkInterrupt() }
      at += 1
      // The bytes 10xxxxxx go on with a code point.
      while at < bytes.endIndex, bytes[at] & 0xC0 == 0x80 { at += 1 }
      left -= 1
    }
    return at
  }
}

extension RecordObject {
  func selection(_ indices: [Value]) throws -> Value {
    guard indices.count == 1, let key = indices[0].asString else {
      throw Fault.badIndex(indices.first ?? .nil, of: "a record")
    }
    guard let value = self[key] else { throw Fault.unknownKey(key, among: entries.keys.lazy.map(\.name)) }
    return value
  }

  func assign(_ indices: [Value], _ value: Value) throws {
    guard indices.count == 1, let key = indices[0].asString else {
      throw Fault.badIndex(indices.first ?? .nil, of: "a record")
    }
    self[key] = value
  }
}

extension RangeObject {
  func selection(_ indices: [Value]) throws -> Value {
    let size = count ?? 0
    if indices.count == 1, case .number(let number) = indices[0] {
      let wanted = try wholeNumber(number, what: "a range's index")
      let position = wanted < 0 ? wanted + size : wanted
      guard position >= 0, position < size else { throw Fault.indexOutOfRange(wanted, size: size, of: "the range") }
      return .number(start + position)
    }
    if indices.count == 1, case .object(let object) = indices[0], object.kind == .slice {
      // A slice of a long range must not write the range out.
      let (first, count, step) = unsafeDowncast(object, to: SliceObject.self).resolved(size: size)
      if step == 1 { return .object(RangeObject(start + first, start + first + count)) }
      try checkListFits(count)
      return .list(try (0..<count).mapInBlocks { .number(start + first + $0 * step) })
    }
    guard indices.count == 1 else { throw Fault.badShape("a range has one axis, got \(indices.count) indices") }
    let selected = try IndexedAxis(.range, size: size).resolve(indices[0])
    if case .one(let position) = selected { return .number(start + position) }
    let positions = try selected.list()
    try checkListFits(positions.count)
    return .list(try positions.mapInBlocks { .number(start + $0) })
  }
}
