// Writing tensors as safetensors: the length of a JSON header, the header, the elements (float32, row-major, little-endian).

import Lang
import Runtime

enum SafetensorsWriter {
  /// The header is padded with spaces to a multiple of 8, as the reference implementation does.
  static func write(_ tensors: [(name: String, tensor: Tensor)], to file: AtomicFile) throws {
    var members: [String] = []
    var offset = 0
    for (name, tensor) in tensors {
      guard name != "__metadata__" else {
        throw Fault.badValue("a tensor cannot be named `__metadata__` in safetensors")
      }
      let (end, overflow) = offset.addingReportingOverflow(tensor.count * 4)
      guard !overflow else { throw Fault.outOfMemory(bytes: Double(offset)) }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(JSONText.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    let length = UInt64(header.count)
    try file.write((0..<8).map { UInt8(length >> (8 * $0) & 0xFF) } + header)
    for (_, tensor) in tensors {
      try tensor.withElements { try file.write(UnsafeRawBufferPointer($0)) }
    }
  }
}
