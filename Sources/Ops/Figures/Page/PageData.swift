// The figure as the JSON that page/figure.js reads. Texts are as the pictures show them (`PlotText`), ranges and colours are chosen
// here, so that a page and a picture of a figure agree. nan is null.

import Formats
import Kernels
import Lang
import Runtime

final class PageData {
  let file: any ByteSink
  /// The images of all panels, each once.
  private var bitmaps: [Bitmap] = []
  /// Whether a comma is due before the next member.
  private var hasMember = false

  static func write(_ figure: FigureObject, to file: any ByteSink) throws {
    let data = PageData(file: file)
    for picture in figure.panels.compactMap(\.picture) where !data.bitmaps.contains(picture.bitmap) {
      data.bitmaps.append(picture.bitmap)
    }
    if let heads = figure.heads { return try data.heads(heads, figure) }
    try data.object {
      try $0.member("title", text: figure.title)
      try $0.member("caption", text: figure.caption)
      try $0.member("columns", "\(figure.columns)")
      try $0.member("width", "\(figure.width)")
      try $0.member("height", "\(figure.height)")
      try $0.member("steps", "\(figure.hasSteps)")
      if !data.bitmaps.isEmpty { try $0.array("pictures", data.bitmaps) { try $0.bitmap($1) } }
      try $0.array("panels", figure.panels) { try $0.panel($1) }
    }
  }

  private init(file: any ByteSink) { self.file = file }

  // MARK: Panels

  private func panel(_ panel: Panel) throws {
    let ranges = PanelRanges(panel)
    try object {
      try $0.member("title", text: panel.title)
      try $0.axis("x", panel.xLabel, ranges.x, isLog: panel.isLogX, names: panel.xNames)
      try $0.axis("y", panel.yLabel, ranges.y, isLog: panel.isLogY, names: panel.yNames)
      try $0.member("legend", "\(panel.showsLegend)")
      try $0.member("equal", "\(panel.isEqual)")
      if let space = panel.space {
        let view = space.view ?? View()
        try $0.axis("z", space.zLabel, ranges.z)
        try $0.member("ticks", "\(space.showsTicks)")
        try $0.member("view", numbers: [view.azimuth, view.elevation])
        if let surface = space.surface { try $0.surface(surface) }
      }
      if let passage = panel.passage { try $0.passage(passage) }
      if let map = panel.heatMap { try $0.map(map) }
      if let picture = panel.picture { try $0.picture(picture) }
      if let range = panel.valueRange { try $0.colours(.viridis, range) }
      let paints = Palette.colours(panel.layers)
      try $0.array("layers", Array(zip(panel.layers, paints))) { try $0.layer($1.0, $1.1) }
    }
  }

  private func axis(
    _ name: String, _ label: String?, _ range: ClosedRange<Double>, isLog: Bool = false, names: [String]? = nil
  ) throws {
    try key(name)
    try object {
      try $0.member("label", text: label)
      try $0.member("range", numbers: [range.lowerBound, range.upperBound])
      if isLog { try $0.member("log", "true") }
      try $0.member("names", labels: names)
    }
  }

  private func colours(_ palette: ColourMap, _ range: ClosedRange<Double>) throws {
    try key("colours")
    try object {
      try $0.member("stops", labels: palette.stops)
      try $0.member("range", numbers: [range.lowerBound, range.upperBound])
    }
  }

  private func map(_ map: HeatMap) throws {
    try key("map")
    try object {
      try $0.member("rows", "\(map.rows)")
      try $0.member("columns", "\(map.columns)")
      try $0.member("values", numbers: map.values)
      try $0.member("rowNames", labels: map.rowNames)
      try $0.member("columnNames", labels: map.columnNames)
      if map.isLog { try $0.member("log", "true") }
      try $0.member("texts", labels: map.texts)
      try $0.member("hover", labels: map.hover)
      try $0.colours(map.palette, map.range)
    }
  }

  /// Where the image stands among those of the page, and the numbers over it.
  private func picture(_ picture: Picture) throws {
    try key("picture")
    try object {
      try $0.member("index", "\(bitmaps.firstIndex(of: picture.bitmap) ?? 0)")
      try $0.member("strength", number(picture.strength))
      if let over = picture.over { try $0.map(over) }
    }
  }

  /// Red, green and blue of all pixels in base 64.
  private func bitmap(_ bitmap: Bitmap) throws {
    try object {
      try $0.member("width", "\(bitmap.width)")
      try $0.member("height", "\(bitmap.height)")
      try $0.member("pixels", "\"\(Base64.text(bitmap.pixels))\"")
    }
  }

