// A rectangle of character cells to draw on. Each cell is 2 x 4 dots (a Braille sign), a text's character, or a block. It knows
// colours only as what a terminal is told.

import Lang

struct TextCanvas {
  let columns: Int
  package let rows: Int
  /// Dots of each cell: bit `2 * row + column`, row 0 on top.
  private var dots: [UInt8]
  private var isSolid: [Bool]
  private var characters: [Unicode.Scalar?]
  private var isCovered: [Bool]
  private var ink: [TextColour?]
  private var paper: [TextColour?]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    let count = self.columns * self.rows
    dots = Array(repeating: 0, count: count)
    isSolid = Array(repeating: false, count: count)
    characters = Array(repeating: nil, count: count)
    isCovered = Array(repeating: false, count: count)
    ink = Array(repeating: nil, count: count)
    paper = Array(repeating: nil, count: count)
  }

  var dotColumns: Int { columns * 2 }
  var dotRows: Int { rows * 4 }

  /// Lights a dot, row 0 on top. Outside the canvas nothing happens.
  mutating func dot(_ x: Int, _ y: Int, _ colour: TextColour, isSolid solid: Bool = false) {
    guard x >= 0, x < dotColumns, y >= 0, y < dotRows else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= 1 << UInt8(y % 4 * 2 + x % 2)
    if solid { isSolid[cell] = true }
    ink[cell] = colour
  }

  /// A straight line between two dots; the ends may lie outside.
  mutating func line(from a: (Int, Int), to b: (Int, Int), _ colour: TextColour, isDashed: Bool) {
    let steps = max(abs(b.0 - a.0), abs(b.1 - a.1), 1)
    // Ends are clipped to a few canvases by the caller, so this ends soon.
    for step in 0...steps where !isDashed || step % 6 < 3 {
      let share = Double(step) / Double(steps)
      let x = Double(a.0) + Double(b.0 - a.0) * share
      let y = Double(a.1) + Double(b.1 - a.1) * share
      dot(Int(x.rounded()), Int(y.rounded()), colour)
    }
  }

  /// Writes over a cell.
  mutating func put(
    _ scalar: Unicode.Scalar, _ column: Int, _ row: Int, ink: TextColour? = nil, paper: TextColour? = nil
  ) {
    guard column >= 0, column < columns, row >= 0, row < rows else { return }
    let cell = row * columns + column
    characters[cell] = scalar
    self.ink[cell] = ink
    self.paper[cell] = paper
  }

  /// Writes a text over cells, each scalar one cell wide; a wide one takes two, and one that would be cut is left out. The papers stay.
  mutating func overwrite(_ text: String, _ column: Int, _ row: Int, ink: TextColour? = nil) {
    var at = column
    for scalar in text.unicodeScalars {
      let width = PlotText.width(String(Character(scalar)))
      guard at >= 0, at + width <= columns, row >= 0, row < rows else { return }
      let cell = row * columns + at
      characters[cell] = scalar
      if let ink { self.ink[cell] = ink }
      // The second cell of a wide sign is drawn by its first.
      if width == 2 { isCovered[cell + 1] = true }
      at += max(width, 1)
    }
  }

  /// Writes a text if all its cells are there and hold no other text. Wide signs are left to the pictures.
  mutating func write(_ text: String, _ column: Int, _ row: Int) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard PlotText.width(text) == scalars.count, row >= 0, row < rows, column >= 0, column + scalars.count <= columns
    else { return false }
    let cells = row * columns + column..<row * columns + column + scalars.count
    guard cells.allSatisfy({ characters[$0] == nil }) else { return false }
    for (offset, scalar) in scalars.enumerated() { put(scalar, column + offset, row) }
    return true
  }

  /// One text a row, with escape sequences for colours if asked.
  func lines(usesColour: Bool) -> [String] {
    (0..<rows).map { row in
      var line = ""
      var last: (TextColour?, TextColour?) = (nil, nil)
      for column in 0..<columns {
        let cell = row * columns + column
        if isCovered[cell] { continue }
        let sign = sign(of: cell)
        let hasInk = sign != " "
        let colours = (hasInk ? ink[cell] : nil, paper[cell])
        if usesColour, colours.0 != last.0 || colours.1 != last.1 {
          line += "\u{1B}[0"
          if let ink = colours.0 { line += ";" + ink.code(isPaper: false) }
          if let paper = colours.1 { line += ";" + paper.code(isPaper: true) }
          line += "m"
          last = colours
        }
        line.unicodeScalars.append(sign)
      }
      if usesColour, last.0 != nil || last.1 != nil { line += "\u{1B}[0m" }
      return line
    }
  }

  private func sign(of cell: Int) -> Unicode.Scalar {
    if let character = characters[cell] { return character }
    let bits = dots[cell]
    if bits == 0 { return " " }
    if isSolid[cell], let block = Self.blocks[bits] { return block }
    // Unicode numbers the dots of a Braille sign column by column, the lowest pair last.
    let places: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    var sign: UInt32 = 0x2800
    for bit in 0..<8 where bits & (1 << UInt8(bit)) != 0 { sign |= places[bit] }
    return Unicode.Scalar(sign) ?? " "
  }

  /// Dots that make a block: rows filled from below, from above, or one column.
  private static let blocks: [UInt8: Unicode.Scalar] = [
    0xFF: "█", 0xFC: "▆", 0xF0: "▄", 0xC0: "▂", 0x0F: "▀", 0x55: "▌", 0xAA: "▐",
  ]
}
