// Where the largest and smallest elements are. Indices leave as lists of whole numbers, not as tensors: float32 cannot count
// past 16 million, and a tensor as an index is a mask.

import Lang
import Runtime

/// The best `capacity` of many scored candidates, in memory for those alone: a heap whose root is the worst one kept.
/// Order: higher score first, then lower index; NaN counts as -infinity.
package struct BoundedSelection {
  package private(set) var scores: [Float] = []
  package private(set) var indices: [Int32] = []
  let capacity: Int

  package init(capacity: Int) { self.capacity = capacity }

  package var isFull: Bool { scores.count == capacity }

  /// A score that does not exceed this is not kept, once the selection is full and candidates come in rising order.
  package var threshold: Float { scores.first ?? -.infinity }

  private func isWorse(_ a: Int, _ b: Int) -> Bool {
    scores[a] < scores[b] || (scores[a] == scores[b] && indices[a] > indices[b])
  }

  /// Keeps a score if it is among the `capacity` largest; of equal ones the lower index counts more, NaN counts least. O(log capacity).
  package mutating func offer(_ score: Float, _ index: Int) {
    let score = score.isNaN ? -.infinity : score
    let index = Int32(truncatingIfNeeded: index)
    if scores.count < capacity {
      scores.append(score)
      indices.append(index)
      var child = scores.count - 1
      while child > 0, isWorse(child, (child - 1) / 2) {
        swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
      return
    }
    guard let worst = scores.first, score > worst || (score == worst && index < indices[0]) else { return }
    scores[0] = score
    indices[0] = index
    var parent = 0
    while true {
      var least = parent
      let (left, right) = (2 * parent + 1, 2 * parent + 2)
      if left < scores.count, isWorse(left, least) { least = left }
      if right < scores.count, isWorse(right, least) { least = right }
      if least == parent { return }
      swapAt(parent, least)
      parent = least
    }
  }

  private mutating func swapAt(_ a: Int, _ b: Int) {
    scores.swapAt(a, b)
    indices.swapAt(a, b)
  }
}

extension Tensor {
  /// Index of the largest (smallest) element in row-major order; the first of equals, the first NaN if there is one.
  package func indexOfExtreme(largest: Bool) throws -> Int {
    try withElements { elements in
      guard let index = try Tensor.extreme(elements, largest: largest) else {
        throw Fault.noElements(largest ? "argmax" : "argmin", largest: largest)
      }
      return index
    }
  }

  static func extreme<T: BinaryFloatingPoint>(_ elements: UnsafeBufferPointer<T>, largest: Bool) throws -> Int? {
    guard var best = elements.indices.first else { return nil }
    var firstBad: Int?
    try inBlocks(elements.count, of: 1 << 20) { block in
      guard firstBad == nil else { return }
      for i in block {
        let x = elements[i]
        if x.isNaN {
          firstBad = i
          return
        }
        if largest ? x > elements[best] : x < elements[best] { best = i }
      }
    }
    return firstBad ?? best
  }

  /// Along `axis`, for each line of the tensor with that axis moved to the end: the index of its extreme.
  package func indicesOfExtreme(largest: Bool, axis: Int) throws -> (shape: [Int], indices: [Int]) {
    try lines(along: axis) { line in
      guard let index = try Tensor.extreme(line, largest: largest) else {
        throw Fault.noElements(largest ? "argmax" : "argmin", largest: largest)
      }
      return index
    }
  }

  /// For each line along `axis`, the indices that would sort it: stable, NaN last.
  package func sortingIndices(axis: Int, descending: Bool = false) throws -> (shape: [Int], indices: [[Int]]) {
    try lines(along: axis) { line in
      try Tensor.sortingIndices(line, descending: descending)
    }
  }

  static func sortingIndices<T: BinaryFloatingPoint>(_ line: UnsafeBufferPointer<T>, descending: Bool) throws -> [Int] {
    try checkListFits(line.count, bytesEach: MemoryLayout<Int>.stride)
    var places: [Int] = try line.indices.mapInBlocks { $0 }
    try sort(&places, by: line, descending: descending)
    return places
  }

  /// Places of `line` in the order of their elements: stable, NaN last.
  private static func sort<T: BinaryFloatingPoint>(
    _ places: inout [Int], by line: UnsafeBufferPointer<T>, descending: Bool
  ) throws {
    try places.withUnsafeMutableBufferPointer { places in
      try places.sortInBlocks { a, b in
        let (x, y) = (line[a], line[b])
        if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a < b : y.isNaN }
        return x == y ? a < b : descending ? x > y : x < y
      }
    }
  }

  /// The `k` largest (smallest) elements of each row of a matrix, or of a vector: best first, ties by lower index, NaN last.
  package func best(_ k: Int, largest: Bool = true) throws -> [[(index: Int, value: Float)]] {
    guard rank == 1 || rank == 2 else {
      throw Fault.badShape("`topk` wants a vector or a matrix, got \(Tensor.phrase(shape: shape))")
    }
    return try lines(along: -1) { line in
      let k = min(k, line.count)
      guard k > 0 else { return [] }
      var selection = BoundedSelection(capacity: k)
      try inBlocks(line.count, of: 1 << 14) { block in
        for i in block { selection.offer(largest ? line[i] : -line[i], i) }
      }
      var kept = selection.indices.map { Int($0) }
      try Tensor.sort(&kept, by: line, descending: largest)
      return kept.map { ($0, line[$0]) }
    }.indices
  }

  private func lines<R>(
    along axis: Int, _ body: (UnsafeBufferPointer<Float>) throws -> R
  ) throws -> (shape: [Int], indices: [R]) {
    let axis = try resolvedAxis(axis)
    var rest = shape
    let n = rest.remove(at: axis)
    return try movingAxis(axis, to: rank - 1).withElements { elements in
      var results: [R] = []
      for line in 0..<rest.reduce(1, *) {
        if line % 16 == 0 { try checkInterrupt() }
        results.append(try body(UnsafeBufferPointer(rebasing: elements[line * n..<(line + 1) * n])))
      }
      return (rest, results)
    }
  }
}
