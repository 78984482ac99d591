// How far long work has come. The work reports; the Shell, when a person looks on, draws a bar (`ProgressBar.swift`). Work may be
// nested: the outermost is shown, since its end is what one waits for.

import CPlatform
import Synchronization

package final class Progress {
  package struct Report {
    /// What is counted: "heads", "epochs".
    package let label: String
    package let done: Int
    package let total: Int
  }

  /// Who looks on; nil: nobody. It is called from any thread, with nil when the work is over.
  package static var sink: (@Sendable (Report?) -> Void)? {
    get { Watch.shared.state.withLock { $0.sink } }
    set { Watch.shared.state.withLock { $0.sink = newValue } }
  }

  /// Who looks on at the work that the calling thread begins, in place of `sink`; nil: `sink` again.
  package static var listener: (@Sendable (Report?) -> Void)? {
    get { Watch.ofThread?.state.withLock { $0.sink } }
    set { Watch.ofThread = newValue.map { Watch(sink: $0) } }
  }

  private final class Watch: Sendable {
    struct State {
      var sink: (@Sendable (Report?) -> Void)?
      /// Whether some work is shown: the outermost, or that of another thread.
      var isBusy = false
    }

    static let shared = Watch(sink: nil)

    let state: Lock<State>

    init(sink: (@Sendable (Report?) -> Void)?) { state = Lock(State(sink: sink)) }

    static var ofThread: Watch? {
      get {
        tw_thread_slot(TW_SLOT_PROGRESS)?.pointee.map { Unmanaged<Watch>.fromOpaque($0).takeUnretainedValue() }
      }
      set {
        guard let slot = tw_thread_slot(TW_SLOT_PROGRESS) else { return }
        let before = slot.pointee
        slot.pointee = newValue.map { Unmanaged.passRetained($0).toOpaque() }
        if let before { Unmanaged<Watch>.fromOpaque(before).release() }
      }
    }
  }

  private let label: String
  private let total: Int
  private let done = Atomic<Int>(0)
  /// Where this work is shown, and to whom; nil: to nobody.
  private let watch: Watch?
  private let sink: (@Sendable (Report?) -> Void)?

  /// Work of `total` steps begins. It is over when this object goes.
  package init(_ label: String, total: Int) {
    self.label = label
    self.total = total
    let watch = Watch.ofThread ?? .shared
    sink = watch.state.withLock { state in
      guard let sink = state.sink, !state.isBusy else { return nil }
      state.isBusy = true
      return sink
    }
    self.watch = sink == nil ? nil : watch
    report(0)
  }

  deinit {
    guard let sink else { return }
    sink(nil)
    watch?.state.withLock { $0.isBusy = false }
  }

  /// `count` steps are done in all. Cheap enough for every step that takes microseconds.
  package func report(_ count: Int) {
    guard let sink else { return }
    done.store(count, ordering: .relaxed)
    sink(Report(label: label, done: count, total: total))
  }

  /// `count` more steps are done; for work that several threads share.
  package func advance(by count: Int = 1) {
    guard let sink else { return }
    let now = done.wrappingAdd(count, ordering: .relaxed).newValue
    sink(Report(label: label, done: now, total: total))
  }
}

/// Runs `body`, which reports on its work of `total` steps.
package func withProgress<R>(_ label: String, total: Int, _ body: (Progress) throws -> R) rethrows -> R {
  let progress = Progress(label, total: total)
  return try withExtendedLifetime(progress) { try body(progress) }
}
