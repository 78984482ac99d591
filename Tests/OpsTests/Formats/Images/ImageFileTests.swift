// Images that are damaged: an error each time that names the file, whatever is wrong with it.

import Formats
import Glibc
import Lang
import Runtime
import Testing

@Suite struct ImageFileTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private static func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.bytes(ScratchFolder.fixture("images/\(name)"), permissions: Permissions())
  }

  /// The error of reading such a file, nil if there is none.
  private func fault(_ bytes: [UInt8]) throws -> Fault? {
    let path = scratch.file("image")
    try scratch.write("image", bytes)
    do {
      _ = try ImageFile.bitmap(path, permissions: Permissions())
      return nil
    } catch let fault as Fault {
      #expect(fault.message.contains(path))
      return fault
    }
  }

  @Test(arguments: ["palette4_interlaced.png", "rgb8.png", "grey.jpg", "420_progressive.jpg", "cmyk.jpg"])
  func anImageThatIsCutOffIsAnError(_ name: String) throws {
    let whole = try Self.bytes(name)
    #expect(try fault(whole) == nil)
    // Within the headers, at the end, and here and there between.
    let counts =
      Array(0..<min(40, whole.count)) + stride(from: 40, to: whole.count, by: 23) + (whole.count - 8..<whole.count)
    for count in counts {
      let fault = try #require(try fault(Array(whole[..<count])), "\(name) \(count)")
      #expect(fault.code == .badFile, "\(name) \(count): \(fault.message)")
    }
  }

  @Test(arguments: ["palette4_interlaced.png", "420_progressive.jpg", "restarts.jpg", "turned6.jpg", "turned.png"])
  func changedBytesNeverEndTheProcess(_ name: String) throws {
    let whole = try Self.bytes(name)
    var errors = 0
    for place in stride(from: 0, to: whole.count, by: 5) {
      for value in [UInt8(0), 0xFF, whole[place] ^ 0x10] where value != whole[place] {
        var bytes = whole
        bytes[place] = value
        // A header may promise a hundred gigabytes, which is more than there is.
        if let fault = try fault(bytes) {
          #expect(fault.code == .badFile || fault.code == .outOfMemory, "\(place): \(fault.message)")
          errors += 1
        }
      }
    }
    #expect(errors > 0)
  }
}
