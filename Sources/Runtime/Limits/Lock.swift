// A value that threads share. Like Synchronization's `Mutex`, which asks that what it guards may be handed from thread to thread;
// values of the language may not in general, while what a whole process keeps (its loaded models) must be.

import Synchronization

package final class Lock<Value>: @unchecked Sendable {
  private let mutex = Mutex(())
  private var value: Value

  package init(_ value: Value) { self.value = value }

  /// The value for `body` alone. Not to be called again within `body`.
  package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
    try mutex.withLock { _ in try body(&value) }
  }
}
