// Between texts that others wrote (recipes, files, names) and a terminal. A terminal obeys some characters instead of showing them:
// ESC moves its cursor, writes to its clipboard or renames its window, CR and backspace write over what stands there, bidirectional
// controls turn the order of letters round. Whatever the Shell shows goes through here; only `print` of a string writes bytes as
// they are.

import CPlatform

package enum VisibleText {
  /// `text` with every character that a terminal would obey as the escape by which the language writes it: `\x1b`, `\u{202e}`.
  /// Line breaks and tabs stay, unless it is to be `oneLine`. What is escaped already stays as it is. O(bytes); a text without such
  /// characters is not copied.
  package static func of(_ text: String, oneLine: Bool = false) -> String {
    (oneLine ? escapesOfLine : escapes).written(in: text)
  }

  private static let escapes = Escapes(mayBegin: { mayBeginObeyed($0) && $0 != 0x0A && $0 != 0x09 }) {
    isObeyed($0) ? String(escape($0)) : nil
  }

  private static let escapesOfLine = Escapes(mayBegin: mayBeginObeyed) { isObeyed($0) ? String(escape($0)) : nil }

  /// Whether a terminal acts on a code point, or shows nothing where one stands. The joiners of emoji and of Persian are no such.
  package static func isObeyed(_ scalar: Unicode.Scalar) -> Bool { tw_terminal_obeys(scalar.value) }

  /// A code point as the language writes it: `\n`, `\t`, `\r`, `\x1b`, `\u{202e}`.
  package static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
    let text: String
    switch scalar {
    case "\n": text = "\\n"
    case "\t": text = "\\t"
    case "\r": text = "\\r"
    default:
      let digits = String(scalar.value, radix: 16)
      text = scalar.value > 0xFF ? "\\u{\(digits)}" : "\\x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
    return text.unicodeScalars
  }

  /// Whether a code point that a terminal obeys may begin with a byte: C0 controls, DEL, and the first bytes of C1 controls, Arabic and
  /// Mongolian marks, general punctuation, U+F000…, and tags.
  package static func mayBeginObeyed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, 0x7F, 0xC2, 0xD8, 0xE1, 0xE2, 0xEF, 0xF3: true
    default: false
    }
  }
}
