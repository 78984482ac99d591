// The patterns of attention heads: for each head, how much every token reads of every other.

import Lang
import Runtime

package struct HeadPatterns {
  struct Head {
    /// Number of the block; nil where one block was given alone.
    let block: Int?
    /// Number in the block; nil where one pattern was given alone.
    let index: Int?
    /// [rows, columns]: row i is what token i reads.
    let pattern: Tensor

    var title: String {
      if let block, let index { return "block \(block), head \(index)" }
      return name
    }

    /// Short, as a panel among many is called.
    var name: String {
      switch (block, index) {
      case (let block?, let index?): "\(block).\(index)"
      case (let block?, nil): "block \(block)"
      case (nil, let index?): "head \(index)"
      case (nil, nil): "attention"
      }
    }
  }

  let heads: [Head]
  let rows: Int
  let columns: Int
  /// The tokens that read, and those that are read; numbers where there are none.
  let rowNames: [String]
  let columnNames: [String]
  /// No token reads a later one, in any head.
  let isCausal: Bool
  /// The largest number of all.
  let largest: Double

  /// Throws where a number is none of a pattern. O(numbers).
  init(_ heads: [Head], rowNames: [String], columnNames: [String]) throws {
    (rows, columns) = (rowNames.count, columnNames.count)
    (self.heads, self.rowNames, self.columnNames) = (heads, rowNames, columnNames)
    var isCausal = rowNames.count <= columnNames.count
    var largest: Float = 0
    let offset = columnNames.count - rowNames.count
    for head in heads {
      try head.pattern.withElements { elements in
        for row in 0..<rowNames.count {
          try checkInterrupt()
          let line = elements[row * columnNames.count..<(row + 1) * columnNames.count]
          for (column, value) in line.enumerated() {
            guard value >= 0, value <= 1.001 else {
              throw Fault.badValue(
                "`attention` wants patterns, numbers in 0 … 1; \(head.name) holds \(numberText(Double(value)))",
                help: "heatmap(x) draws any matrix")
            }
            if value > largest { largest = value }
            if value != 0, column > row + offset { isCausal = false }
          }
        }
      }
    }
    self.isCausal = isCausal
    self.largest = Double(largest)
  }

  /// The numbers of one block's heads, a head after the other; of a causal pattern row i has the columns up to its own.
  func numbers(_ heads: [Head], _ body: (Float) -> Void) throws {
    let offset = columns - rows
    for head in heads {
      try head.pattern.withElements { elements in
        for row in 0..<rows {
          try checkInterrupt()
          let length = isCausal ? row + offset + 1 : columns
          for column in 0..<length { body(elements[row * columns + column]) }
        }
      }
    }
  }

  /// Runs of heads of the same block.
  var blocks: [[Head]] {
    var blocks: [[Head]] = []
    for head in heads {
      if blocks.last?.first?.block == head.block, !blocks.isEmpty {
        blocks[blocks.count - 1].append(head)
      } else {
        blocks.append([head])
      }
    }
    return blocks
  }

  // MARK: As heat maps

  /// A head as a map with the tokens' names, on the scale of all heads; cells that a causal model cannot read are empty. `most`: rows and columns
  /// beyond them are averaged.
  func panel(_ head: Head, most: Int) throws -> Panel {
    try panel(head.name, values: head.pattern.withElements { try doubles($0) }, most: most)
  }

  /// The mean of several heads.
  func mean(_ heads: [Head], title: String, most: Int = 1000) throws -> Panel {
    var sums = [Double](repeating: 0, count: rows * columns)
    for head in heads {
      try head.pattern.withElements { elements in
        try inBlocks(elements.count) { block in
          for at in block { sums[at] += Double(elements[at]) }
        }
      }
    }
    return try panel(title, values: sums.map { $0 / Double(max(heads.count, 1)) }, most: most)
  }

  private func panel(_ title: String, values given: [Double], most: Int) throws -> Panel {
    var values = given
    if isCausal {
      let offset = columns - rows
      for row in 0..<rows {
        for column in min(row + offset + 1, columns)..<columns { values[row * columns + column] = .nan }
      }
    }
    var map = HeatMap(
      rows: rows, columns: columns, values: values, rowNames: rowNames, columnNames: columnNames, palette: .viridis,
      range: 0...(largest > 0 ? largest : 1))
    if max(rows, columns) > most { map = try map.averaged((rows + most - 1) / most, (columns + most - 1) / most) }
    var panel = Panel()
    panel.title = title
    panel.heatMap = map
    panel.isEqual = true
    return panel
  }

  /// What a terminal shows of several heads: their mean. Nil for one head.
  func overview() throws -> Panel? {
    heads.count > 1 ? try mean(heads, title: "mean of \(heads.count) heads") : nil
  }
}
