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

  public static func string(_ text: String) -> Value { .object(StringObject(text)) }
  @inlinable public static func list(_ items: some Sequence<Value>) -> Value {
    .object(ListObject(ContiguousArray(items)))
  }
  public static func column(_ cells: ContiguousArray<Value>) -> Value { .object(ListObject(cells, isColumn: true)) }
  @inlinable public static func strings(_ items: some Sequence<String>) -> Value { list(items.map(Value.string)) }
  @inlinable public static func numbers(_ items: some Sequence<Int>) -> Value {
    list(items.map { .number(Double($0)) })
  }
  public static func tensor(_ tensor: Tensor) -> Value { .object(TensorObject(tensor)) }
  public static func number(_ value: Int) -> Value { .number(Double(value)) }

  /// The type as `type(x)` and error messages name it.
  public var typeName: String {
    switch self {
    case .unbound, .nil: "nil"
    case .bool: "bool"
    case .number: "number"
    case .object(let object): object.typeName
    }
  }

  /// The type with its article, for error messages: "a list", "an `x`".
  public var typePhrase: String {
    switch self {
    case .unbound, .nil: "nil"
    case .object(let object): object.typePhrase
    default: "a " + typeName
    }
  }

  public var isNil: Bool { if case .nil = self { true } else { false } }
  public var asNumber: Double? { if case .number(let number) = self { number } else { nil } }
  public var asBool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  public var asObject: Object? { if case .object(let object) = self { object } else { nil } }
  public var asString: String? { asStringObject?.text }
  public var asStringObject: StringObject? { asCore(StringObject.self, .string) }
  public var asList: ListObject? { asCore(ListObject.self, .list) }
  public var isColumn: Bool { asList?.isColumn ?? false }
  public var asRecord: RecordObject? { asCore(RecordObject.self, .record) }
  public var asTensor: Tensor? { asCore(TensorObject.self, .tensor)?.tensor }
  public var asTable: TableObject? { asCore(TableObject.self, .table) }
  public var asRange: RangeObject? { asCore(RangeObject.self, .range) }

  /// `kind` decides, so that the cast needs no search through the class's ancestors.
  @inline(__always)
  private func asCore<T: Object>(_: T.Type, _ kind: Object.Kind) -> T? {
    guard case .object(let object) = self, object.kind == kind else { return nil }
    return unsafeDowncast(object, to: T.self)
  }
}
