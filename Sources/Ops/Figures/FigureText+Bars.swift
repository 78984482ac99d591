// Bars in characters that lie, one a line, each with its name and its number.

import Lang
import Runtime

/// The bars of a panel as lines of a terminal. Nil for what stands better upright: names that fit below, a logarithm, other series among them.
struct TextBars {
  let names: [String]
  /// Of each name and each series: its numbers.
  let series: [(values: [Double?], colour: Int)]
  let range: ClosedRange<Double>

  init?(_ panel: Panel, columns: Int) {
    let layers = panel.layers.map(\.upright)
    guard let names = panel.yNames ?? panel.xNames, !panel.isLogY, !panel.isLogX, layers.allSatisfy(\.isBoxes) else {
      return nil
    }
    let shown = names.map { PlotText.label($0, limit: 24) }
    let needed = shown.reduce(0) { $0 + PlotText.width($1) + 1 }
    guard panel.yNames != nil || needed > columns - 10 else { return nil }
    self.names = shown
    series = layers.enumerated().map { index, layer in
      var values = [Double?](repeating: nil, count: names.count)
      for at in layer.x.indices {
        if let place = Int(exactly: layer.x[at].rounded()), values.indices.contains(place) {
          values[place] = layer.y[at]
        }
      }
      return (values, index)
    }
    let numbers = layers.flatMap(\.y).filter { !$0.isNaN }
    let (low, high) = (min(numbers.min() ?? 0, 0), max(numbers.max() ?? 0, 0))
    range = (panel.yNames == nil ? panel.yRange : panel.xRange) ?? (low < high ? low...high : 0...1)
  }
}

extension FigureText {
  /// Bars that are drawn; nobody reads on.
  private static let mostBars = 200

  func bars(_ bars: TextBars, _ panel: Panel) throws -> [String] {
    let inks = inks(panel)
    let gutter = min(bars.names.map(PlotText.width).max() ?? 1, max(columns / 3, 8))
    let numbers = bars.series.flatMap { $0.values.compactMap { $0.map(Ticks.text) } }
    let beside = min(numbers.map(\.utf8.count).max() ?? 1, 10)
    let width = max(columns - gutter - beside - 3, 4)
    let place: (Double) -> Int = { Self.place($0, bars.range, false, width * 8 + 1) }
    let zero = place(0)
    var lines: [String] = []
    for (index, name) in bars.names.prefix(Self.mostBars).enumerated() {
      try checkInterrupt()
      var isNamed = false
      for one in bars.series {
        guard let value = one.values[index] else { continue }
        let label = isNamed ? "" : PlotText.label(name, limit: gutter)
        let text = Ticks.text(value)
        let bar = coloured(
          block(from: min(zero, place(value)), to: max(zero, place(value)), zero: zero, width: width), inks[one.colour])
        let line =
          String(repeating: " ", count: max(gutter - PlotText.width(label), 0)) + label + " " + bar + " "
          + String(repeating: " ", count: max(beside - text.utf8.count, 0)) + text
        lines.append(line + " ")
        isNamed = true
      }
    }
    if bars.names.count > Self.mostBars { lines.append(padded("… and \(bars.names.count - Self.mostBars) more")) }
    let label = panel.yNames == nil ? panel.yLabel : panel.xLabel
    if let label { lines.append(centred(PlotText.line(label, limit: columns))) }
    return lines
  }

  /// A bar between two places in eighths of a character, and a line where zero is.
  private func block(from: Int, to: Int, zero: Int, width: Int) -> String {
    let parts: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    var text = String.UnicodeScalarView()
    for column in 0..<width {
      let (left, right) = (column * 8, column * 8 + 8)
      let (low, high) = (max(from, left), min(to, right))
      if high - low >= 8 || low > left && high == right && high - low >= 4 {
        text.append("█")
      } else if high > low, low == left {
        text.append(parts[high - low - 1])
      } else if high > low {
        text.append("▐")
      } else {
        text.append(zero / 8 == column && zero > 0 && zero < width * 8 ? "│" : " ")
      }
    }
    return String(text)
  }

  // MARK: Texts in colours

  /// A text, each token on its colour; where there are no colours its number stands behind it.
  func passage(_ passage: Passage) -> [String] {
    guard colours != .none else {
      var shown = passage
      shown.tokens = zip(passage.tokens, passage.values).map { token, value in
        value.isNaN ? token : token + "[\(Charts.numberInCell(value))]"
      }
      return lines(shown) { text, _ in text }
    }
    return lines(passage) { text, index in
      guard !passage.values[index].isNaN else { return text }
      let span = passage.range.upperBound - passage.range.lowerBound
      let paper = colours.colour(passage.palette, at: (passage.values[index] - passage.range.lowerBound) / span)
      return "\u{1B}[\(paper.ink.code(isPaper: false));\(paper.code(isPaper: true))m\(text)\u{1B}[0m"
    } + [scale(passage.palette, passage.range)]
  }

  private func lines(_ passage: Passage, _ painted: (String, Int) -> String) -> [String] {
    let (pieces, count) = PassageLines.pieces(passage, limit: columns)
    var lines = [String](repeating: "", count: count)
    var used = [Int](repeating: 0, count: count)
    for piece in pieces {
      lines[piece.line] += painted(piece.text, piece.token)
      used[piece.line] += piece.width
    }
    return zip(lines, used).map { $0 + String(repeating: " ", count: max(0, columns - $1)) }
  }
}
