// How the prompt shows the value of a line.

import Figures
import Lang
import Operations
import Runtime

enum Echo {
  /// Terminal rows that a list or record may take before its middle is left out.
  private static let rowsShown = 12
  /// Elements and brackets that are looked at, and code points of a string in a list: far more than are shown.
  private static let steps = 1 << 20
  private static let longest = 1 << 14

  /// What a terminal of `width` columns shows: strings quoted, long lists and records shortened, figures as pictures.
  static func display(of value: Value, width: Int) throws -> Display {
    guard let object = value.asObject else { return .words(Printer.text(of: value)) }
    if let figure = object as? FigureObject { return try FigureEcho.display(of: figure) }
    return .words(try text(of: object, value, width: width))
  }

  private static func text(of object: Object, _ value: Value, width: Int) throws -> String {
    switch object.kind {
    case .string:
      let quoted = Printer.quotedText(of: value)
      try checkInterrupt()
      return quoted
    case .tensor:
      let statistics = try value.asTensor.flatMap { try TensorSummary.text(of: $0) }
      return object.display(width: width) + (statistics.map { "\n" + fitted($0, width) } ?? "")
    case .list, .record:
      // Each element takes at least one column, so these are more than enough.
      let plain = ends(of: value, count: max(width, 20) * rowsShown, steps: steps)
      // A text that was given up is not looked through.
      try checkInterrupt()
      if plain.utf8.count > 8 * width || terminalWidth(of: plain) > width, let lines = lineByLine(value, width: width) {
        return lines
      }
      let (text, note) = shortened(plain, count: object.count, width: width)
      return WrappedText.elements(text, width: width) + note
    case .table: return object.display(width: width)
    default: return fitted(object.display(width: width), width)
    }
  }

  private static func fitted(_ text: String, _ width: Int) -> String {
    WrappedText.lines(text, width: width).joined(separator: "\n")
  }

  /// A record with one line a key, a list of lists or records with one line an element; nil for what has no such parts.
  private static func lineByLine(_ value: Value, width: Int) -> String? {
    let parts: [(head: String, value: Value)]
    let brackets: (open: String, close: String)
    if let record = value.asRecord, record.entries.count > 1 {
      parts = record.entries.map { (Printer.key($0.key) + ": ", $0.value) }
      brackets = ("{", "}")
    } else if let items = value.asList?.items, items.count > 1,
      items.prefix(steps).allSatisfy({ $0.asList != nil || $0.asRecord != nil })
    {
      parts = items.map { ("", $0) }
      brackets = ("[", "]")
    } else {
      return nil
    }
    let (first, last) = parts.count > rowsShown ? (rowsShown - 4, 3) : (parts.count, 0)
    func line(_ place: Int) -> String {
      let (head, value) = parts[place]
      let end = place == parts.count - 1 ? brackets.close : ","
      return head + oneLine(value, width: width - 1 - terminalWidth(of: head) - end.utf8.count) + end
    }
    var lines = (0..<first).map(line)
    if last > 0 { lines += ["…"] + (parts.count - last..<parts.count).map(line) }
    let text = lines.enumerated().map { ($0 == 0 ? brackets.open : " ") + $1 }.joined(separator: "\n")
    return last > 0 ? text + "\n\(parts.count) elements" : text
  }

  /// A part of a list or record within `width` columns, its middle left out where it is longer. At least 20 columns.
  private static func oneLine(_ value: Value, width: Int) -> String {
    let width = max(width, 20)
    let plain = ends(of: value, count: width, steps: 1 << 12)
    var text = plain
    var room = width
    while terminalWidth(of: text) > width, room > 8 {
      text = shortened(plain, count: 0, width: width, room: room).text
      room -= max(1, room / 8)
    }
    return text
  }

  /// The text of a value, of a long list that of its first and last elements: what lies between is not shown.
  private static func ends(of value: Value, count: Int, steps: Int) -> String {
    guard let items = value.asList?.items, items.count > 2 * count else {
      return Printer.innerText(of: value, steps: steps, longest: longest)
    }
    let head = Printer.innerText(of: .list(items.prefix(count)), steps: steps, longest: longest)
    let tail = Printer.innerText(of: .list(items.suffix(count)), steps: steps, longest: longest)
    return head.dropLast() + ", " + tail.dropFirst()
  }

  /// The text without its middle, where it is longer than `room`, and a line that says of how many elements.
  private static func shortened(
    _ text: String, count: Int?, width: Int, room: Int? = nil
  ) -> (text: String, note: String) {
    let room = room ?? max(width, 20) * rowsShown
    // Code points are a fair count of columns here: the text is cut far from any alignment.
    guard let count, text.utf8.count > room, text.unicodeScalars.count > room else { return (text, "") }
    let mark = " … "
    // Whole elements, where they are not longer than a line: half a number looks like another one.
    let end = ending(of: text, within: [max(width, 20) / 2, max(width, 20)].map { min($0, room / 3) })
    var start = Array(text.unicodeScalars.prefix(room - end.count - mark.count))
    if let gap = WrappedText.gaps(start).last, start.count - gap < width { start.removeLast(start.count - gap) }
    let shown = [start, Array(mark.unicodeScalars), end].map { String(String.UnicodeScalarView($0)) }
    return (shown.joined(), "\n\(count) element\(count == 1 ? "" : "s")")
  }

  /// The last elements in the text of a list or record, within the first of some sizes that has room for one. Where none has: of a string its
  /// end, which shows by the missing quote that it is one, of anything else only the brackets behind it.
  private static func ending(of text: String, within sizes: [Int]) -> [Unicode.Scalar] {
    for size in sizes {
      let piece = Array(text.unicodeScalars.suffix(size))
      if let gap = WrappedText.gaps(piece, isEnd: true).first { return Array(piece[(gap + 1)...]) }
    }
    let piece = Array(text.unicodeScalars.suffix(sizes.first ?? 0))
    let closing = piece.lastIndex { $0 != "]" && $0 != "}" }.map { $0 + 1 } ?? 0
    return closing > 0 && piece[closing - 1] == "\"" ? piece : Array(piece[closing...])
  }
}
