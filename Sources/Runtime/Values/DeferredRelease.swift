// A list nested a million deep must not be freed by a million nested `deinit`s: a container that dies hands its children to
// this queue, and the outermost dying container empties it in a loop. Every thread has a queue of its own while it releases.

import CPlatform

enum DeferredRelease {
  /// What a thread still has to release.
  private final class Queue {
    var pending: ContiguousArray<ContiguousArray<Value>> = []
    var isDraining = false
  }

  /// Made once for each thread that releases containers, and kept: a few words for each of the machine's cores.
  private static var queue: Unmanaged<Queue> {
    let slot = tw_thread_slot(TW_SLOT_RELEASE)
    if let made = slot?.pointee { return .fromOpaque(made) }
    let made = Unmanaged.passRetained(Queue())
    slot?.pointee = made.toOpaque()
    return made
  }

  /// Releases `items`, now or, when called from inside another release, soon after.
  static func take(_ items: inout ContiguousArray<Value>) {
    // Numbers and strings cannot nest: the common case costs one pass, no queue.
    guard items.contains(where: holdsContainer) else { return }
    var taken: ContiguousArray<Value> = []
    swap(&taken, &items)
    queue._withUnsafeGuaranteedRef { queue in
      queue.pending.append(taken)
      taken = []
      guard !queue.isDraining else { return }
      queue.isDraining = true
      while var last = queue.pending.popLast() { last.removeAll() }
      queue.isDraining = false
    }
  }

  private static func holdsContainer(_ value: Value) -> Bool {
    guard case .object(let object) = value else { return false }
    switch object.kind {
    case .string, .range, .tensor, .slice, .builtin: return false
    default: return true
    }
  }
}
