// The weighted graph of neighbours, as compressed sparse rows. Each point's weights are its own opinion; the graph is the fuzzy
// union a + b - ab of both opinions, and so is symmetric.

import Glibc
import Lang
import Runtime

package struct FuzzyGraph {
  /// Edges of point i: starts[i] ..< starts[i + 1]; n + 1 numbers
  package private(set) var starts: [Int]
  /// Other ends, rising for each point
  package private(set) var targets: [Int32]
  /// Positive, at most 1
  package private(set) var weights: [Float]

  package var count: Int { starts.count - 1 }

  /// The local scale of every point of the cloud.
  package static func scales(_ neighbours: AllNeighbours, of cloud: PointCloud) throws -> (
    scales: [LocalScale], distances: [Float]
  ) {
    let k = neighbours.k
    let distances = neighbours.distances.map { Float(cloud.distance(square: $0 * $0)) }
    let mean = distances.reduce(0.0) { $0 + Double($1) } / Double(cloud.count * (k + 1))
    var scales = [LocalScale?](repeating: nil, count: cloud.count)
    try scales.withUnsafeMutableBufferPointer { scales in
      try distances.withUnsafeBufferPointer { distances in
        try parallelRows(scales.count) { row in
          scales[row] = LocalScale(
            amongOthers: UnsafeBufferPointer(rebasing: distances[row * k..<(row + 1) * k]), mean: mean)
        }
      }
    }
    return (scales.compactMap { $0 }, distances)
  }

  /// The graph of a cloud's neighbours.
  package init(_ neighbours: AllNeighbours, of cloud: PointCloud) throws {
    let (n, k) = (cloud.count, neighbours.k)
    let (scales, distances) = try FuzzyGraph.scales(neighbours, of: cloud)
    // Own opinions by rising neighbour, then the others' opinions of each point: both are merged row by row.
    var order = [Int32](repeating: 0, count: k)
    var own = FuzzyGraph(n, capacity: n * k)
    for row in 0..<n {
      if row & 0xFFF == 0 { try checkInterrupt() }
      for i in 0..<k { order[i] = Int32(i) }
      order.sort { neighbours.indices[row * k + Int($0)] < neighbours.indices[row * k + Int($1)] }
      for place in order {
        let weight = scales[row].weight(distances[row * k + Int(place)])
        if weight > 0 { own.append(neighbours.indices[row * k + Int(place)], weight) }
      }
      own.starts.append(own.targets.count)
    }
    let others = try own.transposed()
    self = FuzzyGraph(n, capacity: 2 * own.targets.count)
    for row in 0..<n {
      if row & 0xFFF == 0 { try checkInterrupt() }
      appendUnion(row, own, others)
    }
  }

  private init(_ count: Int, capacity: Int) {
    starts = [0]
    starts.reserveCapacity(count + 1)
    targets = []
    targets.reserveCapacity(capacity)
    weights = []
    weights.reserveCapacity(capacity)
  }

  private mutating func append(_ target: Int32, _ weight: Float) {
    targets.append(target)
    weights.append(weight)
  }

  private func transposed() throws -> FuzzyGraph {
    var result = FuzzyGraph(count, capacity: 0)
    var places = [Int](repeating: 0, count: count + 1)
    for target in targets { places[Int(target) + 1] += 1 }
    for row in 0..<count { places[row + 1] += places[row] }
    result.starts = places
    result.targets = [Int32](repeating: 0, count: targets.count)
    result.weights = [Float](repeating: 0, count: targets.count)
    for row in 0..<count {
      if row & 0xFFF == 0 { try checkInterrupt() }
      for edge in starts[row]..<starts[row + 1] {
        let target = Int(targets[edge])
        result.targets[places[target]] = Int32(row)
        result.weights[places[target]] = weights[edge]
        places[target] += 1
      }
    }
    return result
  }

  private mutating func appendUnion(_ row: Int, _ a: FuzzyGraph, _ b: FuzzyGraph) {
    var (i, j) = (a.starts[row], b.starts[row])
    let (iEnd, jEnd) = (a.starts[row + 1], b.starts[row + 1])
    while i < iEnd || j < jEnd {
      let left = i < iEnd ? a.targets[i] : .max
      let right = j < jEnd ? b.targets[j] : .max
      let x = left <= right ? a.weights[i] : 0
      let y = right <= left ? b.weights[j] : 0
      append(min(left, right), x + y - x * y)
      if left <= right { i += 1 }
      if right <= left { j += 1 }
    }
    starts.append(targets.count)
  }

  /// The graph without edges that are lighter than `least`.
  func droppingEdges(lighterThan least: Float) throws -> FuzzyGraph {
    var result = FuzzyGraph(count, capacity: targets.count)
    for row in 0..<count {
      if row & 0xFFF == 0 { try checkInterrupt() }
      for edge in starts[row]..<starts[row + 1] where weights[edge] >= least {
        result.append(targets[edge], weights[edge])
      }
      result.starts.append(result.targets.count)
    }
    return result
  }

  /// No edges yet from `count` new points to fitted ones; `appendNewPoint` adds those of one after the other.
  static func ofNewPoints(_ count: Int) -> FuzzyGraph { FuzzyGraph(count, capacity: 0) }

  /// The edges of the next new point, scaled so that the heaviest has weight 1. Those that would not act in so many epochs go.
  mutating func appendNewPoint(_ neighbours: [Int], _ opinions: [Float], epochs: Int) {
    let heaviest = opinions.max() ?? 1
    for (neighbour, weight) in zip(neighbours, opinions) where weight * Float(epochs) >= heaviest {
      append(Int32(neighbour), weight / heaviest)
    }
    starts.append(targets.count)
  }

  /// The part of the graph between `members`, numbered in their order. `places`: the new number of each point.
  func part(_ members: [Int], places: [Int32]) -> FuzzyGraph {
    var result = FuzzyGraph(members.count, capacity: 0)
    for row in members {
      for edge in starts[row]..<starts[row + 1] { result.append(places[Int(targets[edge])], weights[edge]) }
      result.starts.append(result.targets.count)
    }
    return result
  }

  /// The connected component of every point, numbered by their lowest points, and how many there are.
  package func components() -> (count: Int, of: [Int32]) {
    var component = [Int32](repeating: -1, count: count)
    var found: Int32 = 0
    var waiting: [Int32] = []
    for start in 0..<count where component[start] < 0 {
      component[start] = found
      waiting.append(Int32(start))
      while let row = waiting.popLast().map(Int.init) {
        for edge in starts[row]..<starts[row + 1] where component[Int(targets[edge])] < 0 {
          component[Int(targets[edge])] = found
          waiting.append(targets[edge])
        }
      }
      found += 1
    }
    return (Int(found), component)
  }
}
