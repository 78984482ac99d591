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
      return WrappedText.elements(
        shortened(Printer.text(of: value), count: object.count, width: width), width: width)
    default: return object.display(width: width)
    }
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
