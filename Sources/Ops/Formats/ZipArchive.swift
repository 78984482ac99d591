// Reading ZIP archives: stored and deflated entries, also of archives beyond 4 GB. Format: PKWARE APPNOTE.TXT 6.3.

import CPlatform
import Lang
import Runtime

package struct ZipArchive {
  struct Entry {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    /// Bytes in the archive, and unpacked.
    let packed, size: Int
    /// Where its local header starts.
    let offset: Int
  }

  /// Files in the order of the directory.
  let entries: [Entry]
  private let bytes: [UInt8]
  private let path: String

  /// Whether bytes begin as a zip archive does, an empty one included.
  package static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
  }

  /// Reads the directory. Throws `badFile` where it is damaged, encrypted, or packed in another way.
  init(_ bytes: [UInt8], path: String) throws {
    self.bytes = bytes
    self.path = path
    entries = try ZipReader(bytes, path: path).directory()
  }

  private func bad(_ entry: Entry, _ reason: String) -> Fault {
    Fault.badFile(path, reason: "\(Printer.quoted(entry.name)) in it \(reason)")
  }

  /// The bytes of a file. Throws `badFile` where they are damaged, `outOfMemory`, `libraryMissing`, `interrupted`.
  func contents(of entry: Entry) throws -> [UInt8] {
    let start = try ZipReader(bytes, path: path).start(of: entry)
    guard start <= bytes.count, entry.packed <= bytes.count - start else { throw bad(entry, "is cut off") }
    let source = bytes[start..<start + entry.packed]
    let output = entry.isDeflated ? try inflated(source, entry) : Array(source)
    var checksum = CRC32()
    output.withUnsafeBytes { checksum.update($0) }
    guard checksum.value == entry.checksum else { throw bad(entry, "is damaged: its checksum differs") }
    return output
  }

  private func inflated(_ source: ArraySlice<UInt8>, _ entry: Entry) throws -> [UInt8] {
    // Deflate shrinks at most 1032 times: a larger size is no reason to ask for the memory.
    guard entry.size / 1032 <= source.count else { throw bad(entry, "is damaged: its size cannot be") }
    try checkListFits(entry.size, bytesEach: 1)
    if let reason = tw_inflate_load() {
      throw Fault.libraryMissing("zlib", reason: String(cString: reason), install: "apt install zlib1g")
    }
    guard let inflater = tw_inflate_begin() else { throw Fault.outOfMemory(bytes: 65536) }
    defer { tw_inflate_end(inflater) }
    var output = [UInt8](repeating: 0, count: entry.size)
    try source.withUnsafeBufferPointer { source in
      try output.withUnsafeMutableBufferPointer { output in
        var (from, to) = (0, 0)
        var status = Int32(TW_INFLATE_MORE)
        // One byte of room beyond the end, so that data that go on are seen to.
        var beyond: UInt8 = 0
        while status == TW_INFLATE_MORE {
          try checkInterrupt()
          var (used, written) = (source.count - from, output.count - to)
          let target = written > 0 ? output.baseAddress.map { $0 + to } : nil
          if let target {
            status = tw_inflate_step(inflater, source.baseAddress.map { $0 + from }, &used, target, &written)
          } else {
            written = 1
            status = tw_inflate_step(inflater, source.baseAddress.map { $0 + from }, &used, &beyond, &written)
          }
          guard status != TW_INFLATE_BAD, status == TW_INFLATE_DONE || used + written > 0 else {
            throw bad(entry, "is damaged")
          }
          (from, to) = (from + used, to + written)
          guard to <= output.count else { throw bad(entry, "is damaged: it is longer than it says") }
        }
        guard to == output.count else { throw bad(entry, "is damaged: it is shorter than it says") }
      }
    }
    return output
  }
}

/// The directory of an archive whose files are used where they lie, since they are stored as they are.
struct ZipDirectory {
  let entries: [ZipArchive.Entry]
  private let reader: ZipReader<UnsafeRawBufferPointer>

  /// Throws as `ZipArchive`.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws {
    reader = ZipReader(bytes, path: path)
    entries = try reader.directory()
  }

  /// Where the bytes of a file lie. Throws `badFile` where they are packed, or cut off.
  func range(of entry: ZipArchive.Entry) throws -> Range<Int> {
    func bad(_ reason: String) -> Fault {
      Fault.badFile(reader.path, reason: "\(Printer.quoted(entry.name)) in it \(reason)")
    }
    guard !entry.isDeflated, entry.packed == entry.size else {
      throw bad("is packed, where it should be stored as it is")
    }
    let start = try reader.start(of: entry)
    guard start <= reader.bytes.count, entry.size <= reader.bytes.count - start else { throw bad("is cut off") }
    return start..<start + entry.size
  }
}

