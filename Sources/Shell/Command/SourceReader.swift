// Program texts from files and from standard input.

import Glibc
import Lang
import Runtime

enum SourceReader {
  /// The program in a file.
  static func file(_ path: String) throws -> SourceFile {
    guard !path.utf8.contains(0) else { throw Fault.cannotRead(path, reason: "the path holds a zero byte") }
    let descriptor = try retrying { Paths.withSystem(path) { open($0, O_RDONLY | O_CLOEXEC) } }
    guard descriptor >= 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    defer { close(descriptor) }
    return SourceFile(
      name: path, bytes: try TextEncoding.utf8(try bytes(of: descriptor, name: path), path: path),
      folder: Paths.split(path).folder)
  }

  /// The program on standard input.
  static func standardInput() throws -> SourceFile {
    SourceFile(name: "<stdin>", bytes: try bytes(of: STDIN_FILENO, name: "standard input"))
  }

  /// The programs that a path stands for: the file, all `*.tw` in the folder and those inside it, or standard input (`-`).
  static func sources(_ path: String) throws -> [SourceFile] {
    if path == "-" { return [try standardInput()] }
    guard Paths.isFolder(path) else { return [try file(path)] }
    return try programs(in: path).map { try file($0) }
  }

  /// Paths of the `*.tw` files in a folder and the folders inside it, in alphabetical order. Hidden folders and links to
  /// folders are left out.
  private static func programs(in folder: String) throws -> [String] {
    guard Paths.withSystem(folder, { access($0, R_OK | X_OK) }) == 0 else {
      throw Fault.cannotRead(folder, reason: Fault.systemReason())
    }
    var paths: [String] = []
    for name in Paths.names(inFolder: folder) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      if name.hasSuffix(".tw"), !Paths.isFolder(path) {
        paths.append(path)
      } else if Paths.isFolder(path, followingLinks: false) {
        paths += try programs(in: path)
      }
    }
    return paths
  }

  private static func bytes(of descriptor: Int32, name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try retrying { block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) } }
      if count == 0 { return bytes }
      guard count > 0 else { throw Fault.cannotRead(name, reason: Fault.systemReason()) }
      bytes.append(contentsOf: block.prefix(count))
      guard bytes.count <= SourceFile.largest else {
        throw Fault.cannotRead(name, reason: "a program has at most \(SourceFile.largest >> 20) MB")
      }
    }
  }
}
