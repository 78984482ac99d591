// JSON as a value of the language, without a tree in between: null is nil, arrays are lists, objects are records.

import Lang
import Runtime

extension JSONReader {
  /// What an object, a list or a text of its own keeps beside its place in what holds it.
  private static let bytesOfObject = 64

  /// The next value. Throws what `value` throws, `outOfMemory` and `interrupted`.
  package mutating func languageValue() throws -> Value {
    // Arrays grow by doubling: each element keeps up to two places.
    try growth.add(2 * MemoryLayout<Value>.stride)
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try record())
    case UInt8(ascii: "["):
      try growth.add(Self.bytesOfObject)
      var items: ContiguousArray<Value> = []
      try array { items.append(try $0.languageValue()) }
      return .list(items)
    case UInt8(ascii: "\""):
      try stringIntoText()
      try growth.add(Self.bytesOfObject + text.count)
      return .object(text.withUnsafeBufferPointer { StringObject(utf8: $0) })
    default:
      switch try value() {
      case .bool(let bool): return .bool(bool)
      case .number(let number): return .number(number)
      default: return .nil
      }
    }
  }

  private mutating func record() throws -> RecordObject {
    try growth.add(2 * Self.bytesOfObject)
    var entries: RecordEntries = [:]
    try members { reader in
      let key = Symbol(reader.textAsString())
      guard entries[key] == nil else {
        throw reader.fault("the name \(Printer.quoted(key.name)) appears twice")
      }
      try reader.growth.add(Self.bytesOfObject)
      entries[key] = try reader.languageValue()
    }
    return RecordObject(entries)
  }
}
