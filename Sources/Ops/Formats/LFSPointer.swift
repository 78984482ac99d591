// A repository cloned without Git LFS holds, in place of each large file, three lines that say where its contents are.
// Format: git-lfs/git-lfs, docs/spec.md.

import Lang
import Runtime

package enum LFSPointer {
  private static let start = Array("version https://git-lfs.github.com/spec/".utf8)
  /// "Pointer files must be less than 1024 bytes."
  private static let longest = 1024

  /// Throws `badFile` where the bytes of a file are such a pointer.
  package static func check(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    guard bytes.count < longest, bytes.starts(with: start) else { return }
    let size = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("size ") }
    let promised = size.flatMap { Int($0.dropFirst(5)) }.map { " of \($0) bytes" } ?? ""
    throw Fault.badFile(
      path, reason: "it is a Git LFS pointer: the contents\(promised) were not downloaded",
      help: "in that folder: git lfs install && git lfs pull")
  }
}
