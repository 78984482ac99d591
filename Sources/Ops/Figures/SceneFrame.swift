// Where the points of a panel in three dimensions come to lie on the paper: its cube, turned and seen from far away, fitted into a
// rectangle. gnuplot puts them at the same places (`set view` with margins on the screen), so labels can be placed beforehand.

import Glibc

struct SceneFrame {
  let ranges: PanelRanges
  let view: View
  /// Length of the cube's sides in pixels before it is turned, across and up.
  let scale: (x: Double, y: Double)
  /// Middle of the cube in pixels, y upwards.
  let centre: (x: Double, y: Double)

  private let turn: (sin: Double, cos: Double)
  private let tilt: (sin: Double, cos: Double)

  struct Insets {
    var left = 0.0
    var right = 0.0
    var bottom = 0.0
    var top = 0.0
  }

  /// Fills a rectangle of `width` x `height` without its insets.
  init(_ panel: Panel, width: Double, height: Double, insets: Insets = Insets()) {
    ranges = PanelRanges(panel)
    view = panel.space?.view ?? View()
    let radians = Double.pi / 180
    // To the right of somebody at azimuth a is the direction a + 90 degrees.
    turn = (sin((view.azimuth + 90) * radians), cos((view.azimuth + 90) * radians))
    tilt = (sin(view.elevation * radians), cos(view.elevation * radians))
    let room = (
      x: max(width - insets.left - insets.right, 8), y: max(height - insets.bottom - insets.top, 8)
    )
    // The shadow of the unit cube.
    let across = abs(turn.cos) + abs(turn.sin)
    let up = across * abs(tilt.sin) + abs(tilt.cos)
    var (x, y) = (room.x / across, room.y / up)
    let most = panel.isEqual ? 1 : 1.3
    x = min(x, y * most)
    y = min(y, x * most)
    scale = (x, y)
    centre = (insets.left + room.x / 2, insets.bottom + room.y / 2)
  }

  /// Pixels from the left and from below; `depth` grows away from the eye, in sides of the cube.
  func place(_ x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, depth: Double) {
    place(unit: Self.share(x, ranges.x), Self.share(y, ranges.y), Self.share(z, ranges.z))
  }

  /// The same for places in the cube, -0.5 ... 0.5.
  func place(unit x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, depth: Double) {
    let right = x * turn.cos + y * turn.sin
    let away = y * turn.cos - x * turn.sin
    return (
      centre.x + scale.x * right, centre.y + scale.y * (away * tilt.sin + z * tilt.cos),
      away * tilt.cos - z * tilt.sin
    )
  }

  private static func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    (value - range.lowerBound) / (range.upperBound - range.lowerBound) - 0.5
  }

  // MARK: The cube

  /// The sides of the cube that lie behind what is in it: -0.5 or 0.5 of each axis.
  var back: (x: Double, y: Double, z: Double) {
    (turn.sin > 0 ? -0.5 : 0.5, turn.cos > 0 ? 0.5 : -0.5, view.elevation >= 0 ? -0.5 : 0.5)
  }

  /// The edge at which an axis has its numbers: two corners of the cube, and the direction away from it on the paper.
  struct Axis {
    let from: (Double, Double, Double)
    let to: (Double, Double, Double)
    let outward: (x: Double, y: Double)
  }

  /// x and y at the near edges of the floor, z at the edge furthest to the left.
  var axes: [Axis] {
    let (x, y, z) = back
    let corners = [(-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)]
    let left = corners.min { place(unit: $0.0, $0.1, 0).x < place(unit: $1.0, $1.1, 0).x } ?? (-0.5, -0.5)
    return [
      axis((-0.5, -y, z), (0.5, -y, z)), axis((-x, -0.5, z), (-x, 0.5, z)),
      Axis(from: (left.0, left.1, -0.5), to: (left.0, left.1, 0.5), outward: (-1, 0)),
    ]
  }

  private func axis(_ from: (Double, Double, Double), _ to: (Double, Double, Double)) -> Axis {
    let (a, b) = (place(unit: from.0, from.1, from.2), place(unit: to.0, to.1, to.2))
    let (along, up) = (b.x - a.x, b.y - a.y)
    let length = max((along * along + up * up).squareRoot(), 1e-9)
    var outward = (x: up / length, y: -along / length)
    let floor = place(unit: 0, 0, from.2)
    // Away from the floor's middle; where the floor is seen from its side, down.
    let side = outward.x * ((a.x + b.x) / 2 - floor.x) + outward.y * ((a.y + b.y) / 2 - floor.y)
    if side < -1e-6 || (side < 1e-6 && outward.y > 0) { outward = (-outward.x, -outward.y) }
    return Axis(from: from, to: to, outward: outward)
  }

  /// Edges of the three sides behind, as pairs of corners of the cube.
  var edges: [((Double, Double, Double), (Double, Double, Double))] {
    let (x, y, z) = back
    let floor = [
      ((-0.5, -0.5, z), (0.5, -0.5, z)), ((-0.5, 0.5, z), (0.5, 0.5, z)), ((-0.5, -0.5, z), (-0.5, 0.5, z)),
      ((0.5, -0.5, z), (0.5, 0.5, z)),
    ]
    let walls = [
      ((x, -0.5, -z), (x, 0.5, -z)), ((-0.5, y, -z), (0.5, y, -z)), ((x, y, -0.5), (x, y, 0.5)),
      ((-x, y, -0.5), (-x, y, 0.5)), ((x, -y, -0.5), (x, -y, 0.5)),
    ]
    return floor + walls
  }

  /// The numbers that places in the cube stand for.
  func numbers(_ place: (Double, Double, Double)) -> (Double, Double, Double) {
    func number(_ share: Double, _ range: ClosedRange<Double>) -> Double {
      range.lowerBound * (0.5 - share) + range.upperBound * (0.5 + share)
    }
    return (number(place.0, ranges.x), number(place.1, ranges.y), number(place.2, ranges.z))
  }

  // MARK: On the paper

  /// The panel as it is seen: points, arrows and the surface's meshes in the plane, in pixels of the frame.
  func flattened(_ panel: Panel, width: Double, height: Double) -> Panel {
    var flat = panel
    flat.space = nil
    flat.isEqual = false
    flat.xRange = 0...max(width, 1)
    flat.yRange = 0...max(height, 1)
    flat.layers = panel.layers.map { layer in
      var flat = layer
      for index in layer.x.indices {
        let spot = place(layer.x[index], layer.y[index], layer.z?[index] ?? 0)
        (flat.x[index], flat.y[index]) = (spot.x, spot.y)
      }
      flat.z = nil
      return flat
    }
    return flat
  }
}
