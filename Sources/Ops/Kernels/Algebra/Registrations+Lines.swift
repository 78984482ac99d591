// quantile, median, logsumexp: registrations of what needs all numbers of a line at once, in double.

import Lang
import Runtime

extension Registrations {
  package static let lineStatistics: [Operation] = [
    Operation(
      "median",
      "(x: tensor|list|range|number, axis: number|list|nil = nil, keep: bool = false) -> number|tensor",
      """
      The middle element, or the mean of the two in the middle; along `axis`, or along a list of axes.
      NaN where one is, and of no elements. `keep=true` keeps the axes with size 1. In double, as numpy.median.
      """, example: "median([3, 1, 2])"
    ) { call in
      try call.lineStatistic(axis: 1, keep: 2) { [try OrderStatistics.median($0)] }
    },
    Operation(
      "quantile",
      "(x: tensor|list|range|number, q: number|list, axis: number|list|nil = nil, keep: bool = false) -> number|tensor",
      """
      The number below which the share `q` (0 to 1) of the elements lies; along `axis`, or along a list of axes.
      Linear between neighbours, at (n - 1) q of the sorted elements, as numpy.quantile. A list of shares gives a tensor with them on its
      first axis. NaN where one is, and of no elements. `keep=true` keeps the axes with size 1. In double.
      """, example: "quantile([1, 2, 3, 4], 0.25)\nquantile(m.wte, [0.05, 0.95], axis=1).shape"
    ) { call in
      let several = try call[1].asNumber == nil ? call.operand(1) : nil
      guard let shares = try several == nil ? [call.number(1)] : several?.doubles() else {
        throw call.wrongType(1, "a number or a list of numbers")
      }
      for share in shares where !(share >= 0 && share <= 1) {
        throw Fault.badValue(
          "`quantile` wants shares from 0 to 1, got \(numberText(share))",
          help: share > 1 && share <= 100 ? "percents are hundredths: q=\(numberText(share / 100))" : nil)
      }
      return try call.lineStatistic(axis: 2, keep: 3, count: several == nil ? nil : shares.count) {
        try OrderStatistics.quantiles($0, shares)
      }
    },
    Operation(
      "logsumexp",
      "(x: tensor|list|range|number, axis: number|list|nil = nil, keep: bool = false) -> number|tensor",
      """
      log Σ exp(x), of all elements or along `axis`, or along a list of axes, without overflow.
      -inf of no elements. `keep=true` keeps the axes with size 1. In double.
      """, example: "logsumexp([1000, 1000])"
    ) { call in
      try call.lineStatistic(axis: 1, keep: 2) { [try Elementwise.logSumExp($0)] }
    },
  ]
}

extension Call {
  /// `body` of all numbers of argument 0, or of every line along the axes in argument `axis`. It gets them in double, in memory that it
  /// may change, and gives `count` results: these become the first axis of the answer; nil means one result and no such axis.
  fileprivate func lineStatistic(
    axis: Int, keep: Int, count: Int? = nil, _ body: (UnsafeMutableBufferPointer<Double>) throws -> [Double]
  ) throws -> Value {
    let operand = try operand(0)
    let keep = try bool(keep)
    let axes = try self.axes(axis)
    let lead = count.map { [$0] } ?? []
    var shape: [Int] = []
    let results: [Double]
    if axes == nil, case .number(let number) = operand {
      var only = [number]
      results = try only.withUnsafeMutableBufferPointer { try body($0) }
    } else if axes == nil, var numbers = try operand.doubles() {
      if keep { shape = [1] }
      results = try numbers.withUnsafeMutableBufferPointer { try body($0) }
    } else {
      let tensor = try operand.asTensor()
      let resolved = try tensor.resolvedAxes(axes ?? Array(0..<tensor.rank))
      if resolved.count < tensor.rank {
        return .tensor(try tensor.lineStatistics(axes: resolved, keep: keep, count: count, body))
      }
      if keep { shape = tensor.shape.map { _ in 1 } }
      let bytes = try byteCount(tensor.count, MemoryLayout<Double>.stride)
      try MemoryBudget.shared.reserve(bytes)
      defer { MemoryBudget.shared.release(bytes) }
      var numbers = try tensor.withElements { try doubles($0) }
      results = try numbers.withUnsafeMutableBufferPointer { try body($0) }
    }
    if lead.isEmpty, shape.isEmpty, let only = results.first { return .number(only) }
    return .tensor(try Tensor(results.map { Float($0) }).reshaped(lead + shape))
  }
}

extension Tensor {
  /// `body` of every line along `axes` (rising, not all of them). Its `count` results become the first axis.
  fileprivate func lineStatistics(
    axes: [Int], keep: Bool, count: Int?, _ body: (UnsafeMutableBufferPointer<Double>) throws -> [Double]
  ) throws -> Tensor {
    // Side by side at the end the axes are one.
    var turned = self
    for (moved, axis) in axes.enumerated() { turned = turned.movingAxis(axis - moved, to: rank - 1) }
    let rest = Array(turned.shape.dropLast(axes.count))
    let length = try Tensor.elementCount(of: Array(turned.shape.suffix(axes.count)))
    let lines = try Tensor.elementCount(of: rest)
    let labels = turned.axisLabels.isEmpty ? [] : Array(turned.axisLabels.prefix(rest.count))
    let results = count ?? 1
    let full = try turned.withElements { source in
      try Tensor(shape: [results] + rest, axisLabels: labels.isEmpty ? [] : [nil] + labels) { target in
        let tiles = Tiles(lines, of: max(1, (1 << 14) / max(length, 1)))
        try parallel(tiles.count) { tile in
          try withUnsafeTemporaryAllocation(of: Double.self, capacity: max(length, 1)) { buffer in
            let line = UnsafeMutableBufferPointer(rebasing: buffer[..<length])
            for row in tiles[tile] {
              try inBlocks(length, of: 1 << 20) { block in
                for i in block { line[i] = Double(source[row * length + i]) }
              }
              for (place, x) in try body(line).enumerated() { target[place * lines + row] = Float(x) }
            }
          }
        }
      }
    }
    let kept = keep ? axes.reduce(full) { $0.insertingAxis($1 + 1) } : full
    return count == nil ? kept.selected(axis: 0, index: 0) : kept
  }
}
