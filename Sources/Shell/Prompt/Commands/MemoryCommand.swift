// `:mem`: the files of models that are mapped and how much of each is in memory, what the process has made itself, and what it may make.

import Formats
import Glibc
import Lang
import Runtime

enum MemoryCommand {
  static func show(at prompt: EntrySession) throws {
    let files = FileMapping.current
    if !files.isEmpty {
      let resident = residentBytes(of: files.map(\.bytes))
      let table = try TableObject([
        "file": files.map { .string(ending(of: $0.path)) },
        "mapped": files.map { .string(byteText(Double($0.bytes.count))) },
        "in memory": resident.map { .string($0.map { byteText(Double($0)) } ?? "?") },
      ])
      try prompt.show(try table.text(width: prompt.width, allRows: true))
    }
    let budget = MemoryBudget.shared
    try prompt.show("tensors of this session: \(byteText(Double(budget.used))) of \(byteText(Double(budget.limit)))")
    if let held = anonymousBytes() { try prompt.show("the process beside the files: \(byteText(Double(held)))") }
  }

  /// A path, or its end, which tells files apart.
  private static func ending(of path: String) -> String { path.count > 52 ? "…" + path.suffix(51) : path }

  /// Bytes of each range that are in this process's memory, from /proc/self/smaps; nil where the system does not say.
  private static func residentBytes(of ranges: [UnsafeRawBufferPointer]) -> [Int?] {
    let lines = MemoryBudget.lines(of: "/proc/self/smaps")
    guard !lines.isEmpty else { return ranges.map { _ in nil } }
    var sums = [Int](repeating: 0, count: ranges.count)
    var place: Int?
    // "7f00a000-7f00b000 r--p …" begins a mapping, "Rss:  4 kB" is one of its lines. The system may cut what was mapped once into several.
    for line in lines {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard let head = words.first else { continue }
      if head == "Rss:", let place, words.count > 1 {
        sums[place] += (Int(words[1]) ?? 0) * 1024
      } else if let dash = head.firstIndex(of: "-"), let start = UInt(head[..<dash], radix: 16) {
        place = ranges.firstIndex { range in
          let first = UInt(bitPattern: range.baseAddress)
          return start >= first && start < first + UInt(range.count)
        }
      }
    }
    return sums
  }

  /// Memory that lies in no file.
  private static func anonymousBytes() -> Int? {
    guard let line = MemoryBudget.lines(of: "/proc/self/status").first(where: { $0.hasPrefix("RssAnon:") }),
      let number = line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return number * 1024
  }
}
