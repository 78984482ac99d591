// Tables for papers: LaTeX and Markdown. Numbers stand right and are written as they print; control characters become visible
// escapes, since a line break would end the row.

import Lang
import Runtime

/// The cells of a column as texts: texts as they are, nil empty, everything else as `print` shows it; with `digits`, the numbers of a
/// column that holds a fraction have so many decimals, also those in its lists.
struct CellTexts {
  private let cells: ContiguousArray<Value>
  private let decimals: Int?

  init(_ cells: ContiguousArray<Value>, digits: Int?) {
    self.cells = cells
    decimals = digits != nil && cells.contains(where: Self.holdsFraction) ? digits : nil
  }

  private static func holdsFraction(_ cell: Value) -> Bool {
    if let list = cell.asList { return list.items.contains { $0.asNumber.map(isFraction) ?? false } }
    return cell.asNumber.map(isFraction) ?? false
  }

  private static func isFraction(_ number: Double) -> Bool { number.isFinite && number != number.rounded() }

  subscript(row: Int) -> String {
    let cell = cells[row]
    if cell.isNil { return "" }
    guard let decimals, cell.asString == nil else { return Printer.text(of: cell) }
    return Printer.innerText(of: cell) { $0.isFinite ? formatFixed($0, decimals: decimals) : numberText($0) }
  }
}

package enum TextTables {
  /// A `tabular` that needs no package.
  package static func latex(_ table: TableObject, digits: Int? = nil) throws -> String {
    let alignment = table.columns.values.map { isNumeric($0) ? "r" : "l" }.joined()
    var lines = ["\\begin{tabular}{\(alignment)}", "\\hline"]
    lines.append(table.columns.keys.map { latexEscaped($0.name) }.joined(separator: " & ") + " \\\\")
    lines.append("\\hline")
    let columns = table.columns.values.map { CellTexts($0, digits: digits) }
    for row in 0..<table.rowCount {
      if row & 0xFFF == 0 { try checkInterrupt() }
      let cells = columns.map { latexEscaped($0[row]) }.joined(separator: " & ")
      // `\\` takes a star or a bracket that follows, in the next line too, for its own.
      let isTaken = ["*", "["].contains(cells.unicodeScalars.first { $0 != " " })
      lines.append((isTaken ? "{}" : "") + cells + " \\\\")
    }
    return (lines + ["\\hline", "\\end{tabular}", ""]).joined(separator: "\n")
  }

  /// A pipe table as GitHub and pandoc read it.
  package static func markdown(_ table: TableObject, digits: Int? = nil) throws -> String {
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = [row(table.columns.keys.map { markdownEscaped($0.name) })]
    lines.append("|" + table.columns.values.map { isNumeric($0) ? "---:|" : "---|" }.joined())
    let columns = table.columns.values.map { CellTexts($0, digits: digits) }
    for index in 0..<table.rowCount {
      if index & 0xFFF == 0 { try checkInterrupt() }
      lines.append(row(columns.map { markdownEscaped($0[index]) }))
    }
    return (lines + [""]).joined(separator: "\n")
  }

  /// A table of HTML with the rows that a prompt shows, and a line that says how many there are.
  package static func html(_ table: TableObject) throws -> String {
    let shown = try table.shown()
    func row(_ tag: String, _ cells: [String]) -> String {
      let cells = zip(cells, shown.isNumeric).map { cell, isNumeric in
        "<\(tag) style=\"text-align:\(isNumeric ? "right" : "left");white-space:pre\">\(MarkupText.escaped(cell))</\(tag)>"
      }
      return "<tr>" + cells.joined() + "</tr>"
    }
    var lines = ["<table>", "<thead>", row("th", shown.names), "</thead>", "<tbody>"]
    for (place, cells) in shown.cells.enumerated() {
      if place == shown.gap { lines.append(row("td", cells.map { _ in "…" })) }
      lines.append(row("td", cells))
    }
    lines += ["</tbody>", "</table>"]
    let count = "\(table.rowCount) row\(table.rowCount == 1 ? "" : "s")"
    if shown.gap != nil {
      lines.append("<p>\(shown.cells.count) of \(count)</p>")
    } else if table.rowCount == 0 || table.rowCount > 10 {
      lines.append("<p>\(count)</p>")
    }
    return lines.joined(separator: "\n")
  }

  private static func isNumeric(_ cells: ContiguousArray<Value>) -> Bool {
    cells.contains { $0.asNumber != nil } && cells.allSatisfy { $0.asNumber != nil || $0.isNil }
  }

  /// The ten characters that LaTeX gives a meaning. The braces keep a letter behind a command from joining its name.
  static func latexEscaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": output += "\\textbackslash{}"
      case "~": output += "\\textasciitilde{}"
      case "^": output += "\\textasciicircum{}"
      case "%", "$", "#", "_", "{", "}", "&": output += "\\" + String(Character(scalar))
      default:
        if let escape = controlEscape(scalar) {
          output += "\\textbackslash{}" + escape
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    return output
  }

  private static func markdownEscaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "|", "<", ">", "[", "]", "~", "#", "&": output += "\\" + String(Character(scalar))
      default:
        if let escape = controlEscape(scalar) {
          output += "\\\\" + escape
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
    }
    return output
  }

  /// `n`, `t`, `r` or `x1b` for a control character.
  private static func controlEscape(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\n": return "n"
    case "\t": return "t"
    case "\r": return "r"
    case _ where scalar.value < 32 || (0x7F...0x9F).contains(scalar.value):
      let digits = String(scalar.value, radix: 16)
      return "x" + (digits.utf8.count < 2 ? "0" : "") + digits
    default: return nil
    }
  }
}
