// How the prompt shows the value of a line.

import Lang
import Ops
import Runtime

enum Echo {
  /// Terminal rows that a list or record may take before its middle is left out.
  private static let rowsShown = 12

  /// The text for a terminal of `width` columns: strings quoted, long lists and records shortened,
  /// figures as pictures.
  static func text(of value: Value, width: Int) throws -> String {
    guard let object = value.asObject else { return Printer.text(of: value) }
    if let figure = object as? FigureObject { return try FigureEcho.text(of: figure) }
    switch object.kind {
    case .string: return Printer.quotedText(of: value)
    case .tensor:
      let statistics = try value.asTensor.flatMap { try TensorSummary.text(of: $0) }
      return object.display(width: width) + (statistics.map { "\n" + $0 } ?? "")
    case .list, .record:
      return wrapped(shortened(Printer.text(of: value), count: object.count, width: width), width: width)
    default: return object.display(width: width)
    }
  }

  /// Breaks lines between elements, never inside a string.
  private static func wrapped(_ text: String, width: Int) -> String {
    guard text.utf8.count > width else { return text }
    var lines = [""]
    var used = 0
    for element in elements(text) {
      let size = terminalWidth(of: element)
      // The space at its end needs no room.
      if used > 0, used + size - (element.hasSuffix(" ") ? 1 : 0) > width {
        if lines[lines.count - 1].hasSuffix(" ") { lines[lines.count - 1].removeLast() }
        lines.append(" ")
        used = 1
      }
      lines[lines.count - 1] += element
      used += size
    }
    return lines.joined(separator: "\n")
  }

  /// Pieces of a list's or record's text; each ends with a comma and a space outside strings, or with the text.
  private static func elements(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var isInString = false
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      piece.append(scalar)
      if scalar == " ", last == ",", !isInString {
        pieces.append(String(piece))
        piece = String.UnicodeScalarView()
      }
      if scalar == "\"", !(isInString && last == "\\") { isInString.toggle() }
      // A backslash that is itself escaped escapes nothing.
      last = scalar == "\\" && last == "\\" ? " " : scalar
    }
    return pieces + [String(piece)]
  }

  private static func shortened(_ text: String, count: Int?, width: Int) -> String {
    let room = max(width, 20) * rowsShown
    // Code points are a fair count of columns here: the text is cut far from any alignment.
    guard let count, text.utf8.count > room, text.unicodeScalars.count > room else { return text }
    let note = " … "
    let end = String(text.unicodeScalars.suffix(max(width, 20) / 2))
    let start = String(text.unicodeScalars.prefix(room - end.unicodeScalars.count - note.unicodeScalars.count))
    return start + note + end + "\n\(count) elements"
  }
}
