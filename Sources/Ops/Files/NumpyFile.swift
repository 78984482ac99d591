// NumPy's array files (.npy): a magic word, a version, a header that is a Python dict, the elements.
// Format: numpy/lib/format.py.

import Lang
import Runtime

public enum NumpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The bytes in front of the elements of a float32 array in row-major order, or of a bool array for a mask. They are padded so that
  /// the elements start at a multiple of 64, as NumPy writes them.
  public static func header(shape: [Int], isMask: Bool = false) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let type = isMask ? Element.bool : .float32
    let text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // A rank that needs more than 64 kB of header does not exist: tensors have at most 64 axes.
    let unpadded = magic.count + 4 + text.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = UInt16(clamping: text.utf8.count + padding + 1)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }

  /// Calls `body` with pieces of the whole file, in order.
  static func pieces(_ tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try header(shape: tensor.shape, isMask: tensor.isMask).withUnsafeBytes(body)
    try tensor.withStoredBytes(body)
  }

  static func byteCount(_ tensor: Tensor) -> Int {
    header(shape: tensor.shape, isMask: tensor.isMask).count + tensor.storedByteCount
  }

  /// How elements are stored, as the header's `descr` names it.
  private enum Element: String {
    case float32 = "<f4"
    case float64 = "<f8"
    case float16 = "<f2"
    case int32 = "<i4"
    case int64 = "<i8"
    case uint8 = "|u1"
    case bool = "|b1"

    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .float16: 2
      case .uint8, .bool: 1
      }
    }
  }

  /// Reads an array of float16, float32, float64, int32, int64, uint8 (little-endian, row- or column-major) as a float32 tensor of the
  /// same shape, one of bool as a mask. Throws `badFile` with what is wrong.
  public static func tensor(_ bytes: [UInt8], path: String) throws -> Tensor {
    guard bytes.count >= 10, bytes.starts(with: magic) else {
      throw Fault.badFile(path, reason: "it is not an .npy or .npz file")
    }
    let version = bytes[6]
    let lengthSize = version == 1 ? 2 : 4
    guard (1...3).contains(version), bytes.count >= 8 + lengthSize else {
      throw Fault.badFile(path, reason: "version \(version) of the .npy format is not known")
    }
    let length = (0..<lengthSize).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthSize + length
    guard start <= bytes.count else { throw Fault.badFile(path, reason: "the file ends within its header") }
    var header = NumpyHeader(bytes[(8 + lengthSize)..<start], path: path)
    let fields = try header.parse()
    guard let element = Element(rawValue: fields.type) else {
      throw Fault.badFile(
        path, reason: "elements of type \(Printer.quoted(fields.type)) cannot be read",
        help: "in Python: np.save(path, x.astype(np.float32))")
    }
    let count = try Tensor.elementCount(of: fields.shape)
    let (size, overflow) = count.multipliedReportingOverflow(by: element.size)
    guard !overflow, size == bytes.count - start else {
      throw Fault.badFile(
        path,
        reason:
          "the shape \(Tensor.describe(shape: fields.shape)) needs \(overflow ? "too many" : String(size)) bytes, "
          + "the file has \(bytes.count - start)")
    }
    let stored = fields.isColumnMajor ? Array(fields.shape.reversed()) : fields.shape
    let tensor = try Tensor(shape: stored, isMask: element == .bool) { target in
      try bytes.withUnsafeBytes { try read(UnsafeRawBufferPointer(rebasing: $0[start...]), element, into: target) }
    }
    guard fields.isColumnMajor else { return tensor }
    return tensor.transposed
  }

  private static func read(
    _ source: UnsafeRawBufferPointer, _ element: Element, into target: UnsafeMutableBufferPointer<Float>
  ) throws {
    for block in stride(from: 0, to: target.count, by: 1 << 20) {
      try checkInterrupt()
      let range = block..<min(target.count, block + (1 << 20))
      switch element {
      case .float32:
        for i in range {
          target[i] = Float(
            bitPattern: UInt32(littleEndian: source.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
        }
      case .float64:
        for i in range {
          target[i] = Float(
            Double(bitPattern: UInt64(littleEndian: source.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))))
        }
      case .float16:
        for i in range {
          target[i] = Float(
            Float16(bitPattern: UInt16(littleEndian: source.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))))
        }
      case .int32:
        for i in range {
          target[i] = Float(Int32(littleEndian: source.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self)))
        }
      case .int64:
        for i in range {
          target[i] = Float(Int64(littleEndian: source.loadUnaligned(fromByteOffset: 8 * i, as: Int64.self)))
        }
      case .uint8: for i in range { target[i] = Float(source[i]) }
      case .bool: for i in range { target[i] = source[i] == 0 ? 0 : 1 }
      }
    }
  }
}

/// The header's Python dict: three known names, with a string, a bool and a tuple of whole numbers.
private struct NumpyHeader {
  private var rest: ArraySlice<UInt8>
  private let path: String

  init(_ bytes: ArraySlice<UInt8>, path: String) {
    rest = bytes
    self.path = path
  }

  private func bad(_ what: String) -> Fault {
    Fault.badFile(path, reason: "the header of the .npy file is wrong: \(what)")
  }

  mutating func parse() throws -> (type: String, isColumnMajor: Bool, shape: [Int]) {
    var type: String?
    var isColumnMajor: Bool?
    var shape: [Int]?
    try expect("{")
    while !take("}") {
      let name = try string()
      try expect(":")
      switch name {
      case "descr": type = try string()
      case "fortran_order": isColumnMajor = try bool()
      case "shape": shape = try tuple()
      default: throw bad("it has a field \(Printer.quoted(name))")
      }
      if !take(",") {
        try expect("}")
        break
      }
    }
    guard let type, let isColumnMajor, let shape else { throw bad("it lacks one of descr, fortran_order, shape") }
    guard shape.count <= 64 else { throw bad("it has \(shape.count) axes") }
    return (type, isColumnMajor, shape)
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == 32 || $0 == 10 || $0 == 9 || $0 == 13 } }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw bad("`\(character)` is missing") }
  }

  private mutating func string() throws -> String {
    skipSpaces()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw bad("a quoted word is missing")
    }
    let content = rest.dropFirst().prefix { $0 != quote }
    rest = rest[content.endIndex...]
    guard rest.first == quote else { throw bad("a quote is not closed") }
    rest.removeFirst()
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func word() -> String {
    skipSpaces()
    let content = rest.prefix { ($0 >= 48 && $0 <= 57) || ($0 >= 65 && $0 <= 90) || ($0 >= 97 && $0 <= 122) }
    rest = rest[content.endIndex...]
    return String(decoding: content, as: UTF8.self)
  }

  private mutating func bool() throws -> Bool {
    switch word() {
    case "True": return true
    case "False": return false
    default: throw bad("fortran_order is neither True nor False")
    }
  }

  private mutating func tuple() throws -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !take(")") {
      // Python 2 wrote large numbers with an L.
      var digits = word()
      if digits.utf8.last == UInt8(ascii: "L") { digits.removeLast() }
      guard let size = Int(digits) else { throw bad("a size is not a whole number") }
      sizes.append(size)
      if !take(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
