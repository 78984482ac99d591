// The header of a GGUF file, llama.cpp's format (ggml, docs/gguf.md): metadata by key, and where the tensors lie. Nothing in it is believed before
// it was compared with the file's size, and texts stay in the file until they are asked for: a vocabulary has a hundred thousand.

import Lang
import Runtime

package final class GGUFFile {
  package enum Value {
    case number(Double)
    case bool(Bool)
    /// Bytes of a text within the file.
    case text(Range<Int>)
    case array(Array)
  }

  /// A list whose elements lie in the file from `start` on.
  package struct Array {
    package let type: UInt32
    package let count: Int
    package let start: Int
  }

  package struct Tensor {
    package let name: String
    /// As other formats have it: the axis whose elements lie together is the last.
    package let shape: [Int]
    /// As `ElementType` calls it, or another name of ggml's.
    package let type: String
    /// Empty where the type is none that is read here.
    package let bytes: Range<Int>
    package let count: Int
  }

  package let file: MappedFile
  package private(set) var metadata: [String: Value] = [:]
  package private(set) var tensors: [Tensor] = []

  private var at = 0

  /// Whether a file begins as one.
  package static func isGGUF(_ file: MappedFile) -> Bool { file.bytes.starts(with: Swift.Array("GGUF".utf8)) }

  /// Throws `badWeights` for whatever is not whole or contradicts itself, and versions that are not read.
  package init(_ file: MappedFile) throws {
    self.file = file
    guard Self.isGGUF(file) else { throw fault("it does not begin with GGUF", help: "is this a GGUF file?") }
    at = 4
    let version = UInt32(try whole(4))
    guard version == 2 || version == 3 else {
      throw version.byteSwapped == 2 || version.byteSwapped == 3
        ? fault("it is big-endian", help: "convert it with llama.cpp's gguf_convert_endian.py")
        : fault("its version is \(version)", help: "versions 2 and 3 are read: convert the model again")
    }
    // A tensor takes 24 bytes here at least, a pair 13.
    let tensorCount = try count("tensors", bytesEach: 24)
    let pairCount = try count("pairs of metadata", bytesEach: 13)
    for _ in 0..<pairCount { try readPair() }
    var infos: [(name: String, sizes: [Int], type: UInt32, offset: Int)] = []
    for _ in 0..<tensorCount { infos.append(try readInfo()) }
    let alignment = try wholeNumber("general.alignment") ?? 32
    guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
      throw fault("its general.alignment is \(alignment)")
    }
    let start = (at + alignment - 1) / alignment * alignment
    for info in infos { tensors.append(try tensor(info, from: start, alignment)) }
    var seen: Set<String> = []
    if let twice = tensors.first(where: { !seen.insert($0.name).inserted }) {
      throw fault("it holds the tensor \(Printer.quoted(twice.name)) twice")
    }
  }

  package func fault(_ reason: String, help: String? = nil) -> Fault {
    Fault.badWeights(file.path, reason: reason, help: help)
  }

  // MARK: Metadata

  /// A number under a key; nil where there is none. Throws for something else.
  package func number(_ key: String) throws -> Double? {
    guard let value = metadata[key] else { return nil }
    guard case .number(let number) = value else { throw fault("its \(key) is no number") }
    return number
  }

  package func wholeNumber(_ key: String) throws -> Int? {
    guard let number = try number(key) else { return nil }
    guard let whole = Int(exactly: number) else {
      throw fault("its \(key) is \(numberText(number)), not a whole number")
    }
    return whole
  }

  package func bool(_ key: String) throws -> Bool? {
    guard let value = metadata[key] else { return nil }
    guard case .bool(let bool) = value else { throw fault("its \(key) is neither true nor false") }
    return bool
  }

  package func text(_ key: String) throws -> String? {
    guard let value = metadata[key] else { return nil }
    guard case .text(let range) = value else { throw fault("its \(key) is no text") }
    guard let text = String(validating: bytes(range), as: UTF8.self) else {
      throw fault("its \(key) is not valid UTF-8")
    }
    return text
  }

  package func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeRawBufferPointer(rebasing: file.bytes[range]).assumingMemoryBound(to: UInt8.self)
  }

  /// The numbers of a list; nil where there is no such key.
  package func numbers(_ key: String) throws -> [Double]? {
    guard let value = metadata[key] else { return nil }
    guard case .array(let list) = value, let size = Self.sizes[list.type], size > 0, list.type != Self.boolType else {
      throw fault("its \(key) is no list of numbers")
    }
    return (0..<list.count).map { number(type: list.type, at: list.start + $0 * size) }
  }

  /// Calls `body` with the bytes of each text of a list, in order; false where there is no such key.
  package func eachText(_ key: String, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Bool {
    guard let value = metadata[key] else { return false }
    guard case .array(let list) = value, list.type == Self.textType else {
      throw fault("its \(key) is no list of texts")
    }
    at = list.start
    for index in 0..<list.count {
      if index % 4096 == 0 { try checkInterrupt() }
      try body(index, bytes(try textRange()))
    }
    return true
  }

  package func count(of key: String) -> Int? {
    guard case .array(let list)? = metadata[key] else { return nil }
    return list.count
  }

  // MARK: Reading

  private static let textType: UInt32 = 8
  private static let arrayType: UInt32 = 9
  private static let boolType: UInt32 = 7
  /// Bytes of the types that have a fixed size: u8 i8 u16 i16 u32 i32 f32 bool u64 i64 f64.
  private static let sizes: [UInt32: Int] = [
    0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8,
  ]

  private func need(_ count: Int) throws {
    guard count >= 0, count <= file.bytes.count - at else {
      throw fault(
        "its header ends after \(file.bytes.count) bytes", help: "the file is cut short: copy or download it again")
    }
  }

  /// An unsigned number of 4 or 8 bytes; those that no size can be are as good as the largest.
  private func whole(_ size: Int) throws -> Int {
    try need(size)
    defer { at += size }
    if size == 4 { return Int(UInt32(littleEndian: file.bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))) }
    return Int(clamping: UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
  }

  private func count(_ what: String, bytesEach: Int) throws -> Int {
    let count = try whole(8)
    guard count <= (file.bytes.count - at) / bytesEach else {
      throw fault("it claims \(count) \(what), which \(file.bytes.count) bytes cannot hold")
    }
    return count
  }

  private func textRange() throws -> Range<Int> {
    let length = try whole(8)
    try need(length)
    defer { at += length }
    return at..<at + length
  }

  private func name() throws -> String {
    guard let name = String(validating: bytes(try textRange()), as: UTF8.self) else {
      throw fault("a name in its header is not valid UTF-8")
    }
    return name
  }

  private func readPair() throws {
    let key = try name()
    let value = try value(UInt32(try whole(4)), key, depth: 0)
    guard metadata.updateValue(value, forKey: key) == nil else {
      throw fault("it holds the key \(Printer.quoted(key)) twice")
    }
  }

  private func value(_ type: UInt32, _ key: String, depth: Int) throws -> Value {
    if let size = Self.sizes[type] {
      try need(size)
      defer { at += size }
      return type == Self.boolType ? .bool(file.bytes[at] != 0) : .number(number(type: type, at: at))
    }
    switch type {
    case Self.textType: return .text(try textRange())
    case Self.arrayType:
      guard depth < 8 else { throw fault("its \(key) nests lists too deeply") }
      let element = UInt32(try whole(4))
      let count = try count("elements of \(key)", bytesEach: Self.sizes[element] ?? (element == Self.textType ? 8 : 12))
      let start = at
      if let size = Self.sizes[element] {
        at += count * size
      } else {
        for index in 0..<count {
          if index % 4096 == 0 { try checkInterrupt() }
          _ = try value(element, key, depth: depth + 1)
        }
      }
      return .array(Array(type: element, count: count, start: start))
    default: throw fault("its \(key) has the type \(type), which the format does not have")
    }
  }

  private func number(type: UInt32, at place: Int) -> Double {
    func load<T: FixedWidthInteger>(_ type: T.Type) -> Double {
      Double(T(littleEndian: file.bytes.loadUnaligned(fromByteOffset: place, as: T.self)))
    }
    switch type {
    case 0: return load(UInt8.self)
    case 1: return load(Int8.self)
    case 2: return load(UInt16.self)
    case 3: return load(Int16.self)
    case 4: return load(UInt32.self)
    case 5: return load(Int32.self)
    case 6:
      let bits = UInt32(littleEndian: file.bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      return Double(Float(bitPattern: bits))
    case 10: return load(UInt64.self)
    case 11: return load(Int64.self)
    default:
      return Double(bitPattern: UInt64(littleEndian: file.bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
    }
  }

  // MARK: Tensors

  private func readInfo() throws -> (name: String, sizes: [Int], type: UInt32, offset: Int) {
    let name = try name()
    let rank = try whole(4)
    guard rank <= 4 else {
      throw Fault.badWeights(file.path, tensor: name, reason: "it has \(rank) axes; the format has 4")
    }
    var sizes: [Int] = []
    for _ in 0..<rank { sizes.append(try whole(8)) }
    return (name, sizes, UInt32(try whole(4)), try whole(8))
  }

  private func tensor(
    _ info: (name: String, sizes: [Int], type: UInt32, offset: Int), from start: Int, _ alignment: Int
  ) throws -> Tensor {
    func fault(_ reason: String, help: String? = nil) -> Fault {
      Fault.badWeights(file.path, tensor: info.name, reason: reason, help: help)
    }
    let shape = Swift.Array(info.sizes.reversed())
    guard let count = try? Runtime.Tensor.elementCount(of: shape) else {
      throw fault("its shape \(shape) is too large")
    }
    let typeName = Self.typeNames[info.type] ?? "number \(info.type)"
    guard let type = ElementType(rawValue: typeName) else {
      return Tensor(name: info.name, shape: shape, type: typeName, bytes: 0..<0, count: count)
    }
    let (elements, size) = type.block
    guard (info.sizes.first ?? 1) % elements == 0 else {
      throw fault(
        "its rows of \(info.sizes.first ?? 1) elements are no whole blocks of \(typeName), which hold \(elements)")
    }
    let (bytes, overflow) = (count / elements).multipliedReportingOverflow(by: size)
    guard !overflow, info.offset % alignment == 0, start <= file.bytes.count, info.offset <= file.bytes.count - start,
      bytes <= file.bytes.count - start - info.offset
    else {
      throw fault(
        "its \(overflow ? "elements" : "\(bytes) bytes") at \(info.offset) lie outside of the file, or between its steps of \(alignment) bytes",
        help: "the file is cut short or damaged: copy or download it again")
    }
    return Tensor(
      name: info.name, shape: shape, type: typeName, bytes: start + info.offset..<start + info.offset + bytes,
      count: count)
  }

  /// ggml's types by number.
  private static let typeNames: [UInt32: String] = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
    12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
    20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
    29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
  ]
}
