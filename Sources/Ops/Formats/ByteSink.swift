// What a format writes to: a file, or memory where there is no file.

package protocol ByteSink: AnyObject {
  func write(_ text: String) throws
  func write(_ bytes: [UInt8]) throws
  func write(_ bytes: UnsafeRawBufferPointer) throws
}

extension AtomicFile: ByteSink {}

/// What was written, in memory.
package final class ByteBuffer: ByteSink {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package func write(_ text: String) { bytes.append(contentsOf: text.utf8) }
  package func write(_ bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }
  package func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

  package var text: String { String(decoding: bytes, as: UTF8.self) }
}
