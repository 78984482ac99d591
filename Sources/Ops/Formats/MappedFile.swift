// The bytes of a file, where they lie: mapped from disk or compiled into the program, so that opening half a gigabyte of weights
// costs nothing.

import CEmbedded
import Glibc
import Lang
import Runtime

package final class MappedFile {
  /// As messages name it: the path as it was given, or "mini/config.json" for an embedded file.
  package let path: String
  /// Valid as long as this object lives.
  package let bytes: UnsafeRawBufferPointer
  /// What keeps the bytes alive; nil for an embedded or empty file.
  package let mapping: FileMapping?
  /// Memory of its own, of what was put together from other files.
  private let owned: UnsafeMutableRawBufferPointer?

  /// Bytes that stand for a file, under the name of what they were made from.
  package init(path: String, contents: [UInt8]) {
    self.path = path
    mapping = nil
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: contents.count, alignment: 8)
    copy.copyBytes(from: contents)
    (owned, bytes) = (copy, UnsafeRawBufferPointer(copy))
  }

  deinit { owned?.deallocate() }

  /// Maps a regular file, read-only. Throws `cannotRead` with the path and the system's reason, and `notPermitted` for a file
  /// that is neither where the program may read nor a cached model's.
  package init(path: String, permissions: Permissions? = nil) throws {
    try permissions?.checkModelRead(path)
    guard !path.utf8.contains(0) else { throw Fault.cannotRead(path, reason: "the path holds a zero byte") }
    let descriptor = try retrying { Paths.withSystem(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } }
    guard descriptor >= 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    defer { close(descriptor) }
    try permissions?.checkOpened(descriptor, .read, as: path, isModel: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw Fault.cannotRead(path, reason: isFolder ? "it is a folder" : "it is not a regular file")
    }
    self.path = path
    owned = nil
    // mmap refuses length 0.
    guard status.st_size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      mapping = nil
      return
    }
    guard let mapping = FileMapping(descriptor: descriptor, path: path) else {
      throw Fault.cannotRead(path, reason: Fault.systemReason())
    }
    bytes = mapping.bytes
    self.mapping = mapping
  }

  private init(path: String, embedded: UnsafeRawBufferPointer) {
    self.path = path
    bytes = embedded
    (mapping, owned) = (nil, nil)
  }

  /// A file that was compiled into the program, e.g. "Models/mini/config.json", or nil when there is none of that name.
  package static func embedded(_ path: String) -> MappedFile? {
    for index in 0..<tw_embedded_file_count {
      guard let file = tw_embedded_file_at(index)?.pointee, String(cString: file.path) == path else { continue }
      return MappedFile(path: path, embedded: UnsafeRawBufferPointer(start: file.bytes, count: file.count))
    }
    return nil
  }

  /// Paths of all files that were compiled into the program.
  package static var embeddedPaths: [String] {
    (0..<tw_embedded_file_count).compactMap { index in
      tw_embedded_file_at(index).map { String(cString: $0.pointee.path) }
    }
  }

  /// What is at a path, without opening it.
  package static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }
  package static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

  private static func kind(of path: String) -> mode_t? { Paths.status(path).map { $0.st_mode & S_IFMT } }
}
