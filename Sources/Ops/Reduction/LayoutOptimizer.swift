// Stochastic gradient descent on the layout, the same at any number of threads.
//
// The method as published moves both ends of one edge after the other, so its result depends on the order. Here the points
// are cut into fixed batches. Within a batch every point takes its own moves, two edges at a time, on a copy of its own, while
// all other points are where the batch found them; then the copies are put in place. Which draws push a point depends on
// (seed, epoch, point) alone. So the points of a batch are independent, and threads may share them in any way.

import Lang
import Runtime

struct LayoutOptimizer {
  private static let largestBatch = 1024

  let curve: LayoutCurve
  let seed: UInt64
  let epochs: Int

  /// Moves the points of a graph, in place.
  func settle(_ layout: Layout, _ graph: FuzzyGraph) throws {
    let forces = LayoutForces(curve, pull: 2)
    var schedule = EdgeSchedule(graph)
    let (n, dims) = (layout.count, layout.dims)
    let batches = Tiles(n, of: min(max(n / 8, 16), LayoutOptimizer.largestBatch))
    let moved = try TensorStorage(uninitialized: LayoutOptimizer.largestBatch * dims)
    let copies = try moved.pointer()
    try schedule.withEdges { edges in
      let progress = Progress("epochs", total: epochs)
      for epoch in 0..<epochs {
        progress.report(epoch)
        let turn = Turn(key: seed, epoch: epoch, of: epochs, initialRate: 1)
        for batch in 0..<batches.count {
          let range = batches[batch]
          try parallelRows(range.count, tile: 32) { place in
            let point = range.lowerBound + place
            let copy = copies + place * dims
            copy.update(from: layout.start + point * dims, count: dims)
            var stream = turn.stream(of: point)
            turn.advance(copy, edges.of(point), among: layout, forces, &stream)
          }
          (layout.start + range.lowerBound * dims).update(from: copies, count: range.count * dims)
        }
      }
    }
    withExtendedLifetime(moved) {}
  }

  /// Moves new points among settled ones that stay where they are: every new point on its own. Edges lead from new points to
  /// settled ones. All new points see the same draws, so that where one lands depends on nothing but itself.
  func place(_ new: Layout, _ edges: FuzzyGraph, among settled: Layout) throws {
    let forces = LayoutForces(curve, pull: 1)
    var schedule = EdgeSchedule(edges)
    try schedule.withEdges { edges in
      let progress = Progress("rows", total: new.count)
      try parallelRows(new.count, tile: 8) { point in
        let position = new.start + point * new.dims
        for epoch in 0..<epochs {
          if epoch & 0xFF == 0xFF { try checkInterrupt() }
          let turn = Turn(key: seed, epoch: epoch, of: epochs, initialRate: 0.25)
          var stream = turn.stream(of: 0)
          turn.advance(position, edges.of(point), among: settled, forces, &stream)
        }
        progress.advance()
      }
    }
  }

  /// One epoch: the rate falls linearly to 0.
  private struct Turn {
    let key: UInt64
    let epoch: Int
    let rate: Float

    init(key: UInt64, epoch: Int, of epochs: Int, initialRate: Float) {
      (self.key, self.epoch) = (key, epoch)
      rate = initialRate * (1 - Float(epoch) / Float(epochs))
    }

    func stream(of point: Int) -> DrawStream { DrawStream(key: key, epoch: epoch, point: point) }

    @inline(__always)
    func advance(
      _ point: UnsafeMutablePointer<Float>, _ edges: EdgeSchedule.Edges, among layout: Layout, _ forces: LayoutForces,
      _ stream: inout DrawStream
    ) {
      switch layout.dims {
      case 2: advance(point, edges, among: layout, forces, &stream, dims: 2)
      case 3: advance(point, edges, among: layout, forces, &stream, dims: 3)
      case let dims: advance(point, edges, among: layout, forces, &stream, dims: dims)
      }
    }

    @inline(__always)
    private func advance(
      _ point: UnsafeMutablePointer<Float>, _ edges: EdgeSchedule.Edges, among layout: Layout, _ forces: LayoutForces,
      _ stream: inout DrawStream, dims: Int
    ) {
      let start = UnsafePointer(layout.start)
      let bound = UInt64(layout.count)
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 3 * dims) { scratch in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: edges.count + 1) { acting in
          guard let scratch = scratch.baseAddress, let acting = acting.baseAddress else { return }
          let count = edges.acting(at: Float(epoch), into: acting)
          var at = 0
          while at < count {
            let one = draws(&stream, bound, dims)
            let two = draws(&stream, bound, dims)
            let (a, b) = (Int(acting[at]) &* dims, Int(acting[at + 1]) &* dims)
            let mixed = (a, stream.next(below: bound) &* dims, b, stream.next(below: bound) &* dims)
            forces.move(
              point, one, two, mixed, both: at + 1 < count ? 1 : 0, among: start, rate: rate, dims: dims,
              scratch: scratch)
            at &+= 2
          }
        }
      }
    }

    @inline(__always)
    private func draws(_ stream: inout DrawStream, _ bound: UInt64, _ dims: Int) -> FourPlaces {
      (
        stream.next(below: bound) &* dims, stream.next(below: bound) &* dims, stream.next(below: bound) &* dims,
        stream.next(below: bound) &* dims
      )
    }
  }
}

/// When each edge acts: the heaviest in every epoch, others in proportion to their weight.
private struct EdgeSchedule {
  private let starts: [Int]
  private let targets: [Int32]
  /// Epochs from one time to the next
  private let periods: [Float]
  /// The epoch of the next time
  private var next: [Float]

  init(_ graph: FuzzyGraph) {
    (starts, targets) = (graph.starts, graph.targets)
    let heaviest = graph.weights.max() ?? 1
    periods = graph.weights.map { heaviest / $0 }
    next = periods
  }

  /// The edges of one point.
  struct Edges {
    let count: Int
    let targets: UnsafePointer<Int32>
    let periods: UnsafePointer<Float>
    let next: UnsafeMutablePointer<Float>

    /// The other ends of the edges whose time has come, and one more place that may be read. Without branches: which edges act is hard
    /// to foresee.
    @inline(__always)
    func acting(at epoch: Float, into targets: UnsafeMutablePointer<Int32>) -> Int {
      var found = 0
      for edge in 0..<count {
        let acts = next[edge] <= epoch
        targets[found] = self.targets[edge]
        let one: Float = acts ? 1 : 0
        next[edge] += periods[edge] * one
        found += Int(one)
      }
      targets[found] = 0
      return found
    }
  }

  struct Table {
    let starts: UnsafePointer<Int>
    let targets: UnsafePointer<Int32>
    let periods: UnsafePointer<Float>
    let next: UnsafeMutablePointer<Float>

    @inline(__always)
    func of(_ point: Int) -> Edges {
      let first = starts[point]
      return Edges(
        count: starts[point + 1] - first, targets: targets + first, periods: periods + first, next: next + first)
    }
  }

  mutating func withEdges(_ body: (Table) throws -> Void) throws {
    try starts.withUnsafeBufferPointer { starts in
      try targets.withUnsafeBufferPointer { targets in
        try periods.withUnsafeBufferPointer { periods in
          try next.withUnsafeMutableBufferPointer { next in
            guard let s = starts.baseAddress, let t = targets.baseAddress, let p = periods.baseAddress,
              let n = next.baseAddress
            else { return }
            try body(Table(starts: s, targets: t, periods: p, next: n))
          }
        }
      }
    }
  }
}