  private func passage(_ passage: Passage) throws {
    try key("passage")
    try object {
      // As they are: the page shows spaces and ends lines.
      try $0.array("tokens", passage.tokens) { data, token in
        try data.file.write(JSONText.quoted(PassageLines.shown(token, limit: 200), inMarkup: true))
      }
      try $0.array("ends", passage.tokens) { data, token in
        try data.file.write(token.utf8.contains(UInt8(ascii: "\n")) ? "1" : "0")
      }
      try $0.member("values", numbers: passage.values)
      try $0.colours(passage.palette, passage.range)
    }
  }

  private func surface(_ surface: Surface) throws {
    try key("surface")
    try object {
      try $0.member("x", numbers: surface.x)
      try $0.member("y", numbers: surface.y)
      try $0.member("z", numbers: surface.z)
      try $0.colours(surface.palette, surface.range)
    }
  }

  // MARK: Layers

  /// A letter's height in pixels of the page, times this, is a point of size 1.
  private static let pointPixels = 8.0
  /// Plotly's signs and dashes for series that have a colour another one has.
  private static let signs = ["circle", "square", "diamond", "cross", "x"]
  private static let dashes = ["solid", "dashdot", "longdashdot", "dot"]

  private func layer(_ layer: Layer, _ paint: (hex: String, repeats: Int)) throws {
    try object {
      switch layer.shape {
      case .line(let isDashed):
        try $0.member("shape", text: "line")
        try $0.member("dashed", "\(isDashed)")
        try $0.member("dash", text: isDashed ? "dash" : Self.dashes[paint.repeats % Self.dashes.count])
      case .points(let wanted):
        let natural = PanelWriter.pointSize(layer.x.count, width: 800) * (layer.x.count <= 60 ? 1.3 : 1)
        try $0.member("shape", text: "points")
        try $0.member("size", number((wanted ?? natural) * Self.pointPixels))
        try $0.member("opacity", layer.x.count > 1000 ? "0.5" : layer.x.count > 100 ? "0.75" : "1")
        try $0.member("sign", text: Self.signs[paint.repeats % Self.signs.count])
      case .bars(let width):
        try $0.member("shape", text: "bars")
        try $0.member("width", number(width))
      case .boxes(let width, let isHollow):
        try $0.member("shape", text: "boxes")
        try $0.member("width", number(width))
        try $0.member("hollow", "\(isHollow)")
      case .arrows(let hasTips):
        try $0.member("shape", text: "arrows")
        try $0.member("tips", "\(hasTips)")
      }
      try $0.member("name", text: layer.name.map { PlotText.label($0, limit: 40) })
      try $0.member("colour", text: paint.hex)
      try $0.member("ink", text: Palette.ink(paint.hex))
      try $0.member("x", numbers: layer.x)
      try $0.member("y", numbers: layer.y)
      if let z = layer.z { try $0.member("z", numbers: z) }
      if let values = layer.values { try $0.member("values", numbers: values) }
      try $0.member("labels", labels: layer.labels)
      try $0.member("hover", labels: layer.hover)
    }
  }

  // MARK: JSON

  func object(_ body: (PageData) throws -> Void) throws {
    try file.write("{")
    hasMember = false
    try body(self)
    try file.write("}")
    hasMember = true
  }

  func array<Item>(
    _ name: String, _ items: [Item], _ body: (PageData, Item) throws -> Void
  ) throws {
    try key(name)
    try file.write("[")
    for (index, item) in items.enumerated() {
      if index > 0 { try file.write(",\n") }
      try body(self, item)
    }
    try file.write("]")
    hasMember = true
  }

  func key(_ name: String) throws {
    try file.write((hasMember ? "," : "") + "\"\(name)\":")
    hasMember = true
  }

  func member(_ name: String, _ json: String) throws {
    try key(name)
    try file.write(json)
  }

  func member(_ name: String, text: String?) throws {
    guard let text else { return }
    try member(name, JSONText.quoted(text, inMarkup: true))
  }

  /// Texts of tokens and names, as pictures show them.
  func member(_ name: String, labels: [String]?) throws {
    guard let labels else { return }
    try key(name)
    try file.write("[")
    for (index, label) in labels.enumerated() {
      if index & 0xFFF == 0 { try checkInterrupt() }
      try file.write((index > 0 ? "," : "") + JSONText.quoted(PlotText.label(label, limit: 60), inMarkup: true))
    }
    try file.write("]")
  }

  func member(_ name: String, numbers: [Double]) throws {
    try key(name)
    try file.write("[")
    for (index, value) in numbers.enumerated() {
      if index & 0xFFF == 0 { try checkInterrupt() }
      try file.write((index > 0 ? "," : "") + number(value))
    }
    try file.write("]")
  }

  /// Most numbers come from float32, and need no more digits.
  private func number(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    let single = Float(value)
    return Double(single) == value ? shortText(single) : numberText(value)
  }
}
