// Calls of the system that may wait: for the other end of a pipe, for a disk that is far away.

import Glibc
import Lang

/// The result of `call`, which is made again when a signal came in between; throws `interrupted` when that was Ctrl-C. `errno` says why
/// a negative result is one.
package func retrying<Result: SignedInteger>(_ call: () -> Result) throws -> Result {
  while true {
    let result = call()
    guard result < 0, errno == EINTR else { return result }
    try checkInterrupt()
  }
}
