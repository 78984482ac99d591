// A small JSON tree as text: one form for the same contents, and ASCII, so that it may stand in any file.

import Lang
import Runtime

extension JSON {
  /// Without spaces, characters beyond ASCII as escapes unless `isASCII` is false. `sorted`: names in the order of their bytes, as checksums want it.
  package func text(sorted: Bool = false, isASCII: Bool = true) -> String {
    func quoted(_ text: String) -> String { isASCII ? Self.quotedASCII(text) : JSONText.quoted(text) }
    switch self {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .number(let number): return number.isFinite ? numberText(number) : "null"
    case .string(let text): return quoted(text)
    case .array(let items):
      return "[" + items.map { $0.text(sorted: sorted, isASCII: isASCII) }.joined(separator: ",") + "]"
    case .object(let members):
      let members = sorted ? members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : members
      return "{"
        + members.map { quoted($0.key) + ":" + $0.value.text(sorted: sorted, isASCII: isASCII) }.joined(separator: ",")
        + "}"
    }
  }

  /// For people: a member a line, two spaces deeper at each level.
  package func indented(_ depth: Int = 0) -> String {
    let inner = String(repeating: "  ", count: depth + 1)
    func lines(_ items: [String], _ open: String, _ close: String) -> String {
      items.isEmpty
        ? open + close
        : "\(open)\n" + items.map { inner + $0 }.joined(separator: ",\n") + "\n" + inner.dropLast(2) + close
    }
    switch self {
    case .array(let items): return lines(items.map { $0.indented(depth + 1) }, "[", "]")
    case .object(let members):
      return lines(members.map { Self.quotedASCII($0.key) + ": " + $0.value.indented(depth + 1) }, "{", "}")
    default: return text()
    }
  }

  private static func quotedASCII(_ text: String) -> String {
    let quoted = JSONText.quoted(text)
    if quoted.utf8.allSatisfy({ $0 < 0x80 }) { return quoted }
    return quoted.utf16.map { unit in
      if unit < 0x80 { return String(UnicodeScalar(UInt8(unit))) }
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }.joined()
  }

  /// A value of the language as JSON; what has no such form as `print` shows it.
  package init(_ value: Value) {
    switch value {
    case .unbound, .nil: self = .null
    case .bool(let bool): self = .bool(bool)
    case .number(let number): self = .number(number)
    case .object:
      if let text = value.asString {
        self = .string(text)
      } else if let list = value.asList {
        self = .array(list.items.map(JSON.init))
      } else if let record = value.asRecord {
        self = .object(record.entries.map { ($0.0.name, JSON($0.1)) })
      } else {
        self = .string(Printer.text(of: value))
      }
    }
  }

  /// Without the members that are nil.
  package static func members(_ members: [(String, JSON?)]) -> JSON {
    .object(members.compactMap { name, value in value.map { (key: name, value: $0) } })
  }
}
