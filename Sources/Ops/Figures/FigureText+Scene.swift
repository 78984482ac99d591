// A panel in three dimensions in characters: the cube as it is seen, its edges dotted, and what is in it.

import Lang

extension FigureText {
  func space(_ panel: Panel, _ space: Scene) throws -> [String] {
    var canvas = TextCanvas(columns: columns, rows: max(rows - 2, 4))
    // Dots of a Braille sign are as far apart across as they are up.
    let (width, height) = (Double(canvas.dotColumns - 1), Double(canvas.dotRows - 1))
    let frame = SceneFrame(panel, width: width, height: height)
    for (from, to) in frame.edges {
      let (a, b) = (frame.place(unit: from.0, from.1, from.2), frame.place(unit: to.0, to.1, to.2))
      canvas.line(
        from: (Int(a.x.rounded()), canvas.dotRows - 1 - Int(a.y.rounded())),
        to: (Int(b.x.rounded()), canvas.dotRows - 1 - Int(b.y.rounded())), colours.colour("#8c8c8c"),
        isDashed: true)
    }
    var solid = panel
    if let surface = space.surface { solid.layers.insert(contentsOf: Self.net(surface), at: 0) }
    let flat = frame.flattened(solid, width: width, height: height)
    try draw(flat, PanelRanges(flat), on: &canvas)
    let ranges = [
      ("x", panel.xLabel, frame.ranges.x), ("y", panel.yLabel, frame.ranges.y), ("z", space.zLabel, frame.ranges.z),
    ]
    let axes = ranges.map { name, label, range in
      let shown = space.showsTicks ? " \(Ticks.text(range.lowerBound))…\(Ticks.text(range.upperBound))" : ""
      return name + (label.map { ": \($0)" } ?? "") + shown
    }
    return canvas.lines(usesColour: colours != .none) + [
      centred(PlotText.line(axes.joined(separator: "   "), limit: columns))
    ]
  }

  /// Lines along the rows and columns of a surface, not more than the eye can follow.
  private static func net(_ surface: Surface) -> [Layer] {
    let (rows, columns) = (surface.y.count, surface.x.count)
    func z(_ row: Int, _ column: Int) -> Double { surface.z[row * columns + column] }
    let along = stride(from: 0, to: rows, by: max(1, rows / 24)).map { row in
      Layer(
        .line(isDashed: false), paint: .fixed("#0072b2"), x: surface.x,
        y: [Double](repeating: surface.y[row], count: columns),
        z: (0..<columns).map { z(row, $0) })
    }
    let across = stride(from: 0, to: columns, by: max(1, columns / 24)).map { column in
      Layer(
        .line(isDashed: false), paint: .fixed("#56b4e9"), x: [Double](repeating: surface.x[column], count: rows),
        y: surface.y,
        z: (0..<rows).map { z($0, column) })
    }
    return along + across
  }
}
