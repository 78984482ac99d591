// How far long work has come. The work reports; the Shell, when a person looks on, draws a bar (`ProgressBar.swift`). Work may be
// nested: the outermost is shown, since its end is what one waits for.

import Synchronization

public final class Progress {
  public struct Report {
    /// What is counted: "heads", "epochs".
    public let label: String
    public let done: Int
    public let total: Int
  }

  /// Who looks on; nil: nobody. It is called from any thread, with nil when the work is over.
  public static var sink: (@Sendable (Report?) -> Void)? {
    get { watch.withLock { $0.sink } }
    set { watch.withLock { $0.sink = newValue } }
  }

  private struct Watch {
    var sink: (@Sendable (Report?) -> Void)?
    /// Whether some work is shown: the outermost, or that of another thread.
    var isBusy = false
  }

  private static let watch = Mutex(Watch())

  private let label: String
  private let total: Int
  private let done = Atomic<Int>(0)
  /// Who looks on at this work; nil: nobody.
  private let sink: (@Sendable (Report?) -> Void)?

  /// Work of `total` steps begins. It is over when this object goes.
  public init(_ label: String, total: Int) {
    self.label = label
    self.total = total
    sink = Self.watch.withLock { watch in
      guard let sink = watch.sink, !watch.isBusy else { return nil }
      watch.isBusy = true
      return sink
    }
    report(0)
  }

  deinit {
    guard let sink else { return }
    sink(nil)
    Self.watch.withLock { $0.isBusy = false }
  }

  /// `count` steps are done in all. Cheap enough for every step that takes microseconds.
  public func report(_ count: Int) {
    guard let sink else { return }
    done.store(count, ordering: .relaxed)
    sink(Report(label: label, done: count, total: total))
  }

  /// `count` more steps are done; for work that several threads share.
  public func advance(by count: Int = 1) {
    guard let sink else { return }
    let now = done.wrappingAdd(count, ordering: .relaxed).newValue
    sink(Report(label: label, done: now, total: total))
  }
}

/// Runs `body`, which reports on its work of `total` steps.
public func withProgress<R>(_ label: String, total: Int, _ body: (Progress) throws -> R) rethrows -> R {
  let progress = Progress(label, total: total)
  return try withExtendedLifetime(progress) { try body(progress) }
}
