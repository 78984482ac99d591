// Sums, means, norms, extremes: one value from many. They accumulate in double and treat NaN as NumPy does.

import Glibc
import Lang
import Runtime

/// A rule that makes one number of many.
package enum Reduction {
  case sum, mean
  /// √Σx²
  case norm
  /// Σ(x - mean)² / (n - ddof), in two passes.
  case variance(ddof: Double)
  case deviation(ddof: Double)
  case minimum, maximum
  /// 1 where any (all) of the elements differ from 0, else 0.
  case any, all

  /// The value of no elements at all; nil where there is none.
  fileprivate var ofNothing: Double? {
    switch self {
    case .sum, .norm, .any: 0
    case .all: 1
    case .mean, .variance, .deviation: .nan
    case .minimum, .maximum: nil
    }
  }

  fileprivate func checkNotEmpty(_ count: Int) throws {
    guard count == 0, ofNothing == nil else { return }
    let isLargest = if case .maximum = self { true } else { false }
    throw Fault.noElements(isLargest ? "max" : "min", largest: isLargest)
  }

  fileprivate func finish(squares: Double, count: Int) -> Double {
    switch self {
    case .variance(let ddof): squares / max(Double(count) - ddof, 0)
    case .deviation(let ddof): sqrt(squares / max(Double(count) - ddof, 0))
    default: sqrt(squares)
    }
  }

  /// The value of `numbers`, in double throughout.
  package func value(of numbers: [Double]) throws -> Double {
    try checkNotEmpty(numbers.count)
    func total(_ term: (Double) -> Double = { $0 }) throws -> Double {
      var total = 0.0
      try numbers.eachBlock { for x in $0 { total += term(x) } }
      return total
    }
    /// The first of those that no other beats; NaN where one is.
    func extreme(_ beats: (Double, Double) -> Bool) throws -> Double {
      var best = numbers.first ?? .nan
      try numbers.eachBlock { for x in $0 where beats(x, best) || x.isNaN { best = x } }
      return best.isNaN ? .nan : best
    }
    switch self {
    case .sum: return try total()
    case .mean: return try total() / Double(numbers.count)
    case .norm: return finish(squares: try total { $0 * $0 }, count: numbers.count)
    case .variance, .deviation:
      let centre = try total() / Double(numbers.count)
      return finish(squares: try total { ($0 - centre) * ($0 - centre) }, count: numbers.count)
    case .minimum: return try extreme(<)
    case .maximum: return try extreme(>)
    case .any: return try numbers.containsInBlocks { $0 != 0 } ? 1 : 0
    case .all: return try numbers.containsInBlocks { $0 == 0 } ? 0 : 1
    }
  }

  /// The value of the numbers of a range, however long, by the formulas for sums of consecutive numbers and of their squares.
  package func value(of range: RangeObject) throws -> Double {
    let count = range.count ?? 0
    try checkNotEmpty(count)
    guard count > 0 else { return ofNothing ?? .nan }
    let (first, last) = (range.start, range.end - 1)
    let n = Double(count)
    // Bounds lie within 2^53, so first + last is a whole number of a double, and so is the middle.
    let middle = Double(first + last) / 2
    // Σ (x - middle)²
    let squares = n * (n * n - 1) / 12
    switch self {
    case .sum: return Double(Int128(count) * Int128(first + last) / 2)
    case .mean: return middle
    case .norm: return sqrt(squares + n * middle * middle)
    case .variance, .deviation: return finish(squares: squares, count: count)
    case .minimum: return Double(first)
    case .maximum: return Double(last)
    case .any: return count > 1 || first != 0 ? 1 : 0
    case .all: return first > 0 || last < 0 ? 1 : 0
    }
  }

  /// The value of `n` contiguous elements. Throws `interrupted`.
  fileprivate func value(of p: UnsafePointer<Float>, _ n: Int) throws -> Double {
    func squares(centre: Double = 0) throws -> Double {
      try RowKernels.sumOfSquares(p, n, centre: centre, look: checkInterrupt)
    }
    /// The extreme of pieces' extremes.
    func extreme(_ body: (UnsafePointer<Float>, Int) -> Float) throws -> Double {
      let piece = 1 << 18
      guard n > piece else { return Double(body(p, n)) }
      var parts: [Double] = []
      try inBlocks(n, of: piece) { parts.append(Double(body(p + $0.lowerBound, $0.count))) }
      return try value(of: parts)
    }
    let elements = UnsafeBufferPointer(start: p, count: n)
    switch self {
    case .sum: return try RowKernels.sum(p, n, look: checkInterrupt)
    case .mean: return try RowKernels.sum(p, n, look: checkInterrupt) / Double(n)
    case .norm: return sqrt(try squares())
    case .variance, .deviation:
      let centre = try RowKernels.sum(p, n, look: checkInterrupt) / Double(n)
      return finish(squares: try squares(centre: centre), count: n)
    case .minimum: return try extreme(RowKernels.minimum)
    case .maximum: return try extreme(RowKernels.maximum)
    case .any: return try elements.containsInBlocks { $0 != 0 } ? 1 : 0
    case .all: return try elements.containsInBlocks { $0 == 0 } ? 0 : 1
    }
  }

  /// Columns that are reduced together, and rows of them between two looks for Ctrl-C: half a million elements, spread over the memory.
  fileprivate static let columnsAtOnce = 128
  private static let rowsAtOnce = 1 << 12

  /// Values of `width` columns of `n` rows that lie `step` apart, row by row so that memory is read in order.
  fileprivate func columns(
    _ p: UnsafePointer<Float>, rows n: Int, step: Int, width: Int, into out: UnsafeMutablePointer<Float>
  ) throws {
    var totals = [Double](repeating: 0, count: width)
    func accumulate(_ body: (UnsafePointer<Float>, UnsafeMutablePointer<Double>) -> Void) throws {
      try totals.withUnsafeMutableBufferPointer { totals in
        guard let start = totals.baseAddress else { return }
        try inBlocks(n, of: Self.rowsAtOnce) { rows in
          for row in rows { body(p + row * step, start) }
        }
      }
    }
    switch self {
    case .sum, .mean:
      try accumulate { row, totals in for j in 0..<width { totals[j] += Double(row[j]) } }
      let divisor = if case .mean = self { Double(n) } else { 1.0 }
      for j in 0..<width { out[j] = Float(totals[j] / divisor) }
    case .norm:
      try accumulate { row, totals in for j in 0..<width { totals[j] += Double(row[j]) * Double(row[j]) } }
      for j in 0..<width { out[j] = Float(finish(squares: totals[j], count: n)) }
    case .variance, .deviation:
      try accumulate { row, totals in for j in 0..<width { totals[j] += Double(row[j]) } }
      let centres = totals.map { $0 / Double(n) }
      totals = [Double](repeating: 0, count: width)
      try centres.withUnsafeBufferPointer { centres in
        try accumulate { row, totals in
          for j in 0..<width {
            let x = Double(row[j]) - centres[j]
            totals[j] += x * x
          }
        }
      }
      for j in 0..<width { out[j] = Float(finish(squares: totals[j], count: n)) }
    case .minimum, .maximum:
      let isMinimum = if case .minimum = self { true } else { false }
      for j in 0..<width { out[j] = isMinimum ? .infinity : -.infinity }
      try inBlocks(n, of: Self.rowsAtOnce) { rows in
        for row in rows {
          let x = p + row * step
          if isMinimum {
            for j in 0..<width { out[j] = x[j] < out[j] || x[j] != x[j] ? x[j] : out[j] }
          } else {
            for j in 0..<width { out[j] = x[j] > out[j] || x[j] != x[j] ? x[j] : out[j] }
          }
        }
      }
    case .any:
      try accumulate { row, totals in for j in 0..<width where row[j] != 0 { totals[j] = 1 } }
      for j in 0..<width { out[j] = Float(totals[j]) }
    case .all:
      try accumulate { row, totals in for j in 0..<width where row[j] == 0 { totals[j] = 1 } }
      for j in 0..<width { out[j] = 1 - Float(totals[j]) }
    }
  }
}

