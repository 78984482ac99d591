// Stochastic gradient descent on the layout, the same at any number of threads.
//
// The method as published moves both ends of one edge after the other, so its result depends on the order, and threads that share
// the points race. Here the points are cut into fixed blocks, and every epoch is a tournament: in each round every block meets one
// other, and the edges between the two are worked off one after the other, both ends moving, by one thread, which nobody else
// disturbs. What pushes a point is drawn from a copy of the layout that is as old as the epoch, with numbers that depend on
// (seed, epoch, meeting) alone.
//
// Moving both ends matters. A point that takes the moves of all its edges alone, while the others stand still, ends near the
// neighbour whose turn is last, and the ends of a chain of points run into each other: such layouts of curves lose ten to two
// hundred times as many neighbourhoods as these (bench/travel/curves.py).

import Kernels
import Lang
import Runtime

struct EmbeddingDescent {
  let curve: MembershipCurve
  let seed: UInt64
  let epochs: Int

  /// Moves the points of a graph, in place.
  func settle(_ layout: EmbeddedPoints, _ graph: FuzzyGraph) throws {
    let forces = EmbeddingForces(curve)
    let blocks = Tournament(points: layout.count)
    var schedule = EdgeSchedule(graph, blocks)
    let size = layout.count * layout.dims
    let memory = try TensorStorage(uninitialized: size)
    let others = try memory.pointer()
    // Small graphs are done before a second thread has started.
    let isSmall = graph.targets.count < 1 << 14
    try schedule.withEdges { edges in
      let progress = Progress("epochs", total: epochs)
      for epoch in 0..<epochs {
        progress.report(epoch)
        others.update(from: layout.start, count: size)
        let turn = Turn(forces, key: seed, epoch: epoch, of: epochs, initialRate: 1)
        for round in 0..<blocks.rounds {
          let meetings = blocks.meetings(round)
          func play(_ place: Int) {
            let (a, b) = meetings[place]
            var stream = turn.stream(of: round << 16 | place)
            for (from, to) in a == b ? [(a, a)] : [(a, b), (b, a)] {
              for segment in edges.segments(from: from, to: to) {
                turn.advance(
                  layout.start + edges.head(segment) * layout.dims, edges.of(segment), ends: layout, movesEnds: true,
                  others: others, &stream)
              }
            }
          }
          if isSmall {
            try checkInterrupt()
            for place in meetings.indices { play(place) }
          } else {
            try parallel(meetings.count) { play($0) }
          }
        }
      }
    }
    withExtendedLifetime(memory) {}
  }

  /// Moves new points among settled ones that stay where they are: every new point on its own. Edges lead from new points to
  /// settled ones. All new points see the same draws, so that where one lands depends on nothing but itself.
  func place(_ new: EmbeddedPoints, _ edges: FuzzyGraph, among settled: EmbeddedPoints) throws {
    let forces = EmbeddingForces(curve)
    var schedule = EdgeSchedule(edges, nil)
    try schedule.withEdges { edges in
      let progress = Progress("rows", total: new.count)
      try parallelRows(new.count, tile: 8) { point in
        let position = new.start + point * new.dims
        for epoch in 0..<epochs {
          if epoch & 0xFF == 0xFF { try checkInterrupt() }
          let turn = Turn(forces, key: seed, epoch: epoch, of: epochs, initialRate: 0.25)
          var stream = turn.stream(of: 0)
          turn.advance(
            position, edges.of(point), ends: settled, movesEnds: false, others: UnsafePointer(settled.start), &stream)
        }
        progress.advance()
      }
    }
  }

  /// One epoch: the rate falls linearly to 0.
  private struct Turn {
    let forces: EmbeddingForces
    let key: UInt64
    let epoch: Int
    let rate: Float

    init(_ forces: EmbeddingForces, key: UInt64, epoch: Int, of epochs: Int, initialRate: Float) {
      (self.forces, self.key, self.epoch) = (forces, key, epoch)
      rate = initialRate * (1 - Float(epoch) / Float(epochs))
    }

    func stream(of player: Int) -> DrawStream { DrawStream(key: key, epoch: epoch, point: player) }

    /// The moves of `point` for those of its edges whose time has come.
    @inline(__always)
    func advance(
      _ point: UnsafeMutablePointer<Float>, _ edges: EdgeSchedule.Edges, ends: EmbeddedPoints, movesEnds: Bool,
      others: UnsafePointer<Float>, _ stream: inout DrawStream
    ) {
      switch ends.dims {
      case 2: advance(point, edges, ends, movesEnds, others, &stream, dims: 2)
      case 3: advance(point, edges, ends, movesEnds, others, &stream, dims: 3)
      case let dims: advance(point, edges, ends, movesEnds, others, &stream, dims: dims)
      }
    }

    @inline(__always)
    private func advance(
      _ point: UnsafeMutablePointer<Float>, _ edges: EdgeSchedule.Edges, _ ends: EmbeddedPoints, _ movesEnds: Bool,
      _ others: UnsafePointer<Float>, _ stream: inout DrawStream, dims: Int
    ) {
      let bound = UInt64(ends.count)
      withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: 3 * dims) { scratch in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: edges.count + 1) { acting in
          guard let scratch = scratch.baseAddress, let acting = acting.baseAddress else { return }
          let count = edges.acting(at: Float(epoch), into: acting)
          var at = 0
          while at < count {
            let one = draws(&stream, bound, dims)
            let two = draws(&stream, bound, dims)
            let pair = EmbeddingForces.Pair(
              one: one, two: two, lastOne: stream.next(below: bound) &* dims,
              lastTwo: stream.next(below: bound) &* dims, endOne: Int(acting[at]) &* dims,
              endTwo: Int(acting[at + 1]) &* dims, both: at + 1 < count ? 1 : 0)
            forces.move(
              point, pair, ends: ends.start, movesEnds: movesEnds, others: others, rate: rate, dims: dims,
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
