// An image as the ground of a panel, and numbers over it: a head's pattern, one number for every patch.

import Kernels
import Lang
import Runtime

struct Picture: Equatable {
  /// As it is drawn, in colour, or grey where numbers lie over it: then colours mean numbers alone.
  let bitmap: Bitmap
  /// Rows and columns of cells that cover the image, each its part.
  var over: HeatMap?
  /// How much of a cell's colour covers the image, 0 … 1.
  var strength = 0.0

  /// The image with the cells' colours over it. Throws `outOfMemory`, `interrupted`.
  func drawn() throws -> Bitmap {
    guard let over else { return bitmap }
    let colours = over.values.map { over.share($0).map { over.palette.colour(at: $0) } }
    let (width, height) = (bitmap.width, bitmap.height)
    return try Bitmap(width: width, height: height) { target in
      try parallelRows(height) { row in
        for column in 0..<width {
          let at = (row * width + column) * Bitmap.channels
          let colour = colours[row * over.rows / height * over.columns + column * over.columns / width]
          for (channel, above) in [colour?.0, colour?.1, colour?.2].enumerated() {
            let ground = Double(bitmap.pixels[at + channel])
            let mixed = above.map { ground * (1 - strength) + Double($0) * strength } ?? ground
            target[at + channel] = UInt8(min(max(mixed.rounded(), 0), 255))
          }
        }
      }
    }
  }
}

extension Bitmap {
  /// Red, green and blue of a pixel.
  func colour(_ row: Int, _ column: Int) -> (Int, Int, Int) {
    let at = (row * width + column) * Bitmap.channels
    return (Int(pixels[at]), Int(pixels[at + 1]), Int(pixels[at + 2]))
  }

  /// The brightness of each pixel in all three channels (ITU-R BT.601, as Pillow's convert("L")).
  func grey() throws -> Bitmap {
    try Bitmap(width: width, height: height) { target in
      for at in stride(from: 0, to: target.count, by: Bitmap.channels) {
        let sum = 19595 * Int(pixels[at]) + 38470 * Int(pixels[at + 1]) + 7471 * Int(pixels[at + 2]) + 0x8000
        for channel in 0..<Bitmap.channels { target[at + channel] = UInt8(clamping: sum >> 16) }
      }
    }
  }
}

enum Pictures {
  /// Pixels of the longer side: fewer are repeated, so that they stay squares with sharp edges, more are averaged.
  private static let fewest = 160
  private static let most = 640

  static func imshow(_ options: PlotOptions) throws -> Value {
    guard let image = options["image"].asTensor, image.rank == 3, image.shape[0] == Bitmap.channels,
      image.shape[1] > 0, image.shape[2] > 0
    else {
      throw Fault.badValue(
        "`imshow` wants an image [3, height, width], got \(options["image"].typePhrase)",
        help: "read_image(path) gives one")
    }
    try check(image)
    var bitmap = try sized(Bitmap(image))
    var panel = try options.panel()
    panel.isEqual = true
    let cells = try over(options)
    if let cells { bitmap = try sized(bitmap.grey(), atLeast: cells) }
    let strength = options["strength"].asNumber ?? 0
    guard (0...1).contains(strength) else {
      throw Fault.badValue("`imshow` wants `strength` from 0 to 1, got \(numberText(strength))")
    }
    panel.picture = Picture(bitmap: bitmap, over: cells, strength: strength)
    // Marks and what is drawn over it count in pixels of the image as it was given.
    panel.xRange = -0.5...(Double(image.shape[2]) - 0.5)
    panel.yRange = -0.5...(Double(image.shape[1]) - 0.5)
    panel.layers = try marks(options, cells, height: Double(image.shape[1]), width: Double(image.shape[2]))
    return try options.figure(panel)
  }

  private static func check(_ image: Tensor) throws {
    try image.withElements { elements in
      try inBlocks(elements.count) { block in
        for i in block where !(elements[i] >= -1e-6 && elements[i] <= 1 + 1e-6) {
          throw Fault.badValue(
            "`imshow` wants numbers in 0 … 1, this image holds \(numberText(Double(elements[i])))",
            help:
              "levels of 0 … 255 are divided by 255; pixels for a model are shown as (x - min(x)) / (max(x) - min(x))")
        }
      }
    }
  }

