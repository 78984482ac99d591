// A matrix of colours, its first row on top.

import Glibc
import Lang
import Runtime

package struct HeatMap: Equatable {
  package var rows: Int
  package var columns: Int
  /// Row by row; NaN cells stay empty.
  package var values: [Double]
  package var rowNames: [String]?
  package var columnNames: [String]?
  package var palette: ColourMap
  /// The numbers at the two ends of the colours.
  package var range: ClosedRange<Double>
  /// Colours go by the logarithm of the numbers, which are positive.
  var isLog = false
  /// Texts in the cells, row by row.
  var texts: [String]?
  /// What a page shows of the cell under the pointer; nil shows its names and its number.
  var hover: [String]?

  /// Where a number stands between the ends of the colours, 0 … 1; nil for a cell that is empty.
  func share(_ value: Double) -> Double? {
    if value.isNaN { return nil }
    let (a, b, v) =
      isLog
      ? (log10(range.lowerBound), log10(range.upperBound), log10(value)) : (range.lowerBound, range.upperBound, value)
    return min(max((v - a) / (b - a), 0), 1)
  }

  /// Red, green and blue of a cell, 0 … 255; nil where it is empty.
  func colour(_ row: Int, _ column: Int) -> (Int, Int, Int)? {
    share(values[row * columns + column]).map { palette.colour(at: $0) }
  }

  /// Means of blocks of `down` x `across` cells, empty ones not counted: (rows + down - 1) / down rows. Names are those of the first of each
  /// block; texts are left out. O(cells). Throws `interrupted`.
  func averaged(_ down: Int, _ across: Int) throws -> HeatMap {
    let (newRows, newColumns) = ((rows + down - 1) / down, (columns + across - 1) / across)
    var sums = [Double](repeating: 0, count: newRows * newColumns)
    var counts = sums
    for row in 0..<rows {
      try checkInterrupt()
      for column in 0..<columns {
        let value = values[row * columns + column]
        guard Drawable.contains(value) else { continue }
        sums[row / down * newColumns + column / across] += value
        counts[row / down * newColumns + column / across] += 1
      }
    }
    var map = self
    (map.rows, map.columns) = (newRows, newColumns)
    map.values = zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
    map.rowNames = rowNames.map { names in stride(from: 0, to: rows, by: down).map { names[$0] } }
    map.columnNames = columnNames.map { names in stride(from: 0, to: columns, by: across).map { names[$0] } }
    (map.texts, map.hover) = (nil, nil)
    return map
  }
}

/// A text in colours: a number for each of its tokens.
struct Passage: Equatable {
  var tokens: [String]
  /// NaN: no colour.
  var values: [Double]
  var palette: ColourMap
  var range: ClosedRange<Double>

  /// Red, green and blue behind a token; nil for none.
  func colour(_ index: Int) -> (Int, Int, Int)? {
    let value = values[index]
    if value.isNaN { return nil }
    return palette.colour(at: (value - range.lowerBound) / (range.upperBound - range.lowerBound))
  }
}
