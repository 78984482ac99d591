// A list nested a million deep must not be freed by a million nested `deinit`s: a container that dies hands its children to
// this queue, and the outermost dying container empties it in a loop. Every thread has a queue of its own while it releases.
//
// Millions of objects take longer than Ctrl-C may wait: what the queue holds then is left there until the next program runs.

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

  /// Elements of a long list that are released between two looks for Ctrl-C. A list with no more is released at once.
  fileprivate static let piece = 1 << 14

  /// Releases `items`, now or, when called from inside another release, soon after.
  static func take(_ items: inout ContiguousArray<Value>) {
    // Numbers and strings cannot nest: the common case costs one pass, no queue.
    guard items.count > piece || items.contains(where: holdsContainer) else { return }
    var taken: ContiguousArray<Value> = []
    swap(&taken, &items)
    queue._withUnsafeGuaranteedRef { queue in
      queue.pending.append(taken)
      taken = []
      drain(queue)
    }
  }

  /// Releases what Ctrl-C has left. The prompt's next program begins with it.
  static func goOn() { queue._withUnsafeGuaranteedRef(drain) }

  private static func drain(_ queue: Queue) {
    guard !queue.isDraining else { return }
    queue.isDraining = true
    defer { queue.isDraining = false }
    var steps = 0
    while var last = queue.pending.popLast() {
      steps &+= 1
      if last.count > piece, isOurs(&last) {
        let place = queue.pending.count
        last.removeLast(piece)
        // Below what its elements have handed over: the queue holds no more than one piece's children.
        queue.pending.append(last)
        queue.pending.swapAt(place, queue.pending.count - 1)
        steps = 0
      } else {
        last = []
      }
      if steps & 0xFF == 0, tw_must_stop() { return }
    }
  }

  /// Whether nobody else holds the array, which then may lose its elements one by one. An array is a reference to its storage.
  fileprivate static func isOurs(_ items: inout ContiguousArray<Value>) -> Bool {
    withUnsafeMutablePointer(to: &items) { place in
      place.withMemoryRebound(to: AnyObject.self, capacity: 1) { isKnownUniquelyReferenced(&$0.pointee) }
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

extension ContiguousArray<Value> {
  /// Lets the elements go, so that Ctrl-C is seen among millions of them.
  @usableFromInline
  mutating func releaseInPieces() { DeferredRelease.take(&self) }

  /// Makes ready for a write: a long array that somebody else holds too is copied here, where Ctrl-C is seen, and not at a stretch by the
  /// write. Throws `interrupted`.
  mutating func makeOwn() throws {
    guard count > DeferredRelease.piece, !DeferredRelease.isOurs(&self) else { return }
    self = try mapInBlocks { $0 }
  }
}
