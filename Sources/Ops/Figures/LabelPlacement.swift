// Where the labels of points go so that no two overlap. Greedy, in the order of the points: each takes the free place around
// its point that covers the fewest other points. Where none is free it may stand further off, with a line to its point, if the drawer
// can draw one; else it is left out, its point stays.

import Glibc
import Runtime

struct LabelPlacement {
  struct Spot {
    let text: String
    /// Which point of which layer it belongs to.
    let layer: Int
    let point: Int
    /// Direction from the point: -1 left or below, 0 centred, 1 right or above.
    let across: Int
    let up: Int
    /// For a label that stands further off; the direction is not used then.
    var leader: Leader?
    /// How much farther than usual a label stands from its point, in heights of a letter: the point is large.
    var distance = 0.0

    /// For gnuplot's `set label … at POINT`.
    var alignment: String {
      let side = across == 0 ? "center" : across > 0 ? "left" : "right"
      return
        "\(side) offset \(formatted(Double(across) * ((up == 0 ? 0.9 : 0.4) + distance * 1.6))),\(formatted(Double(up) * (0.65 + (across == 0 ? distance : 0))))"
    }

    private func formatted(_ number: Double) -> String { numberText((number * 100).rounded() / 100) }
  }

  /// A line from a point to its label, and the middle of the label, in pixels of the panel.
  struct Leader {
    let from: (x: Double, y: Double)
    let to: (x: Double, y: Double)
    let middle: (x: Double, y: Double)
  }

  private struct Box {
    var left: Double
    var bottom: Double
    var right: Double
    var top: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.right && other.left < right && bottom < other.top && other.bottom < top
    }

