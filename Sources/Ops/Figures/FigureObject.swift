// A figure as a value of the language: panels, a size and how they are laid out. It knows no terminal and no file: those ask
// it for a gnuplot script (`GnuplotScript`), for blocks of text (`FigureText`) or for its data as a table.

import Lang
import Runtime

package final class FigureObject: Object {
  package let panels: [Panel]
  /// Panels side by side.
  package let columns: Int
  /// Above all panels; a figure of one panel has its title there.
  package let title: String?
  /// Below all panels: what was drawn, with which settings.
  package let caption: String?
  /// A page shows one panel at a time.
  let hasSteps: Bool
  /// The panels are heat maps of one size, names and scale, which stand beside the outer ones only.
  let sharesMaps: Bool
  /// The patterns of attention that the panels show, which a page lets one choose from.
  let heads: HeadPatterns?
  /// Size in pixels (of 1/96 inch in a PDF).
  package let width: Int
  package let height: Int
  /// A warning that labels were left out has been given.
  var hasToldOmissions = false

  package init(
    panels: [Panel], columns: Int = 1, title: String? = nil, caption: String? = nil, hasSteps: Bool = false,
    sharesMaps: Bool = false, heads: HeadPatterns? = nil, width: Int, height: Int
  ) {
    self.panels = panels
    self.columns = max(1, min(columns, panels.count))
    self.title = title
    self.caption = caption
    self.hasSteps = hasSteps
    self.sharesMaps = sharesMaps
    self.heads = heads
    self.width = width
    self.height = height
    super.init()
  }

  /// Whether a page shows more than a picture: it can be turned, or goes step by step.
  package var isForReading: Bool { hasSteps || panels.contains { $0.space != nil } }

  package override var typeName: String { "figure" }
  package override var fieldNames: [String] { ["title", "caption", "width", "height", "data"] }

  package override func field(_ name: String) throws -> Value? {
    switch name {
    case "title": (title ?? panels.first?.title).map(Value.string) ?? .nil
    case "caption": caption.map(Value.string) ?? .nil
    case "width": .number(width)
    case "height": .number(height)
    case "data": .object(try data())
    default: nil
    }
  }

  /// The same picture: all that is drawn, and how large.
  package override func isEqual(to other: Object) -> Bool {
    guard let other = other as? FigureObject else { return false }
    return panels == other.panels && columns == other.columns && title == other.title && caption == other.caption
      && hasSteps == other.hasSteps && sharesMaps == other.sharesMaps && width == other.width && height == other.height
  }

  /// One line: "figure 800x500: "Loss", 2 lines".
  package override var description: String {
    let name = (title ?? panels.first?.title).map { " " + Printer.quoted($0) + "," } ?? ""
    return "figure \(width)x\(height):\(name) \(contents)"
  }

  /// The picture for terminals that show sixels, `width` x `height` pixels. Throws what `Gnuplot.run` does.
  package func sixels(width: Int, height: Int) throws -> String {
    let script = try GnuplotScript(self, target: .sixel, width: width, height: height)
    return String(decoding: try Gnuplot.run(script.text), as: UTF8.self)
  }

  private var contents: String {
    if panels.count > 1 { return "\(panels.count) panels" }
    guard let panel = panels.first else { return "empty" }
    var parts: [String] = []
    if let picture = panel.picture {
      parts.append("image" + (picture.over.map { " under \($0.rows)x\($0.columns) cells" } ?? ""))
    }
    if let passage = panel.passage { parts.append(counted(passage.tokens.count, "token")) }
    if let map = panel.heatMap { parts.append("heat map \(map.rows)x\(map.columns)") }
    if let surface = panel.space?.surface { parts.append("surface \(surface.y.count)x\(surface.x.count)") }
    var counts: [(String, Int)] = []
    for layer in panel.layers {
      let (word, amount) =
        switch layer.shape {
        case .line: ("line", 1)
        case .points: ("point", layer.x.count)
        case .boxes, .bars: ("bar", layer.x.count)
        case .arrows: ("arrow", layer.x.count / 2)
        }
      if let index = counts.firstIndex(where: { $0.0 == word }) {
        counts[index].1 += amount
      } else {
        counts.append((word, amount))
      }
    }
    parts += counts.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }
    return parts.joined(separator: ", ")
  }

  package override var byteCount: Int {
    panels.reduce(0) { sum, panel in
      sum + (panel.heatMap?.values.count ?? 0) * 8 + (panel.passage?.values.count ?? 0) * 8
        + (panel.picture?.bitmap.pixels.count ?? 0)
        + (panel.space?.surface?.z.count ?? 0) * 8
        + panel.layers.reduce(0) { $0 + $1.x.count * 16 + ($1.z?.count ?? 0) * 8 }
    }
  }

  /// `a + b`: b's contents over a's, on the same axes.
  package override func binary(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
    guard op == .add, let a = left.asObject as? FigureObject, let b = right.asObject as? FigureObject else {
      return nil
    }
    guard a.panels.count == 1, b.panels.count == 1, let below = a.panels.first, let above = b.panels.first else {
      throw Fault.badValue(
        "a grid of panels has no axes to draw on", help: "add figures first, then lay them out: grid([a + b, c])")
    }
    guard below.passage == nil, above.passage == nil else {
      throw Fault.badValue("a text has no axes to draw on", help: "put them side by side: grid([a, b])")
    }
    guard below.heatMap == nil || above.heatMap == nil else {
      throw Fault.badValue("one heat map would hide the other", help: "put them side by side: grid([a, b])")
    }
    guard above.picture == nil || (below.picture == nil && below.heatMap == nil) else {
      throw Fault.badValue("an image would hide what is below it", help: "add to the image: imshow(image) + a")
    }
    guard (below.space == nil) == (above.space == nil) else {
      throw Fault.badValue(
        "a figure in the plane and one in space have no axes in common",
        help: "draw both in space: scatter3, arrows3, surface")
    }
    guard below.space?.surface == nil || above.space?.surface == nil else {
      throw Fault.badValue("one picture has the colours of one surface", help: "put them side by side: grid([a, b])")
    }
    return .object(
      FigureObject(
        panels: [below.overlaid(with: above)], title: a.title, caption: a.caption ?? b.caption, width: a.width,
        height: a.height))
  }
}
