// One call of LAPACK may take minutes and cannot be stopped. Ctrl-C leaves it behind instead: it computes on, on a thread of its own
// and with memory that only it knows of, and what it finds is dropped.

import Dispatch
import Lang
import Synchronization

public enum Abandoned {
  private static let running = Atomic<Int>(0)

  /// Whether work that was left behind is still going on. Such a process must end without waiting for other threads.
  public static var isRunning: Bool { running.load(ordering: .relaxed) > 0 }

  fileprivate static func add(_ change: Int) { running.wrappingAdd(change, ordering: .relaxed) }
}

/// Runs `work`, which takes hold of nothing that the interpreter changes: tensors and numbers. When it `isLong`, Ctrl-C throws
/// `interrupted` within a fiftieth of a second, whatever `work` is doing then.
public func abandonable<T>(isLong: Bool, _ work: @escaping () throws -> T) throws -> T {
  guard isLong else { return try work() }
  let job = Job(work)
  DispatchQueue.global().async { job.run() }
  return try job.wait()
}

private final class Job<T>: @unchecked Sendable {
  private enum State {
    case running, done(Result<T, any Error>), abandoned
  }

  private let work: () throws -> T
  private let state = Mutex(State.running)
  private let finished = DispatchSemaphore(value: 0)

  init(_ work: @escaping () throws -> T) { self.work = work }

  func run() {
    let result = Result { try work() }
    state.withLock {
      if case .abandoned = $0 { Abandoned.add(-1) } else { $0 = .done(result) }
    }
    finished.signal()
  }

  func wait() throws -> T {
    while finished.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
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
