// The legend of several panels, set by hand: gnuplot's own belongs to one, and does not know where cubes in three dimensions are. Panels that show
// the same series share one.

import Lang
import Runtime

struct PanelLegend {
  private struct Entry: Equatable {
    enum Sample { case point, line, none }
    let name: String
    let hex: String
    let sign: Int
    let sample: Sample
  }

  /// Whether one legend says what several panels show: each name has one colour and sign, and each of these one name.
  static func isShared(_ panels: [Panel]) -> Bool {
    guard panels.count > 1, panels.allSatisfy({ $0.heatMap == nil && $0.picture == nil && $0.passage == nil }) else {
      return false
    }
    var looks: [String: String] = [:]
    var names: [String: String] = [:]
    var most = 0
    for panel in panels where panel.showsLegend {
      let named = zip(panel.layers, Palette.colours(panel.layers)).filter { $0.0.name != nil }
      most = max(most, Set(named.compactMap(\.0.name)).count)
      for (layer, paint) in named {
        guard let name = layer.name else { continue }
        let look = "\(paint.hex) \(paint.repeats)"
        guard looks[name, default: look] == look, names[look, default: name] == name else { return false }
        (looks[name], names[look]) = (look, name)
      }
    }
    let count = panels.count { panel in panel.showsLegend && panel.layers.contains { $0.name != nil } }
    return count > 1 && most > 1
  }

  private var rows: [[(entry: Entry, width: Double)]] = []
  private let letter: Double
  private let width: Double

  /// `width`, `height`: of the picture in pixels; `size`: of the letters. Entries that would take more than a third of the height
  /// are left out, and counted.
  init(_ panels: [Panel], width: Double, height: Double, size: Int) {
    letter = Double(size)
    self.width = width
    var entries: [Entry] = []
    for panel in panels where panel.showsLegend {
      for (layer, paint) in zip(panel.layers, Palette.colours(panel.layers)) {
        guard let name = layer.name else { continue }
        let isPoints = if case .points = layer.shape { true } else { false }
        let entry = Entry(
          name: PlotText.label(name, limit: 30), hex: paint.hex, sign: PanelWriter.sign(paint.repeats),
          sample: isPoints ? .point : .line)
        if !entries.contains(where: { $0.name == entry.name && $0.hex == entry.hex && $0.sign == entry.sign }) {
          entries.append(entry)
        }
      }
    }
    var used = 0.0
    for entry in entries {
      let needed = (Double(PlotText.width(entry.name)) * 0.6 + 4) * letter
      if rows.isEmpty || used + needed > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append((entry, needed))
      used += needed
    }
    let most = max(1, Int(height / 3 / (letter * 1.6)))
    guard rows.count > most else { return }
    let left = entries.count - rows.prefix(most - 1).reduce(0) { $0 + $1.count }
    let entry = Entry(name: "… and \(left) more", hex: "#333333", sign: 0, sample: .none)
    rows = Array(rows.prefix(most - 1)) + [[(entry, 14 * letter)]]
  }

  /// In pixels.
  var height: Double { Double(rows.count) * letter * 1.6 }

  /// gnuplot's lines; `place` gives the screen's coordinates of a pixel, `low` is the lower end in pixels.
  func script(low: Double, target: GnuplotScript.Target, place: (Double, Double) -> String) -> String {
    var text = ""
    for (index, row) in rows.enumerated() {
      let y = low + height - (Double(index) + 0.5) * letter * 1.6
      var x = (width - row.reduce(0) { $0 + $1.width }) / 2 + letter
      for (entry, needed) in row {
        let name = GnuplotScript.quoted(entry.name)
        switch entry.sample {
        case .point:
          text +=
            "set label '' at \(place(x + letter * 0.6, y)) point pt \(entry.sign) ps 0.9 lc rgb '\(entry.hex)'\n"
        case .line:
          text += "set arrow from \(place(x, y)) to \(place(x + letter * 1.4, y)) nohead lw 2 lc rgb '\(entry.hex)'\n"
        case .none: break
        }
        text +=
          "set label \(name) at \(place(x + letter * 2, y)) left noenhanced font ',\(target.fontSize(Int(letter) - 1))' tc rgb '#333333'\n"
        x += needed
      }
    }
    return text
  }
}
