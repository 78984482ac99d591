// The base of all values that are not numbers, bools or nil. The core kinds (string, list, tensor, …) are final classes of
// this room, recognised by `kind`; Ops adds others (model, head, factored, figure) by overriding what they can do.

import Lang

open class Object {
  /// Which of the core classes this is. Each core class is final and is the only one with its kind, `.other` is all the rest.
  package enum Kind: UInt8 {
    case string, range, list, record, function, builtin, tensor, table, slice, iterator, other
  }

  package final let kind: Kind

  /// For the core classes of Runtime.
  init(kind: Kind) { self.kind = kind }

  /// For kinds that another room adds.
  public init() { kind = .other }

  /// As `type(x)` answers.
  open var typeName: String { "value" }

  /// The type with its article, for error messages.
  open var typePhrase: String { (typeName.first.map("aeiou".contains) ?? false ? "an " : "a ") + typeName }

  /// Names that may follow a `.`, in the order in which they should be offered.
  open var fieldNames: [String] { [] }

  /// What to write for a field that this type does not have and others do, and for an assignment that it does not allow.
  open func help(forField name: String) -> String? { nil }
  open var assignmentHelp: String? { nil }

  /// Why a field that other values of this type have is nil here, for the error of `x.name[…]`.
  open func reason(whyNil name: String) -> String? { nil }

  /// The value of `x.name`, or nil when there is no such field.
  open func field(_ name: String) throws -> Value? { nil }

  /// `x[i, j, …]`; a slice `a:b:step` arrives as a `SliceObject`. The default says that the value has no elements.
  open func element(at indices: [Value]) throws -> Value { throw Fault.notIndexable(.object(self)) }

  /// `x[i, j, …] = value`. The receiver is not shared with anybody else when this is called.
  open func setElement(at indices: [Value], to value: Value) throws { throw Fault.notAssignable(.object(self)) }

  /// A copy that may be changed without the original noticing, or nil when values of this type never change.
  open func copyForWriting() throws -> Object? { nil }

  /// The value of `left op right` where at least one of them is this object, or nil when it has no meaning.
  open func binary(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? { nil }

  /// `-x`, or nil when it has no meaning.
  open func negated() throws -> Value? { nil }

  /// `~x`, or nil when it has no meaning.
  open func inverted() throws -> Value? { nil }

  /// Whether a condition holds that is this value, or nil when only bools can be conditions.
  open var truth: Bool? { nil }

  /// How many elements `len` counts and `for` visits, or nil when there are none to speak of.
  open var count: Int? { nil }

  /// Element `index` of `for x in …`; called with 0 ..< count.
  open func iterated(_ index: Int) throws -> Value { throw Fault.notIterable(.object(self)) }

  /// Equality by value with another object of any kind.
  open func isEqual(to other: Object) -> Bool { self === other }

  /// One-line or several-line text, as `print` shows it. Containers are printed by `Printer`, which does not recurse.
  open var description: String { "<\(typeName)>" }

  /// The same inside a list or record, where there may be many: one short line.
  open var summary: String { description }

  /// What the prompt echoes for a bare value; `width` is the terminal's.
  open func display(width: Int) -> String { description }

  /// Bytes that this object keeps alive beyond its own few words, for `:vars`.
  open var byteCount: Int { 0 }
}
