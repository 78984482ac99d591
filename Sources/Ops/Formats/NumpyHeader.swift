// The header of a NumPy array file: a Python dict of three known names, with a type, a bool and a tuple of whole numbers.
// Format: numpy/lib/format.py.

import Lang
import Runtime

/// How the elements of an array are stored.
enum NumpyType {
  /// `<f4`: the byte order (`<`, `>`, `=` or `|`), the kind, and the rest, which is most often a size in bytes.
  case simple(order: UInt8, kind: Unicode.Scalar, rest: String)
  /// A record of several values for each element.
  case structured(fields: [String])

  init(_ text: String) {
    var rest = text.unicodeScalars[...]
    var order = UInt8(ascii: "|")
    if let first = rest.first, ["<", ">", "=", "|"].contains(first) {
      order = UInt8(ascii: first)
      rest.removeFirst()
    }
    let kind = rest.popFirst() ?? "?"
    self = .simple(order: order, kind: kind, rest: String(Substring(rest)))
  }
}

struct NumpyHeader {
  private var rest: ArraySlice<UInt8>
  private let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) {
    rest = bytes
    self.path = path
  }

  private func bad(_ what: String) -> Fault {
    Fault.badFile(path, reason: "the header of the .npy file is wrong: \(what)")
  }

  mutating func parse() throws -> (type: NumpyType, descr: String, isColumnMajor: Bool, shape: [Int]) {
    var type: (NumpyType, String)?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let name = try string()
      try expect(":")
      switch name {
      case "descr": type = try descr()
      case "fortran_order": isColumnMajor = try bool()
      case "shape": shape = try tuple()
      default: throw bad("it has a field \(Printer.quoted(name))")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    guard let type, let isColumnMajor, let shape else { throw bad("it lacks one of descr, fortran_order, shape") }
    guard shape.count <= 64 else { throw bad("it has \(shape.count) axes") }
    return (type.0, type.1, isColumnMajor, shape)
  }

  /// `'<f4'`, or the list of a structured array's fields, `[('id', '<i4'), (('title', 'v'), '<f4', (2,))]`.
  private mutating func descr() throws -> (NumpyType, String) {
    skipSpaces()
    guard rest.first == UInt8(ascii: "[") else {
      let text = try string()
      return (NumpyType(text), text)
    }
    var fields: [String] = []
    var depth = 0
    var last: UInt8 = 0
    repeat {
      skipSpaces()
      guard let byte = rest.first else { throw bad("the list of fields is not closed") }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "("): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let text = try string()
        // The first word of a tuple is its name.
        if depth == 2, last == UInt8(ascii: "(") { fields.append(text) }
        last = byte
        continue
      default: break
      }
      last = byte
      rest.removeFirst()
    } while depth > 0
    return (.structured(fields: fields), "")
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == 32 || $0 == 10 || $0 == 9 || $0 == 13 } }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw bad("`\(character)` is missing") }
  }

  private mutating func string() throws -> String {
    skipSpaces()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw bad("a quoted word is missing")
    }
    let content = rest.dropFirst().prefix { $0 != quote }
    rest = rest[content.endIndex...]
    guard rest.first == quote else { throw bad("a quote is not closed") }
    rest.removeFirst()
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func word() -> String {
    skipSpaces()
    let content = rest.prefix { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) }
    rest = rest[content.endIndex...]
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func bool() throws -> Bool {
    switch word() {
    case "True": return true
    case "False": return false
    default: throw bad("fortran_order is neither True nor False")
    }
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      // Python 2 wrote large numbers with an L.
      var digits = word()
      if digits.utf8.last == UInt8(ascii: "L") { digits.removeLast() }
      guard let size = Int(digits) else { throw bad("a size is not a whole number") }
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
