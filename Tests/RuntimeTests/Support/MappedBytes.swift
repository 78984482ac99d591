import Glibc
import Runtime
import Testing

/// Bytes as a weights file holds them: a file without a name, which messages call "a file".
func mapped(_ bytes: UnsafeRawBufferPointer) throws -> FileMapping {
  var template = Array("/tmp/tw-map-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  defer {
    close(descriptor)
    unlink(template)
  }
  #expect(write(descriptor, bytes.baseAddress, bytes.count) == bytes.count)
  return try #require(FileMapping(descriptor: descriptor, path: "a file"))
}
