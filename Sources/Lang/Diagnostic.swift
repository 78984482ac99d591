// How a fault reads: the line, a caret under the span, the cause, the help. See docs/language.md, "Errors".

extension Fault {
  /// The whole diagnostic, several lines, without a final line break.
  ///
  ///     error[E0201]: there is no name `neares` here
  ///       --> probe.tw:7:8
  ///        |
  ///      7 | keys = neares(x, E, k=5)
  ///        |        ^^^^^^
  ///        = help: there is a function with a similar name: `nearest`
  public func rendered() -> String {
    var lines = ["error[\(code.rawValue)]: \(message)"]
    var margin = 2
    if let place {
      let (line, column) = place.file.position(of: place.span.start)
      let number = String(line)
      margin = number.utf8.count + 1
      let gutter = String(repeating: " ", count: margin)
      lines.append("\(gutter)--> \(place.file.name):\(line):\(column)")
      lines.append("\(gutter) |")
      let text = place.file.line(line)
      lines.append(" \(number) | \(Self.shown(text))")
      lines.append(
        "\(gutter) | \(Self.caret(under: place, line: text, column: column))" + (label.map { " " + $0 } ?? ""))
    }
    let gutter = String(repeating: " ", count: margin)
    if let help {
      let parts = help.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        lines.append(gutter + (index == 0 ? " = help: " : "           ") + part)
      }
    }
    for call in Self.abridged(calls) {
      switch call {
      case .one(let call):
        let (line, column) = call.place.file.position(of: call.place.span.start)
        lines.append("\(gutter) = in `\(call.function)`, called at \(call.place.file.name):\(line):\(column)")
      case .omitted(let count):
        lines.append("\(gutter) = … \(count) more calls …")
      }
    }
    return lines.joined(separator: "\n")
  }

  private enum ShownCall {
    case one(Call)
    case omitted(Int)
  }

  /// A runaway recursion has thousands of calls: the first and last few tell the story.
  private static func abridged(_ calls: [Call]) -> [ShownCall] {
    guard calls.count > 12 else { return calls.map(ShownCall.one) }
    return calls.prefix(6).map(ShownCall.one) + [.omitted(calls.count - 10)] + calls.suffix(4).map(ShownCall.one)
  }

  /// Tabs become one space, so that the caret stands under its text on every terminal; other control characters are not sent.
  private static func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
  }

  private static func caret(under place: Place, line: String, column: Int) -> String {
    let scalars = Array(line.unicodeScalars)
    let before = scalars.prefix(column - 1)
    let indent = before.reduce(0) { $0 + terminalWidth(of: $1) }
    let spanText = place.file.text(place.span).unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }
    let width = spanText.reduce(0) { $0 + terminalWidth(of: $1) }
    return String(repeating: " ", count: indent) + String(repeating: "^", count: max(1, width))
  }
}

/// Columns that a code point takes in a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji, else 1.
/// After the Unicode East Asian Width property (UAX #11), by blocks.
public func terminalWidth(of scalar: Unicode.Scalar) -> Int {
  let value = scalar.value
  if value < 0x300 { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// Columns that a text takes in a terminal.
public func terminalWidth(of text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + terminalWidth(of: $1) }
}