    func isInside(_ other: Box) -> Bool {
      left >= other.left && right <= other.right && bottom >= other.bottom && top <= other.top
    }
  }

  private(set) var spots: [Spot] = []
  /// Labels that found no place.
  private(set) var omitted = 0

  /// More labels than this are not tried: nobody reads them on one picture.
  private static let most = 2000
  /// Lines to more labels than this are a thicket.
  private static let mostWithLeaders = 200
  private static let directions: [(Int, Int)] = [
    (1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1),
  ]

  /// `width` and `height` of the panel's inside, `size` of the letters and the `margins` in which no label stands are in pixels.
  init(
    _ panel: Panel, _ ranges: PanelRanges, width: Double, height: Double, size: Double,
    margins: SceneFrame.Insets = SceneFrame.Insets(), hasLeaders: Bool = false
  ) throws {
    guard panel.layers.contains(where: { $0.labels != nil }) else { return }
    let across = Scale(ranges.x, isLog: panel.isLogX, length: width)
    let up = Scale(ranges.y, isLog: panel.isLogY, length: height)
    let crowd = Crowd(panel, across, up)
    // As far as the largest points reach beyond usual ones.
    let reach = (panel.layers.map { Self.distance($0, width: width) }.max() ?? 0) * size
    let mayLead = hasLeaders && panel.layers.reduce(0) { $0 + ($1.labels?.count ?? 0) } <= Self.mostWithLeaders
    let room = Box(left: margins.left, bottom: margins.bottom, right: width - margins.right, top: height - margins.top)
    var taken: [Box] = []
    for (number, layer) in panel.layers.enumerated() {
      guard let labels = layer.labels else { continue }
      let distance = Self.distance(layer, width: width)
      for (index, label) in labels.enumerated() where !label.isEmpty {
        if index & 0xFF == 0 { try checkInterrupt() }
        let text = PlotText.label(label)
        let (x, y) = (across.place(layer.x[index]), up.place(layer.y[index]))
        guard x >= 0, x <= width, y >= 0, y <= height, spots.count + omitted < Self.most else {
          omitted += 1
          continue
        }
        var best: (cost: Int, direction: (Int, Int), box: Box)?
        for direction in Self.directions {
          let box = Self.box(text, x, y, direction, size: size, distance: distance)
          guard box.isInside(room), !taken.contains(where: box.overlaps) else { continue }
          let cost = crowd.count(box.left - reach, box.bottom - reach, box.right + reach, box.top + reach)
          if best == nil || cost < best?.cost ?? 0 { best = (cost, direction, box) }
          if cost == 0 { break }
        }
        guard let best else {
          let far = mayLead ? Self.far(text, from: (x, y), size: size, room: room, taken: taken, crowd: crowd) : nil
          if let far {
            taken += far.boxes
            spots.append(Spot(text: text, layer: number, point: index, across: 0, up: 0, leader: far.leader))
          } else {
            omitted += 1
          }
          continue
        }
        taken.append(best.box)
        spots.append(
          Spot(
            text: text, layer: number, point: index, across: best.direction.0, up: best.direction.1, distance: distance)
        )
      }
    }
  }

  /// In heights of a letter; a point of size 1 reaches about 0.4 of them from its middle.
  private static func distance(_ layer: Layer, width: Double) -> Double {
    guard case .points(let wanted) = layer.shape else { return 0 }
    return max(0, (wanted ?? PanelWriter.pointSize(layer.x.count, width: width)) * 0.42 - 0.35)
  }

  private static func box(
    _ text: String, _ x: Double, _ y: Double, _ direction: (Int, Int), size: Double, distance: Double
  ) -> Box {
    let half = (Double(PlotText.width(text)) * size * 0.66 + 4) / 2
    let gap = (direction.1 == 0 ? 0.7 : 0.3) * size + distance * size
    let centre = x + Double(direction.0) * (half + gap)
    let middle = y + Double(direction.1) * size * (1.05 + (direction.0 == 0 ? distance : 0))
    return Box(left: centre - half, bottom: middle - size * 0.65, right: centre + half, top: middle + size * 0.65)
  }

  /// The nearest place further off, on rings around the point, that covers no point and whose line crosses no label and no other line; else
  /// the one with the fewest of both. `boxes` are those of the label and of its line.
  private static func far(
    _ text: String, from point: (x: Double, y: Double), size: Double, room: Box, taken: [Box], crowd: Crowd
  ) -> (leader: Leader, boxes: [Box])? {
    let half = (x: (Double(PlotText.width(text)) * size * 0.66 + 4) / 2, y: size * 0.65)
    var best: (cost: Int, leader: Leader, boxes: [Box])?
    for ring in 1...8 where best?.cost != 0 {
      let distance = size * (0.8 + 1.3 * Double(ring))
      for step in 0..<24 {
        let angle = Double(step) * .pi / 12
        let middle = (
          x: point.x + cos(angle) * (distance + half.x), y: point.y + sin(angle) * (distance + half.y)
        )
        let box = Box(
          left: middle.x - half.x, bottom: middle.y - half.y, right: middle.x + half.x, top: middle.y + half.y)
        guard box.isInside(room), !taken.contains(where: box.overlaps) else { continue }
        // Where the line to the middle enters the box.
        let (right, up) = (middle.x - point.x, middle.y - point.y)
        let inside = min(half.x / max(abs(right), 1e-9), half.y / max(abs(up), 1e-9))
        let end = (x: middle.x - right * inside, y: middle.y - up * inside)
        // The line's beginning may pass the corner of a label beside the point.
        let line = (2...8).map { part in
          let share = Double(part) / 8
          let (x, y) = (point.x + (end.x - point.x) * share, point.y + (end.y - point.y) * share)
          return Box(left: x - 1, bottom: y - 1, right: x + 1, top: y + 1)
        }
        let crossings = line.count { part in taken.contains(where: part.overlaps) }
        let cost = crowd.count(box.left, box.bottom, box.right, box.top) + 20 * crossings
        if best == nil || cost < best?.cost ?? 0 {
          best = (cost, Leader(from: point, to: end, middle: middle), [box] + line)
        }
      }
    }
    return best.map { ($0.leader, $0.boxes) }
  }

  /// From the numbers of an axis to pixels.
  private struct Scale {
    let lower: Double
    let factor: Double
    let isLog: Bool

    init(_ range: ClosedRange<Double>, isLog: Bool, length: Double) {
      self.isLog = isLog
      let (a, b) = isLog ? (log10(range.lowerBound), log10(range.upperBound)) : (range.lowerBound, range.upperBound)
      lower = a
      factor = b > a ? length / (b - a) : 0
    }

    func place(_ value: Double) -> Double { ((isLog ? log10(value) : value) - lower) * factor }
  }

  /// How many points lie in a rectangle, by sums over a grid of small cells.
  private struct Crowd {
    private static let cell = 4.0
    private let columns: Int
    private let rows: Int
    private var sums: [Int32]

    init(_ panel: Panel, _ across: Scale, _ up: Scale) {
      let place: (Double) -> Int = { $0.isFinite ? Int(min(max($0 / Self.cell, 0), 2000)) : 0 }
      var cells: [(Int, Int)] = []
      for layer in panel.layers where !layer.isBoxes {
        for (x, y) in zip(layer.x, layer.y) { cells.append((place(across.place(x)), place(up.place(y)))) }
      }
      columns = (cells.map(\.0).max() ?? 0) + 2
      rows = (cells.map(\.1).max() ?? 0) + 2
      sums = [Int32](repeating: 0, count: columns * rows)
      for (column, row) in cells { sums[(row + 1) * columns + column + 1] += 1 }
      for row in 1..<rows {
        for column in 1..<columns {
          let at = row * columns + column
          sums[at] += sums[at - 1] + sums[at - columns] - sums[at - columns - 1]
        }
      }
    }

    func count(_ left: Double, _ bottom: Double, _ right: Double, _ top: Double) -> Int {
      let clip: (Double, Int) -> Int = { min(max(Int($0 / Self.cell), 0), $1 - 1) }
      let (a, b) = (clip(left, columns), clip(right + Self.cell, columns))
      let (c, d) = (clip(bottom, rows), clip(top + Self.cell, rows))
      return Int(sums[d * columns + b] - sums[c * columns + b] - sums[d * columns + a] + sums[c * columns + a])
    }
  }
}
