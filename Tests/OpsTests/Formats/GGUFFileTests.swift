// GGUF files that are damaged or hostile: each is refused with its reason. What right ones hold is tested in Tests/language/families.

import Formats
import Lang
import Models
import Runtime
import Testing

@Suite struct GGUFFileTests {
  private static let fixture = ScratchFolder.fixture("gguf/llama.gguf")

  private static func bytes() throws -> [UInt8] { try InputFile.bytes(fixture, permissions: Permissions()) }

  private static func little(_ number: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }

  private static func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count), 8) + Array(text.utf8) }

  /// A file without metadata but for `pairs`, and tensors whose entries are `infos`.
  private static func file(
    version: UInt64 = 3, tensors: UInt64? = nil, pairs: [[UInt8]] = [], infos: [[UInt8]] = [], data: Int = 256
  ) -> [UInt8] {
    var bytes = Array("GGUF".utf8) + little(version, 4) + little(tensors ?? UInt64(infos.count), 8)
    bytes += little(UInt64(pairs.count), 8) + pairs.joined() + infos.joined()
    return bytes + [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + data)
  }

  private static func info(_ name: String, _ sizes: [UInt64], type: UInt64 = 0, offset: UInt64 = 0) -> [UInt8] {
    text(name) + little(UInt64(sizes.count), 4) + sizes.flatMap { little($0, 8) } + little(type, 4) + little(offset, 8)
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    do {
      _ = try GGUFFile(MappedFile(path: "x.gguf", contents: bytes))
      return nil
    } catch let fault as Fault {
      return fault.code == .badWeights ? fault.message : "\(fault.code)"
    } catch {
      return "\(error)"
    }
  }

  @Test func whatIsRightIsRead() throws {
    let key = Self.text("a.key") + Self.little(4, 4) + Self.little(7, 4)
    let file = try GGUFFile(
      MappedFile(
        path: "x", contents: Self.file(pairs: [key], infos: [Self.info("w", [8, 2]), Self.info("v", [4], offset: 64)])))
    #expect(try file.wholeNumber("a.key") == 7)
    #expect(file.tensors.map(\.name) == ["w", "v"])
    #expect(file.tensors.map(\.shape) == [[2, 8], [4]])
    #expect(file.tensors[1].bytes.count == 16)
    #expect(try GGUFFile(MappedFile(path: "x", contents: Self.file(version: 2))).tensors.isEmpty)
  }

  @Test(arguments: [
    (file(version: 1), "its version is 1"), (file(version: 0x0300_0000), "it is big-endian"),
    (file(tensors: 1 << 40), "it claims 1099511627776 tensors, which"),
    (file(infos: [info("w", [1 << 38])]), "lie outside of the file"),
    (file(infos: [info("w", [1 << 62, 8])]), "its shape [8, 4611686018427387904] is too large"),
    (file(infos: [info("w", [8], offset: 1 << 50)]), "lie outside of the file"),
    (file(infos: [info("w", [8], offset: 3)]), "between its steps of 32 bytes"),
    (file(infos: [info("w", [8]), info("w", [8])]), "it holds the tensor \"w\" twice"),
    (file(infos: [info("w", [1, 1, 1, 1, 1])]), "it has 5 axes; the format has 4"),
    (file(infos: [info("w", [33], type: 8)]), "its rows of 33 elements are no whole blocks of Q8_0"),
    (
      file(pairs: [text("k") + little(9, 4) + little(8, 4) + little(1 << 60, 8)]),
      "elements of k, which"
    ), (file(pairs: [text("k") + little(77, 4)]), "its k has the type 77"),
    (file(pairs: [text("k") + little(7, 4) + [1], text("k") + little(7, 4) + [1]]), "it holds the key \"k\" twice"),
    (
      file(pairs: [text("general.alignment") + little(4, 4) + little(12, 4)]), "its general.alignment is 12"
    ),
  ])
  func whatLiesIsRefused(bytes: [UInt8], reason: String) {
    let message = refusal(bytes)
    #expect(message?.contains(reason) == true, "\(message ?? "read")")
  }

  /// Lists within lists are a recursion of the reader's.
  @Test func deepListsAreRefused() {
    let nested = (0..<1000).reduce(into: [UInt8]()) { bytes, _ in bytes += Self.little(9, 4) + Self.little(1, 8) }
    let message = refusal(Self.file(pairs: [Self.text("k") + Self.little(9, 4) + nested + Self.little(7, 4)]))
    #expect(message?.contains("its k nests lists too deeply") == true, "\(message ?? "read")")
  }

  /// A file that ends anywhere in its header, or within its tensors.
  @Test func whatIsCutShortIsRefused() throws {
    let bytes = try Self.bytes()
    for count in stride(from: 4, to: bytes.count - 32, by: 997) {
      #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count) bytes of \(bytes.count)")
    }
  }

  /// Any byte of the header may be any other: an error or other numbers, and no crash.
  @Test func damagedHeadersEndInAnError() throws {
    let bytes = try Self.bytes()
    for place in stride(from: 0, to: 9000, by: 7) {
      var damaged = bytes
      damaged[place] ^= UInt8(truncatingIfNeeded: place * 31 | 1)
      _ = refusal(damaged)
    }
  }
}
