// Tables as comma-separated values, RFC 4180: fields that hold a comma, a quote or a line break are quoted, quotes are
// doubled, quoted fields may hold line breaks.

import Lang
import OrderedCollections
import Runtime

package enum CSV {
  // MARK: Writing

  /// One field, quoted where it must be.
  package static func field(_ text: String) -> String {
    let special: (UInt8) -> Bool = { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard text.utf8.contains(where: special) else { return text }
    var output = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { output.unicodeScalars.append("\"") }
      output.unicodeScalars.append(scalar)
    }
    return output + "\""
  }

  /// A header row and one row for each row of the table, each ended by LF.
  package static func write(_ table: TableObject, digits: Int? = nil, to file: AtomicFile) throws {
    try file.write(record(table.columns.keys.map { field($0.name) }))
    let columns = table.columns.values.map { CellTexts($0, digits: digits) }
    for row in 0..<table.rowCount {
      if row & 0xFFF == 0 { try checkInterrupt() }
      try file.write(record(columns.map { field($0[row]) }))
    }
  }

  /// A line of one empty field would read as no line at all: it is quoted.
  private static func record(_ fields: [String]) -> String {
    (fields == [""] ? "\"\"" : fields.joined(separator: ",")) + "\n"
  }

  // MARK: Reading

  /// Parses CSV text whose first row names the columns. Columns whose fields are all numbers (or empty, which gives nil) become
  /// numbers. Empty names become `column3`, repeated ones `name_2`. Throws `badFile` with the line of a row that is too
  /// short or too long, or of a quote that is not closed.
  package static func table(_ bytes: ArraySlice<UInt8>, path: String) throws -> TableObject {
    var reader = Reader(bytes, path: path)
    guard let header = try reader.row() else {
      throw Fault.badFile(path, reason: "it is empty", help: "the first line of a CSV file names its columns")
    }
    var columns = [ContiguousArray<String>](repeating: [], count: header.count)
    // As texts, and then as values, which are read once more.
    var growth = Growth()
    while let row = try reader.row() {
      guard row.count == header.count else {
        throw Fault.badFile(
          path,
          reason:
            "line \(reader.rowLine) has \(row.count) field\(row.count == 1 ? "" : "s"), the header has \(header.count)")
      }
      for (index, text) in row.enumerated() {
        try growth.add(64 + 2 * text.utf8.count)
        columns[index].append(text)
      }
    }
    var table: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    for (index, name) in uniqueNames(header).enumerated() {
      table[Symbol(name)] = try cells(columns[index], place: "\(path), column `\(name)`")
    }
    return try TableObject(table)
  }

  private static func uniqueNames(_ header: [String]) -> [String] {
    var names: [String] = []
    var taken: Set<Symbol> = []
    for (index, text) in header.enumerated() {
      let base = text.isEmpty ? "column\(index + 1)" : text
      var name = base
      var number = 2
      while !taken.insert(Symbol(name)).inserted {
        name = "\(base)_\(number)"
        number += 1
      }
      names.append(name)
    }
    return names
  }

  private static func cells(_ texts: ContiguousArray<String>, place: String) throws -> ContiguousArray<Value> {
    func asTexts() throws -> ContiguousArray<Value> {
      var cells: ContiguousArray<Value> = []
      cells.reserveCapacity(texts.count)
      try inBlocks(texts.count, of: 1 << 14) { for index in $0 { cells.append(.string(texts[index])) } }
      return cells
    }

    var numbers: ContiguousArray<Value> = []
    numbers.reserveCapacity(texts.count)
    var isNumeric = false
    var rounded = RoundedNumbers()
    for (index, text) in texts.enumerated() {
      if index & 0x3FFF == 0 { try checkInterrupt() }
      if text.isEmpty {
        numbers.append(.nil)
      } else if let number = parsedNumber(text) {
        isNumeric = true
        numbers.append(.number(number))
        rounded.note(text, number)
      } else {
        return try asTexts()
      }
    }
    rounded.tell(place)
    return isNumeric ? numbers : try asTexts()
  }

  private struct Reader {
    private let bytes: ArraySlice<UInt8>
    private let path: String
    private var at: Int
    private var line = 1
    /// Line that the last row started on.
    private(set) var rowLine = 1

    init(_ bytes: ArraySlice<UInt8>, path: String) {
      self.bytes = bytes
      self.path = path
      at = bytes.startIndex
    }

    /// The next row that is not blank, or nil at the end.
    mutating func row() throws -> [String]? {
      while at < bytes.endIndex, isLineEnd(bytes[at]) { skipLineEnd() }
      guard at < bytes.endIndex else { return nil }
      rowLine = line
      var fields: [String] = []
      while true {
        fields.append(try field())
        guard at < bytes.endIndex, bytes[at] == UInt8(ascii: ",") else { break }
        at += 1
      }
      if at < bytes.endIndex { skipLineEnd() }
      return fields
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }

    private mutating func skipLineEnd() {
      if bytes[at] == UInt8(ascii: "\r"), at + 1 < bytes.endIndex, bytes[at + 1] == UInt8(ascii: "\n") { at += 1 }
      at += 1
      line += 1
    }

    private mutating func field() throws -> String {
      var content: [UInt8] = []
      if at < bytes.endIndex, bytes[at] == UInt8(ascii: "\"") {
        try quoted(into: &content)
      }
      // Behind a closing quote nothing may stand; what does is kept, as most readers do.
      while at < bytes.endIndex, bytes[at] != UInt8(ascii: ","), !isLineEnd(bytes[at]) {
        content.append(bytes[at])
        at += 1
      }
      guard let text = String(validating: content, as: UTF8.self) else { throw Fault.notUTF8(path, line: line) }
      return text
    }

    private mutating func quoted(into content: inout [UInt8]) throws {
      let start = line
      at += 1
      while at < bytes.endIndex {
        let byte = bytes[at]
        at += 1
        if byte == UInt8(ascii: "\"") {
          guard at < bytes.endIndex, bytes[at] == UInt8(ascii: "\"") else { return }
          at += 1
        }
        if byte == UInt8(ascii: "\n") { line += 1 }
        content.append(byte)
      }
      throw Fault.badFile(path, reason: "the quote that opens in line \(start) is not closed")
    }
  }
}

/// A decimal number: sign, digits, point, exponent, or inf and nan in any case. Nil for anything else, spaces included.
package func parsedNumber(_ text: String) -> Double? {
  var rest = text.utf8[...]
  if let first = rest.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { rest.removeFirst() }
  guard let first = rest.first else { return nil }
  if first > UInt8(ascii: "9") {
    // "infinity" has eight letters.
    guard rest.count <= 8 else { return nil }
    switch String(Substring(rest)).lowercased() {
    case "inf", "infinity": return text.utf8.first == UInt8(ascii: "-") ? -Double.infinity : .infinity
    case "nan": return .nan
    default: return nil
    }
  }
  let allowed = rest.allSatisfy { byte in
    (byte >= 48 && byte <= 57) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }
  guard allowed, rest.contains(where: { $0 >= 48 && $0 <= 57 }) else { return nil }
  return Double(text)
}
