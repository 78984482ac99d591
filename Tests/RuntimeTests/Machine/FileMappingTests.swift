import CPlatform
import Glibc
import Lang
import Runtime
import Testing

@Suite struct FileMappingTests {
  /// Pages that are missing when they are touched: zeros instead of a signal, on any thread, and then the error.
  @Test func missingPagesAreAnError() throws {
    var template = Array("/tmp/tw-map-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    defer {
      close(descriptor)
      unlink(template)
    }
    let size = 1 << 20
    let ones = [UInt8](repeating: 1, count: size)
    #expect(write(descriptor, ones, size) == size)
    let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let mapping = try #require(FileMapping(descriptor: descriptor, path: path))
    try mapping.checkUnchanged()
    #expect(mapping.bytes[size - 1] == 1)
    ftruncate(descriptor, 8192)
    #expect(mapping.bytes[0] == 1)
    var sums = [Int](repeating: 0, count: 8)
    try? sums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      try parallel(8) { tile in
        let part = mapping.bytes[(tile * size / 8)..<((tile + 1) * size / 8)]
        sums[tile] = part.reduce(0) { $0 + Int($1) }
      }
    }
    #expect(sums.dropFirst().allSatisfy { $0 == 0 })
    #expect(throws: Fault.self) { try mapping.checkUnchanged() }
    do {
      try mapping.checkUnchanged()
    } catch let fault as Fault {
      #expect(fault.code == .fileChanged)
    }
    // Nobody else is stopped by it.
    try? checkInterrupt()
    tw_clear_memory_interrupt()
    try checkInterrupt()
  }
}
