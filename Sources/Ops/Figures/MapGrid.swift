// Heat maps of one size side by side: names stand beside the outer ones only, and one scale of colours is for all.

import Lang
import Runtime

struct MapGrid {
  /// A rectangle in pixels, from the lower left corner of the picture.
  typealias Rectangle = ScenePanelWriter.Rectangle

  /// Where a map is drawn, and what stands beside it.
  struct Place {
    let map: Rectangle
    let picture: (width: Double, height: Double)
    let showsRows: Bool
    let showsColumns: Bool
    /// The scale of colours, of one of the maps.
    let scale: Rectangle?

    func across(_ pixels: Double) -> String { formatFixed(pixels / picture.width, decimals: 5) }
    func up(_ pixels: Double) -> String { formatFixed(pixels / picture.height, decimals: 5) }
  }

  let places: [Place]

  /// The maps of `panels` in `columns` columns, within `area` of a picture; `size` is that of the letters. Maps are as large as they can be, and
  /// square cells stay square.
  init(_ panels: [Panel], columns: Int, area: Rectangle, picture: (width: Double, height: Double), size: Int) {
    guard let first = panels.first, let map = first.heatMap else {
      places = []
      return
    }
    let letter = Double(size)
    let rows = (panels.count + columns - 1) / columns
    let rowNames = map.rowNames.map { names in names.map { PlotText.width(PlotText.label($0, limit: 20)) }.max() ?? 0 }
    let columnNames = map.columnNames.map { names in
      names.map { PlotText.width(PlotText.label($0, limit: 20)) }.max() ?? 0
    }
    let left = PanelWriter.pixels(rowNames ?? 3, size: size) + (first.yLabel == nil ? 4 : letter * 3.4)
    let bottom = PanelWriter.pixels(columnNames ?? 2, size: size) + (first.xLabel == nil ? 4 : letter * 3)
    let right = letter * 6
    let title = panels.contains { $0.title != nil } ? letter * 1.9 : 0
    let gap = max(letter * 0.6, 4)
    var cell = (
      width: max((area.width - left - right) / Double(columns) - gap, 4),
      height: max((area.height - bottom) / Double(rows) - gap - title, 4)
    )
    if panels.allSatisfy(\.isEqual) {
      let side = min(cell.width / Double(map.columns), cell.height / Double(map.rows))
      cell = (side * Double(map.columns), side * Double(map.rows))
    }
    // In the middle, if the maps take less than there is.
    let used = (
      width: left + right + Double(columns) * (cell.width + gap),
      height: bottom + Double(rows) * (cell.height + gap + title)
    )
    let (x0, top) = (
      area.x + (area.width - used.width) / 2 + left, area.y + area.height - (area.height - used.height) / 2
    )
    places = panels.indices.map { index in
      let (row, column) = (index / columns, index % columns)
      let x = x0 + Double(column) * (cell.width + gap)
      let y = top - Double(row + 1) * (cell.height + gap + title)
      let blockTop = top - title
      let blockBottom = top - Double(rows) * (cell.height + gap + title)
      let height = min(blockTop - blockBottom, 260)
      let scale = Rectangle(
        x: x0 + Double(columns) * (cell.width + gap) + letter * 0.6, y: (blockTop + blockBottom - height) / 2,
        width: letter,
        height: height)
      return Place(
        map: Rectangle(x: x, y: y, width: cell.width, height: cell.height), picture: picture, showsRows: column == 0,
        showsColumns: index + columns >= panels.count, scale: index == 0 ? scale : nil)
    }
  }

  /// The same scale for all: of one palette, from the least to the greatest number. Throws where the maps differ in size, names or palette.
  static func shared(_ panels: [Panel]) throws -> [Panel] {
    let maps = panels.compactMap(\.heatMap)
    guard let first = maps.first else { return panels }
    guard
      maps.allSatisfy({
        $0.rows == first.rows && $0.columns == first.columns && $0.rowNames == first.rowNames
          && $0.columnNames == first.columnNames && $0.isLog == first.isLog
      })
    else {
      throw Fault.badValue(
        "heat maps of different sizes or names have none to share",
        help: "share=true goes with maps of the same rows and columns")
    }
    let low = maps.map(\.range.lowerBound).min() ?? 0
    let high = maps.map(\.range.upperBound).max() ?? 1
    let palette = maps.contains { $0.palette == .diverging } ? .diverging : first.palette
    let range = palette == .diverging && !first.isLog ? palette.range(low, high) : low...high
    return panels.map { panel in
      var panel = panel
      panel.heatMap?.palette = palette
      panel.heatMap?.range = range
      return panel
    }
  }
}
