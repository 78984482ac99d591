// Python's format mini-language: what follows the `:` in "{x:>8.3f}". Parsed once, then applied to any number of values.
// Grammar and padding follow CPython's `Python/formatter_unicode.c`.

import Lang

/// A parsed format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
///
///     try FormatSpec(parsing: ">8.3f").format(.number(3.14159))   // "   3.142"
package struct FormatSpec {
  enum Alignment: Character {
    case left = "<"
    case right = ">"
    case centre = "^"
    case afterSign = "="
  }

  enum Sign: Character {
    case onlyNegative = "-"
    case always = "+"
    case space = " "
  }

  var fill: Unicode.Scalar = " "
  /// nil: the type's own, right for numbers and left for texts.
  var alignment: Alignment?
  var sign: Sign?
  var dropsNegativeZero = false
  var isAlternate = false
  /// A `0` before the width: fills with zeros, between the sign and the digits of a number.
  var padsWithZeros = false
  var width = 0
  var grouping: Unicode.Scalar?
  var precision: Int?
  var type: Unicode.Scalar?
  /// As it was written, for messages.
  let text: String

  /// Largest width and precision: a text of a megabyte is a mistake, not a format.
  static let largestSize = 1_000_000

  /// Throws `badFormat` that names the piece which is wrong.
  package init(parsing text: String) throws {
    self.text = text
    var rest = Array(text.unicodeScalars)[...]

    func alignment(_ scalar: Unicode.Scalar?) -> Alignment? { scalar.flatMap { Alignment(rawValue: Character($0)) } }
    if rest.count >= 2, let found = alignment(rest[rest.startIndex + 1]) {
      fill = rest[rest.startIndex]
      self.alignment = found
      rest = rest.dropFirst(2)
      hasFill = true
    } else if let found = alignment(rest.first) {
      self.alignment = found
      rest = rest.dropFirst()
    }
    if let found = rest.first.flatMap({ Sign(rawValue: Character($0)) }) {
      sign = found
      rest = rest.dropFirst()
    }
    if rest.first == "z" {
      dropsNegativeZero = true
      rest = rest.dropFirst()
    }
    if rest.first == "#" {
      isAlternate = true
      rest = rest.dropFirst()
    }
    if !hasFill, rest.first == "0" {
      fill = "0"
      padsWithZeros = true
      rest = rest.dropFirst()
    }
    width = try Self.size(&rest, "width", in: text) ?? 0
    if let first = rest.first, first == "," || first == "_" {
      grouping = first
      rest = rest.dropFirst()
      if let second = rest.first, second == "," || second == "_" {
        throw Fault.badFormat(text, first == second ? "`\(first)` stands twice" : "`,` and `_` exclude each other")
      }
    }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard let found = try Self.size(&rest, "precision", in: text) else {
        throw Fault.badFormat(text, "the number of digits after `.` is missing")
      }
      precision = found
    }
    if let last = rest.first {
      guard rest.count == 1, Self.types.contains(last) else {
        throw Fault.badFormat(text, "`\(String(String.UnicodeScalarView(rest)))` is not a type")
      }
      type = last
    }
    if let type, let grouping, !Self.groupedTypes(grouping).contains(type) {
      throw Fault.badFormat(text, "`\(grouping)` does not go with `\(type)`")
    }
  }

  private var hasFill = false

  private static let types: Set<Unicode.Scalar> = [
    "s", "d", "e", "E", "f", "F", "g", "G", "%", "b", "o", "x", "X", "c", "n",
  ]

  private static func groupedTypes(_ separator: Unicode.Scalar) -> Set<Unicode.Scalar> {
    let decimal: Set<Unicode.Scalar> = ["d", "e", "E", "f", "F", "g", "G", "%"]
    return separator == "_" ? decimal.union(["b", "o", "x", "X"]) : decimal
  }

  /// A decimal number at the head of `rest`, or nil when there is none.
  private static func size(_ rest: inout ArraySlice<Unicode.Scalar>, _ what: String, in text: String) throws -> Int? {
    var size: Int?
    while let digit = rest.first, digit.value >= 48, digit.value <= 57 {
      let value = (size ?? 0) * 10 + Int(digit.value - 48)
      guard value <= largestSize else {
        throw Fault.badFormat(text, "the \(what) is more than \(largestSize)")
      }
      size = value
      rest = rest.dropFirst()
    }
    return size
  }

  /// The text of `value`. Numbers take the number types, everything else the string type. Throws `badFormat` when the
  /// type does not fit the value.
  package func format(_ value: Value) throws -> String {
    if let text = QuickFormat(self)?.text(of: value) { return text }
    return switch value {
    case .number(let number): try format(number)
    case .object(let object) where object.kind == .string: try format(text: object.description, of: value)
    default: try format(text: Printer.text(of: value), of: value)
    }
  }

  /// Text by code points: precision cuts, width pads.
  private func format(text: String, of value: Value) throws -> String {
    if let type, type != "s" {
      throw Fault.badFormat(self.text, "`\(type)` formats numbers, this is \(value.typePhrase)")
    }
    let wrong: String? =
      if sign != nil {
        "a sign"
      } else if dropsNegativeZero {
        "`z`"
      } else if isAlternate {
        "`#`"
      } else if alignment == .afterSign {
        "`=`"
      } else if let grouping {
        "`\(grouping)`"
      } else {
        nil
      }
    if let wrong { throw Fault.badFormat(self.text, "\(wrong) is for numbers, this is \(value.typePhrase)") }
    // A text that was given up is not looked through.
    try checkInterrupt()
    let shown = precision.map { String(text.unicodeScalars.prefix($0)) } ?? text
    // A code point has four bytes at most: a long text needs no counting.
    let padding = shown.utf8.count / 4 >= width ? 0 : max(0, width - shown.unicodeScalars.count)
    let before =
      switch alignment ?? .left {
      case .left, .afterSign: 0
      case .right: padding
      case .centre: padding / 2
      }
    func filling(_ count: Int) -> String { String(String.UnicodeScalarView(repeatElement(fill, count: count))) }
    return filling(before) + shown + filling(padding - before)
  }
}

extension Fault {
  /// A format specification that is not one, or does not fit its value.
  package static func badFormat(_ spec: String, _ reason: String) -> Fault {
    Fault(
      .badFormat, "the format `\(spec)` is wrong: \(reason)",
      help: "formats are [[fill]align][sign][z][#][0][width][grouping][.precision][type], "
        + "e.g. `.3f`, `>8`, `08.2f`, `,d`, `.1%`, `x`; see `format` in Python")
  }
}
