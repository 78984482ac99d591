// Names of files are bytes to the system, and not always UTF-8; texts of the language always are. A byte that is no part of UTF-8
// becomes one code point that nobody types, and the same byte again when the system is asked: so a name keeps its identity on the way
// through texts, joins, comparisons and permissions. (Python's `surrogateescape` is the same idea; Swift's strings hold no surrogates.)

import Glibc

extension Paths {
  /// U+10FF80 … U+10FFFF stand for the bytes 0x80 … 0xFF; they lie at the end of a private plane.
  private static let escapeBase: UInt32 = 0x10FF00
  private static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// A path that the system gave, as text. Two different paths are never the same text.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    // The leading byte of all stand-ins: a name that holds one for itself is escaped byte by byte.
    if !bytes.contains(0xF4), let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let scalar = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars.first,
        !escapes.contains(scalar.value)
      {
        text.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        if let scalar = Unicode.Scalar(escapeBase + UInt32(first)) { text.append(scalar) }
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The same of a C string.
  package static func text(_ path: UnsafePointer<CChar>) -> String {
    text(UnsafeRawBufferPointer(start: path, count: strlen(path)))
  }

  /// The bytes that a text means to the system.
  package static func bytes(_ path: String) -> [UInt8] {
    guard path.utf8.contains(0xF4) else { return Array(path.utf8) }
    var bytes: [UInt8] = []
    for scalar in path.unicodeScalars {
      if escapes.contains(scalar.value) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return bytes
  }

  /// A text for people: `\xE9` for each byte that is no part of UTF-8.
  package static func shown(_ text: String) -> String {
    guard text.utf8.contains(0xF4) else { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if escapes.contains(scalar.value) {
        output.append(contentsOf: ("\\x" + String(scalar.value & 0xFF, radix: 16, uppercase: true)).unicodeScalars)
      } else {
        output.append(scalar)
      }
    }
    return String(output)
  }

  /// Calls `body` with a path as the system wants it: every call that opens, makes or asks for a file goes through here.
  package static func withSystem<R>(_ path: String, _ body: (UnsafePointer<CChar>) throws -> R) rethrows -> R {
    guard path.utf8.contains(0xF4) else { return try path.withCString(body) }
    return try (bytes(path).map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { chars in
      // Never empty: the 0 at the end is there.
      guard let start = chars.baseAddress else { return try "".withCString(body) }
      return try body(start)
    }
  }

  /// A variable of the environment, nil when it is absent or empty.
  package static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return text(value)
  }

  /// Names in a folder in alphabetical order, without `.` and `..`, at most `limit`; none when it cannot be read.
  package static func names(inFolder folder: String, limit: Int = .max) -> [String] {
    guard let stream = withSystem(folder, { opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { text($0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// What `stat` says of a path, nil with `errno` when there is nothing. `followingLinks: false` asks about the link itself.
  package static func status(_ path: String, followingLinks: Bool = true) -> stat? {
    var status = stat()
    let result = withSystem(path) { followingLinks ? stat($0, &status) : lstat($0, &status) }
    return result == 0 ? status : nil
  }

  package static func isFolder(_ path: String, followingLinks: Bool = true) -> Bool {
    status(path, followingLinks: followingLinks).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
  }
}
