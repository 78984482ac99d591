// The printed form of a table:
//
//     rank  token      id   score
//        0   king    5822  112.34
//        1   queen  16599   98.12
//
// Numbers stand right with one count of decimals a column, also those in a column's lists, texts left with control characters as
// escapes. What does not fit is cut with `…`: cells first, then columns from the right, which the last line names.

import Lang

extension TableObject {
  /// Rows that are shown before a table is abridged, and of an abridged one at its head and tail.
  private static let shownRows = 40
  private static let headRows = 30
  private static let tailRows = 5
  /// Columns of the terminal that a text column keeps at least, and that it gets at most where nothing is cut.
  private static let narrowest = 8
  private static let gap = 2

  /// The table within `width` columns of a terminal. `allRows` shows every row; a width of `Int.max` cuts nothing.
  /// `decimals` is how many every number of a column with fractions has. Throws `interrupted`.
  package func text(width: Int, allRows: Bool = false, decimals: Int? = nil) throws -> String {
    guard !columns.isEmpty else { return "(a table without columns)" }
    let rows = shownRows(all: allRows)
    let isAbridged = rows.count < rowCount
    var shown = try shownColumns(rows, width: width, decimals: decimals)
    let dropped = Self.fit(&shown, width: width)

    var lines: [String] = []
    func append(_ cells: [String]) {
      let line = zip(shown, cells).map { column, cell in column.padded(cell) }.joined(separator: "  ")
      lines.append(Self.withoutTrailingSpaces(line))
    }
    append(shown.map(\.name))
    for place in rows.indices {
      if place & 0xFFF == 0xFFF { try checkInterrupt() }
      if isAbridged, place == Self.headRows { append(shown.map { $0.ellipsis }) }
      append(shown.map { $0.texts[place] })
    }
    var notes: [String] = []
    if isAbridged {
      notes.append("\(rows.count) of \(rowCount) rows")
    } else if rowCount == 0 || rowCount > 10 {
      notes.append("\(rowCount) row\(rowCount == 1 ? "" : "s")")
    }
    if !dropped.isEmpty { notes.append("not shown: \(Self.names(dropped))") }
    if !notes.isEmpty { lines.append("(" + notes.joined(separator: "; ") + ")") }
    return lines.joined(separator: "\n")
  }

  private func shownRows(all: Bool) -> [Int] {
    guard !all, rowCount > Self.shownRows else { return Array(0..<rowCount) }
    return Array(0..<Self.headRows) + Array(rowCount - Self.tailRows..<rowCount)
  }

  private func shownColumns(_ rows: [Int], width: Int, decimals: Int?) throws -> [Column] {
    try columns.map { name, cells in
      try Column(name.name, rows.map { cells[$0] }, width: width, decimals: decimals) { place in
        name == Self.tokens ? spelling(of: cells[rows[place]], row: rows[place]) : nil
      }
    }
  }

  /// The cells that `text` shows, for forms with columns of their own.
  package struct Shown {
    package let names: [String]
    package let isNumeric: [Bool]
    /// Row by row.
    package let cells: [[String]]
    /// Where in `cells` rows are left out; nil where none are.
    package let gap: Int?
  }

  /// Throws `interrupted`.
  package func shown() throws -> Shown {
    let rows = shownRows(all: false)
    let columns = try shownColumns(rows, width: 1000, decimals: nil)
    return Shown(
      names: columns.map(\.name), isNumeric: columns.map(\.isNumeric),
      cells: rows.indices.map { place in columns.map { $0.texts[place] } },
      gap: rows.count < rowCount ? Self.headRows : nil)
  }

  /// One line, for a table inside a list or record: tables inside tables would recurse otherwise, and no row of a list could be
  /// told from the rows of the table.
  var oneLine: String {
    "<table of \(rowCount) row\(rowCount == 1 ? "" : "s"): \(Self.names(fieldNames.map(Self.escaped)))>"
  }

  private static func names(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? shown + ", … (\(names.count) columns)" : shown
  }

  private static func withoutTrailingSpaces(_ text: String) -> String {
    var bytes = text.utf8[...]
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    return String(Substring(bytes))
  }

  /// Narrows the widest texts, then drops columns from the right, until the rest fits. Returns the names of those dropped.
  private static func fit(_ columns: inout [Column], width: Int) -> [String] {
    func total() -> Int { columns.reduce(gap * (columns.count - 1)) { $0 + $1.width } }
    var dropped: [String] = []
    while total() > width, columns.count > 1 {
      let least = columns.reduce(gap * (columns.count - 1)) { $0 + $1.least(narrowest) }
      if least <= width { break }
      if let last = columns.popLast() { dropped.append(last.name) }
    }
    // The widest texts give way together: find the largest common bound that fits.
    if total() > width {
      var low = narrowest
      var high = max(narrowest, width)
      while low < high {
        let middle = (low + high + 1) / 2
        let needed = columns.reduce(gap * (columns.count - 1)) { $0 + $1.bounded(middle) }
        if needed <= width { low = middle } else { high = middle - 1 }
      }
      for index in columns.indices { columns[index].width = columns[index].bounded(low) }
    }
    return dropped.reversed()
  }

