// JSON as the formats we read need it (RFC 8259): strict, ordered, and aware of duplicate names, which a header could use to
// say two things about one tensor. Large files are streamed by `JSONReader`; this is the tree for the small ones.

import Lang
import Runtime

package enum JSON {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  /// Names in the order of the text, each once.
  case object([(key: String, value: JSON)])

  /// Parses one JSON text. Throws `badFile` with `name`, the line and column, and the reason. Depth is at most
  /// `JSONReader.depthLimit`; names must be unique within an object; strings must be valid UTF-8 without lone surrogates.
  package static func parse(_ bytes: UnsafeRawBufferPointer, name: String) throws -> JSON {
    var reader = JSONReader(bytes, name: name)
    let value = try reader.value()
    try reader.end()
    return value
  }

  /// The same of an array.
  package static func parse(_ bytes: [UInt8], name: String) throws -> JSON {
    try bytes.withUnsafeBytes { try parse($0, name: name) }
  }

  /// The value of a name, or nil when this is no object or has no such name.
  package subscript(name: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key.isIdentical(to: name) }?.value
  }

  package var isNull: Bool { if case .null = self { true } else { false } }
  package var asBool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  package var asNumber: Double? { if case .number(let number) = self { number } else { nil } }
  package var asString: String? { if case .string(let string) = self { string } else { nil } }
  package var asArray: [JSON]? { if case .array(let items) = self { items } else { nil } }
  package var asObject: [(key: String, value: JSON)]? { if case .object(let members) = self { members } else { nil } }

  /// A number that is whole and fits an index, else nil.
  package var asWhole: Int? { asNumber.flatMap { Int(exactly: $0) } }

  /// "a number", "an object", … for messages.
  package var phrase: String {
    switch self {
    case .null: "null"
    case .bool: "a bool"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The same as a value of the language: null is nil, arrays are lists, objects are records.
  package func toValue() -> Value {
    switch self {
    case .null: return .nil
    case .bool(let bool): return .bool(bool)
    case .number(let number): return .number(number)
    case .string(let string): return .string(string)
    case .array(let items): return .list(items.map { $0.toValue() })
    case .object(let members):
      let record = RecordObject([:] as KeyValuePairs<String, Value>)
      for (key, value) in members { record[key] = value.toValue() }
      return .object(record)
    }
  }
}
