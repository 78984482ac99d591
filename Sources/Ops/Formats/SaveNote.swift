// How a file was made, within the file: where each format has room for such a note, and how it is found again.
//
//     png          a chunk iTXt "provenance" (PNG 1.2, section 4.2.3)
//     svg          <metadata>, Dublin Core in RDF (SVG 1.1, section 21)
//     pdf          the document information, by an incremental update (ISO 32000-1, 7.5.6 and 14.3.3)
//     html         <script type="application/json" id="provenance">
//     npz          a member provenance.json
//     safetensors  an entry of __metadata__

import CPlatform
import Lang
import Runtime

package struct SaveNote {
  /// JSON in ASCII.
  package let text: String
  /// Name of the recipe.
  package let source: String
  /// "tw 0.2.0"
  package let program: String

  static let name = "provenance"
  static let member = "provenance.json"

  package init(text: String, source: String, program: String) {
    self.text = text
    self.source = source
    self.program = program
  }

  // MARK: Into pictures

  package func added(to bytes: [UInt8], _ fileExtension: String) -> [UInt8] {
    switch fileExtension {
    case "png": addedToPNG(bytes)
    case "svg": addedToSVG(bytes)
    case "pdf": addedToPDF(bytes)
    default: bytes
    }
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let keyword = Array("\(name)\0\0\0\0\0".utf8)

  private static func big(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  /// Behind the first chunk, IHDR, which has 13 bytes.
  private func addedToPNG(_ bytes: [UInt8]) -> [UInt8] {
    let start = Self.signature.count + 12 + 13
    guard bytes.starts(with: Self.signature), bytes.count > start else { return bytes }
    let body = Array("iTXt".utf8) + Self.keyword + Array(text.utf8)
    var checksum = CRC32()
    body.withUnsafeBytes { checksum.update($0) }
    return bytes[..<start] + Self.big(body.count - 4) + body + Self.big(Int(checksum.value)) + bytes[start...]
  }

  private static let svgStart = "\n<metadata id=\"\(name)\">"
  private static let svgEnd = "</metadata>"
  private static let termStart = "<dcterms:provenance>"
  private static let termEnd = "</dcterms:provenance>"

  /// Behind the opening tag.
  private func addedToSVG(_ bytes: [UInt8]) -> [UInt8] {
    guard let tag = ByteSearch.first("<svg", in: bytes), let end = bytes[tag...].firstIndex(of: UInt8(ascii: ">"))
    else { return bytes }
    let metadata = """
      \(Self.svgStart)
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
      <rdf:Description rdf:about="">
      <dc:format>image/svg+xml</dc:format>
      <dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/>
      <dc:source>\(Self.markup(source))</dc:source>
      \(Self.termStart)\(Self.markup(text))\(Self.termEnd)
      </rdf:Description>
      </rdf:RDF>
      \(Self.svgEnd)
      """
    return bytes[...end] + Array(metadata.utf8) + bytes[(end + 1)...]
  }

  private static func markup(_ text: String) -> String {
    MarkupText.escaped(text)
  }

  private static let pdfStart = "\n% \(name)\n"

  /// Only for a file whose last cross-reference table is a table, as cairo writes it.
  private func addedToPDF(_ bytes: [UInt8]) -> [UInt8] {
    guard let mark = ByteSearch.last("startxref", in: bytes), let place = Self.number(in: bytes, from: mark + 9),
      bytes.indices.contains(place), bytes[place...].starts(with: Array("xref".utf8)),
      let trailer = ByteSearch.last("trailer", in: bytes), let size = Self.entry("/Size", in: bytes[trailer...]),
      let root = Self.entry("/Root", in: bytes[trailer...])
    else { return bytes }
    var output = bytes + Array(Self.pdfStart.utf8)
    let object = output.count
    output += Array("\(size) 0 obj\n<< /Creator (\(program)) /Provenance <\(hexadecimal(text.utf8))> >>\nendobj\n".utf8)
    let table = output.count
    let offset = String(object)
    let digits = String(repeating: "0", count: max(0, 10 - offset.utf8.count)) + offset
    output += Array(
      """
      xref
      \(size) 1
      \(digits) 00000 n\u{20}
      trailer
      << /Size \(size + 1) /Root \(root) 0 R /Info \(size) 0 R /Prev \(place) >>
      startxref
      \(table)
      %%EOF

      """.utf8)
    return output
  }

  private static func entry(_ name: String, in bytes: ArraySlice<UInt8>) -> Int? {
    ByteSearch.first(name, in: Array(bytes)).flatMap { number(in: Array(bytes), from: $0 + name.utf8.count) }
  }

  /// The number behind spaces and line ends.
  private static func number(in bytes: [UInt8], from start: Int) -> Int? {
    guard start <= bytes.count else { return nil }
    let digits = bytes[start...].drop { $0 == 32 || $0 == 10 || $0 == 13 }.prefix {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
    }
    return Int(String(decoding: digits.prefix(15), as: UTF8.self))
  }

  /// A PDF without the time at which it was drawn: the same figure gives the same bytes.
  package static func withoutDate(_ bytes: [UInt8]) -> [UInt8] {
    guard let start = ByteSearch.last("/CreationDate (", in: bytes),
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ")"))
    else { return bytes }
    var output = bytes
    for index in start...end { output[index] = UInt8(ascii: " ") }
    return output
  }

  // MARK: Into a page

  static let pageStart = "<script type=\"application/json\" id=\"\(name)\">"
  static let pageEnd = "</script>"

  package var script: String {
    Self.pageStart + text.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
      + Self.pageEnd
  }

  // MARK: Out of files

  /// The note in the bytes of a file, and the bytes without it; nil where there is none. Throws `badFile` for a file that is damaged.
  package static func found(in bytes: [UInt8], path: String) throws -> (text: String, rest: [UInt8])? {
    switch Paths.fileExtension(path) {
    case "png": return inPNG(bytes)
    case "svg":
      guard let range = between(svgStart, svgEnd, in: bytes),
        let term = between(termStart, termEnd, in: Array(bytes[range]))
      else { return nil }
      let inner = Array(bytes[range])[term].dropFirst(termStart.utf8.count).dropLast(termEnd.utf8.count)
      return (
        unescaped(String(decoding: inner, as: UTF8.self)),
        Array(bytes[..<range.lowerBound] + bytes[range.upperBound...])
      )
    case "html":
      guard let range = between(pageStart, pageEnd, in: bytes) else { return nil }
      let text = bytes[range].dropFirst(pageStart.utf8.count).dropLast(pageEnd.utf8.count)
      return (String(decoding: text, as: UTF8.self), Array(bytes[..<range.lowerBound] + bytes[range.upperBound...]))
    case "pdf":
      guard let start = ByteSearch.last(pdfStart, in: bytes),
        let range = between("/Provenance <", ">", in: Array(bytes[start...]))
      else { return nil }
      let digits = Array(bytes[start...])[range].dropFirst("/Provenance <".utf8.count).dropLast()
      return (String(decoding: fromHexadecimal(digits), as: UTF8.self), Array(bytes[..<start]))
    case "npz": return try inArchive(bytes, path)
    case "safetensors":
      let text = try Safetensors.metadata(of: bytes, path: path).first { $0.key == name }?.value
      return text.map { ($0, bytes) }
    default: return nil
    }
  }

  private static func inPNG(_ bytes: [UInt8]) -> (text: String, rest: [UInt8])? {
    guard bytes.starts(with: signature) else { return nil }
    var at = signature.count
    while bytes.count - at >= 12 {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - at - 12 else { return nil }
      let body = bytes[(at + 8)..<(at + 8 + length)]
      if bytes[(at + 4)..<(at + 8)].elementsEqual("iTXt".utf8), body.starts(with: keyword) {
        return (
          String(decoding: body.dropFirst(keyword.count), as: UTF8.self),
          Array(bytes[..<at] + bytes[(at + 12 + length)...])
        )
      }
      at += 12 + length
    }
    return nil
  }

  private static func inArchive(_ bytes: [UInt8], _ path: String) throws -> (text: String, rest: [UInt8])? {
    guard ZipArchive.isArchive(bytes) else { return nil }
    let archive = try ZipArchive(bytes, path: path)
    guard let entry = archive.entries.first(where: { $0.name == member }) else { return nil }
    return (String(decoding: try archive.contents(of: entry), as: UTF8.self), bytes)
  }

  private static func between(_ start: String, _ end: String, in bytes: [UInt8]) -> Range<Int>? {
    guard let first = ByteSearch.first(start, in: bytes) else { return nil }
    let behind = first + start.utf8.count
    guard let last = ByteSearch.first(end, in: Array(bytes[behind...])) else { return nil }
    return first..<(behind + last + end.utf8.count)
  }

  private static func unescaped(_ text: String) -> String {
    var output = ""
    var rest = Substring(text)
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
    while let character = rest.first {
      if character == "&", let (escape, plain) = escapes.first(where: { rest.hasPrefix($0.0) }) {
        output += plain
        rest = rest.dropFirst(escape.count)
      } else {
        output.append(rest.removeFirst())
      }
    }
    return output
  }

  private static func fromHexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8] {
    let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }
}

/// Where a text of ASCII lies among bytes.
enum ByteSearch {
  static func first(_ text: String, in bytes: [UInt8]) -> Int? {
    let wanted = Array(text.utf8)
    let place = bytes.withUnsafeBytes { tw_find($0.baseAddress, $0.count, wanted, wanted.count) }
    return place < 0 ? nil : place
  }

  static func last(_ text: String, in bytes: [UInt8]) -> Int? {
    let wanted = Array(text.utf8)
    guard wanted.count <= bytes.count else { return nil }
    return (0...(bytes.count - wanted.count)).reversed().first {
      bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted)
    }
  }
}
