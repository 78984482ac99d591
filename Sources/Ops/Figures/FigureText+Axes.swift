// The axes of a panel in characters: round numbers, at their places, as many as there is room for.

import Lang
import Runtime

extension FigureText {
  /// Grey, which stands back behind what is drawn.
  static let axisColour = TextColour.indexed(244)

  /// The numbers beside a panel's rows.
  func yMarks(_ panel: Panel, _ ranges: PanelRanges, rows: Int) -> [Int: String] {
    let isWhole = Self.areWhole(panel.layers.lazy.flatMap(\.y))
    let marks = Self.marks(ranges.y, isLog: panel.isLogY, isWhole: isWhole, most: max(rows * 2 / 5, 2))
    let dots = rows * 4
    return Dictionary(
      marks.map { ((dots - 1 - Self.place($0.place, ranges.y, panel.isLogY, dots)) / 4, $0.text) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Two lines below a panel: the axis, and the numbers or names along it.
  func xAxis(_ panel: Panel, _ ranges: PanelRanges, width: Int) throws -> [String] {
    var ticks = [Character](repeating: "─", count: width)
    var names = TextCanvas(columns: width, rows: 1)
    if let texts = panel.xNames {
      // As many names as fit; each keeps a space behind it.
      for (index, name) in texts.enumerated() {
        if index & 0xFFF == 0 { try checkInterrupt() }
        let text = PlotText.label(name, limit: 12)
        let length = text.unicodeScalars.count
        let start = max(min(Self.place(Double(index), ranges.x, false, width) - length / 2, width - length), 0)
        _ = names.write(start + length < width ? text + " " : text, start, 0)
      }
    } else {
      for mark in xMarks(panel, ranges, width: width) {
        ticks[mark.column] = "┬"
        _ = names.write(mark.text, mark.start, 0)
      }
    }
    return ["└" + String(ticks), " " + names.lines(usesColour: false)[0]]
  }

  /// Numbers along the x axis: the column of each, and that at which its text begins. Texts keep two columns between them.
  private func xMarks(_ panel: Panel, _ ranges: PanelRanges, width: Int) -> [(column: Int, start: Int, text: String)] {
    let isWhole = Self.areWhole(panel.layers.lazy.flatMap(\.x))
    for most in stride(from: max(width / 8, 2), through: 1, by: -1) {
      let marks = Self.marks(ranges.x, isLog: panel.isLogX, isWhole: isWhole, most: most).map { place, text in
        let column = Self.place(place, ranges.x, panel.isLogX, width * 2) / 2
        return (column: column, start: max(min(column - text.utf8.count / 2, width - text.utf8.count), 0), text: text)
      }
      let fits = zip(marks, marks.dropFirst()).allSatisfy { $0.start + $0.text.utf8.count + 2 <= $1.start }
      if fits { return marks.filter { (0..<width).contains($0.column) } }
    }
    return []
  }

  private static func marks(
    _ range: ClosedRange<Double>, isLog: Bool, isWhole: Bool, most: Int
  ) -> [(place: Double, text: String)] {
    var places = isLog ? Ticks.logPlaces(range, most: most) : Ticks.places(range, most: most, isWhole: isWhole)
    // Within a range that was asked for there may be no whole number.
    if places.count < 2, isWhole, !isLog { places = Ticks.places(range, most: most) }
    return Array(zip(places, Ticks.texts(places)))
  }

  private static func areWhole(_ numbers: some Sequence<Double>) -> Bool {
    numbers.allSatisfy { $0 == $0.rounded() || $0.isNaN }
  }
}
