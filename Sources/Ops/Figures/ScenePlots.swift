// `arrows3` and `surface`; `scatter3` is in `PointPlots.swift`.

import Lang
import Runtime

enum ScenePlots {
  static func arrows(_ options: PlotOptions) throws -> Value {
    var panel = try options.spacePanel()
    let tails = try points("tails", options)
    var layer = Layer(.arrows(hasTips: options["tips"].asBool ?? true), x: [], y: [], z: [])
    layer.name = try options.legendNames(1)?[0]
    layer.paint = try options.paints(1)[0]
    let ends: [[Double]]
    if options["heads"].isNil {
      // A path: from each point to the next one.
      guard tails[0].count >= 2 else {
        throw Fault.badValue("`arrows3` wants at least two points for a path, got \(tails[0].count)")
      }
      ends = tails.map { numbers in numbers.indices.dropLast().flatMap { [numbers[$0], numbers[$0 + 1]] } }
    } else {
      let heads = try points("heads", options)
      try options.input.sameCount(heads[0].count, "heads", tails[0].count, "tails")
      ends = zip(tails, heads).map { tail, head in zip(tail, head).flatMap { [$0, $1] } }
    }
    (layer.x, layer.y, layer.z) = (ends[0], ends[1], ends[2])
    panel.layers = [layer]
    return try options.figure(panel)
  }

  /// Points [n, 3] as three columns.
  private static func points(_ name: String, _ options: PlotOptions) throws -> [[Double]] {
    if let columns = try options.input.points(options[name], width: 3, name) { return columns }
    throw Fault.badValue(
      "`arrows3` wants points [n, 3] for `\(name)`, got \(options.input.shape(options[name]))",
      help: "arrows3(path), or arrows3(tails, heads)")
  }

  private static let mostCells = 250_000

  static func surface(_ options: PlotOptions) throws -> Value {
    let input = options.input
    let (rows, columns, values, _, _) = try input.matrix(options["z"], "z")
    guard rows >= 2, columns >= 2 else {
      throw Fault.badValue(
        "`surface` wants at least two rows and two columns, got \(Tensor.phrase(shape: [rows, columns]))")
    }
    guard rows * columns <= mostCells else {
      throw Fault.badValue(
        "`surface` draws at most \(mostCells) heights, got \(rows * columns)", help: "take every second: z[::2, ::2]")
    }
    let x = try axis("x", options, columns, "columns of z")
    let y = try axis("y", options, rows, "rows of z")
    let z = values.map { Drawable.contains($0) ? $0 : .nan }
    let finite = z.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else {
      throw Drawable.nothing("surface", z.count, "height", values)
    }
    let empty = z.count - finite.count
    if empty > 0 { Drawable.warn("surface", empty, of: z.count, "height", values, so: "holes") }
    let palette = try options.palette(low, high)
    var panel = try options.spacePanel()
    panel.space?.surface = Surface(
      x: x, y: y, z: z, palette: palette,
      range: try options.range("range") ?? palette.range(low, high))
    return try options.figure(panel)
  }

  /// The places of columns or rows: numbers that rise or fall, else 0, 1, 2, …
  private static func axis(_ name: String, _ options: PlotOptions, _ count: Int, _ what: String) throws -> [Double] {
    guard !options[name].isNil else { return (0..<count).map(Double.init) }
    let numbers = try options.input.numbers(options[name], name)
    try options.input.sameCount(numbers.count, name, count, what)
    let steps = zip(numbers, numbers.dropFirst())
    guard numbers.allSatisfy(Drawable.contains), steps.allSatisfy({ $0 < $1 }) || steps.allSatisfy({ $0 > $1 }) else {
      throw Fault.badValue("`surface` wants numbers for `\(name)` that rise or fall from one to the next")
    }
    return numbers
  }
}
