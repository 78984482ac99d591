// Texts as they stand in a picture: escapes shown, long ones shortened or broken into lines. Widths are counted in characters
// of the size of "n"; East Asian ones count twice.

import Formats
import Lang

package enum PlotText {
  /// A token, name or legend on one line. A space at an end would not be seen: it becomes ␣. What has no sign of its own is
  /// written as the language escapes it.
  package static func label(_ text: String, limit: Int = 24) -> String {
    let scalars = Array(text.unicodeScalars)
    let front = scalars.prefix { $0 == " " }.count
    let back = front < scalars.count ? scalars.reversed().prefix { $0 == " " }.count : 0
    let spaces: (Int) -> String = { String(repeating: "␣", count: $0) }
    let middle = signs(scalars[front..<scalars.count - back])
    return shortened(spaces(front) + middle + spaces(back), limit: limit)
  }

  /// A title or the name of an axis on one line; what does not fit ends in `…`.
  package static func line(_ text: String, limit: Int) -> String {
    shortened(lines(text, limit: .max).joined(separator: " "), limit: limit)
  }

  /// A title or the name of an axis, in lines of at most `limit` characters, broken at spaces where there are any.
  package static func lines(_ text: String, limit: Int) -> [String] {
    let limit = max(limit, 8)
    var lines: [String] = []
    for paragraph in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ", omittingEmptySubsequences: false) {
        let shown = signs(Array(word)[...])
        let next = line.isEmpty ? shown : line + " " + shown
        if width(next) <= limit || line.isEmpty {
          line = next
        } else {
          lines.append(shortened(line, limit: limit))
          line = shown
        }
      }
      lines.append(shortened(line, limit: limit))
    }
    return lines.count > 4 ? Array(lines.prefix(3)) + [shortened(lines[3], limit: limit - 2) + " …"] : lines
  }

  private static func signs(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var shown = String.UnicodeScalarView()
    for (index, scalar) in zip(scalars.indices, scalars) {
      let isWithin = index > scalars.startIndex && index < scalars.endIndex - 1
      if isJoiner(scalar), isWithin, !isJoiner(scalars[index - 1]), !isJoiner(scalars[index + 1]) {
        shown.append(scalar)
      } else {
        append(scalar, to: &shown)
      }
    }
    return String(shown)
  }

  /// Between two signs it makes one of them: a family of emoji, a letter of Persian.
  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0x200C || scalar.value == 0x200D }

  private static func append(_ scalar: Unicode.Scalar, to shown: inout String.UnicodeScalarView) {
    switch scalar {
    case "\n": shown.append(contentsOf: "\\n".unicodeScalars)
    case "\t": shown.append(contentsOf: "\\t".unicodeScalars)
    case "\r": shown.append(contentsOf: "\\r".unicodeScalars)
    case _ where PythonRepr.isPrintable(scalar): shown.append(scalar)
    default: shown.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
    }
  }

  private static func shortened(_ text: String, limit: Int) -> String {
    guard width(text) > limit else { return text }
    var kept = String.UnicodeScalarView()
    var used = 1
    for scalar in text.unicodeScalars {
      used += width(scalar)
      if used > limit { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }

  static func width(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x300: return 1
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return 1
      }
    }
  }
}
