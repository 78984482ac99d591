// Several arrays in one file (.npz): a ZIP archive of .npy files. Written without compression, as `np.savez` does.
// Format: PKWARE APPNOTE.TXT 6.3.

import Lang
import Runtime

package enum NumpyArchive {
  /// What the central directory says of one file.
  private struct Entry {
    let name: [UInt8]
    let checksum: UInt32
    let size: UInt32
    let offset: UInt32
  }

  /// Writes one `name.npy` for each tensor. Throws `unsupported` where a size does not fit the format's 32 bits.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], note: SaveNote? = nil, to file: AtomicFile
  ) throws {
    var entries: [Entry] = []
    var offset = 0
    for (name, tensor) in tensors {
      var checksum = CRC32()
      // The checksum stands in front of the data: the data is gone through twice.
      try NumpyFile.pieces(tensor) { checksum.update($0) }
      let size = NumpyFile.byteCount(tensor)
      guard let size32 = UInt32(exactly: size), let offset32 = UInt32(exactly: offset), entries.count < 0xFFFF else {
        throw Fault.unsupported("an .npz file holds at most 4 GB", help: "save the tensors as .safetensors")
      }
      let entry = Entry(name: Array((name + ".npy").utf8), checksum: checksum.value, size: size32, offset: offset32)
      guard entry.name.count <= 0xFFFF else {
        throw Fault.badValue("a name of \(entry.name.count) bytes is too long for .npz")
      }
      let header = bytes32(0x0403_4B50) + common(entry) + entry.name
      try file.write(header)
      try NumpyFile.pieces(tensor) { try file.write($0) }
      entries.append(entry)
      offset += header.count + size
    }
    if let note {
      let bytes = Array(note.text.utf8)
      var checksum = CRC32()
      bytes.withUnsafeBytes { checksum.update($0) }
      guard let size = UInt32(exactly: bytes.count), let offset32 = UInt32(exactly: offset) else {
        throw Fault.unsupported("an .npz file holds at most 4 GB", help: "save the tensors as .safetensors")
      }
      let entry = Entry(name: Array(SaveNote.member.utf8), checksum: checksum.value, size: size, offset: offset32)
      let header = bytes32(0x0403_4B50) + common(entry) + entry.name
      try file.write(header + bytes)
      entries.append(entry)
      offset += header.count + bytes.count
    }
    var directory: [UInt8] = []
    for entry in entries {
      // Comment, disk and attributes are empty.
      directory += bytes32(0x0201_4B50) + bytes16(20) + common(entry) + [UInt8](repeating: 0, count: 10)
      directory += bytes32(entry.offset) + entry.name
    }
    guard let start = UInt32(exactly: offset), let size = UInt32(exactly: directory.count) else {
      throw Fault.unsupported("an .npz file holds at most 4 GB", help: "save the tensors as .safetensors")
    }
    let count = bytes16(UInt16(clamping: entries.count))
    try file.write(directory)
    try file.write(bytes32(0x0605_4B50) + bytes32(0) + count + count + bytes32(size) + bytes32(start) + bytes16(0))
  }

  /// The arrays of an archive, by their names without `.npy`. One whose elements are of a kind that cannot be read is left out, and
  /// said. Throws `badFile` where one is damaged, or none can be read.
  package static func record(_ bytes: [UInt8], path: String) throws -> RecordObject {
    let archive = try ZipArchive(bytes, path: path)
    let record = RecordObject()
    var leftOut: [(place: String, reason: String, help: String)] = []
    for entry in archive.entries where entry.name != SaveNote.member {
      guard entry.name.hasSuffix(".npy") else {
        let isOfPyTorch = entry.name.hasSuffix("/data.pkl")
        throw Fault.badFile(
          path,
          reason: isOfPyTorch
            ? "torch.save wrote it, not NumPy" : "\(Printer.quoted(entry.name)) in it is no array (.npy)",
          help: isOfPyTorch ? Safetensors.helpForPyTorch : nil)
      }
      let name = String(entry.name.dropLast(4))
      guard record[name] == nil, !leftOut.contains(where: { $0.place == "\(path): \(entry.name)" }) else {
        throw Fault.badFile(path, reason: "\(Printer.quoted(entry.name)) is in it twice")
      }
      let place = "\(path): \(entry.name)"
      let contents = try archive.contents(of: entry)
      if case .unreadable(let reason, let help) = try NumpyArray(contents, path: place).elements {
        leftOut.append((place, reason, help))
        continue
      }
      record[name] = try NumpyFile.value(contents, path: place)
    }
    if record.entries.isEmpty, let first = leftOut.first {
      throw Fault.badFile(first.place, reason: first.reason, help: first.help)
    }
    for array in leftOut { Notices.warn("\(array.place) is left out: \(array.reason); \(array.help)") }
    return record
  }

  /// The fields that the local header and the directory share: version 2.0, names in UTF-8 (flag bit 11), stored, the
  /// time 1980-01-01 so that the same tensors give the same bytes, checksum, sizes, length of the name, no extra field.
  private static func common(_ entry: Entry) -> [UInt8] {
    var output = bytes16(20) + bytes16(0x0800) + bytes16(0) + bytes16(0) + bytes16(0x0021)
    output += bytes32(entry.checksum) + bytes32(entry.size) + bytes32(entry.size)
    return output + bytes16(UInt16(clamping: entry.name.count)) + bytes16(0)
  }

  private static func bytes16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
  private static func bytes32(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
}