  /// One column, ready to print.
  private struct Column {
    let name: String
    let texts: [String]
    let isNumeric: Bool
    var width: Int

    /// `spelling(i)` is how cell i reads where that is not its text.
    init(_ name: String, _ cells: [Value], width: Int, decimals: Int?, spelling: (Int) -> String?) throws {
      self.name = TableObject.escaped(name)
      isNumeric = cells.contains { $0.asNumber != nil } && cells.allSatisfy { $0.asNumber != nil || $0.isNil }
      var numbers: [Double] = []
      try inBlocks(cells.count, of: 1 << 12) { block in
        for cell in cells[block] { numbers += TableObject.numbers(in: cell, limit: width) }
      }
      let format = try NumberColumn(numbers, decimals: decimals)
      let texts = try cells.enumerated().map { place, cell in
        if place & 0xFFF == 0xFFF { try checkInterrupt() }
        if let number = cell.asNumber { return format.text(number) }
        if let text = spelling(place) { return TableObject.escaped(text) }
        return TableObject.cellText(cell, limit: width, number: format.text)
      }
      var widest = terminalWidth(of: self.name)
      try inBlocks(texts.count, of: 1 << 12) { block in
        for text in texts[block] { widest = max(widest, terminalWidth(of: text)) }
      }
      self.texts = texts
      self.width = widest
    }

    /// Numbers are never cut: a cut number is another number.
    func bounded(_ limit: Int) -> Int { isNumeric ? width : min(width, limit) }
    func least(_ narrowest: Int) -> Int { bounded(narrowest) }

    var ellipsis: String { "…" }

    func padded(_ text: String) -> String {
      var text = text
      var size = terminalWidth(of: text)
      if size > width {
        text = TableObject.cut(text, to: width)
        size = terminalWidth(of: text)
      }
      let padding = String(repeating: " ", count: max(0, width - size))
      return isNumeric ? padding + text : text + padding
    }
  }

  /// The number of a cell, or those of its list, as far as they may be shown.
  private static func numbers(in cell: Value, limit: Int) -> [Double] {
    if let number = cell.asNumber { return [number] }
    return cell.asList?.items.prefix(limit).compactMap(\.asNumber) ?? []
  }

  /// A cell as one line. Containers are abridged where they are longer than anything that fits.
  private static func cellText(_ cell: Value, limit: Int, number: (Double) -> String) -> String {
    if let text = cell.asString {
      // A code point takes a column, but for marks on letters: these are more than enough.
      let most = limit < 1 << 16 ? 8 * limit : .max
      return escaped(text.utf8.count > most ? String(text.unicodeScalars.prefix(most)) : text)
    }
    if let items = cell.asList?.items, items.count > limit {
      // Each element takes at least one column, so these are more than enough.
      return escaped(Printer.innerText(of: .list(items.prefix(limit)), number: number)).dropLast() + ", …]"
    }
    if cell.asTensor != nil || cell.asTable != nil { return "<\(cell.typeName)>" }
    return escaped(Printer.innerText(of: cell, number: number))
  }

  private static func escaped(_ text: String) -> String { VisibleText.of(text, oneLine: true) }

  /// The head of a text that takes at most `width` columns, with `…` at its end.
  private static func cut(_ text: String, to width: Int) -> String {
    var output = String.UnicodeScalarView()
    var used = 1
    for scalar in text.unicodeScalars {
      used += terminalWidth(of: scalar)
      if used > width { break }
      output.append(scalar)
    }
    return String(output) + "…"
  }
}

/// How the numbers of one column are written: all whole, or with as many decimals as show five significant digits of the
/// largest, or in scientific form where the column spans too much for that.
private struct NumberColumn {
  private enum Form {
    case plain
    case fixed(Int)
    case scientific
  }

  private var form = Form.plain

  init(_ numbers: [Double], decimals given: Int?) throws {
    var largest = 0.0
    var allWhole = true
    var enough = 0
    for number in numbers where number.isFinite {
      largest = max(largest, abs(number))
      if number != number.rounded() { allWhole = false }
    }
    if allWhole { return }
    if let given {
      form = .fixed(given)
      return
    }
    guard largest < 1e9, largest >= 1e-4 else {
      form = .scientific
      return
    }
    var decimals = 4
    var bound = 10.0
    while decimals > 1, largest >= bound {
      decimals -= 1
      bound *= 10
    }
    bound = 1
    while decimals < 8, largest < bound {
      decimals += 1
      bound /= 10
    }
    // No zeros that say nothing: 0.5 and 0.25 need two decimals.
    for (index, number) in numbers.enumerated() where number.isFinite {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      if enough == decimals { break }
      while enough < decimals, Double(formatFixed(number, decimals: enough)) != number { enough += 1 }
    }
    form = .fixed(min(decimals, enough))
  }

  func text(_ number: Double) -> String {
    guard number.isFinite else { return numberText(number) }
    switch form {
    case .plain: return numberText(number)
    case .fixed(let decimals): return formatFixed(number, decimals: decimals)
    case .scientific: return cFormat(number, "e", precision: 4, alternate: false)
    }
  }
}
