// An image in characters: two of its rows a line, in the colours of a terminal, or in shades.

import Kernels
import Lang
import Runtime

extension FigureText {
  func picture(_ picture: Picture, _ panel: Panel) throws -> [String] {
    let drawn = try picture.drawn()
    let (width, height) = (drawn.width, drawn.height)
    // A sign is twice as high as it is wide.
    let room = max(rows - 3, 4)
    let across = max(1, min(columns, 2 * room * width / max(height, 1)))
    let down = max(1, min(room, (across * height + width) / (2 * width)))
    var canvas = TextCanvas(columns: across, rows: down)
    func colour(_ line: Int, _ column: Int) -> (Int, Int, Int) {
      drawn.colour(
        min((2 * line + 1) * height / (4 * down), height - 1), min((2 * column + 1) * width / (2 * across), width - 1))
    }
    for line in 0..<down {
      try checkInterrupt()
      for column in 0..<across {
        let (upper, lower) = (colour(2 * line, column), colour(2 * line + 1, column))
        if colours != .none {
          canvas.put(
            "▀", column, line, ink: colours.colour(upper.0, upper.1, upper.2),
            paper: colours.colour(lower.0, lower.1, lower.2))
        } else {
          put(brightness(upper), brightness(lower), column, line, .viridis, &canvas)
        }
      }
    }
    draw(panel, on: &canvas, down, across)
    let indent = String(repeating: " ", count: (columns - across) / 2)
    let rest = String(repeating: " ", count: columns - across - indent.utf8.count)
    let lines = canvas.lines(usesColour: colours != .none).map { indent + $0 + rest }
    return lines + (picture.over.map { [scale($0)] } ?? [])
  }

  private func brightness(_ colour: (Int, Int, Int)) -> Double {
    (0.299 * Double(colour.0) + 0.587 * Double(colour.1) + 0.114 * Double(colour.2)) / 255
  }

  /// Frames, lines and points over it, a sign for each cell that they meet.
  private func draw(_ panel: Panel, on canvas: inout TextCanvas, _ down: Int, _ across: Int) {
    let ranges = PanelRanges(panel)
    for (layer, colour) in zip(panel.layers, inks(panel)) {
      let x = layer.x.map { min(Double(Self.place($0, ranges.x, false, 2 * across)) / 2, Double(across) - 0.5) }
      let y = layer.y.map { min(Double(Self.place($0, ranges.y, false, 2 * down)) / 2, Double(down) - 0.5) }
      for at in x.indices {
        var before = max(at - 1, 0)
        if case .points = layer.shape { before = at }
        guard y[at].isFinite, y[before].isFinite else { continue }
        let steps = Int(max(abs(x[at] - x[before]), abs(y[at] - y[before])).rounded(.up))
        for step in 0...min(max(steps, 0), 1000) {
          let share = steps == 0 ? 0 : Double(step) / Double(steps)
          let (column, line) = (x[before] + (x[at] - x[before]) * share, y[before] + (y[at] - y[before]) * share)
          canvas.put("•", Int(column), Int(line), ink: colour)
        }
      }
    }
  }
}
