// Searching in bytes.

import Glibc

enum Bytes {
  /// Where `wanted` begins at or after `start`.
  static func position(of wanted: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, let first = wanted.first else { return nil }
    var at = start
    while at + wanted.count <= bytes.count, let found = memchr(base + at, Int32(first), bytes.count - at) {
      at = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if bytes[at...].starts(with: wanted) { return at }
      at += 1
    }
    return nil
  }

  /// Every `wanted` replaced, from left to right.
  static func replaced(_ wanted: [UInt8], with content: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var done = 0
    while let found = position(of: wanted, in: bytes, from: done) {
      output.append(contentsOf: bytes[done..<found])
      output.append(contentsOf: content)
      done = found + wanted.count
    }
    output.append(contentsOf: bytes[done...])
    return output
  }
}
