// One call of LAPACK may take minutes and cannot be stopped. Ctrl-C leaves it behind instead: it computes on, on a thread of its own
// and with memory that only it knows of, and what it finds is dropped.

import CPlatform
import Lang
import Synchronization

package enum Abandoned {
  private static let running = Atomic<Int>(0)

  /// Whether work that was left behind is still going on. Such a process must end without waiting for other threads.
  package static var isRunning: Bool { running.load(ordering: .relaxed) > 0 }

  fileprivate static func add(_ change: Int) { running.wrappingAdd(change, ordering: .relaxed) }
}

/// Runs `work`, which takes hold of nothing that the interpreter changes: tensors and numbers. When it `isLong`, Ctrl-C throws
/// `interrupted` within a fiftieth of a second, whatever `work` is doing then.
package func abandonable<T>(isLong: Bool, _ work: @escaping () throws -> T) throws -> T {
  guard isLong else { return try work() }
  // Where the system gives no thread, the work has to be waited for.
  guard let job = Job(work), job.start() else { return try work() }
  return try job.wait()
}

/// What the threads share is in `state`, under its lock, and in `finished`.
private final class Job<T>: AnyJob, @unchecked Sendable {
  private enum State {
    case running, done(Result<T, any Error>), abandoned
  }

  private let work: () throws -> T
  private let state = Lock(State.running)
  private let finished: OpaquePointer

  init?(_ work: @escaping () throws -> T) {
    guard let latch = tw_latch_make() else { return nil }
    self.work = work
    finished = latch
  }

  deinit { tw_latch_free(finished) }

  override func run() {
    let result = Result { try work() }
    state.withLock {
      if case .abandoned = $0 { Abandoned.add(-1) } else { $0 = .done(result) }
    }
    tw_latch_open(finished)
  }

  func wait() throws -> T {
    while !tw_latch_wait(finished, 20) {
      do {
        try checkInterrupt()
      } catch {
        state.withLock {
          if case .running = $0 {
            Abandoned.add(1)
            $0 = .abandoned
          }
        }
        throw error
      }
    }
    guard case .done(let result) = state.withLock({ $0 }) else { throw Fault.interrupted() }
    return try result.get()
  }
}

/// A job as a thread sees it.
private class AnyJob {
  private static let stackBytes = 8 << 20

  func run() {}

  /// False when there is no thread for it.
  final func start() -> Bool {
    let job = Unmanaged.passRetained(self)
    let result = tw_start_thread(
      Self.stackBytes,
      { context in
        if let context { Unmanaged<AnyJob>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, job.toOpaque())
    if result != 0 { job.release() }
    return result == 0
  }
}
