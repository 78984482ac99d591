// Work on all cores in fixed tiles. The tiles depend on the shapes alone, not on the number of threads, so that results repeat to
// the last bit on every machine that has the same BLAS kernels; where they do depend on it (products of few rows), no element's sum
// depends on its tile.

import Dispatch
import Glibc
import Synchronization

public enum Parallel {
  /// Threads that one kernel may use.
  nonisolated(unsafe) public static var threadCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  /// Threads that share `tiles` tiles: room for per-thread scratch memory.
  public static func workers(for tiles: Int) -> Int { max(1, min(threadCount, tiles)) }
}

/// Runs `body(tile)` for 0 ..< count on all cores. Polls for Ctrl-C before each tile; the first error ends the rest.
public func parallel(_ count: Int, _ body: (Int) throws -> Void) throws {
  try parallelTiles(count) { tile, _ in try body(tile) }
}

/// The same, with the number of the thread (0 ..< `Parallel.workers(for: count)`) that runs the tile.
public func parallelTiles(_ count: Int, _ body: (_ tile: Int, _ worker: Int) throws -> Void) throws {
  let workers = Parallel.workers(for: count)
  guard workers > 1 else {
    for tile in 0..<max(count, 0) {
      try checkInterrupt()
      try body(tile, 0)
    }
    return
  }
  let next = Atomic<Int>(0)
  let failure = Mutex<(any Error)?>(nil)
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    while true {
      let tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if tile >= count { return }
      do {
        try checkInterrupt()
        try body(tile, worker)
      } catch {
        failure.withLock { $0 = $0 ?? error }
        next.store(count, ordering: .relaxed)
        return
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}

/// `count` elements in pieces of at most `size`: number of pieces, and the range of each.
public struct Tiles {
  public let count: Int
  private let total: Int
  private let size: Int

  public init(_ total: Int, of size: Int) {
    self.total = total
    self.size = max(size, 1)
    count = total <= 0 ? 0 : (total - 1) / self.size + 1
  }

  public subscript(index: Int) -> Range<Int> { index * size..<min((index + 1) * size, total) }
}