  private static func sized(_ bitmap: Bitmap) throws -> Bitmap {
    let side = max(bitmap.width, bitmap.height)
    if side < fewest {
      let times = (fewest + side - 1) / side
      return try bitmap.resized(width: bitmap.width * times, height: bitmap.height * times, .nearest)
    }
    guard side > most else { return bitmap }
    let scaled = { (size: Int) in max(1, size * most / side) }
    return try bitmap.resized(width: scaled(bitmap.width), height: scaled(bitmap.height), .box)
  }

  /// So large that no cell is lost.
  private static func sized(_ bitmap: Bitmap, atLeast cells: HeatMap) throws -> Bitmap {
    try bitmap.resized(width: max(bitmap.width, cells.columns), height: max(bitmap.height, cells.rows), .nearest)
  }

  // MARK: Numbers over it

  private static func over(_ options: PlotOptions) throws -> HeatMap? {
    if options["over"].isNil { return nil }
    let (rows, columns, given, _, _) = try options.input.matrix(options["over"])
    guard rows > 0, columns > 0, rows <= 1000, columns <= 1000 else {
      throw Fault.badValue("`imshow` lays up to 1000 rows and columns of cells over an image, got \(rows)x\(columns)")
    }
    let values = given.map { Drawable.contains($0) ? $0 : .nan }
    let finite = values.filter { !$0.isNaN }
    guard let low = finite.min(), let high = finite.max() else {
      throw Drawable.nothing("imshow", values.count, "cell", given)
    }
    let empty = values.count - finite.count
    if empty > 0 { Drawable.warn("imshow", empty, of: values.count, "cell", given, so: "empty") }
    let palette = try options.palette(low, high)
    return HeatMap(
      rows: rows, columns: columns, values: values, rowNames: nil, columnNames: nil, palette: palette,
      range: try options.range("range") ?? palette.range(low, high))
  }

  /// Frames around cells: [row, column], or a list of such.
  private static func marks(_ options: PlotOptions, _ cells: HeatMap?, height: Double, width: Double) throws -> [Layer]
  {
    guard let items = options["mark"].asList?.items, !items.isEmpty else { return [] }
    guard let cells else { throw Fault.badValue("`mark` frames cells of `over`, which is not given") }
    let pairs =
      try items.allSatisfy({ $0.asNumber != nil })
      ? [options.input.numbers(options["mark"], "mark")] : items.map { try options.input.numbers($0, "mark") }
    return try pairs.map { pair in
      let whole = pair.compactMap { Int(exactly: $0) }
      guard whole.count == 2, pair.count == 2, (0..<cells.rows).contains(whole[0]),
        (0..<cells.columns).contains(whole[1])
      else {
        throw Fault.badValue(
          "`mark` is [row, column] of a cell, of \(cells.rows) rows and \(cells.columns) columns",
          help: "mark=[0, 0] frames the first")
      }
      let (top, left) = (
        Double(whole[0]) * height / Double(cells.rows) - 0.5, Double(whole[1]) * width / Double(cells.columns) - 0.5
      )
      let (bottom, right) = (top + height / Double(cells.rows), left + width / Double(cells.columns))
      return Layer(
        .line(isDashed: false), paint: .fixed("#ff2d2d"), x: [left, right, right, left, left],
        y: [top, top, bottom, bottom, top])
    }
  }
}

extension Registrations {
  static let pictures: [Operation] = [
    Operation(
      "imshow",
      "(image: tensor, over: any = nil, mark: list|nil = nil, strength: number = 0.6, palette: string|nil = nil, range: list|nil = nil, "
        + "title: string|nil = nil, legend: any = nil, caption: string|nil = nil, width: number = 640, height: number = 560) -> figure",
      """
      An image [3, height, width] of numbers in 0 … 1, such as `read_image` gives, as a figure; and numbers over it.
      over: a matrix [rows, columns], such as a head's pattern of all patches, whose cells cover the image in equal parts; the image is grey then, so that colours are
      numbers. strength: how much of a cell's colour covers the image, 0 to 1. mark: [row, column] of a cell to frame, or a list of such. palette: "viridis", "cividis", or
      "diverging" with white at 0, which numbers of both signs have unless told otherwise. range: [from, to], the numbers at the ends of the scale. Cells that are nan or infinite show the image. `a + b` draws figure b over the image, in
      units of its pixels from the upper left corner.
      """,
      example: "imshow(ones(3, 8, 8) * 0.5, over=[[0, 1], [2, 3]], mark=[0, 1])",
      words: PlotOptions.words
    ) { call in try Pictures.imshow(PlotOptions(call)) }
  ]
}
