// Values as keys: what groups, joins and `unique` look up. Equal values are one key: numbers by value (0 and -0 are one, every nan is
// one), texts by code points, lists, ranges and columns by their elements, records whatever the order of their keys. `1`, `true` and
// `"1"` are three keys.
//
// Each value is written as bytes that are the same exactly for equal values. Values that cannot be written (functions, models,
// figures) are compared one by one.

import Lang
import OrderedCollections

/// Numbers keys in the order in which they are first seen: 0, 1, 2, …
package struct KeyIndex {
  /// How many different keys there are.
  package private(set) var count = 0
  private var numbers: [UInt64: Int] = [:]
  private var others: [[UInt8]: Int] = [:]
  private var writer = KeyWriter()

  package init() {}

  /// The number of a key, which is `count` as it was before when the key is new. Throws `outOfMemory` and `interrupted`.
  package mutating func number(of key: Value) throws -> Int {
    if let known = try known(key) { return known }
    if let number = key.asNumber {
      numbers[KeyWriter.bits(of: number)] = count
    } else {
      others[try writer.bytes(of: key)] = count
    }
    count += 1
    return count - 1
  }

  /// The number of a key that has been seen, else nil.
  package mutating func known(_ key: Value) throws -> Int? {
    if let number = key.asNumber { return numbers[KeyWriter.bits(of: number)] }
    return others[try writer.bytes(of: key)]
  }
}

/// Writes values as bytes, on a stack of its own.
private struct KeyWriter {
  private enum Tag: UInt8 { case missing, no, yes, number, text, list, record, tensor, table, object }

  private var objects: [Object] = []
  private var bytes: [UInt8] = []
  /// Bytes that the keys have taken in all, and how many of them the budget has been asked for.
  private var written = 0
  private var checked = 1 << 20

  /// -0 is 0, and one nan is as good as another.
  static func bits(of number: Double) -> UInt64 {
    number == 0 ? 0 : number.isNaN ? Double.nan.bitPattern : number.bitPattern
  }

  mutating func bytes(of value: Value) throws -> [UInt8] {
    bytes = []
    try append(value)
    return bytes
  }

  private mutating func append(_ value: Value) throws {
    var levels: [(values: ContiguousArray<Value>, next: Int)] = [([value], 0)]
    var steps = 0
    while let (values, next) = levels.last {
      guard next < values.count else {
        levels.removeLast()
        continue
      }
      levels[levels.count - 1].next += 1
      steps += 1
      if steps & 0xFFF == 0 { try checkInterrupt() }
      if let inner = try open(values[next]) { levels.append((inner, 0)) }
    }
  }

  /// Writes a value, or the head of a container, whose elements it returns.
  private mutating func open(_ value: Value) throws -> ContiguousArray<Value>? {
    switch value {
    case .nil, .unbound: try append(.missing)
    case .bool(let bool): try append(bool ? .yes : .no)
    case .number(let number):
      try append(.number)
      try append(Self.bits(of: number))
    case .object(let object):
      if let text = value.asString {
        try append(.text)
        try append(text)
      } else if value.asList != nil || value.asRange != nil {
        let items = try elements(of: value)
        try append(.list)
        try append(UInt64(items.count))
        return items
      } else if let record = value.asRecord {
        let entries = record.entries.sorted { $0.key.name.utf8.lexicographicallyPrecedes($1.key.name.utf8) }
        try append(.record)
        try append(UInt64(entries.count))
        for (key, _) in entries { try append(key.name) }
        return ContiguousArray(entries.map(\.value))
      } else if let table = value.asTable {
        try append(.table)
        try append(UInt64(table.columns.count))
        for key in table.columns.keys { try append(key.name) }
        return ContiguousArray(table.columns.values.map { .list($0) })
      } else if let tensor = value.asTensor {
        try append(.tensor)
        try append(UInt64(tensor.rank))
        for size in tensor.shape { try append(UInt64(size)) }
        for element in try tensor.elements() { try append(Self.bits(of: Double(element))) }
      } else {
        try append(.object)
        try append(UInt64(place(of: object)))
      }
    }
    return nil
  }

  private mutating func place(of object: Object) -> Int {
    if let known = objects.firstIndex(where: { $0 === object || $0.isEqual(to: object) }) { return known }
    objects.append(object)
    return objects.count - 1
  }

  private mutating func append(_ tag: Tag) throws {
    bytes.append(tag.rawValue)
    try count(1)
  }

  private mutating func append(_ number: UInt64) throws {
    withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) }
    try count(8)
  }

  private mutating func append(_ text: String) throws {
    try append(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
    try count(text.utf8.count)
  }

  /// Asks the budget whenever the bytes have doubled: a small list whose parts are shared can have more elements than there is
  /// memory.
  private mutating func count(_ more: Int) throws {
    written += more
    guard written > checked else { return }
    try checkInterrupt()
    try checkListFits(2 * written, bytesEach: 1)
    checked = 2 * written
  }
}
