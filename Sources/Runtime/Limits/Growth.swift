// What grows is counted while it grows. Nobody knows beforehand how long the text of a nested list is, or how many values a JSON file
// holds; asking the budget for every element would cost more than the element. So a piece of work counts what it makes, and asks
// when that has doubled.

import CPlatform
import Lang

package struct Growth {
  /// Bytes so far.
  private var bytes = 0
  /// Look for Ctrl-C from here on.
  private var nextLook = Growth.stretch
  /// Ask the budget from here on.
  private var nextQuestion = Growth.least

  private static let stretch = 1 << 16
  private static let least = 1 << 20

  package init() {}

  /// Counts `more` bytes. Throws `outOfMemory` when there is no room for as much again, and `interrupted`.
  @inline(__always)
  package mutating func add(_ more: Int) throws {
    bytes &+= more
    if bytes >= nextLook { try look() }
  }

  @inline(never)
  private mutating func look() throws {
    try checkInterrupt()
    nextLook = bytes &+ Self.stretch
    guard bytes >= nextQuestion else { return }
    try checkListFits(bytes, bytesEach: 1)
    nextQuestion = bytes &* 2
  }

  /// The same for work that cannot throw: true when it must leave the rest undone. The next look at the flag throws then.
  mutating func mustStop(adding more: Int) -> Bool {
    bytes &+= more
    guard bytes >= nextLook else { return false }
    do {
      try look()
      return false
    } catch {
      MemoryBudget.shared.giveUp(error)
      return true
    }
  }
}

/// A list that is made element by element, counted. What an error leaves of it is released in pieces (`DeferredRelease`).
package struct GrowingList {
  private final class Storage {
    var items: ContiguousArray<Value> = []

    deinit { DeferredRelease.take(&items) }
  }

  private let storage = Storage()
  private var growth = Growth()
  private let bytesEach: Int

  /// `count`: how many elements there will be, where that is known. `bytesEach`: what an element keeps, with its place in the list.
  /// `fits`: the budget has been asked whether there is room for all; moving millions of them would take longer than Ctrl-C may wait.
  package init(count: Int = 0, bytesEach: Int = MemoryLayout<Value>.stride, fits: Bool = false) {
    self.bytesEach = bytesEach
    // What nobody has asked for is not taken at once: the work may end early.
    storage.items.reserveCapacity(fits ? count : min(count, 1 << 16))
  }

  /// The elements, which the list then no longer has.
  package mutating func taken() -> ContiguousArray<Value> {
    var items: ContiguousArray<Value> = []
    swap(&items, &storage.items)
    return items
  }

  /// Throws `outOfMemory` and `interrupted`.
  @inline(__always)
  package mutating func append(_ value: consuming Value) throws { try append(value, bytes: bytesEach) }

  /// An element that keeps so many bytes, with its place in the list.
  @inline(__always)
  package mutating func append(_ value: consuming Value, bytes: Int) throws {
    try growth.add(bytes)
    storage.items.append(value)
  }
}
