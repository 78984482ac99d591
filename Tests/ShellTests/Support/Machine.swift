// The built binary, temporary folders and shell commands for the tests of this room.

import Glibc
import Testing

enum Machine {
  /// The root of the package, from where this file is: Tests/ShellTests/Support/Machine.swift.
  static let root = folder(of: #filePath, levels: 4)

  /// `$TW_BINARY`, or what `swift build -c release` made.
  static let binary = getenv("TW_BINARY").map { String(cString: $0) } ?? root + "/.build/release/tw"

  private static func folder(of path: String, levels: Int) -> String {
    path.split(separator: "/").dropLast(levels).reduce(into: "") { $0 += "/" + $1 }
  }

  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  static func read(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&block, 1, block.count, file)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: block.prefix(count))
    }
  }
}

/// A folder that is removed with its contents when the test ends.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/tw-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
    try #require(made)
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { _ = Machine.system("rm -rf '\(path)'") }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let path = path + "/" + name
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    return path
  }

  /// Runs a line of bash in this folder, with `$TW` as the binary, for at most a minute.
  func run(_ line: String) throws -> Machine.Result {
    let script = try write(".line", "cd '\(path)'; export TW='\(Machine.binary)' HOME='\(path)'\n\(line)\n")
    let files = (output: path + "/.output", errors: path + "/.errors")
    let status = Machine.system("timeout 60 bash '\(script)' </dev/null >'\(files.output)' 2>'\(files.errors)'")
    return Machine.Result(
      status: status, output: Machine.read(files.output) ?? "", errors: Machine.read(files.errors) ?? "")
  }
}

extension Machine {
  /// Runs a line of sh and gives its exit status.
  static func system(_ line: String) -> Int32 {
    let status = Glibc.system(line)
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}
