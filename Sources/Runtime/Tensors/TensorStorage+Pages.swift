// The pages of a mapped file: asked for before they are needed, and brought in many at a time. Without this, a first pass over weights is mostly
// page faults, one after the other, and on a cold disk the processor waits for each.

import CPlatform
import Glibc
import Lang

extension TensorStorage {
  /// What `pages` counts.
  private static let announced: UInt8 = 1
  private static let there: UInt8 = 2

  /// Asks the system to read the elements of a file soon, and does not wait.
  package func announce() {
    guard pages.compareExchange(expected: 0, desired: Self.announced, ordering: .relaxed).exchanged else { return }
    advise(MADV_WILLNEED) { true }
  }

  /// Brings the pages of all elements in, once. Throws `interrupted`.
  package func bringIn() throws {
    guard pages.exchange(Self.there, ordering: .relaxed) != Self.there else { return }
    var stop: (any Error)?
    // MADV_POPULATE_READ, since Linux 5.14; elsewhere pages come as they are touched.
    advise(22) {
      do {
        try checkInterrupt()
        return true
      } catch {
        stop = error
        return false
      }
    }
    if let stop {
      pages.store(Self.announced, ordering: .relaxed)
      throw stop
    }
  }

  /// Advice to the system for the pages of the elements, 16 MB at a time; none where they do not lie in a mapped file.
  private func advise(_ advice: Int32, while goesOn: () -> Bool) {
    guard let origin, origin.mapping != nil else { return }
    let (elements, bytes) = origin.type.block
    let page = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    var at = Int(bitPattern: origin.bytes) / page * page
    let end = Int(bitPattern: origin.bytes) + count / elements * bytes
    while at < end, goesOn() {
      let length = min(16 << 20, end - at)
      guard let start = UnsafeMutableRawPointer(bitPattern: at), madvise(start, length, advice) == 0 else { return }
      at += length
    }
  }
}
