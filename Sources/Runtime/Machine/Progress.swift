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
  nonisolated(unsafe) public static var sink: ((Report?) -> Void)?
  nonisolated(unsafe) private static weak var shown: Progress?

  private let label: String
  private let total: Int
  private let done = Atomic<Int>(0)
  private let isShown: Bool

  /// Work of `total` steps begins. It is over when this object goes.
  public init(_ label: String, total: Int) {
    self.label = label
    self.total = total
    isShown = Self.sink != nil && Self.shown == nil
    if isShown {
      Self.shown = self
      report(0)
    }
  }

  deinit { if isShown { Self.sink?(nil) } }

  /// `count` steps are done in all. Cheap enough for every step that takes microseconds.
  public func report(_ count: Int) {
    guard isShown else { return }
    done.store(count, ordering: .relaxed)
    Self.sink?(Report(label: label, done: count, total: total))
  }

  /// `count` more steps are done; for work that several threads share.
  public func advance(by count: Int = 1) {
    guard isShown else { return }
    let now = done.wrappingAdd(count, ordering: .relaxed).newValue
    Self.sink?(Report(label: label, done: now, total: total))
  }
}

/// Runs `body`, which reports on its work of `total` steps.
public func withProgress<R>(_ label: String, total: Int, _ body: (Progress) throws -> R) rethrows -> R {
  let progress = Progress(label, total: total)
  return try withExtendedLifetime(progress) { try body(progress) }
}
