// Names within a picture that stands in a document beside others. gnuplot calls its parts alike in all pictures (`gnuplot_plot_1`, `gpPt0`), and an
// `id` means the first element of the document that has it.

package enum SVGNames {
  /// The `svg` element of a picture, what stands before it left out, with `prefix` before each `id` and each reference to one (`#id` at the
  /// start of an attribute or in `url(…)`). O(bytes).
  package static func prefixed(_ picture: [UInt8], by prefix: String) -> [UInt8] {
    let start = Array("<svg".utf8)
    let first = picture.indices.first { picture[$0] == start[0] && picture[$0...].starts(with: start) } ?? 0
    let added = Array(prefix.utf8)
    var output: [UInt8] = []
    output.reserveCapacity(picture.count + 1024)
    var isInTag = false
    var quote: UInt8?
    for at in first..<picture.count {
      let byte = picture[at]
      output.append(byte)
      guard isInTag else {
        isInTag = byte == UInt8(ascii: "<")
        continue
      }
      switch quote {
      case nil where byte == UInt8(ascii: ">"): isInTag = false
      case nil where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"):
        quote = byte
        if isName(picture[..<at]) { output += added }
      case let mark? where byte == mark: quote = nil
      case let mark? where byte == UInt8(ascii: "#"):
        // Elsewhere in an attribute it begins a colour.
        if picture[at - 1] == mark && isReference(picture[..<(at - 1)]) || picture[..<at].hasSuffix("url(") {
          output += added
        }
      default: break
      }
    }
    return output
  }

  private static func isName(_ before: ArraySlice<UInt8>) -> Bool {
    before.hasSuffix(" id=") || before.hasSuffix("\nid=")
  }

  private static func isReference(_ before: ArraySlice<UInt8>) -> Bool { before.hasSuffix("href=") }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
