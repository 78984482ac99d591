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
  ///
  /// `width`: columns of the terminal that shows it. A longer line of the program is cut on both sides of the span, so that the caret
  /// stands under it, and words go on in a line of their own. Without a width nothing is cut or broken,
  /// but for texts of many screens.
  package func rendered(width: Int? = nil) -> String {
    let head = "\(code.isWarning ? "warning" : "error")[\(codeText)]: \(message.abridged(to: Self.longestPart))"
    var lines = Self.wrapped(VisibleText.of(head), width, hang: 4)
    var margin = 2
    if let place {
      let (line, column) = place.file.position(of: place.span.start)
      let number = String(line)
      margin = number.utf8.count + 1
      let gutter = String(repeating: " ", count: margin)
      let view = LineView(of: place, line: line, column: column, room: width.map { $0 - margin - 3 })
      lines.append("\(gutter)--> \(VisibleText.of(place.file.name, oneLine: true)):\(line):\(column)")
      lines.append("\(gutter) |")
      lines.append(" \(number) | \(view.text)")
      lines.append("\(gutter) | \(view.caret)" + (label.map { " " + VisibleText.of($0, oneLine: true) } ?? ""))
    }
    let gutter = String(repeating: " ", count: margin)
    if let help = help.map({ VisibleText.of($0.abridged(to: Self.longestPart)) }) {
      let parts = help.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let head = gutter + (index == 0 ? " = help: " : "         ")
        lines += Self.wrapped(head + part, width, hang: index == 0 ? head.utf8.count - margin - 1 : 0)
      }
    }
    for call in Self.abridged(calls) {
      switch call {
      case .one(let call):
        let (line, column) = call.place.file.position(of: call.place.span.start)
        let text = "\(gutter) = in `\(call.function)`, called at \(call.place.file.name):\(line):\(column)"
        lines += Self.wrapped(VisibleText.of(text, oneLine: true), width, hang: 3)
      case .omitted(let count):
        lines.append("\(gutter) = … \(count) more calls …")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func wrapped(_ text: String, _ width: Int?, hang: Int) -> [String] {
    width.map { WrappedText.lines(text, width: $0, hang: hang) } ?? [text]
  }

  private enum ShownCall {
    case one(ActiveCall)
    case omitted(Int)
  }

  /// A runaway recursion has thousands of calls: the first and last few tell the story.
  private static func abridged(_ calls: [ActiveCall]) -> [ShownCall] {
    guard calls.count > 12 else { return calls.map(ShownCall.one) }
    return calls.prefix(6).map(ShownCall.one) + [.omitted(calls.count - 10)] + calls.suffix(4).map(ShownCall.one)
  }
}

/// A line of the program with a caret under a span, in no more columns than there are.
private struct LineView {
  let text: String
  let caret: String

  /// A window that is narrower is no help; such a terminal has to break the line.
  private static let least = 16

  /// `column` (from 1) is where the span starts in `line`; `room` the columns, nil for as many as it takes.
  init(of place: Place, line: Int, column: Int, room: Int?) {
    // Tabs become one space, so that the caret stands under its text on every terminal.
    let scalars = place.file.line(line).unicodeScalars.map { $0 == "\t" ? " " : $0 }
    // edges[i]: columns before scalar i.
    var edges = [0]
    for scalar in scalars {
      let width = VisibleText.isObeyed(scalar) ? VisibleText.escape(scalar).count : terminalWidth(of: scalar)
      edges.append(edges[edges.count - 1] + width)
    }
    let first = min(column - 1, scalars.count)
    let spanned = place.file.text(place.span).unicodeScalars.prefix { $0 != "\n" && $0 != "\r" }.count
    let last = min(first + spanned, scalars.count)
    let window = Self.window(
      start: edges[first], end: max(edges[first] + 1, edges[last]), total: edges[scalars.count], room: room)
    var shown = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() where edges[index] >= window.start && edges[index + 1] <= window.end {
      // A mark whose letter is cut away would stand on the sign for the cut.
      if shown.isEmpty, index > 0, edges[index] == edges[index + 1] { continue }
      if VisibleText.isObeyed(scalar) {
        shown.append(contentsOf: VisibleText.escape(scalar))
      } else {
        shown.append(scalar)
      }
    }
    // A wide character that lies on an edge is left out whole: what is shown starts behind it.
    let start = edges.first { $0 >= window.start } ?? window.start
    let isCut = (left: window.start > 0, right: window.end < edges[scalars.count])
    text = (isCut.left ? "…" : "") + String(shown) + (isCut.right ? "…" : "")
    let indent = edges[first] - start + (isCut.left ? 1 : 0)
    let width = min(edges[last], window.end) - edges[first]
    caret = String(repeating: " ", count: max(0, indent)) + String(repeating: "^", count: max(1, width))
  }

  /// The columns that are shown: all of them, or as many as fit beside a `…` at each end that is cut, with the span in the middle.
  /// Of a span that does not fit, its beginning.
  private static func window(start: Int, end: Int, total: Int, room: Int?) -> (start: Int, end: Int) {
    guard let room = room.map({ max($0, least) }), total > room else { return (0, total) }
    if end < room { return (0, room - 1) }
    let beside = max(room - 2 - (end - start), 8)
    // Of a span that does not fit, cutting a few columns before it would win nothing.
    let isTooLong = end - start > room - 2
    let left = isTooLong && start <= beside ? 0 : max(0, start - beside / 2)
    if total - left < room { return (total - room + 1, total) }
    return left == 0 ? (0, room - 1) : (left, left + room - 2)
  }
}
