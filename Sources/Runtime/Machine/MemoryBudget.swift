// Counts what tensors and long lists take before it is allocated, so that a huge shape is an error and not an end.

import CPlatform
import Glibc
import Lang

public final class MemoryBudget {
  public static let shared = MemoryBudget()

  /// Bytes that may be in use at once: 80 % of the machine or of its control group, unless set otherwise.
  public var limit: Int = MemoryBudget.defaultLimit()
  public private(set) var used = 0
  private var lock = pthread_mutex_t()

  private init() { pthread_mutex_init(&lock, nil) }

  /// Claims `bytes`, or throws `outOfMemory` and claims nothing.
  public func reserve(_ bytes: Int) throws {
    pthread_mutex_lock(&lock)
    defer { pthread_mutex_unlock(&lock) }
    let (total, overflow) = used.addingReportingOverflow(bytes)
    guard !overflow, total <= limit, Self.fits(bytes, limit) else { throw Fault.outOfMemory(bytes: Double(bytes)) }
    used = total
  }

  /// Lists and texts are not counted while they live, so before a large claim the system is asked what is really in use.
  private static func fits(_ bytes: Int, _ limit: Int) -> Bool {
    guard bytes >= 1 << 26, let resident = residentBytes() else { return true }
    return resident.addingReportingOverflow(bytes).partialValue <= limit
  }

  /// Memory of this process that is its own: not the mapped files. From /proc/self/statm: size, resident, shared, in pages.
  private static func residentBytes() -> Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, 128, file) != nil else { return nil }
    let pages = String(cString: text).split(separator: " ").compactMap { Int($0) }
    guard pages.count > 2 else { return nil }
    return max(pages[1] - pages[2], 0) * max(sysconf(Int32(_SC_PAGESIZE)), 1)
  }

  public func release(_ bytes: Int) {
    guard bytes > 0 else { return }
    pthread_mutex_lock(&lock)
    used -= bytes
    pthread_mutex_unlock(&lock)
  }

  private static func defaultLimit() -> Int {
    let pages = max(sysconf(Int32(_SC_PHYS_PAGES)), 1)
    let pageSize = max(sysconf(Int32(_SC_PAGESIZE)), 1)
    var machine = Double(pages) * Double(pageSize)
    for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
      guard let file = fopen(path, "r") else { continue }
      defer { fclose(file) }
      var digits = [CChar](repeating: 0, count: 64)
      if fgets(&digits, 64, file) != nil, let limit = Double(String(cString: digits).prefix { $0.isNumber }), limit > 0
      {
        machine = min(machine, limit)
      }
    }
    return Int(machine * 0.8)
  }
}
