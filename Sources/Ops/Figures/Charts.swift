// `heatmap`, `bars` and `grid`.

import Lang
import Runtime

enum Charts {
  // MARK: Grids

  private static let mostPanels = 400

  static func grid(_ options: PlotOptions) throws -> Value {
    let items = options["figures"].asList?.items ?? []
    var panels: [Panel] = []
    for (index, item) in items.enumerated() {
      guard let figure = item.asObject as? FigureObject else {
        throw Fault.badValue("`grid` wants a list of figures; element \(index) is \(item.typePhrase)")
      }
      panels += figure.panels
    }
    guard !panels.isEmpty else { throw Fault.badValue("`grid` got nothing to draw: the list of figures is empty") }
    guard panels.count <= mostPanels else {
      throw Fault.badValue("`grid` draws at most \(mostPanels) panels, got \(panels.count)")
    }
    var across = 1
    while across * across < panels.count, across < 6 { across += 1 }
    let columns = options["columns"].isNil ? across : try options.whole("columns", 1...mostPanels)
    let used = min(columns, panels.count)
    let rows = (panels.count + used - 1) / used
    let title = options["title"].asString
    let each = used == 1 ? 800 : used == 2 ? 480 : used == 3 ? 360 : max(1200 / used, 160)
    let width = options["width"].isNil ? min(each * used, 8192) : try options.width()
    // Letters do not shrink as panels do, so small ones are nearly square.
    let panelWidth = Double(width) / Double(used)
    let isSpace = panels.contains { $0.space != nil }
    let natural = (panelWidth * (isSpace ? 0.8 : used == 1 ? 0.55 : 0.75) + (panelWidth < 300 ? 35 : 0)) * Double(rows)
    let height = options["height"].isNil ? Int(min(natural + (title == nil ? 0 : 30), 8192)) : try options.height()
    let sharesMaps = options["share"].asBool == true && panels.allSatisfy { $0.heatMap != nil }
    if sharesMaps {
      panels = try MapGrid.shared(panels)
    } else if options["share"].asBool == true {
      panels = try shared(panels)
    }
    return .object(
      FigureObject(
        panels: panels, columns: used, title: title, caption: options["caption"].asString,
        hasSteps: options["steps"].asBool == true, sharesMaps: sharesMaps, width: width, height: height))
  }

  /// The same axes for all panels, from the least to the greatest number.
  private static func shared(_ panels: [Panel]) throws -> [Panel] {
    guard panels.allSatisfy({ $0.heatMap == nil && ($0.space == nil) == (panels[0].space == nil) }) else {
      throw Fault.badValue(
        "panels of different kinds have no axes to share",
        help: "share=true goes with figures of points, or of heat maps"
      )
    }
    var all = PanelRanges(panels[0])
    for panel in panels.dropFirst() { all.formUnion(PanelRanges(panel)) }
    return panels.map { panel in
      var panel = panel
      (panel.xRange, panel.yRange) = (all.x, all.y)
      panel.space?.zRange = all.z
      return panel
    }
  }
}