extension Tensor {
  /// The reduction of all elements.
  package func reduced(_ reduction: Reduction) throws -> Double {
    try reduction.checkNotEmpty(count)
    // The order of the elements does not matter here, so a transposed matrix needs no copy.
    let dense = isRowMajor ? self : transposed.isRowMajor ? transposed : try rowMajor()
    return try dense.withElements { elements in
      guard let p = elements.baseAddress else { return 0 }
      let tiles = Tiles(elements.count, of: 1 << 18)
      guard tiles.count > 1 else { return try reduction.value(of: p, elements.count) }
      func partial(_ body: (UnsafePointer<Float>, Int) throws -> Double) throws -> [Double] {
        var parts = [Double](repeating: 0, count: tiles.count)
        try parts.withUnsafeMutableBufferPointer { parts in
          try parallel(tiles.count) { parts[$0] = try body(p + tiles[$0].lowerBound, tiles[$0].count) }
        }
        return parts
      }
      switch reduction {
      case .sum: return try partial { RowKernels.sum($0, $1) }.reduce(0, +)
      case .mean: return try partial { RowKernels.sum($0, $1) }.reduce(0, +) / Double(elements.count)
      case .norm: return sqrt(try partial { RowKernels.sumOfSquares($0, $1) }.reduce(0, +))
      case .variance, .deviation:
        let centre = try partial { RowKernels.sum($0, $1) }.reduce(0, +) / Double(elements.count)
        let squares = try partial { RowKernels.sumOfSquares($0, $1, centre: centre) }.reduce(0, +)
        return reduction.finish(squares: squares, count: elements.count)
      case .minimum, .maximum, .any, .all:
        return try reduction.value(of: partial { try reduction.value(of: $0, $1) })
      }
    }
  }

