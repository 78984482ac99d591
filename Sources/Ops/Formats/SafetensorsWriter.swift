// Writing tensors as safetensors: the length of a JSON header, the header, the elements (float32, row-major, little-endian; masks as
// bytes).

import Lang
import Runtime

package enum SafetensorsWriter {
  /// The header is padded with spaces to a multiple of 8, and the bytes of masks come last, so that all numbers lie at a multiple of
  /// their size, as the reference implementation does.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)], note: SaveNote? = nil, to file: AtomicFile
  ) throws {
    let tensors = tensors.filter { !$0.tensor.isMask } + tensors.filter { $0.tensor.isMask }
    var members =
      note.map { ["\"__metadata__\":{\(JSONText.quoted(SaveNote.name)):\(JSONText.quoted($0.text))}"] } ?? []
    var offset = 0
    for (name, tensor) in tensors {
      guard name != "__metadata__" else {
        throw Fault.badValue("a tensor cannot be named `__metadata__` in safetensors")
      }
      let (end, overflow) = offset.addingReportingOverflow(tensor.storedByteCount)
      guard !overflow else { throw Fault.outOfMemory(bytes: Double(offset)) }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONText.quoted(name)):{\"dtype\":\"\(tensor.isMask ? "BOOL" : "F32")\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = UInt64(header.count)
    try file.write((0..<8).map { UInt8(length >> (8 * $0) & 0xFF) } + header)
    for (_, tensor) in tensors {
      try tensor.withStoredBytes { try file.write($0) }
    }
  }
}

extension Tensor {
  /// Bytes of the elements in a file: 4 of a number, 1 of a truth.
  var storedByteCount: Int { isMask ? count : count * 4 }

  /// Calls `body` with pieces of the elements as files hold them, in row-major order.
  func withStoredBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try withElements { elements in
      guard isMask else { return try body(UnsafeRawBufferPointer(elements)) }
      let tiles = Tiles(elements.count, of: 1 << 20)
      for tile in 0..<tiles.count {
        try checkInterrupt()
        try elements[tiles[tile]].map { UInt8($0) }.withUnsafeBytes(body)
      }
    }
  }
}
