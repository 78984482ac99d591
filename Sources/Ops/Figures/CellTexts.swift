// Texts in the cells of a heat map: black or white, as the cell is light or dark, and cut to it.

import Lang
import Runtime

struct CellTexts {
  /// Of the letters, in pixels; nil where cells have no room for any.
  let size: Int?
  /// Letters that fit into a cell.
  let limit: Int
  private let map: HeatMap

  /// More texts than these nobody reads, and a picture of them is large.
  private static let most = 5000

  /// `width`, `height`: of the map in pixels. The size is the largest at which most texts fit.
  init(_ map: HeatMap, width: Double, height: Double) {
    self.map = map
    let cell = (width: width / Double(map.columns) - 4, height: height / Double(map.rows) - 2)
    let lengths = (map.texts ?? []).map { PlotText.width(PlotText.label($0, limit: 40)) }.sorted()
    let usual = lengths.isEmpty ? 0 : max(lengths[lengths.count * 9 / 10], 1)
    let fitting = usual == 0 ? 0 : cell.width / (Double(usual) * 0.6)
    let size = Int(min(13, max(fitting, 7), cell.height / 1.1))
    limit = Int(cell.width / (Double(max(size, 1)) * 0.6))
    self.size = size >= 6 && limit >= 2 && map.values.count <= Self.most ? size : nil
  }

  /// A label of gnuplot for every cell that has a text.
  func script(_ target: GnuplotScript.Target) throws -> String {
    guard let texts = map.texts, let size else { return "" }
    var script = ""
    for (index, text) in texts.enumerated() where !text.isEmpty {
      if index & 0xFF == 0 { try checkInterrupt() }
      let (row, column) = (index / map.columns, index % map.columns)
      let ink = map.colour(row, column).map(Palette.ink(on:)) ?? "#000000"
      let shown = GnuplotScript.quoted(PlotText.label(text, limit: limit))
      script += "set label \(shown) at \(column),\(row) center front font ',\(target.fontSize(size))' tc rgb '\(ink)'\n"
    }
    return script
  }
}
