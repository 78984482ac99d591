// Work on all cores in fixed tiles. The tiles depend on the shapes alone, not on the number of threads, so that results repeat to
// the last bit on every machine that has the same BLAS kernels; where they do depend on it (products of few rows), no element's sum
// depends on its tile.

import CPlatform
import Glibc
import Synchronization

package enum Parallel {
  /// Threads that one kernel may use.
  package static var threadCount: Int {
    get { threads.load(ordering: .relaxed) }
    set { threads.store(newValue, ordering: .relaxed) }
  }
  private static let threads = Atomic<Int>(wanted ?? Int(tw_processor_count()))

  /// What the person or the scheduler of a cluster says.
  private static var wanted: Int? {
    ["OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"].lazy.compactMap { Paths.environment($0).flatMap { Int($0) } }
      .first { $0 > 0 }
  }

  /// Threads that share `tiles` tiles: room for per-thread scratch memory.
  package static func workers(for tiles: Int) -> Int { max(1, min(threadCount, tiles)) }
}

/// Runs `body(tile)` for 0 ..< count on all cores. Polls for Ctrl-C before each tile; the first error ends the rest.
package func parallel(_ count: Int, _ body: (Int) throws -> Void) throws {
  try parallelTiles(count, on: Parallel.workers(for: count)) { tile, _ in try body(tile) }
}

/// The same on at most `workers` threads, with the number of the thread (0 ..< `workers`) that runs the tile, for scratch memory of its
/// own.
package func parallelTiles(
  _ count: Int, on workers: Int, _ body: (_ tile: Int, _ worker: Int) throws -> Void
) throws {
  let workers = min(workers, count)
  guard workers > 1 else {
    for tile in 0..<max(count, 0) {
      try checkInterrupt()
      try body(tile, 0)
    }
    return
  }
  let region = Region(count: count)
  withoutActuallyEscaping(body) { body in
    region.body = body
    defer { region.body = nil }
    tw_work_together(Int32(clamping: workers), Region.run, Unmanaged.passUnretained(region).toOpaque())
  }
  if let error = region.failure.withLock({ $0 }) { throw error }
}

/// Tiles that several threads take one after the other.
private final class Region {
  private let count: Int
  private let next = Atomic<Int>(0)
  let failure = Lock<(any Error)?>(nil)
  /// Set before the threads begin, and until they have ended.
  var body: ((_ tile: Int, _ worker: Int) throws -> Void)?

  init(count: Int) { self.count = count }

  static let run: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Void = { context, worker in
    guard let context else { return }
    Unmanaged<Region>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.work(as: Int(worker)) }
  }

  private func work(as worker: Int) {
    guard let body else { return }
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
}

/// `count` elements in pieces of at most `size`: number of pieces, and the range of each.
package struct Tiles {
  package let count: Int
  private let total: Int
  private let size: Int

  package init(_ total: Int, of size: Int) {
    self.total = total
    self.size = max(size, 1)
    count = total <= 0 ? 0 : (total - 1) / self.size + 1
  }

  package subscript(index: Int) -> Range<Int> { index * size..<min((index + 1) * size, total) }
}

/// Runs `body(row)` for 0 ..< count on all cores, some rows at a time: as many as have some ten thousand of the `width` elements that each
/// has, and no more than `tile`.
package func parallelRows(_ count: Int, width: Int = 1, tile: Int = 64, _ body: (Int) throws -> Void) throws {
  let tiles = Tiles(count, of: max(1, min(tile, (1 << 16) / max(width, 1))))
  try parallel(tiles.count) { index in
    for row in tiles[index] { try body(row) }
  }
}