  /// Axes of a reduction as 0 ..< rank, in rising order; negative ones count from the end.
  func resolvedAxes(_ axes: [Int]) throws -> [Int] {
    let resolved = try axes.map(resolvedAxis).sorted()
    if let twice = zip(resolved, resolved.dropFirst()).first(where: { $0 == $1 }) {
      throw Fault.badShape("axis \(twice.0) is named twice in axis=\(axes)")
    }
    return resolved
  }

  /// The reduction along several axes, which `resolvedAxes` gave.
  func reduced(_ reduction: Reduction, axes: [Int], keep: Bool) throws -> Tensor {
    if axes.count == 1 { return try reduced(reduction, axis: axes[0], keep: keep) }
    // Side by side at the end they are one axis.
    var turned = self
    for (moved, axis) in axes.enumerated() { turned = turned.movingAxis(axis - moved, to: rank - 1) }
    let rest = turned.shape.dropLast(axes.count)
    let result = try turned.reshaped(rest + [turned.shape.suffix(axes.count).reduce(1, *)])
      .reduced(reduction, axis: rest.count)
    return keep ? axes.reduce(result) { $0.insertingAxis($1) } : result
  }

  /// The reduction along `axis`, which goes away with its labels, or keeps size 1 with `keep`.
  package func reduced(_ reduction: Reduction, axis: Int, keep: Bool = false) throws -> Tensor {
    let axis = try resolvedAxis(axis)
    try reduction.checkNotEmpty(shape[axis])
    if rank == 2, !isRowMajor, transposed.isRowMajor {
      // Reducing the other axis of the transposed matrix saves its copy.
      let result = try transposed.reduced(reduction, axis: 1 - axis)
      return keep ? result.insertingAxis(axis) : result
    }
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let n = shape[axis]
    var newShape = shape
    if keep { newShape[axis] = 1 } else { newShape.remove(at: axis) }
    let labels = keep ? labelled(nil, axis: axis).axisLabels : axisLabels(without: axis)
    return try withElements { elements in
      try Tensor(shape: newShape, axisLabels: labels) { target in
        guard let out = target.baseAddress, !target.isEmpty else { return }
        guard let p = elements.baseAddress, n > 0 else {
          return try target.fill(with: Float(reduction.ofNothing ?? .nan))
        }
        if inner == 1 {
          let tiles = Tiles(outer, of: max(1, (1 << 16) / n))
          try parallel(tiles.count) { tile in
            for row in tiles[tile] { out[row] = Float(try reduction.value(of: p + row * n, n)) }
          }
        } else {
          let tiles = Tiles(inner, of: Reduction.columnsAtOnce)
          try parallel(outer * tiles.count) { tile in
            let (block, columns) = (tile / tiles.count, tiles[tile % tiles.count])
            try reduction.columns(
              p + block * n * inner + columns.lowerBound, rows: n, step: inner, width: columns.count,
              into: out + block * inner + columns.lowerBound)
          }
        }
      }
    }
  }
}
