// A folder of a test's own, removed at its end.

import Formats
import Glibc
import Lang
import Runtime
import Testing

final class ScratchFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/tw-test-XXXXXX".utf8CString)
    let made = try #require(mkdtemp(&template))
    path = String(cString: made)
  }

  deinit { _ = ScratchFolder.run("rm -rf '\(path)'") }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try AtomicFile.write(file(name), permissions: Permissions()) { try $0.write(bytes) }
  }

  func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

  func remove(_ name: String) throws { #expect(unlink(file(name)) == 0) }

  func bytes(_ name: String) throws -> [UInt8] { try InputFile.bytes(file(name), permissions: Permissions()) }

  /// Names in the folder, hidden ones included.
  func names() -> [String] { ScratchFolder.run("ls -A '\(path)'").split(separator: "\n").map(String.init) }

  /// What a shell command prints.
  static func run(_ command: String) -> String {
    guard let pipe = popen(command + " 2>&1", "r") else { return "" }
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
    return String(decoding: output, as: UTF8.self)
  }

  /// The repository's folder.
  static let repository = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
  static func fixture(_ name: String) -> String { "\(repository)/Tests/Fixtures/\(name)" }
}
