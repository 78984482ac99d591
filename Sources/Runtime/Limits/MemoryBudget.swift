// What a program may keep in memory, so that a huge shape or an endless list is an error and not the end of the process.
//
// Large pieces (tensors, long lists and texts) ask before they are made. Small ones are too many for that: a thread looks at
// what the process holds and raises the flag that Ctrl-C raises too, so that every loop which can be interrupted also stops
// here, and the instruction loop has nothing more to do.

import CPlatform
import Glibc
import Lang

package final class MemoryBudget: Sendable {
  package static let shared = MemoryBudget()

  private struct State {
    var limit = MemoryBudget.defaultLimit()
    /// Bytes of tensors.
    var used = 0
    /// Why work that cannot throw has stopped.
    var gaveUp: (any Error)?
  }

  private let state = Lock(State())

  /// Bytes that may be in use at once: 80 % of the machine or of its control group, and what the system allows the process, unless
  /// set otherwise.
  package var limit: Int {
    get { state.withLock { $0.limit } }
    set {
      state.withLock { $0.limit = min(newValue, Self.systemLimit) }
      tw_set_memory_limit(Int64(limit))
    }
  }

  /// Bytes of tensors, large lists and texts that are in use.
  package var used: Int { state.withLock { $0.used } }

  /// From here on a piece is worth a look at the whole process (some 30 µs).
  private static let large = 16 << 20

  private init() { tw_set_memory_limit(Int64(limit)) }

  /// Claims `bytes`, or throws `outOfMemory` and claims nothing.
  package func reserve(_ bytes: Int) throws {
    if bytes >= Self.large { try checkRoom(for: bytes) }
    let isClaimed = state.withLock { state in
      let (total, overflow) = state.used.addingReportingOverflow(bytes)
      guard !overflow, total <= state.limit else { return false }
      state.used = total
      return true
    }
    if !isClaimed { throw Fault.outOfMemory(bytes: Double(bytes)) }
  }

  package func release(_ bytes: Int) {
    guard bytes > 0 else { return }
    state.withLock { $0.used -= bytes }
  }

  /// Throws `outOfMemory` when a list or text may not have `bytes`, or when the system would not give it twice as much in one piece,
  /// which is what growing asks for at most.
  package func check(_ bytes: Int) throws {
    try reserve(bytes)
    release(bytes)
    let piece = bytes.multipliedReportingOverflow(by: 2)
    guard piece.overflow || !tw_has_room(piece.partialValue) else { return }
    tw_trim_memory(false)
    guard piece.overflow || !tw_has_room(piece.partialValue) else { return }
    throw Fault.systemOutOfMemory(bytes: Double(bytes))
  }

  /// Begins to watch what the process holds.
  func watch() { tw_watch_memory() }

  /// Throws `outOfMemory` when `bytes` do not fit beside what the process holds.
  private func checkRoom(for bytes: Int) throws {
    let room = { Double(self.limit) - Double(max(tw_memory_in_use(), 0)) }
    guard Double(bytes) > room() else { return }
    // What was freed may still be kept for later.
    tw_trim_memory(false)
    guard Double(bytes) > room() else { return }
    throw Fault.outOfMemory(bytes: Double(bytes))
  }

  /// Throws `outOfMemory` while the process holds more than the budget, or has used up what the system gives. The flag stays up then: a
  /// program that catches the error and goes on is stopped again.
  func checkAlarm() throws {
    if let gaveUp = state.withLock({ state in
      defer { state.gaveUp = nil }
      return state.gaveUp
    }) {
      throw gaveUp
    }
    if tw_memory_in_use() > limit { tw_trim_memory(false) }
    let held = tw_memory_in_use()
    if held > limit { throw Fault.tooMuchMemory(held: Double(held)) }
    if !tw_restore_reserve() {
      tw_trim_memory(false)
      guard tw_restore_reserve() else { throw Fault.systemLimitReached() }
    }
    tw_clear_memory_interrupt()
  }

  /// For work that cannot throw and leaves the rest undone when the flag is up: true after Ctrl-C and while there is too much in
  /// memory. The next look at the flag throws then, whatever has been freed meanwhile.
  func mustStop() -> Bool {
    if tw_interrupt_reason() == Int32(TW_INTERRUPT_BY_USER) { return true }
    do {
      try checkAlarm()
      return false
    } catch {
      giveUp(error)
      return true
    }
  }

  /// Notes why work that cannot throw has left the rest undone, and raises the flag: the next look at it throws `error`.
  func giveUp(_ error: any Error) {
    if (error as? Fault)?.code == .interrupted { return }
    state.withLock { $0.gaveUp = error }
    tw_request_memory_interrupt()
  }

  // MARK: The default

  private static func defaultLimit() -> Int {
    let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1)
    let pageSize = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    let groups = controlGroupLimits(of: lines(of: "/proc/self/cgroup"))
    let machine = groups.reduce(Double(pages) * Double(pageSize), min)
    return min(Int(min(machine * 0.8, 0x1p60)), systemLimit)
  }

  /// What `ulimit -v` and `ulimit -d` leave the process as a whole.
  private static var systemLimit: Int { Int(tw_system_memory_limit()) }

  /// The limits of the process's control group and of those around it, in both versions (cgroups(7)); `groups` is the text of
  /// /proc/self/cgroup, lines of "number:controllers:path".
  private static func controlGroupLimits(of groups: [String]) -> [Double] {
    var limits: [Double] = []
    for line in groups {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isSecondVersion = parts[1].isEmpty
      guard isSecondVersion || parts[1].split(separator: ",").contains("memory") else { continue }
      let root = isSecondVersion ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let file = isSecondVersion ? "memory.max" : "memory.limit_in_bytes"
      // In a container the path may name a group that only the outside sees: the root is then ours.
      var names = parts[2].split(separator: "/")
      while true {
        let path = ([root] + names.map(String.init) + [file]).joined(separator: "/")
        if let limit = lines(of: path).first.flatMap(Double.init), limit > 0 { limits.append(limit) }
        if names.isEmpty { break }
        names.removeLast()
      }
    }
    return limits
  }

  /// The lines of a file that the system writes, none where there is no such file.
  package static func lines(of path: String) -> [String] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let text = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      lines.append(String(decoding: text, as: UTF8.self))
    }
    return lines
  }
}

/// count · size bytes, or `outOfMemory` where no number holds them.
package func byteCount(_ count: Int, _ size: Int) throws -> Int {
  let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
  guard !overflow else { throw Fault.outOfMemory(bytes: Double(count) * Double(size)) }
  return bytes
}
