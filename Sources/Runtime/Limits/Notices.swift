// Warnings from below the Shell. They go to standard error unless somebody else wants them: the Shell for all threads, a test for its own.

import CPlatform
import Glibc
import Lang

package enum Notices {
  private static let shared = Lock<@Sendable (String) -> Void>({ text in
    fputs("warning: \(VisibleText.of(text))\n", stderr)
  })

  /// Who gets the warnings of threads that have no listener.
  package static var sink: @Sendable (String) -> Void {
    get { shared.withLock { $0 } }
    set { shared.withLock { $0 = newValue } }
  }

  private final class Listener {
    let hear: (String) -> Void
    init(_ hear: @escaping (String) -> Void) { self.hear = hear }
  }

  /// Who gets the warnings of the calling thread in place of `sink`.
  package static var listener: ((String) -> Void)? {
    get {
      guard let made = tw_thread_slot(TW_SLOT_NOTICES)?.pointee else { return nil }
      return Unmanaged<Listener>.fromOpaque(made)._withUnsafeGuaranteedRef { $0.hear }
    }
    set {
      guard let slot = tw_thread_slot(TW_SLOT_NOTICES) else { return }
      let before = slot.pointee
      slot.pointee = newValue.map { Unmanaged.passRetained(Listener($0)).toOpaque() }
      if let before { Unmanaged<Listener>.fromOpaque(before).release() }
    }
  }

  /// Tells a warning, beside the result.
  package static func warn(_ text: String) { (listener ?? sink)(text) }
}
