// What could be meant, in columns.

import Lang

enum CompletionList {
  /// Columns of `width`, filled downwards. What would take more than `rows` lines is counted.
  static func text(_ all: [String], width: Int, rows: Int) -> String {
    // More could never be shown; the rest need not be measured.
    let most = max(rows, 1) * max(width / 3, 1)
    var shown = all.prefix(most).map { VisibleText.of($0, oneLine: true) }
    let widest = min(shown.reduce(1) { max($0, terminalWidth(of: $1)) }, max(width - 2, 1))
    let across = max((width + 2) / (widest + 2), 1)
    if all.count > across * rows { shown = Array(shown.prefix(across * max(rows - 1, 1))) }
    let height = (shown.count + across - 1) / across
    var lines = (0..<height).map { row in
      var line = ""
      for index in stride(from: row, to: shown.count, by: height) {
        let isLast = index + height >= shown.count
        let padding = isLast ? 0 : widest + 2 - terminalWidth(of: shown[index])
        line += shown[index] + String(repeating: " ", count: max(0, padding))
      }
      return line
    }
    if shown.count < all.count { lines.append("… and \(all.count - shown.count) more") }
    return lines.joined(separator: "\n")
  }
}
