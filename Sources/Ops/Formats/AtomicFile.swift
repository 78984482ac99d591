// Writing a file so that a reader sees the old one or the whole new one: the bytes go to a temporary file in the same folder,
// which takes the name at the end. It has no name of its own until then, where the file system can do that, so that a signal that
// ends the process leaves nothing behind.

import CPlatform
import Glibc
import Lang
import Runtime
import Synchronization

package final class AtomicFile {
  /// As the user wrote it, for messages.
  private let path: String
  /// Where the bytes go in the end, links followed.
  private let target: String
  /// Its folder, held open so that nobody can put another one in its place; -1 for a device.
  private var folder: Int32 = -1
  /// Name in `folder`; nil while the file has none, and when the target is a device or a pipe, which is written directly.
  private var temporary: String?
  private var isNameless = false
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  private static let bufferSize = 1 << 18
  private static let counter = Atomic<Int>(0)

  /// Writes the file at `path` with what `body` gives. Missing folders are made. Whatever goes wrong, the old file stays as
  /// it was. Throws `cannotWrite` with the system's reason, `notPermitted`, and what `body` throws.
  package static func write(
    _ path: String, permissions: Permissions, _ body: (AtomicFile) throws -> Void
  ) throws {
    let file = try AtomicFile(path, permissions: permissions)
    try body(file)
    try file.commit()
  }

  /// Whether `write` could begin, for a file that is written later. Makes missing folders, and throws as `write` does.
  package static func check(_ path: String, permissions: Permissions) throws {
    _ = try AtomicFile(path, permissions: permissions)
  }

  private init(_ path: String, permissions: Permissions) throws {
    self.path = path
    let place = Paths.expanded(path)
    guard !place.isEmpty else { throw Fault.cannotWrite("\"\"", reason: "the path is empty") }
    guard !place.utf8.contains(0) else { throw Fault.cannotWrite(path, reason: "the path holds a zero byte") }
    try Self.checkNamesFile(place, path: path)
    // A link is kept: the file that it points to is replaced.
    target = try permissions.checkWrite(place)
    descriptor = -1
    let information = Paths.status(target) ?? stat()
    let exists = information.st_mode != 0
    if exists, information.st_mode & S_IFMT == S_IFDIR {
      throw Fault.cannotWrite(path, reason: Fault.systemReason(EISDIR))
    }
    if permissions.discardsWrites {
      descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
      return
    }
    if exists, information.st_mode & S_IFMT != S_IFREG {
      descriptor = try retrying { Paths.withSystem(target) { open($0, O_WRONLY | O_CLOEXEC) } }
      guard descriptor >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
      try permissions.checkOpened(descriptor, .write, as: path)
      return
    }
    if exists, Paths.withSystem(target, { access($0, W_OK) }) != 0 {
      throw Fault.cannotWrite(path, reason: Fault.systemReason())
    }
    let (folderPath, name) = Paths.split(target)
    try Self.makeFolder(folderPath, path: path)
    folder = try retrying { Paths.withSystem(folderPath) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } }
    guard folder >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
    try permissions.checkOpened(folder, .write, as: path, entry: name)
    try openTemporary()
    if exists { fchmod(descriptor, information.st_mode & 0o7777) }
  }

  /// A path that ends as a folder's does, or that goes through a file, names no file: POSIX refuses it, and resolving it by its text
  /// would find another one.
  private static func checkNamesFile(_ place: String, path: String) throws {
    var parts = place.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    let isFolder = ["", ".", ".."].contains(parts.last)
    repeat { parts.removeLast() } while isFolder && ["", ".", ".."].contains(parts.last) && parts.count > 1
    // What the last name lies in; the root and the current folder are folders.
    let above = parts.joined(separator: "/")
    let status = above.isEmpty ? nil : Paths.status(above)
    let isBelowFile = status.map { $0.st_mode & S_IFMT != S_IFDIR } ?? (!above.isEmpty && errno == ENOTDIR)
    if isBelowFile { throw Fault.cannotWrite(path, reason: Fault.systemReason(ENOTDIR)) }
    if isFolder { throw Fault.cannotWrite(path, reason: Fault.systemReason(EISDIR)) }
  }

  private func openTemporary() throws {
    descriptor = tw_open_nameless(folder)
    isNameless = descriptor >= 0
    if isNameless { return }
    try withFreshName { name in
      descriptor = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      return descriptor >= 0
    }
  }

  /// Makes `temporary` with a name that nobody else has: the process and a counter make the name, `create` fails when it is taken.
  private func withFreshName(_ create: (String) -> Bool) throws {
    for _ in 0..<1000 {
      let name = ".tw-\(getpid())-\(Self.counter.wrappingAdd(1, ordering: .relaxed).newValue).tmp"
      if create(name) {
        temporary = name
        return
      }
      if errno != EEXIST && errno != EINTR { break }
    }
    throw Fault.cannotWrite(path, reason: Fault.systemReason())
  }

  /// `mkdir -p`.
  private static func makeFolder(_ folder: String, path: String) throws {
    var missing: [String] = []
    var at = folder
    while Paths.status(at) == nil {
      let code = errno
      let above = Paths.split(at).folder
      guard code == ENOENT, above != at else { throw Fault.cannotWrite(path, reason: Fault.systemReason(code)) }
      missing.append(at)
      at = above
    }
    for folder in missing.reversed() where Paths.withSystem(folder, { mkdir($0, 0o777) }) != 0 && errno != EEXIST {
      throw Fault.cannotWrite(path, reason: Fault.systemReason())
    }
  }

  /// Appends text. Throws `cannotWrite`.
  package func write(_ text: String) throws {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends bytes. Throws `cannotWrite`.
  package func write(_ bytes: [UInt8]) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends bytes; many of them go to the file without a copy. Throws `cannotWrite`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count >= Self.bufferSize else {
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.bufferSize { try flush() }
      return
    }
    try flush()
    try put(bytes)
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try put($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count {
      try checkInterrupt()
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done..<min(bytes.count, done + (1 << 24))])
      let count = try retrying { Glibc.write(descriptor, rest.baseAddress, rest.count) }
      guard count >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
      done += count
    }
  }

  /// Gives the temporary file its name, once its bytes are on the disk: after a power cut there is the old file or the whole new one.
  /// A full disk may show only here.
  private func commit() throws {
    try flush()
    try sync(descriptor)
    if isNameless { try withFreshName { tw_name_file(descriptor, folder, $0) == 0 } }
    let closed = close(descriptor)
    let code = errno
    descriptor = -1
    guard closed == 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason(code)) }
    guard let temporary else { return }
    let renamed = Paths.withSystem(Paths.split(target).name) { renameat(folder, temporary, folder, $0) }
    guard renamed == 0 else {
      throw Fault.cannotWrite(path, reason: Fault.systemReason())
    }
    self.temporary = nil
    try sync(folder)
  }

  /// Waits until the disk has it. What has no disk (a device, a pipe, some folders on a network) says so, and is no worse for it.
  private func sync(_ descriptor: Int32) throws {
    while descriptor >= 0, fsync(descriptor) != 0 {
      switch errno {
      case EINTR: try checkInterrupt()
      case EINVAL, ENOTSUP, EROFS, EBADF: return
      default: throw Fault.cannotWrite(path, reason: Fault.systemReason())
      }
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if let temporary { unlinkat(folder, temporary, 0) }
    if folder >= 0 { close(folder) }
  }
}
