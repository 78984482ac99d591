// A list nested a million deep must not be freed by a million nested `deinit`s: a container that dies hands its children to
// this queue, and the outermost dying container empties it in a loop. Values live on the interpreter's thread only.

enum DeferredRelease {
  nonisolated(unsafe) private static var pending: ContiguousArray<ContiguousArray<Value>> = []
  nonisolated(unsafe) private static var isDraining = false

  /// Releases `items`, now or, when called from inside another release, soon after.
  static func take(_ items: inout ContiguousArray<Value>) {
    // Numbers and strings cannot nest: the common case costs one pass, no queue.
    guard items.contains(where: holdsContainer) else { return }
    var taken: ContiguousArray<Value> = []
    swap(&taken, &items)
    pending.append(taken)
    taken = []
    guard !isDraining else { return }
    isDraining = true
    while var last = pending.popLast() { last.removeAll() }
    isDraining = false
  }

  private static func holdsContainer(_ value: Value) -> Bool {
    guard case .object(let object) = value else { return false }
    switch object.kind {
    case .string, .range, .tensor, .slice, .builtin: return false
    default: return true
    }
  }
}
