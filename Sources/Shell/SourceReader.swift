// Program texts from files and from standard input.

import Glibc
import Lang
import Runtime

enum SourceReader {
  /// The program in a file.
  static func file(_ path: String) throws -> SourceFile {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    defer { close(descriptor) }
    return SourceFile(name: path, bytes: try bytes(of: descriptor, name: path), folder: folder(of: path))
  }

  /// The program on standard input.
  static func standardInput() throws -> SourceFile {
    SourceFile(name: "<stdin>", bytes: try bytes(of: STDIN_FILENO, name: "standard input"))
  }

  private static func bytes(of descriptor: Int32, name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw Fault.cannotRead(name, reason: Fault.systemReason())
      }
      bytes.append(contentsOf: block.prefix(count))
      guard bytes.count <= SourceFile.largest else {
        throw Fault.cannotRead(name, reason: "a program has at most \(SourceFile.largest >> 20) MB")
      }
    }
  }

  /// The folder that a file is in: "a/b.tw" → "a", "b.tw" → ".", "/b.tw" → "/".
  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
