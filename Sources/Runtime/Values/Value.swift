// What every register, list element and field of a running program holds. 16 bytes: numbers and bools are stored in
// place, everything else is a reference to an `Object` that is shared until one of its holders changes it.

import Lang

public enum Value {
  /// A name that has no value yet; never seen by a program.
  case unbound
  case `nil`
  case bool(Bool)
  case number(Double)
  case object(Object)

  // Shorthands that keep call sites readable. Inlinable, so that other rooms get code for their own element types.

  @usableFromInline package static func string(_ text: String) -> Value { .object(StringObject(text)) }
  @inlinable package static func list(_ items: some Sequence<Value>) -> Value {
    .object(ListObject(ContiguousArray(items)))
  }
  package static func column(_ cells: ContiguousArray<Value>) -> Value { .object(ListObject(cells, isColumn: true)) }
  @inlinable package static func strings(_ items: some Sequence<String>) -> Value { list(items.map(Value.string)) }
  @inlinable package static func numbers(_ items: some Sequence<Int>) -> Value {
    list(items.map { .number(Double($0)) })
  }
  package static func tensor(_ tensor: Tensor) -> Value { .object(TensorObject(tensor)) }
  package static func number(_ value: Int) -> Value { .number(Double(value)) }

  /// The type as `type(x)` and error messages name it.
  package var typeName: String {
    switch self {
    case .unbound, .nil: "nil"
    case .bool: "bool"
    case .number: "number"
    case .object(let object): object.typeName
    }
  }

  /// The type with its article, for error messages: "a list", "an `x`".
  package var typePhrase: String {
    switch self {
    case .unbound, .nil: "nil"
    case .object(let object): object.typePhrase
    default: "a " + typeName
    }
  }

  package var isNil: Bool { if case .nil = self { true } else { false } }
  package var asNumber: Double? { if case .number(let number) = self { number } else { nil } }
  package var asBool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  package var asObject: Object? { if case .object(let object) = self { object } else { nil } }
  package var asString: String? { asStringObject?.text }
  package var asStringObject: StringObject? { asCore(StringObject.self, .string) }
  package var asList: ListObject? { asCore(ListObject.self, .list) }
  package var isColumn: Bool { asList?.isColumn ?? false }
  package var asRecord: RecordObject? { asCore(RecordObject.self, .record) }
  package var asTensor: Tensor? { asCore(TensorObject.self, .tensor)?.tensor }
  package var asTable: TableObject? { asCore(TableObject.self, .table) }
  package var asRange: RangeObject? { asCore(RangeObject.self, .range) }

  /// `kind` decides, so that the cast needs no search through the class's ancestors.
  @inline(__always)
  private func asCore<T: Object>(_: T.Type, _ kind: Object.Kind) -> T? {
    guard case .object(let object) = self, object.kind == kind else { return nil }
    return unsafeDowncast(object, to: T.self)
  }
}
