// `hist`: numbers counted in intervals of equal width.

import Glibc
import Lang
import Runtime

enum Histogram {
  private static let mostBins = 200

  static func plot(_ options: PlotOptions) throws -> Value {
    var panel = try options.panel()
    let data = options["data"]
    let groups: [(name: String?, numbers: [Double])]
    if let record = data.asRecord {
      groups = try record.entries.map { ($0.key.name, try numbers($0.value, $0.key.name, options)) }
    } else {
      groups = [(nil, try numbers(data, "data", options))]
    }
    let total = groups.reduce(0) { $0 + $1.numbers.count }
    // The numbers and those that are counted, and all of them once more to find how wide an interval is.
    try checkListFits(3 * total, bytesEach: MemoryLayout<Double>.stride)
    var bad = 0
    var all: [Double] = []
    var (low, high) = (Double.infinity, -Double.infinity)
    var kept: [Range<Int>] = []
    for group in groups {
      let start = all.count
      try inBlocks(group.numbers.count) { block in
        for number in group.numbers[block] {
          guard Drawable.contains(number) else {
            bad += 1
            continue
          }
          guard !panel.isLogX || number > 0, panel.xRange?.contains(number) ?? true else { continue }
          all.append(number)
          low = min(low, number)
          high = max(high, number)
        }
      }
      kept.append(start..<all.count)
    }
    guard !all.isEmpty else {
      throw Fault.badValue(
        total == 0
          ? "`hist` got nothing to draw: it is empty"
          : "`hist` got nothing to draw: \(total == 1 ? "the only number cannot" : "none of the \(total) numbers can") be counted"
      )
    }
    if bad > 0 { Drawable.warn("hist", bad, of: total, "number", groups.lazy.flatMap(\.numbers), so: "left out") }
    if panel.isLogX {
      throw Fault.badValue(
        "`hist` counts in intervals of equal width; they are not equal on a log axis", help: "hist(log(x))")
    }
    let bins = options["bins"].isNil ? try automaticBins(all, low, high) : try options.whole("bins", 1...10_000)
    var range = panel.xRange ?? low...high
    if range.lowerBound == range.upperBound { range = (low - 0.5)...(high + 0.5) }
    let names = try options.legendNames(groups.count)
    let paints = try options.paints(groups.count)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    panel.layers = try kept.enumerated().map { index, numbers in
      var counts = [Double](repeating: 0, count: bins)
      try inBlocks(numbers.count) { block in
        for place in block {
          let number = all[numbers.lowerBound + place]
          counts[min(max(Int((number - range.lowerBound) / width), 0), bins - 1)] += 1
        }
      }
      let centres = (0..<bins).map { range.lowerBound + (Double($0) + 0.5) * width }
      return Layer(
        .boxes(width: width, isHollow: groups.count > 1), name: names?[index] ?? groups[index].name,
        paint: paints[index],
        x: centres, y: panel.isLogY ? counts.map { $0 == 0 ? .nan : $0 } : counts)
    }
    if panel.isLogY { panel.layers = panel.layers.map { layer in layer.filtered { !layer.y[$0].isNaN } } }
    panel.yLabel = panel.yLabel ?? "count"
    return try options.figure(panel)
  }

  private static func numbers(_ value: Value, _ what: String, _ options: PlotOptions) throws -> [Double] {
    if let tensor = value.asTensor { return try tensor.withElements { try doubles($0) } }
    return try options.input.numbers(value, what)
  }

  /// NumPy's "auto": the smaller of the widths (max - min) / (log2 n + 1) and 2 IQR / n^(1/3).
  static func automaticBins(_ numbers: [Double], _ low: Double, _ high: Double) throws -> Int {
    guard high > low else { return 1 }
    let count = Double(numbers.count)
    var width = (high - low) / (log2(count) + 1)
    var copy = numbers
    let spread = try copy.withUnsafeMutableBufferPointer { numbers in
      let numbers = numbers
      let quantile: (Double) throws -> Double = { share in
        let place = share * (count - 1)
        let lower = Int(place)
        let (below, above) = (try numbers.select(lower), try numbers.select(min(lower + 1, numbers.count - 1)))
        return below + (above - below) * (place - Double(lower))
      }
      return try quantile(0.75) - quantile(0.25)
    }
    let diaconis = 2 * spread / cbrt(count)
    if diaconis > 0 { width = min(width, diaconis) }
    let bins = ((high - low) / width).rounded(.up)
    return bins.isFinite ? Int(min(max(bins, 1), Double(mostBins))) : 1
  }
}
