// From where to where the axes of a panel go. We choose, not gnuplot: the places of labels depend on it.

import Glibc

struct PanelRanges {
  var x: ClosedRange<Double>
  var y: ClosedRange<Double>
  /// In three dimensions.
  var z: ClosedRange<Double> = 0...1

  /// `keepsZero`: no margin reaches below zero where no number does, nor above it.
  init(_ panel: Panel, keepsZero: Bool = false) {
    if let space = panel.space {
      (x, y, z) = Self.cube(panel, space)
      return
    }
    if let map = panel.heatMap {
      x = panel.xRange ?? -0.5...(Double(map.columns) - 0.5)
      y = panel.yRange ?? -0.5...(Double(map.rows) - 0.5)
      return
    }
    var across = Extent()
    var up = Extent()
    var hasOnlyLines = true
    for layer in panel.layers {
      switch layer.shape {
      case .line, .arrows: break
      case .points: hasOnlyLines = false
      case .boxes(let width, _):
        hasOnlyLines = false
        for value in layer.x {
          across.add(value - width / 2)
          across.add(value + width / 2)
        }
        if !panel.isLogY { up.add(0) }
      case .bars(let width):
        hasOnlyLines = false
        for value in layer.y {
          up.add(value - width / 2)
          up.add(value + width / 2)
        }
        if !panel.isLogX { across.add(0) }
      }
      for value in layer.x { across.add(value) }
      for value in layer.y { up.add(value) }
    }
    x =
      panel.xRange ?? across.range(isLog: panel.isLogX, margin: hasOnlyLines ? 0.01 : 0.05, keepsZero: keepsZero)
    if panel.layers.contains(where: { $0.isBars }) {
      x = panel.xRange ?? across.range(isLog: panel.isLogX, margin: 0.06, keepsZero: true)
      y = panel.yRange ?? up.range(isLog: panel.isLogY, margin: 0.005)
      return
    }
    let hasBoxes = panel.layers.contains { $0.isBoxes }
    y = panel.yRange ?? up.range(isLog: panel.isLogY, margin: 0.06, keepsZero: keepsZero || hasBoxes)
  }

  /// A cube around all that is in it; where one unit is to be as long everywhere, all its sides have the longest one's length.
  private static func cube(_ panel: Panel, _ space: Scene) -> (
    ClosedRange<Double>, ClosedRange<Double>, ClosedRange<Double>
  ) {
    var extents = [Extent(), Extent(), Extent()]
    for layer in panel.layers {
      for (axis, numbers) in [layer.x, layer.y, layer.z ?? []].enumerated() {
        for number in numbers { extents[axis].add(number) }
      }
    }
    if let surface = space.surface {
      for (axis, numbers) in [surface.x, surface.y, surface.z].enumerated() {
        for number in numbers { extents[axis].add(number) }
      }
    }
    let given = [panel.xRange, panel.yRange, space.zRange]
    var ranges = zip(given, extents).map { $0 ?? $1.range(isLog: false, margin: 0.06) }
    if panel.isEqual {
      let longest = ranges.map { $0.upperBound - $0.lowerBound }.max() ?? 1
      ranges = ranges.map { range in
        let middle = (range.lowerBound + range.upperBound) / 2
        return (middle - longest / 2)...(middle + longest / 2)
      }
    }
    return (ranges[0], ranges[1], ranges[2])
  }

  /// From the least to the greatest number of both.
  mutating func formUnion(_ other: PanelRanges) {
    func union(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> ClosedRange<Double> {
      min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
    (x, y, z) = (union(x, other.x), union(y, other.y), union(z, other.z))
  }

  private struct Extent {
    var lower = Double.infinity
    var upper = -Double.infinity

    mutating func add(_ value: Double) {
      if value < lower { lower = value }
      if value > upper { upper = value }
    }

    /// With a margin on both sides, on a scale of logarithms if asked. `keepsZero`: bars stand on their zero.
    func range(isLog: Bool, margin: Double, keepsZero: Bool = false) -> ClosedRange<Double> {
      guard lower <= upper else { return isLog ? 1...10 : 0...1 }
      if isLog {
        let factor = upper / lower < 1.0001 ? 2 : pow(upper / lower, margin)
        return max(lower / factor, 1e-300)...min(upper * factor, 1e300)
      }
      let span = upper - lower
      guard span > max(abs(lower), abs(upper)) * 1e-9 else {
        let half = lower == 0 ? 1 : abs(lower) * 0.1
        return (keepsZero && lower == 0 ? 0 : lower - half)...(upper + half)
      }
      let (low, high) = (lower - span * margin, upper + span * margin)
      return (keepsZero && lower >= 0 ? max(low, 0) : low)...(keepsZero && upper <= 0 ? min(high, 0) : high)
    }
  }
}

extension Layer {
  var isBoxes: Bool { if case .boxes = shape { true } else { false } }
  var isBars: Bool { if case .bars = shape { true } else { false } }

  /// Bars that lie as boxes that stand: x the place, y the number.
  var upright: Layer {
    guard case .bars(let width) = shape else { return self }
    var layer = self
    layer.shape = .boxes(width: width, isHollow: false)
    (layer.x, layer.y) = (y, x)
    return layer
  }
}
