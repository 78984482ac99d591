// What has come of a file so far: `ETAG.XXXXXXXX.incomplete` beside the blobs. The eight digits are of this user on this machine, so
// that the next run finds its own beginning; a second process of the same user takes others.

import CPlatform
import Formats
import Glibc
import Lang
import Runtime

final class PartialFile {
  private let path: String
  private let descriptor: Int32
  private(set) var size: Int
  private var pending: [UInt8] = []

  private static let blockSize = 1 << 20

  /// Opens it, with what is in it. Throws `cannotWrite`.
  init(blob: String) throws {
    let own = "\(blob).\(try Self.ownDigits()).incomplete"
    if let descriptor = try Self.opened(own, O_CREAT | O_NOFOLLOW) {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isStill(descriptor, own) {
        path = own
        self.descriptor = descriptor
        size = Paths.status(own).map { Int($0.st_size) } ?? 0
        return
      }
      close(descriptor)
    }
    // Another process of ours writes there, or locks are not to be had.
    for _ in 0..<100 {
      let path = "\(blob).\(Self.digits(of: UInt32.random(in: .min ... .max))).incomplete"
      guard let descriptor = try Self.opened(path, O_CREAT | O_EXCL) else { continue }
      self.path = path
      self.descriptor = descriptor
      size = 0
      return
    }
    throw Fault.cannotWriteCache(own, EEXIST)
  }

  deinit {
    // After Ctrl-C too: the next run goes on from here.
    try? flush()
    close(descriptor)
  }

  /// Nil where the name is taken.
  private static func opened(_ path: String, _ flags: Int32) throws -> Int32? {
    let descriptor = try retrying { Paths.withSystem(path) { open($0, O_RDWR | O_CLOEXEC | flags, 0o666) } }
    if descriptor >= 0 { return descriptor }
    if errno == EEXIST || errno == ELOOP { return nil }
    throw Fault.cannotWriteCache(path, errno)
  }

  /// Whether the name still means the file that was opened: who held the lock may have given it its last name.
  private static func isStill(_ descriptor: Int32, _ path: String) -> Bool {
    var opened = stat()
    guard fstat(descriptor, &opened) == 0, let named = Paths.status(path, followingLinks: false) else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }

  private static func ownDigits() throws -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let machine = (try? InputFile.bytes("/etc/machine-id", permissions: Permissions())) ?? []
    let host = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(try Digest.sha256(Array("tw \(getuid()) ".utf8) + host + machine).prefix(8))
  }

  private static func digits(of number: UInt32) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 8 - text.utf8.count) + text
  }

  // MARK: Writing

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    pending.append(contentsOf: bytes)
    size += bytes.count
    if pending.count >= Self.blockSize { try flush() }
  }

  /// What is pending goes to the disk. Where it does not, `size` is what is there.
  func flush() throws {
    var done = 0
    while done < pending.count {
      let place = size - pending.count + done
      let count = try retrying {
        pending.withUnsafeBytes { pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, place) }
      }
      guard count > 0 else {
        let code = count == 0 ? ENOSPC : errno
        size = place
        pending = []
        throw Fault.cannotWriteCache(path, code)
      }
      done += count
    }
    pending.removeAll(keepingCapacity: true)
  }

  func clear() throws {
    pending = []
    size = 0
    guard ftruncate(descriptor, 0) == 0 else { throw Fault.cannotWriteCache(path, errno) }
  }

  func remove() throws {
    pending = []
    guard Paths.withSystem(path, { unlink($0) }) == 0 else { throw Fault.cannotWriteCache(path, errno) }
  }

  // MARK: At the end

  /// All bytes, in order.
  func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 22)
    var offset = 0
    while offset < size {
      try checkInterrupt()
      let count = try retrying { pread(descriptor, &buffer, buffer.count, offset) }
      guard count > 0 else {
        throw Fault.cannotRead(path, reason: count == 0 ? "it has become shorter" : Fault.systemReason())
      }
      try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      offset += count
    }
  }

  /// Gives the file its name, once its bytes are on the disk. False when a file of that name came meanwhile: it is left as it is.
  func becomes(_ name: String) throws -> Bool {
    while fsync(descriptor) != 0 {
      guard errno == EINTR else { throw Fault.cannotWriteCache(path, errno) }
      try checkInterrupt()
    }
    if MappedFile.isFile(name) {
      try remove()
      return false
    }
    guard Paths.withSystem(path, { from in Paths.withSystem(name) { tw_rename_new(from, $0) } }) == 0 else {
      let code = errno
      guard code == EEXIST else { throw Fault.cannotWriteCache(name, code) }
      try remove()
      return false
    }
    return true
  }
}
