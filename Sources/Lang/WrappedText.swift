// Lines that break at words, for a terminal of so many columns.

/// Text in lines that fit a terminal.
package enum WrappedText {
  /// Breaks at spaces what is longer than `width` columns. A line that goes on keeps its indent, and `hang` columns more.
  package static func lines(_ text: String, width: Int, hang: Int = 2) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      line(String($0), width: max(width, 20), hang: hang)
    }
  }

  /// Undoes the line breaks that a text has only because its lines were full.
  package static func rejoined(_ text: String) -> String {
    var lines: [String] = []
    var isFull = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if isFull, !line.isEmpty, !line.hasPrefix(" "), let last = lines.popLast() {
        lines.append(last + " " + line)
      } else {
        lines.append(line)
      }
      isFull = line.utf8.count >= fullLine && !line.hasPrefix(" ")
    }
    return lines.joined(separator: "\n")
  }

  /// Bytes of a line in the sources that had no room for another word.
  private static let fullLine = 100

  private static func line(_ text: String, width: Int, hang: Int) -> [String] {
    guard terminalWidth(of: text) > width else { return [text] }
    let indent = String(text.prefix { $0 == " " })
    var lines: [String] = []
    var line = indent
    for word in text.split(separator: " ") {
      let isFirst = line.allSatisfy { $0 == " " }
      if !isFirst, terminalWidth(of: line) + 1 + terminalWidth(of: String(word)) > width {
        lines.append(line)
        line = indent + String(repeating: " ", count: hang) + word
      } else {
        line += (isFirst ? "" : " ") + word
      }
    }
    return lines + [line]
  }

  // MARK: Lists and records

  /// The text of a list or record with its lines broken between elements, never inside a string. It starts in column `start`; what
  /// goes on in another line is indented by one.
  package static func elements(_ text: String, width: Int, from start: Int = 0) -> String {
    guard start + text.utf8.count > width else { return text }
    var lines = [""]
    var used = start
    for element in pieces(text) {
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

  /// Each ends with a comma and a space outside strings, or with the text.
  private static func pieces(_ text: String) -> [String] {
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
}
