// When two panels show the same. Numbers that are missing (NaN: a gap, an empty cell, a hole) are missing in both.

import Lang
import Runtime

private func same(_ a: [Double]?, _ b: [Double]?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return a.elementsEqual(b) { $0 == $1 || $0.isNaN && $1.isNaN }
}

extension Layer {
  package static func == (a: Layer, b: Layer) -> Bool {
    a.shape == b.shape && a.name == b.name && a.paint == b.paint && same(a.x, b.x) && same(a.y, b.y) && same(a.z, b.z)
      && same(a.values, b.values) && a.labels == b.labels && a.hover == b.hover
  }
}

extension HeatMap {
  package static func == (a: HeatMap, b: HeatMap) -> Bool {
    a.rows == b.rows && a.columns == b.columns && same(a.values, b.values) && a.rowNames == b.rowNames
      && a.columnNames == b.columnNames && a.palette == b.palette && a.range == b.range && a.isLog == b.isLog
      && a.texts == b.texts && a.hover == b.hover
  }
}

extension Passage {
  static func == (a: Passage, b: Passage) -> Bool {
    a.tokens == b.tokens && same(a.values, b.values) && a.palette == b.palette && a.range == b.range
  }
}

extension Surface {
  package static func == (a: Surface, b: Surface) -> Bool {
    a.x == b.x && a.y == b.y && same(a.z, b.z) && a.palette == b.palette && a.range == b.range
  }
}
