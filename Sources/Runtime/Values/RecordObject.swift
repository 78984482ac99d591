// `{name: 1, "other key": 2}`: insertion ordered, keys are strings.

import Lang
import OrderedCollections

/// A record's key. Interned, so that look-up compares and hashes one integer and a field access of compiled code carries it ready made.
public struct Symbol: Hashable {
  public let id: Int32

  nonisolated(unsafe) private static var ids: [CodePoints: Int32] = [:]
  nonisolated(unsafe) private static var names: ContiguousArray<String> = []

  /// String keyed by code points.
  private struct CodePoints: Hashable {
    let text: String
    static func == (a: CodePoints, b: CodePoints) -> Bool { a.text.isIdentical(to: b.text) }
    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  public init(_ name: String) {
    let key = CodePoints(text: name)
    if let known = Self.ids[key] {
      id = known
      return
    }
    id = Int32(Self.names.count)
    Self.names.append(name)
    Self.ids[key] = id
  }

  public var name: String { Self.names[Int(id)] }
}

public class RecordObject: Object {
  public final var entries: OrderedDictionary<Symbol, Value>

  public init(_ entries: OrderedDictionary<Symbol, Value>) {
    self.entries = entries
    super.init(kind: .record)
  }

  /// `{}`.
  public convenience override init() { self.init(OrderedDictionary()) }

  /// A record from Swift.
  public convenience init(_ pairs: KeyValuePairs<String, Value>) {
    var entries: OrderedDictionary<Symbol, Value> = [:]
    for (name, value) in pairs { entries[Symbol(name)] = value }
    self.init(entries)
  }

  deinit {
    var values = ContiguousArray(entries.values)
    entries.removeAll()
    DeferredRelease.take(&values)
  }

  public final subscript(name: String) -> Value? {
    get { entries[Symbol(name)] }
    set { entries[Symbol(name)] = newValue }
  }

  public final override var typeName: String { "record" }
  public final override var count: Int? { entries.count }
  public final override var fieldNames: [String] { entries.keys.map(\.name) }
  public final override func field(_ name: String) throws -> Value? { self[name] }
  public final override func iterated(_ index: Int) throws -> Value { .string(entries.keys[index].name) }
  public final override func element(at indices: [Value]) throws -> Value { try selection(indices) }
  public final override func setElement(at indices: [Value], to value: Value) throws { try assign(indices, value) }
  public override func copyForWriting() -> Object? { RecordObject(entries) }
  public final override var byteCount: Int { entries.count * 32 }
}

/// What `catch e` gives: a record that remembers the error it tells of, so that `error(e)` raises it with its place and its calls.
public final class ErrorRecord: RecordObject {
  public let fault: Fault

  private init(_ fault: Fault, _ entries: OrderedDictionary<Symbol, Value>) {
    self.fault = fault
    super.init(entries)
  }

  public override func copyForWriting() -> Object? { ErrorRecord(fault, entries) }

  convenience init(_ fault: Fault) {
    let entries: OrderedDictionary<Symbol, Value> = [
      Symbol("message"): .string(fault.message), Symbol("code"): .string(fault.codeText),
      Symbol("line"): fault.place.map { .number($0.line) } ?? .nil,
      Symbol("help"): fault.help.map(Value.string) ?? .nil,
    ]
    self.init(fault, entries)
  }
}
