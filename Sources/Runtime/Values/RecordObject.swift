// `{name: 1, "other key": 2}`: insertion ordered, keys are strings.

import Lang
import OrderedCollections

package class RecordObject: Object {
  package final var entries: OrderedDictionary<Symbol, Value>

  package init(_ entries: OrderedDictionary<Symbol, Value>) {
    self.entries = entries
    super.init(kind: .record)
  }

  /// `{}`.
  package convenience override init() { self.init(OrderedDictionary()) }

  /// A record from Swift.
  package convenience init(_ pairs: KeyValuePairs<String, Value>) {
    var entries: OrderedDictionary<Symbol, Value> = [:]
    for (name, value) in pairs { entries[Symbol(interning: name)] = value }
    self.init(entries)
  }

  deinit {
    var values = ContiguousArray(entries.values)
    entries.removeAll()
    DeferredRelease.take(&values)
  }

  package final subscript(name: String) -> Value? {
    get { entries[Symbol(name)] }
    set { entries[Symbol(name)] = newValue }
  }

  /// The value of a key. The same key is mostly found among the first few by its bits, without counting a reference on the way.
  @inline(__always)
  final func value(of symbol: UnsafePointer<Symbol>) -> Value? {
    let wanted = UnsafeRawPointer(symbol).load(as: UInt64.self)
    let place = entries.keys.withContiguousStorageIfAvailable { keys -> Int? in
      guard let first = keys.baseAddress else { return nil }
      let words = UnsafeRawPointer(first).assumingMemoryBound(to: UInt64.self)
      for place in 0..<min(keys.count, 12) where words[place] == wanted { return place }
      return nil
    }
    if let place, let place { return entries.values[place] }
    return entries[symbol.pointee]
  }

  /// Sets the value of a key, which the record may not have yet.
  @inline(__always)
  final func set(_ symbol: Symbol, to value: consuming Value) {
    // `entries.values[place] = value` would move the whole dictionary out and back.
    entries.updateValue(value, forKey: symbol)
  }

  package final override var typeName: String { "record" }
  package final override var count: Int? { entries.count }
  package final override var fieldNames: [String] { entries.keys.map(\.name) }
  package final override func field(_ name: String) throws -> Value? { self[name] }
  package final override func iterated(_ index: Int) throws -> Value { .string(entries.keys[index].name) }
  package final override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  package final override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  package override func copyForWriting() -> Object? { RecordObject(entries) }
  package final override var byteCount: Int { entries.count * 32 }
}

/// What `catch e` gives: a record that remembers the error it tells of, so that `error(e)` raises it with its place and its calls.
package final class ErrorRecord: RecordObject {
  package let fault: Fault

  private init(_ fault: Fault, _ entries: OrderedDictionary<Symbol, Value>) {
    self.fault = fault
    super.init(entries)
  }

  package override func copyForWriting() -> Object? { ErrorRecord(fault, entries) }

  convenience init(_ fault: Fault) {
    let entries: OrderedDictionary<Symbol, Value> = [
      Symbol(interning: "message"): .string(fault.message), Symbol(interning: "code"): .string(fault.codeText),
      Symbol(interning: "line"): fault.place.map { .number($0.line) } ?? .nil,
      Symbol(interning: "help"): fault.help.map(Value.string) ?? .nil,
    ]
    self.init(fault, entries)
  }
}