/// Little-endian numbers at places of the file, and the directory made of them.
private struct ZipReader<Bytes: RandomAccessCollection> where Bytes.Element == UInt8, Bytes.Index == Int {
  let bytes: Bytes
  let path: String

  init(_ bytes: Bytes, path: String) {
    self.bytes = bytes
    self.path = path
  }

  private func damaged(_ reason: String) -> Fault {
    Fault.badFile(path, reason: "it is a damaged ZIP archive: \(reason)")
  }

  /// `size` bytes from `at` as a number.
  func number(_ at: Int, _ size: Int) throws -> Int {
    guard at >= 0, at <= bytes.count - size else { throw damaged("it is cut off") }
    let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    guard let number = Int(exactly: value) else { throw damaged("it holds an impossible size") }
    return number
  }

  /// Where the bytes of a file begin: behind its local header of 30 bytes, the name, and the extra field, whose length may differ from
  /// the directory's.
  func start(of entry: ZipArchive.Entry) throws -> Int {
    guard try number(entry.offset, 4) == 0x0403_4B50 else {
      throw Fault.badFile(path, reason: "\(Printer.quoted(entry.name)) in it does not start where it should")
    }
    return try entry.offset + 30 + number(entry.offset + 26, 2) + number(entry.offset + 28, 2)
  }

  func directory() throws -> [ZipArchive.Entry] {
    let end = try endRecord()
    var (count, start) = (try number(end + 10, 2), try number(end + 16, 4))
    // An archive beyond 4 GB has another record in front, and where that is just before this one.
    if count == 0xFFFF || start == 0xFFFF_FFFF, end >= 20, try number(end - 20, 4) == 0x0706_4B50 {
      let large = try number(end - 12, 8)
      guard try number(large, 4) == 0x0606_4B50 else { throw damaged("its directory cannot be found") }
      (count, start) = (try number(large + 32, 8), try number(large + 48, 8))
    }
    guard count <= bytes.count / 46 else { throw damaged("its directory is longer than the file") }
    var entries: [ZipArchive.Entry] = []
    for _ in 0..<count {
      try checkInterrupt()
      let (entry, length) = try self.entry(start)
      if !entry.name.hasSuffix("/") { entries.append(entry) }
      start += length
    }
    return entries
  }

  /// The end of the directory stands at the end of the file, behind it only a comment of the length that it names.
  private func endRecord() throws -> Int {
    var at = bytes.count - 22
    while at >= 0, at >= bytes.count - 22 - 0xFFFF {
      if bytes[at] == 0x50, try number(at, 4) == 0x0605_4B50, try number(at + 20, 2) == bytes.count - at - 22 {
        return at
      }
      at -= 1
    }
    throw damaged("it has no directory; was it copied to its end?")
  }

  private func entry(_ at: Int) throws -> (ZipArchive.Entry, length: Int) {
    guard try number(at, 4) == 0x0201_4B50 else { throw damaged("its directory cannot be read") }
    let (flags, method) = (try number(at + 8, 2), try number(at + 10, 2))
    let (nameLength, extraLength) = (try number(at + 28, 2), try number(at + 30, 2))
    let length = try 46 + nameLength + extraLength + number(at + 32, 2)
    guard at <= bytes.count - length else { throw damaged("it is cut off") }
    let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
    guard flags & 1 == 0 else { throw Fault.badFile(path, reason: "\(Printer.quoted(name)) in it is encrypted") }
    guard method == 0 || method == 8 else {
      throw Fault.badFile(
        path, reason: "\(Printer.quoted(name)) in it is packed by method \(method)",
        help: "methods 0 (stored) and 8 (deflated) can be read: np.savez, np.savez_compressed")
    }
    var sizes = [try number(at + 24, 4), try number(at + 20, 4), try number(at + 42, 4)]
    try widen(&sizes, extra: (at + 46 + nameLength)..<(at + 46 + nameLength + extraLength))
    let entry = ZipArchive.Entry(
      name: name, isDeflated: method == 8, checksum: UInt32(truncatingIfNeeded: try number(at + 16, 4)),
      packed: sizes[1], size: sizes[0], offset: sizes[2])
    return (entry, length)
  }

  /// Sizes beyond 32 bits stand in the extra field number 1, those that are needed, in this order.
  private func widen(_ sizes: inout [Int], extra: Range<Int>) throws {
    guard sizes.contains(0xFFFF_FFFF) else { return }
    var at = extra.lowerBound
    while at + 4 <= extra.upperBound {
      let (kind, length) = (try number(at, 2), try number(at + 2, 2))
      at += 4
      if kind == 1 {
        for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
          sizes[index] = try number(at, 8)
          at += 8
        }
        return
      }
      at += length
    }
  }
}
