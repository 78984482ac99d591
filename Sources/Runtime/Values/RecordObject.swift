// `{name: 1, "other key": 2}`: insertion ordered, keys are strings.

import Lang

package class RecordObject: Object {
  package final var entries: RecordEntries

  package init(_ entries: RecordEntries) {
    self.entries = entries
    super.init(kind: .record)
  }

  /// `{}`.
  package convenience override init() { self.init(RecordEntries()) }

  /// A record from Swift.
  package convenience init(_ pairs: KeyValuePairs<String, Value>) {
    var entries: RecordEntries = [:]
    for (name, value) in pairs { entries[Symbol(interning: name)] = value }
    self.init(entries)
  }

  deinit {
    DeferredRelease.take(&entries.values)
  }

  package final subscript(name: String) -> Value? {
    get { entries[Symbol(name)] }
    set { entries[Symbol(name)] = newValue }
  }

  /// The value of a key of the program's text.
  @inline(__always)
  final func value(of symbol: UnsafePointer<Symbol>) -> Value? {
    if let place = entries.place(ofBits: symbol) { return entries.values[place] }
    return entries[symbol.pointee]
  }

  package final override var typeName: String { "record" }
  package final override var count: Int? { entries.count }
  package final override var fieldNames: [String] { entries.keys.map(\.name) }
  package final override func field(_ name: String) throws -> Value? { self[name] }
  package final override func iterated(_ index: Int) throws -> Value { .string(entries.keys[index].name) }
  package final override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  package final override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  package override func copyForWriting() throws -> Object? { RecordObject(try entries.own()) }
  package final override var byteCount: Int { entries.count * 32 }
}

/// What `catch e` gives: a record that remembers the error it tells of, so that `error(e)` raises it with its place and its calls.
package final class ErrorRecord: RecordObject {
  package let fault: Fault

  private init(_ fault: Fault, _ entries: RecordEntries) {
    self.fault = fault
    super.init(entries)
  }

  package override func copyForWriting() throws -> Object? { ErrorRecord(fault, try entries.own()) }

  convenience init(_ fault: Fault) {
    let entries: RecordEntries = [
      Symbol(interning: "message"): .string(fault.message), Symbol(interning: "code"): .string(fault.codeText),
      Symbol(interning: "line"): fault.place.map { .number($0.line) } ?? .nil,
      Symbol(interning: "help"): fault.help.map(Value.string) ?? .nil,
    ]
    self.init(fault, entries)
  }
}
