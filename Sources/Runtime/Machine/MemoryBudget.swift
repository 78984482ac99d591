// What a program may keep in memory, so that a huge shape or an endless list is an error and not the end of the process.
//
// Large pieces (tensors, long lists and texts) ask before they are made. Small ones are too many for that: a thread looks at
// what the process holds and raises the flag that Ctrl-C raises too, so that every loop which can be interrupted also stops
// here, and the instruction loop has nothing more to do.

import CPlatform
import Glibc
import Lang

public final class MemoryBudget {
  public static let shared = MemoryBudget()

  /// Bytes that may be in use at once: 80 % of the machine or of its control group, unless set otherwise.
  public var limit: Int = MemoryBudget.defaultLimit() {
    didSet { tw_set_memory_limit(Int64(limit)) }
  }
  /// Bytes of tensors.
  public private(set) var used = 0
  private var lock = pthread_mutex_t()

  /// From here on a piece is worth a look at the whole process (some 30 µs).
  private static let large = 16 << 20

  private init() {
    pthread_mutex_init(&lock, nil)
    tw_set_memory_limit(Int64(limit))
  }

  /// Claims `bytes`, or throws `outOfMemory` and claims nothing.
  public func reserve(_ bytes: Int) throws {
    if bytes >= Self.large { try checkRoom(for: bytes) }
    pthread_mutex_lock(&lock)
    defer { pthread_mutex_unlock(&lock) }
    let (total, overflow) = used.addingReportingOverflow(bytes)
    guard !overflow, total <= limit else { throw Fault.outOfMemory(bytes: Double(bytes)) }
    used = total
  }

  public func release(_ bytes: Int) {
    guard bytes > 0 else { return }
    pthread_mutex_lock(&lock)
    used -= bytes
    pthread_mutex_unlock(&lock)
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

  /// Throws `outOfMemory` while the process holds more than the budget. The flag stays up then: a program that catches the error
  /// and goes on is stopped again.
  func checkAlarm() throws {
    if let gaveUp {
      self.gaveUp = nil
      throw gaveUp
    }
    if tw_memory_in_use() > limit { tw_trim_memory(false) }
    let held = tw_memory_in_use()
    guard held > limit else { return tw_clear_memory_interrupt() }
    throw Fault.tooMuchMemory(held: Double(held))
  }

  /// For work that cannot throw and leaves the rest undone when the flag is up: true after Ctrl-C and while there is too much in
  /// memory. The next look at the flag throws then, whatever has been freed meanwhile.
  func mustStop() -> Bool {
    if tw_interrupt_reason() == Int32(TW_INTERRUPT_BY_USER) { return true }
    do { try checkAlarm() } catch { gaveUp = error }
    return gaveUp != nil
  }

  private var gaveUp: (any Error)?

  // MARK: The default

  private static func defaultLimit() -> Int {
    let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1)
    let pageSize = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    let groups = controlGroupLimits(of: lines(of: "/proc/self/cgroup"))
    let machine = groups.reduce(Double(pages) * Double(pageSize), min)
    return Int(min(machine * 0.8, 0x1p60))
  }

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

  private static func lines(of path: String) -> [String] {
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
