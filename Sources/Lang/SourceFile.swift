// A program's text and the places in it. Everything downstream holds byte offsets; lines and columns are computed
// only when a diagnostic is shown.

/// A half-open range of byte offsets in a source file.
package struct Span: Equatable, Hashable {
  package var start: Int32
  package var end: Int32

  package init(_ start: Int, _ end: Int) {
    self.start = Int32(clamping: start)
    self.end = Int32(clamping: max(start, end))
  }

  /// The smallest span that covers both.
  package func joined(_ other: Span) -> Span {
    Span(Int(min(start, other.start)), Int(max(end, other.end)))
  }
}

/// One source text: a file, a module of the standard library, `-e` code or a line typed at the prompt.
package final class SourceFile {
  /// What diagnostics call it: the path as the user gave it, `<prompt>` or `<-e>`.
  package let name: String
  /// The folder that `use "..."` and `data` paths start from; nil when the text is not from a file.
  package let folder: String?
  /// UTF-8 text.
  package let bytes: [UInt8]
  /// A module of the standard library. The errors that it raises are its caller's.
  package let isLibrary: Bool

  /// The number of its first line, for a piece of a longer text.
  private let firstLine: Int

  /// Larger texts are surely not programs (offsets in a `Span` have 32 bits).
  package static let largest = 1 << 28

  package init(name: String, bytes: [UInt8], folder: String? = nil, isLibrary: Bool = false, firstLine: Int = 1) {
    self.name = name
    self.bytes = bytes
    self.folder = folder
    self.isLibrary = isLibrary
    self.firstLine = firstLine
  }

  package convenience init(name: String, text: String, folder: String? = nil, firstLine: Int = 1) {
    self.init(name: name, bytes: Array(text.utf8), folder: folder, firstLine: firstLine)
  }

  private lazy var lineStarts: [Int] = {
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    return starts
  }()

  /// Line and column (from 1, in code points) of a byte offset.
  package func position(of offset: Int32) -> (line: Int, column: Int) {
    let offset = min(max(Int(offset), 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    // UTF-8 continuation bytes (10xxxxxx) do not start a code point.
    let column = bytes[lineStarts[low]..<offset].reduce(1) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    return (low + firstLine, column)
  }

  /// Text of a line, by the number that `position` gives, without its line break.
  package func line(_ number: Int) -> String {
    let index = number - firstLine
    guard lineStarts.indices.contains(index) else { return "" }
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }

  /// Text under a span.
  package func text(_ span: Span) -> String {
    let start = min(max(Int(span.start), 0), bytes.count)
    let end = min(max(Int(span.end), start), bytes.count)
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// A span together with the file it is in.
package struct Place {
  package let file: SourceFile
  package let span: Span

  package init(_ file: SourceFile, _ span: Span) {
    self.file = file
    self.span = span
  }

  /// Line from 1.
  package var line: Int { file.position(of: span.start).line }
}
