// What was entered at the prompt, in a plain text file of our own: one entry a line, oldest first. Each entry is appended
// before it runs, in one write, so that sessions side by side do not mix and a crash loses nothing.

import Glibc
import Lang
import Runtime

/// The file `$XDG_STATE_HOME/traveling-words/history`. Inside an entry a line break is written `\n` and a backslash `\\`.
final class History {
  static let header =
    #"# Entered at the tw prompt, oldest first. Inside an entry, \n is a line break and \\ a backslash."#

  /// The arrow keys reach this far back, and no more than this is read at the start.
  private static let entriesRecalled = 10_000
  private static let bytesRecalled: off_t = 1 << 20

  /// Nil when there is no home to keep it in.
  let path: String?
  private var hasWarned = false

  init(path: String? = PersonalFolders.state.map { $0 + "/history" }) { self.path = path }

  /// Entries of earlier sessions, oldest first.
  func load() -> [String] {
    guard let path else { return [] }
    let descriptor = Paths.withSystem(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno != ENOENT { warn("read", reason: Fault.systemReason()) }
      return []
    }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    let start = max(size - Self.bytesRecalled, 0)
    lseek(descriptor, start, SEEK_SET)
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0 { warn("read", reason: Fault.systemReason()) }
      guard count > 0 else { break }
      bytes.append(contentsOf: block.prefix(count))
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"))
    // In the middle of a long file the first line is a piece of one.
    if start > 0, !lines.isEmpty { lines.removeFirst() }
    return lines.suffix(Self.entriesRecalled).map { Self.decoded($0) }.filter { $0 != Self.header }
  }

  /// Adds an entry. A folder that cannot be written is said once; the session goes on without.
  func append(_ entry: String) {
    guard let path else { return warn("write", reason: "neither XDG_STATE_HOME nor HOME is set") }
    Folder.make(above: path)
    let fresh = Paths.withSystem(path) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600) }
    let descriptor = fresh >= 0 ? fresh : Paths.withSystem(path) { open($0, O_WRONLY | O_APPEND | O_CLOEXEC) }
    guard descriptor >= 0 else { return warn("write", reason: Fault.systemReason()) }
    defer { close(descriptor) }
    let text = (fresh >= 0 ? Self.header + "\n" : "") + Self.encoded(entry) + "\n"
    var bytes = Array(text.utf8)
    let count = Glibc.write(descriptor, &bytes, bytes.count)
    if count != bytes.count { warn("write", reason: count < 0 ? Fault.systemReason() : "the disk is full") }
    // What runs now may take the machine down.
    fdatasync(descriptor)
    if fresh >= 0 { Folder.sync(above: path) }
  }

  private func warn(_ verb: String, reason: String) {
    guard !hasWarned else { return }
    hasWarned = true
    Notices.warn("cannot \(verb) the history \(path ?? "file"): \(reason); this session goes on without it")
  }

  static func encoded(_ entry: String) -> String {
    var text = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  static func decoded(_ line: some Sequence<UInt8>) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in line {
      if isEscaped {
        bytes.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte != 0 {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
