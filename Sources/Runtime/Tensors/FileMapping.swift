// A file's bytes, mapped: nothing is copied, and pages are read by the system when they are first touched. Who writes the file, or cuts
// it, changes what a tensor holds; a mapping therefore knows how the file was, and says so when it is another one.

import CPlatform
import Glibc
import Lang
import Synchronization

package final class FileMapping: Sendable {
  /// Valid as long as this object lives.
  package nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
  /// As messages name it.
  private let path: String
  private nonisolated(unsafe) let guarded: OpaquePointer?
  private let identity: Identity
  /// When the file was last looked at, in milliseconds of the coarse clock.
  private let lastLook = Atomic<Int>(0)

  /// Mappings that exist, for the error about one that broke.
  private static let all = Lock<[ObjectIdentifier: Weak]>([:])

  private struct Weak { weak var mapping: FileMapping? }

  /// The file itself, and what changes when somebody writes to it.
  private struct Identity: Equatable {
    let device: dev_t
    let file: ino_t
    let size: off_t
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      (device, file, size) = (status.st_dev, status.st_ino, status.st_size)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }

    func isSameFile(as other: Identity) -> Bool { device == other.device && file == other.file }
  }

  /// Maps an open regular file of at least one byte, read-only; nil, with errno, when the system refuses.
  package init?(descriptor: Int32, path: String) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, let count = Int(exactly: status.st_size), count > 0,
      let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { return nil }
    self.path = path
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    guarded = tw_guard_mapping(start, count)
    identity = Identity(status)
    Self.all.withLock { $0[ObjectIdentifier(self)] = Weak(mapping: self) }
  }

  deinit {
    _ = Self.all.withLock { $0.removeValue(forKey: ObjectIdentifier(self)) }
    tw_unguard_mapping(guarded)
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Throws `fileChanged` when the file is not the one that was mapped: somebody wrote to it, cut it, or it can no longer be read.
  /// A file that took its name does no harm. Cheap: the file is looked at every 50 ms at most.
  package func checkUnchanged() throws {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
    let time = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
    if time - lastLook.load(ordering: .relaxed) > 50 {
      lastLook.store(time, ordering: .relaxed)
      var status = stat()
      if Paths.withSystem(path, { stat($0, &status) }) == 0, identity.isSameFile(as: Identity(status)),
        identity != Identity(status)
      {
        tw_break_mapping(guarded)
      }
    }
    if tw_mapping_is_broken(guarded) {
      _ = tw_take_broken_mapping()
      throw Fault.fileChanged(path)
    }
  }

  /// The files that are mapped now, by path: where their bytes lie. One that is mapped twice is there twice.
  package static var current: [(path: String, bytes: UnsafeRawBufferPointer)] {
    all.withLock { $0.values.compactMap(\.mapping) }.map { ($0.path, $0.bytes) }.sorted { $0.path < $1.path }
  }

  /// Throws `fileChanged` when a mapping broke since the last look.
  static func checkAll() throws {
    guard tw_take_broken_mapping() else { return }
    // Let go outside the lock: the last reference may be ours, and a mapping that goes takes the lock itself.
    let mappings = all.withLock { $0.values.compactMap(\.mapping) }
    let broken = mappings.filter { tw_mapping_is_broken($0.guarded) }
    throw Fault.fileChanged(broken.map(\.path).sorted().joined(separator: ", "))
  }
}

extension Fault {
  static func fileChanged(_ path: String) -> Fault {
    Fault(
      .fileChanged, "\(path.isEmpty ? "a file" : path) has changed since it was opened",
      help: "load it again when it is whole; who writes a new file and renames it disturbs nobody")
  }
}
