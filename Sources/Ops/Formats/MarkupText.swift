// Texts in HTML and XML.

package enum MarkupText {
  /// A text between tags; with `quotes`, also one between the double quotes of an attribute.
  package static func escaped(_ text: String, quotes: Bool = false) -> String {
    guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3C || $0 == 0x3E || quotes && $0 == 0x22 }) else {
      return text
    }
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count + 64)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
      case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
      case UInt8(ascii: "\"") where quotes: output.append(contentsOf: "&quot;".utf8)
      default: output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
