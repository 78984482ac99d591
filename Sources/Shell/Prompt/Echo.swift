// How the prompt shows the value of a line.

import Lang
import Ops
import Runtime

enum Echo {
  /// Terminal rows that a list or record may take before its middle is left out.
  private static let rowsShown = 12
  /// Elements and brackets that are looked at: far more than are shown.
  private static let steps = 1 << 20

  /// The text for a terminal of `width` columns: strings quoted, long lists and records shortened,
  /// figures as pictures.
  static func text(of value: Value, width: Int) throws -> String {
    guard let object = value.asObject else { return Printer.text(of: value) }
    if let figure = object as? FigureObject { return try FigureEcho.text(of: figure) }
    switch object.kind {
    case .string: return Printer.quotedText(of: value)
    case .tensor:
      let statistics = try value.asTensor.flatMap { try TensorSummary.text(of: $0) }
      return object.display(width: width) + (statistics.map { "\n" + fitted($0, width) } ?? "")
    case .list, .record:
      let (text, note) = shortened(Printer.text(of: value, steps: steps), count: object.count, width: width)
      return WrappedText.elements(text, width: width) + note
    case .table: return object.display(width: width)
    default: return fitted(object.display(width: width), width)
    }
  }

  private static func fitted(_ text: String, _ width: Int) -> String {
    WrappedText.lines(text, width: width).joined(separator: "\n")
  }

  /// The text without its middle, where it is long, and a line that says of how many elements.
  private static func shortened(_ text: String, count: Int?, width: Int) -> (text: String, note: String) {
    let room = max(width, 20) * rowsShown
    // Code points are a fair count of columns here: the text is cut far from any alignment.
    guard let count, text.utf8.count > room, text.unicodeScalars.count > room else { return (text, "") }
    let mark = " … "
    var end = Array(text.unicodeScalars.suffix(max(width, 20) / 2))
    var start = Array(text.unicodeScalars.prefix(room - end.count - mark.count))
    // Whole elements, where they are not longer than a line: half a number looks like another one.
    if let gap = gaps(start, isEnd: false).last, start.count - gap < width { start.removeLast(start.count - gap) }
    if let gap = gaps(end, isEnd: true).first { end.removeFirst(gap + 1) }
    let shown = [start, Array(mark.unicodeScalars), end].map { String(String.UnicodeScalarView($0)) }
    return (shown.joined(), "\n\(count) element\(count == 1 ? "" : "s")")
  }

  /// The spaces between elements, outside of texts, in a piece of a list's text that starts or ends where the list does.
  private static func gaps(_ piece: [Unicode.Scalar], isEnd: Bool) -> [Int] {
    // Quotes that are no part of a text: an even number of backslashes before them.
    let quotes = piece.indices.filter { index in
      piece[index] == "\"" && piece[..<index].reversed().prefix { $0 == "\\" }.count % 2 == 0
    }
    // An end that starts inside a text has an odd number of them.
    var isInString = isEnd && quotes.count % 2 == 1
    var next = quotes[...]
    return piece.indices.filter { index in
      if index == next.first {
        isInString.toggle()
        next = next.dropFirst()
      }
      return !isInString && piece[index] == " " && index > 0 && piece[index - 1] == ","
    }
  }
}
