// Reading whole files, and text in them.

import CPlatform
import Glibc
import Lang
import Runtime

package enum InputFile {
  /// All bytes of a file. `~/` is the home folder; a `data/…` path that does not exist is taken from the binary. Throws
  /// `cannotRead` with the system's reason, `notPermitted`, `outOfMemory`, `interrupted`.
  package static func bytes(_ path: String, permissions: Permissions) throws -> [UInt8] {
    let place = Paths.expanded(path)
    guard !place.utf8.contains(0) else { throw Fault.cannotRead(path, reason: "the path holds a zero byte") }
    try permissions.checkRead(place)
    let descriptor = try retrying { Paths.withSystem(place) { open($0, O_RDONLY | O_CLOEXEC) } }
    guard descriptor >= 0 else {
      let code = errno
      if code == ENOENT, let file = embedded(place) {
        permissions.record?.read(path, Array(file.bytes))
        return Array(file.bytes)
      }
      throw Fault.cannotRead(path, reason: Fault.systemReason(code), help: help(code, place))
    }
    defer { close(descriptor) }
    try permissions.checkOpened(descriptor, .read, as: path)
    var information = stat()
    if fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw Fault.cannotRead(path, reason: Fault.systemReason(EISDIR))
    }
    let bytes = try contents(descriptor, path: path, sizeHint: Int(information.st_size))
    try bytes.withUnsafeBytes { try LFSPointer.check($0, path: path) }
    permissions.record?.read(path, bytes)
    return bytes
  }

  /// A recipe finds its data wherever it runs: `data/…` is also in the binary.
  private static func embedded(_ place: String) -> MappedFile? {
    let name = place.utf8.starts(with: "./".utf8) ? String(place.dropFirst(2)) : place
    return name.utf8.starts(with: "data/".utf8) ? MappedFile.embedded(name) : nil
  }

  /// Throws as `bytes` does, unless there is a file that can be read. Nothing is opened: what a pipe holds can be read once.
  package static func check(_ path: String, permissions: Permissions) throws {
    let place = Paths.expanded(path)
    try permissions.checkRead(place)
    var information = stat()
    guard Paths.withSystem(place, { stat($0, &information) == 0 && access($0, R_OK) == 0 }) else {
      let code = errno
      if code == ENOENT, embedded(place) != nil { return }
      throw Fault.cannotRead(path, reason: Fault.systemReason(code), help: help(code, place))
    }
    if information.st_mode & S_IFMT == S_IFDIR { throw Fault.cannotRead(path, reason: Fault.systemReason(EISDIR)) }
  }

  private static func help(_ code: Int32, _ place: String) -> String? {
    guard code == ENOENT else { return nil }
    let (folder, name) = Paths.split(place)
    guard let near = nearestName(to: name, among: Paths.names(inFolder: folder, limit: 10_000)) else { return nil }
    return "there is a file with a similar name: \(folder == "." ? near : Paths.joined(folder, near))"
  }

  /// Reads to the end, whatever the size says: pipes and devices have none.
  private static func contents(_ descriptor: Int32, path: String, sizeHint: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try checkListFits(max(0, sizeHint), bytesEach: 1)
    bytes.reserveCapacity(max(0, sizeHint) + 1)
    let block = 1 << 20
    var buffer = [UInt8](repeating: 0, count: block)
    while true {
      try checkInterrupt()
      let count = try retrying { read(descriptor, &buffer, block) }
      if count == 0 { return bytes }
      guard count > 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
      if bytes.count + count > bytes.capacity { try checkListFits(2 * bytes.capacity, bytesEach: 1) }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  // MARK: Text

  /// A UTF-8 text without its byte order mark. Throws `badFile` that names the first line which is not UTF-8.
  package static func text(_ path: String, permissions: Permissions) throws -> String {
    try text(textBytes(path, permissions: permissions), path: path)
  }

  /// Bytes as text, or the error that names the line.
  static func text(_ bytes: ArraySlice<UInt8>, path: String) throws -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var line = 1
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil { break }
      line += 1
    }
    throw Fault.notUTF8(path, line: line)
  }

  /// Lines without their ends (LF or CRLF). A final line end does not start another line.
  package static func lines(_ path: String, permissions: Permissions) throws -> [String] {
    let all = try textBytes(path, permissions: permissions)
    var lines: [String] = []
    var rest = all
    while !rest.isEmpty {
      var line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
      guard let text = String(validating: line, as: UTF8.self) else { throw Fault.notUTF8(path, line: lines.count + 1) }
      lines.append(text)
      if lines.count & 0xFFFF == 0 {
        try checkInterrupt()
        try checkListFits(2 * lines.count, bytesEach: MemoryLayout<String>.stride * 4)
      }
    }
    return lines
  }

  /// The bytes of a text in UTF-8 without a mark; UTF-16 and UTF-32 are converted. Whether all of it is UTF-8 is not checked.
  package static func textBytes(_ path: String, permissions: Permissions) throws -> ArraySlice<UInt8> {
    let bytes = try TextEncoding.utf8(try bytes(path, permissions: permissions), path: path)
    return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
  }
}

extension Fault {
  static func notUTF8(_ path: String, line: Int) -> Fault {
    badFile(
      path, reason: "line \(line) is not UTF-8",
      help: "convert it first, e.g. with iconv -f latin1 -t utf-8, from the encoding that it was written in")
  }
}
