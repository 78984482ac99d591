// Between texts that others wrote (recipes, files, names) and a terminal. A terminal obeys some characters instead of showing them:
// ESC moves its cursor, writes to its clipboard or renames its window, CR and backspace write over what stands there, bidirectional
// controls turn the order of letters round. Whatever the Shell shows goes through here; only `print` of a string writes bytes as
// they are.

import CPlatform

public enum VisibleText {
  /// `text` with every character that a terminal would obey as the escape by which the language writes it: `\x1b`, `\u{202e}`.
  /// Line breaks and tabs stay, unless it is to be `oneLine`. What is escaped already stays as it is. O(bytes); a text without such
  /// characters is not copied.
  public static func of(_ text: String, oneLine: Bool = false) -> String {
    guard mayNeedEscapes(text, oneLine: oneLine) else { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isKept = !oneLine && (scalar == "\n" || scalar == "\t")
      if isKept || !isObeyed(scalar) { output.append(scalar) } else { output.append(contentsOf: escape(scalar)) }
    }
    return String(output)
  }

  /// Whether a terminal acts on a code point, or shows nothing where one stands. The joiners of emoji and of Persian are no such.
  public static func isObeyed(_ scalar: Unicode.Scalar) -> Bool { tw_terminal_obeys(scalar.value) }

  /// A code point as the language writes it: `\n`, `\t`, `\r`, `\x1b`, `\u{202e}`.
  public static func escape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
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

  /// A quick look at the bytes, since nearly all texts need nothing: false only when nothing has to be escaped.
  private static func mayNeedEscapes(_ text: String, oneLine: Bool) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      bytes.contains { byte in
        if byte < 0x20 { return oneLine || (byte != 0x0A && byte != 0x09) }
        // DEL, and the first bytes of C1 controls, Arabic and Mongolian marks, general punctuation, U+F000…, and tags.
        return byte >= 0x7F
          && (byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE1 || byte == 0xE2
            || byte == 0xEF || byte == 0xF3)
      }
    }
  }
}
