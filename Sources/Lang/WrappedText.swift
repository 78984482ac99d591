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

  /// Each ends with a comma and a space between elements, or with the text.
  private static func pieces(_ text: String) -> [String] {
    let scalars = Array(text.unicodeScalars)
    let ends = gaps(scalars).map { $0 + 1 } + [scalars.count]
    return zip([0] + ends, ends).map { String(String.UnicodeScalarView(scalars[$0..<$1])) }
  }

  /// The spaces between elements in the text of a list or record: after commas that stand in no string and no `<tensor 2x3, labelled>`.
  /// `isEnd`: the text is the end of a longer one, and may start inside of either.
  package static func gaps(_ text: [Unicode.Scalar], isEnd: Bool = false) -> [Int] {
    var isEscaped = false
    let quotes = text.indices.filter { index in
      defer { isEscaped = text[index] == "\\" && !isEscaped }
      return text[index] == "\"" && !isEscaped
    }
    // An end that starts inside a string has an odd number of quotes.
    var isInString = isEnd && quotes.count % 2 == 1
    var isInAngles = false
    var next = quotes[...]
    var gaps: [Int] = []
    for (index, scalar) in text.enumerated() {
      if index == next.first {
        isInString.toggle()
        next = next.dropFirst()
      }
      if isInString { continue }
      let before = index > 0 ? text[index - 1] : isEnd ? "," : " "
      let after = index + 1 < text.count ? text[index + 1] : ","
      switch scalar {
      // Not the signs of a function's text, `<function (a, b=2 < 3) => …>`.
      case "<" where " [{".unicodeScalars.contains(before) && after.properties.isAlphabetic: isInAngles = true
      case ">" where before != "=" && before != "-" && ",]}".unicodeScalars.contains(after):
        if isEnd, !isInAngles { gaps = [] }
        isInAngles = false
      case " " where before == "," && !isInAngles: gaps.append(index)
      default: break
      }
    }
    return gaps
  }
}
