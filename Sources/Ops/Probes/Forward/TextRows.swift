// The texts of one pass, whose rows lie one behind the other in every activation.

import Runtime

struct TextRows {
  /// Rows of each text.
  private let ranges: [Range<Int>]
  /// Position in its text of each row.
  let positions: [Int]
  /// Tokens of each row's text, with those before it.
  let lengths: [Int]

  /// Tokens of each text that stand before its first row and that an earlier pass has seen.
  let before: [Int]

  init(lengths: [Int], before: [Int]) {
    var end = 0
    ranges = lengths.map { length in
      defer { end += length }
      return end..<end + length
    }
    positions = zip(lengths, before).flatMap { $1..<$1 + $0 }
    self.before = before
    self.lengths = zip(lengths, before).flatMap { [Int](repeating: $1 + $0, count: $0) }
  }

  var indices: Range<Int> { ranges.indices }
  var count: Int { ranges.last?.upperBound ?? 0 }
  var firstRows: [Int] { ranges.map(\.lowerBound) }
  var lastRows: [Int] { ranges.map { $0.upperBound - 1 } }

  /// The rows of one text, where they lie.
  package func rows(of text: Int, _ all: Tensor) -> Tensor {
    ranges.count == 1 ? all : all.sliced(axis: 0, first: ranges[text].lowerBound, count: ranges[text].count)
  }

  /// Where the rows of one text lie.
  func range(of text: Int) -> Range<Int> { ranges[text] }

  /// The last row of each text.
  func lastOnes(of all: Tensor) throws -> Tensor { try all.gathered(axis: 0, lastRows) }

  /// The rows of one text in memory of their own: whoever keeps one text does not keep the others.
  func copy(of text: Int, _ all: Tensor) throws -> Tensor {
    ranges.count == 1 ? all : try rows(of: text, all).copied()
  }

  /// What all texts have, from what each of them has.
  func joined(_ parts: [Tensor]) throws -> Tensor {
    parts.count == 1 ? parts[0] : try Tensor.concatenated(parts, axis: 0)
  }
}

/// Texts in groups that run together: enough rows for the products to be quick, and no more, since all rows of a group are in
/// memory at once.
func groupedByLength(_ texts: [PassInput], rows: Int = 512) -> [Range<Int>] {
  var groups: [Range<Int>] = []
  var (start, sum) = (0, 0)
  for (index, text) in texts.enumerated() {
    if index > start, sum + text.count > rows {
      groups.append(start..<index)
      (start, sum) = (index, 0)
    }
    sum += text.count
  }
  if start < texts.count { groups.append(start..<texts.count) }
  return groups
}
