// What a session has run, as a recipe that grows line by line: `:save` copies it, and `:load` brings back a session that was
// interrupted.

import Glibc
import Lang
import Runtime

/// A file in `$XDG_STATE_HOME/traveling-words/sessions` that goes away when the session ends in peace. An entry stands in it as a
/// comment while it runs, as program text once it has succeeded, and not at all when it failed. So the file can be loaded at any
/// moment, and whatever kills the process costs the line that was running.
final class SessionJournal {
  /// Entries that succeeded, in order.
  private(set) var entries: [Recipe.Entry] = []
  /// What the entries printed, one for each.
  private(set) var outputs: [String] = []
  /// What the running one has printed.
  private var output = ""
  /// Bytes of output that may still be kept: what a recipe prints is compared as far as this goes.
  private var room = 1 << 20

  private var path: String?
  private var descriptor: Int32 = -1
  /// Bytes of the file that are certain.
  private var length: off_t = 0

  /// Interrupted sessions that are kept.
  private static let kept = 20
  private static let mark = "interrupted-"

  deinit { if descriptor >= 0 { close(descriptor) } }

  // MARK: Entries

  /// Writes down an entry, or a part of one, before it runs. Between the parts of an entry the disk is not waited for.
  func begin(_ entry: String, isFirst: Bool = true) {
    output = ""
    guard open() else { return }
    let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
    write("# This was running when the session ended:\n" + lines.map { "# \($0)\n" }.joined())
    if isFirst { fdatasync(descriptor) }
  }

  /// Something was printed by the entry that runs.
  func note(printed text: String) {
    guard room > 0 else { return }
    room -= text.utf8.count
    output += text
  }

  /// Whether `outputs` holds all that was printed.
  var hasWholeOutput: Bool { room > 0 }

  /// The entry has run.
  func succeed(_ entry: Recipe.Entry, isLast: Bool = true) {
    entries.append(entry)
    outputs.append(output)
    settle(entry.keepingAnswer + "\n")
    if isLast, descriptor >= 0 { fdatasync(descriptor) }
  }

  /// The entry did not run to its end.
  func fail() {
    settle("")
    if descriptor >= 0 { fdatasync(descriptor) }
  }

  /// Starts anew, with no entries.
  func clear() {
    entries = []
    outputs = []
    room = 1 << 20
    length = 0
    settle("")
  }

  /// The session ends as the person wants it: nothing is left to recover.
  func end() {
    guard descriptor >= 0, let path else { return }
    _ = Paths.withSystem(path) { unlink($0) }
    close(descriptor)
    descriptor = -1
  }

  private func settle(_ text: String) {
    guard descriptor >= 0 else { return }
    ftruncate(descriptor, length)
    lseek(descriptor, length, SEEK_SET)
    write(text)
    length = lseek(descriptor, 0, SEEK_CUR)
  }

  /// A disk that is full costs the recovery, not the session.
  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Makes the file when the first entry comes. Its lock says that this session lives.
  private func open() -> Bool {
    if descriptor >= 0 { return true }
    guard path == nil, let folder = Self.folder else { return false }
    var now = Glibc.time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    var date = [CChar](repeating: 0, count: 32)
    strftime(&date, date.count, "%Y-%m-%d-%H%M%S", &parts)
    let path = "\(folder)/\(String(cString: date))-\(getpid()).tw"
    self.path = path
    Folder.make(above: path)
    descriptor = Paths.withSystem(path) { Glibc.open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { return false }
    flock(descriptor, LOCK_EX | LOCK_NB)
    Folder.sync(above: path)
    return true
  }

  // MARK: Interrupted sessions

  private static var folder: String? { PersonalFolders.state.map { $0 + "/sessions" } }

  /// One line about the newest session that was interrupted since somebody last looked; nil when there is none.
  func noticeOfInterrupted() -> String? {
    guard let folder = Self.folder else { return nil }
    var newest: String?
    for name in Paths.names(inFolder: folder) where name.hasSuffix(".tw") && !name.hasPrefix(Self.mark) {
      let path = folder + "/" + name
      let descriptor = Paths.withSystem(path) { Glibc.open($0, O_RDWR | O_CLOEXEC) }
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      // Its session lives.
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
      guard lseek(descriptor, 0, SEEK_END) > 0 else {
        _ = Paths.withSystem(path) { unlink($0) }
        continue
      }
      let seen = folder + "/" + Self.mark + name
      if Paths.withSystem(path, { from in Paths.withSystem(seen) { rename(from, $0) } }) == 0 {
        newest = Self.mark + name
      }
    }
    for name in Self.interrupted(in: folder).dropLast(Self.kept) {
      _ = Paths.withSystem(folder + "/" + name) { unlink($0) }
    }
    return newest.map { _ in "The last session was interrupted; `:load` without a name runs its lines again." }
  }

  /// The newest interrupted session, for `:load` without a name.
  static var newestInterrupted: String? {
    folder.flatMap { folder in interrupted(in: folder).last.map { folder + "/" + $0 } }
  }

  private static func interrupted(in folder: String) -> [String] {
    Paths.names(inFolder: folder).filter { $0.hasPrefix(mark) }
  }
}
