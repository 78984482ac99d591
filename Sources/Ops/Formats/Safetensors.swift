// The safetensors format: an 8-byte little-endian length, that many bytes of JSON, then the tensors end to end. The header is
// held against the file before any tensor is used: types, shapes, offsets and the file's length must agree exactly, as the
// format's own reader demands (huggingface/safetensors, `safetensors/src/tensor.rs`).

import Lang
import Runtime

/// One weights file, mapped. Its tensors are read when they are first used.
package struct Safetensors {
  /// What the header says of one tensor.
  package struct Entry {
    package let name: String
    /// As the format names it: F32, F16, BF16, I64, …
    package let type: String
    package let shape: [Int]
    /// Within the file.
    package let bytes: Range<Int>

    package var count: Int { shape.reduce(1, *) }
  }

  /// What to do with a file of torch.save, which is a pickle.
  static let helpForPyTorch =
    "in Python: safetensors.torch.save_file(torch.load(path, weights_only=True), \"x.safetensors\") writes tensors for read_safetensors"

  /// The longest header that is read, 100 MB as in the format's own reader.
  static let headerLimit = 100_000_000

  package let file: MappedFile
  /// In the order of the file.
  package let entries: [Entry]
  package let metadata: [(key: String, value: String)]

  package init(path: String) throws { try self.init(MappedFile(path: path)) }

  /// Reads and checks the header. Throws `badWeights` with the file, the tensor and the reason.
  package init(_ file: MappedFile) throws {
    self.file = file
    let bytes = file.bytes
    guard bytes.count >= 8 else {
      throw Fault.badWeights(file.path, reason: "\(bytes.count) bytes are too few for a safetensors file")
    }
    guard !bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else {
      throw Fault.badWeights(
        file.path, reason: "it is a zip archive, as torch.save and numpy.savez write it",
        help: Self.helpForPyTorch + "; read_npy reads .npz")
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(Self.headerLimit) else {
      throw Fault.badWeights(
        file.path, reason: "the header claims \(length) bytes, the limit is \(Self.headerLimit)",
        help: "is this a safetensors file?")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw Fault.badWeights(
        file.path, reason: "the header claims \(length) bytes, the file has \(bytes.count)", help: Self.truncatedHelp)
    }
    let header = UnsafeRawBufferPointer(rebasing: bytes[8..<start])
    guard header.first == UInt8(ascii: "{") else {
      throw Fault.badWeights(
        file.path, reason: "the header does not start with `{`", help: "is this a safetensors file?")
    }
    let members = try JSON.parse(header, name: "\(file.path), header").asObject ?? []
    var entries: [Entry] = []
    var metadata: [(key: String, value: String)] = []
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file: file.path)
      } else {
        entries.append(try Self.entry(name, value, file: file.path, start: start, end: bytes.count))
      }
    }
    entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    try Self.checkContiguous(entries, file: file.path, start: start, end: bytes.count)
    self.entries = entries
    self.metadata = metadata
  }

  /// The texts in the header of a file's bytes, whatever its tensors are. Throws `badFile`.
  static func metadata(of bytes: [UInt8], path: String) throws -> [(key: String, value: String)] {
    guard bytes.count >= 8 else { return [] }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { return [] }
    let json = try JSON.parse(Array(bytes[8..<8 + Int(length)]), name: "\(path), header")
    return try json["__metadata__"].map { try metadata($0, file: path) } ?? []
  }

  private static let truncatedHelp = "the file is cut short: copy or download it again"

  /// Bits of an element, by the format's names.
  private static let elementBits: [String: Int] = [
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
    "C64": 64,
  ]

  /// Bytes of an element, by the format's names; nil for types that are none, or share bytes.
  static func elementSize(of type: String) -> Int? {
    elementBits[type].flatMap { $0 % 8 == 0 ? $0 / 8 : nil }
  }

  private static func metadata(_ value: JSON, file: String) throws -> [(key: String, value: String)] {
    guard let members = value.asObject else {
      throw Fault.badWeights(file, reason: "`__metadata__` is \(value.phrase), not an object")
    }
    return try members.map { key, value in
      guard let text = value.asString else {
        throw Fault.badWeights(
          file, reason: "`__metadata__` holds \(value.phrase) for \(Printer.quoted(key)), not a string")
      }
      return (key, text)
    }
  }

  private static func entry(_ name: String, _ value: JSON, file: String, start: Int, end: Int) throws -> Entry {
    func fault(_ reason: String, help: String? = nil) -> Fault {
      Fault.badWeights(file, tensor: name, reason: reason, help: help)
    }
    guard let fields = value.asObject else { throw fault("its entry in the header is \(value.phrase), not an object") }
    if let other = fields.first(where: { !["dtype", "shape", "data_offsets"].contains($0.key) }) {
      throw fault("its entry in the header has the unknown field `\(other.key)`")
    }
    guard let type = value["dtype"]?.asString else { throw fault("its `dtype` is missing or not a string") }
    guard let bits = elementBits[type] else {
      throw fault("its `dtype` \(Printer.quoted(type)) is not one of the format's")
    }
    guard let sizes = value["shape"]?.asArray else { throw fault("its `shape` is missing or not an array") }
    let shape = try sizes.map { size in
      guard let size = size.asWhole, size >= 0 else { throw fault("its `shape` holds something other than sizes") }
      return size
    }
    guard let offsets = value["data_offsets"]?.asArray, offsets.count == 2,
      let first = offsets[0].asWhole, let last = offsets[1].asWhole
    else { throw fault("its `data_offsets` are missing or not two whole numbers") }
    guard first >= 0, first <= last else { throw fault("its `data_offsets` \(first), \(last) are not a range") }
    guard last <= end - start else {
      throw fault("its bytes end at \(last), the file has \(end - start) after the header", help: truncatedHelp)
    }
    // A size of 0 does not excuse an overflow among the others.
    var total = bits
    for size in shape where size > 0 {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fault("its shape \(Tensor.describe(shape: shape)) does not fit into memory") }
      total = product
    }
    if shape.contains(0) { total = 0 }
    guard total % 8 == 0, total / 8 == last - first else {
      throw fault(
        "its shape \(Tensor.describe(shape: shape)) of \(type) needs \((total + 7) / 8) bytes, `data_offsets` hold \(last - first)"
      )
    }
    return Entry(name: name, type: type, shape: shape, bytes: (start + first)..<(start + last))
  }

  private static func checkContiguous(_ entries: [Entry], file: String, start: Int, end: Int) throws {
    var at = start
    for entry in entries {
      if entry.bytes.lowerBound != at {
        let kind = entry.bytes.lowerBound > at ? "leaves a hole before it" : "overlaps the tensor before it"
        let reason = "it \(kind): it begins at \(entry.bytes.lowerBound - start), the one before ends at \(at - start)"
        throw Fault.badWeights(file, tensor: entry.name, reason: reason)
      }
      at = entry.bytes.upperBound
    }
    guard at == end else {
      throw Fault.badWeights(
        file, reason: "\(counted(end - at, "byte")) follow\(end - at == 1 ? "s" : "") the last tensor")
    }
  }

  /// A tensor over the mapped bytes, not read yet. Throws `badWeights` when its type cannot be computed with.
  package func storage(of entry: Entry) throws -> TensorStorage {
    try file.storage(of: entry.bytes, type: entry.type, count: entry.count, tensor: entry.name)
  }
}

extension MappedFile {
  /// Elements over mapped bytes, not read yet. Throws `badWeights` when their type cannot be computed with.
  package func storage(of range: Range<Int>, type name: String, count: Int, tensor: String) throws -> TensorStorage {
    guard let type = ElementType(rawValue: name) else {
      throw Fault.badWeights(
        path, tensor: tensor, reason: "its type \(name) cannot be used",
        help: "weights are F32, F16 or BF16; in GGUF files also "
          + ElementType.allCases.filter(\.isBlocked).map(\.rawValue).joined(separator: " "))
    }
    // An empty file has no address; its tensors have no elements.
    let base = bytes.baseAddress.map { $0 + range.lowerBound } ?? UnsafeRawPointer(bitPattern: 8)
    guard let base else { throw Fault.badWeights(path, tensor: tensor, reason: "it has no bytes") }
    let source = TensorStorage.Source(bytes: base, type: type, mapping: mapping, name: "\(tensor) in \(path)")
    return TensorStorage(source: source, count: count)
  }
}
