// Which edges of a graph act when, and in which order: by meetings of blocks of points, so that threads do not get in each
// other's way.

/// Points in blocks of neighbouring numbers, and rounds in which each block meets one other or itself. In a round no block plays
/// twice; in all rounds together each meets every block once.
struct Tournament {
  /// Even.
  let blocks: Int
  let points: Int
  private let size: Int

  /// As many blocks as two of a round's meetings are worth a thread; the number depends on that of the points alone.
  init(points: Int) {
    self.points = points
    blocks = min(max(points / 1024 * 2, 8), 32)
    size = max((points + blocks - 1) / blocks, 1)
  }

  /// The last one is that of the blocks with themselves.
  var rounds: Int { blocks }

  func block(of point: Int) -> Int { point / size }

  func points(of block: Int) -> Range<Int> { min(block * size, points)..<min((block + 1) * size, points) }

  /// The circle method: the last block stays, the others go round.
  func meetings(_ round: Int) -> [(Int, Int)] {
    let ring = blocks - 1
    guard round < ring else { return (0..<blocks).map { ($0, $0) } }
    return (0..<blocks / 2).map { place in
      place == 0 ? (ring, round) : ((round + place) % ring, (round - place + ring) % ring)
    }
  }
}

/// When each edge acts: the heaviest in every epoch, others in proportion to their weight. Edges of one point to one block lie side
/// by side, as a segment; so do the segments from one block to another.
struct EdgeSchedule {
  private var targets: [Int32] = []
  /// Epochs from one time to the next
  private var periods: [Float] = []
  /// The epoch of the next time
  private var next: [Float]
  /// The point of each segment
  private var heads: [Int32] = []
  /// Edges of segment s: starts[s] ..< starts[s + 1]
  private var starts = [0]
  /// Segments from block a to block b: meetings[a * blocks + b] ..< meetings[a * blocks + b + 1]
  private var meetings = [0]
  private let blocks: Int

  /// Without a tournament there is one segment for each point, in their order.
  init(_ graph: FuzzyGraph, _ tournament: Tournament?) {
    let heaviest = graph.weights.max() ?? 1
    blocks = tournament?.blocks ?? 1
    if let tournament {
      targets.reserveCapacity(graph.targets.count)
      periods.reserveCapacity(graph.targets.count)
      // How far the edges of each point have been taken; they come by rising target, and so by rising block.
      var taken = Array(graph.starts.dropLast())
      for from in 0..<blocks {
        for to in 0..<blocks {
          let end = tournament.points(of: to).upperBound
          for point in tournament.points(of: from) {
            let first = taken[point]
            while taken[point] < graph.starts[point + 1], graph.targets[taken[point]] < end {
              targets.append(graph.targets[taken[point]])
              periods.append(heaviest / graph.weights[taken[point]])
              taken[point] += 1
            }
            if taken[point] > first {
              heads.append(Int32(point))
              starts.append(targets.count)
            }
          }
          meetings.append(heads.count)
        }
      }
    } else {
      (targets, starts) = (graph.targets, graph.starts)
      periods = graph.weights.map { heaviest / $0 }
    }
    next = periods
  }

  /// The edges of one segment.
  struct Edges {
    let count: Int
    let targets: UnsafePointer<Int32>
    let periods: UnsafePointer<Float>
    let next: UnsafeMutablePointer<Float>

    /// The other ends of the edges whose time has come, and the last of them once more. Without branches: which edges act is hard to
    /// foresee.
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
      if found > 0 { targets[found] = targets[found - 1] }
      return found
    }
  }

  struct Table {
    fileprivate let blocks: Int
    fileprivate let meetings: UnsafePointer<Int>
    fileprivate let heads: UnsafePointer<Int32>
    fileprivate let starts: UnsafePointer<Int>
    fileprivate let targets: UnsafePointer<Int32>
    fileprivate let periods: UnsafePointer<Float>
    fileprivate let next: UnsafeMutablePointer<Float>

    func segments(from: Int, to: Int) -> Range<Int> {
      meetings[from * blocks + to]..<meetings[from * blocks + to + 1]
    }

    @inline(__always)
    func head(_ segment: Int) -> Int { Int(heads[segment]) }

    @inline(__always)
    func of(_ segment: Int) -> Edges {
      let first = starts[segment]
      return Edges(
        count: starts[segment + 1] - first, targets: targets + first, periods: periods + first, next: next + first)
    }
  }

  mutating func withEdges(_ body: (Table) throws -> Void) throws {
    let blocks = blocks
    try starts.withUnsafeBufferPointer { starts in
      try targets.withUnsafeBufferPointer { targets in
        try periods.withUnsafeBufferPointer { periods in
          try heads.withUnsafeBufferPointer { heads in
            try meetings.withUnsafeBufferPointer { meetings in
              try next.withUnsafeMutableBufferPointer { next in
                guard let starts = starts.baseAddress, let targets = targets.baseAddress,
                  let periods = periods.baseAddress, let next = next.baseAddress, let heads = heads.baseAddress,
                  let meetings = meetings.baseAddress
                else { return }
                try body(
                  Table(
                    blocks: blocks, meetings: meetings, heads: heads, starts: starts, targets: targets,
                    periods: periods, next: next))
              }
            }
          }
        }
      }
    }
  }
}
