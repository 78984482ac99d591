// One array of a .npy file: where its elements are and how they are stored.

import Lang
import Runtime

struct NumpyArray {
  /// A number: `f4`, `i8`, … in one of two byte orders.
  struct NumberType {
    enum Kind { case float, signed, unsigned, bool }
    let kind: Kind
    let size: Int
    let isBigEndian: Bool
  }

  /// A text of `length` code points of four bytes (`U`), or bytes (`S`), filled up with zeros.
  struct TextType {
    let length: Int
    let isUnicode: Bool
    let isBigEndian: Bool

    var size: Int { length * (isUnicode ? 4 : 1) }
  }

  enum Elements {
    case numbers(NumberType)
    case texts(TextType)
    case unreadable(reason: String, help: String)
  }

  let elements: Elements
  let shape: [Int]
  private let isColumnMajor: Bool
  private let bytes: [UInt8]
  private let start: Int
  private let path: String

  /// Reads the header and holds it against the file's length. Throws `badFile`.
  init(_ bytes: [UInt8], path: String) throws {
    guard bytes.count >= 10, NumpyFile.starts(bytes) else {
      throw Fault.badFile(path, reason: "it is not an .npy or .npz file")
    }
    let version = bytes[6]
    let lengthSize = version == 1 ? 2 : 4
    guard (1...3).contains(version), bytes.count >= 8 + lengthSize else {
      throw Fault.badFile(path, reason: "version \(version) of the .npy format is not known")
    }
    let length = (0..<lengthSize).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    start = 8 + lengthSize + length
    guard start <= bytes.count else { throw Fault.badFile(path, reason: "the file ends within its header") }
    var header = NumpyHeader(bytes[(8 + lengthSize)..<start], path: path)
    let fields = try header.parse()
    elements = Self.elements(fields.type, descr: fields.descr)
    shape = fields.shape
    isColumnMajor = fields.isColumnMajor
    self.bytes = bytes
    self.path = path
    let size: Int
    switch elements {
    case .numbers(let type): size = type.size
    case .texts(let type): size = type.size
    case .unreadable: return
    }
    let (total, overflow) = try Tensor.elementCount(of: shape).multipliedReportingOverflow(by: size)
    guard !overflow, total == bytes.count - start else {
      throw Fault.badFile(
        path,
        reason:
          "the shape \(Tensor.describe(shape: shape)) needs \(overflow ? "too many" : String(total)) bytes, "
          + "the file has \(bytes.count - start)")
    }
  }

  private static func elements(_ type: NumpyType, descr: String) -> Elements {
    switch type {
    case .structured(let fields):
      let names = fields.map(Printer.quoted).joined(separator: ", ")
      return .unreadable(
        reason: "it is a structured array\(fields.isEmpty ? "" : " (fields \(names))"), which cannot be read",
        help: "in Python, a field at a time: np.save(path, x[\(PythonRepr.text(fields.first ?? "name"))])")
    case .simple(let order, let kind, let rest):
      let isBigEndian = order == UInt8(ascii: ">")
      func number(_ kind: NumberType.Kind, _ sizes: Set<Int>) -> Elements? {
        guard let size = Int(rest), sizes.contains(size) else { return nil }
        return .numbers(NumberType(kind: kind, size: size, isBigEndian: isBigEndian))
      }
      let found: Elements? =
        switch kind {
        case "f": number(.float, [2, 4, 8])
        case "i": number(.signed, [1, 2, 4, 8])
        case "u": number(.unsigned, [1, 2, 4, 8])
        case "b": number(.bool, [1])
        case "U", "S", "a":
          Int(rest).flatMap { length in
            (0..<(1 << 28)).contains(length)
              ? .texts(TextType(length: length, isUnicode: kind == "U", isBigEndian: isBigEndian)) : nil
          }
        default: nil
        }
      return found ?? unreadable(kind, descr)
    }
  }

  private static func unreadable(_ kind: Unicode.Scalar, _ descr: String) -> Elements {
    let help =
      switch kind {
      case "c": "they are complex numbers; in Python, the two parts: np.save(path, x.real), np.save(path, x.imag)"
      case "O": "they are Python objects; in Python: np.save(path, np.array(x.tolist(), dtype=np.float32))"
      case "M": "they are dates; in Python: np.save(path, x.astype('int64'))"
      case "m": "they are spans of time; in Python: np.save(path, x.astype('int64'))"
      case "V": "they are raw bytes; in Python, with the type that they are: np.save(path, x.view(np.float32))"
      case "f": "they are floating-point numbers of another size; in Python: np.save(path, x.astype(np.float64))"
      default: "in Python: np.save(path, x.astype(np.float32))"
      }
    return .unreadable(reason: "elements of type \(Printer.quoted(descr)) cannot be read", help: help)
  }

  // MARK: Numbers

  /// Throws `interrupted`, `outOfMemory`. Whole numbers that float32 rounds, and numbers that are beyond it, are told.
  func tensor(_ type: NumberType) throws -> Tensor {
    let stored = isColumnMajor ? Swift.Array(shape.reversed()) : shape
    let tensor = try bytes.withUnsafeBytes { all in
      try Self.tensor(UnsafeRawBufferPointer(rebasing: all[start...]), type, shape: stored, of: path)
    }
    return isColumnMajor ? tensor.transposed : tensor
  }

  /// The same of numbers that lie row by row; `name` is what messages call them. The caller has held the shape against the bytes.
  static func tensor(_ source: UnsafeRawBufferPointer, _ type: NumberType, shape: [Int], of name: String) throws
    -> Tensor
  {
    var losses = Losses()
    let tensor = try Tensor(shape: shape, isMask: type.kind == .bool) { target in
      for block in stride(from: 0, to: target.count, by: 1 << 18) {
        try checkInterrupt()
        read(source, type, block..<min(target.count, block + (1 << 18)), into: target, &losses)
      }
    }
    losses.tell(name)
    return tensor
  }

  private struct Losses {
    var rounded = 0
    var firstRounded = ""
    var beyond = 0

    func tell(_ path: String) {
      if rounded > 0 {
        Notices.warn(
          "\(path): float32 cannot hold \(counted(rounded, "whole number")) exactly; the first is \(firstRounded)")
      }
      if beyond > 0 {
        Notices.warn("\(path): \(counted(beyond, "number")) beyond float32 became infinite")
      }
    }
  }

  private static func read(
    _ source: UnsafeRawBufferPointer, _ type: NumberType, _ range: Range<Int>,
    into target: UnsafeMutableBufferPointer<Float>, _ losses: inout Losses
  ) {
    func load<T: FixedWidthInteger>(_ index: Int, _: T.Type) -> T {
      let stored = source.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
      return type.isBigEndian ? T(bigEndian: stored) : T(littleEndian: stored)
    }
    func whole<T: FixedWidthInteger>(_: T.Type) {
      for i in range {
        let number = load(i, T.self)
        target[i] = Float(number)
        if MemoryLayout<T>.size > 2, T(exactly: target[i]) != number {
          if losses.rounded == 0 { losses.firstRounded = "\(number)" }
          losses.rounded += 1
        }
      }
    }
    switch (type.kind, type.size) {
    case (.float, 2): for i in range { target[i] = Float(Float16(bitPattern: load(i, UInt16.self))) }
    case (.float, 4): for i in range { target[i] = Float(bitPattern: load(i, UInt32.self)) }
    case (.float, _):
      for i in range {
        let number = Double(bitPattern: load(i, UInt64.self))
        target[i] = Float(number)
        if target[i].isInfinite, number.isFinite { losses.beyond += 1 }
      }
    case (.signed, 1): whole(Int8.self)
    case (.signed, 2): whole(Int16.self)
    case (.signed, 4): whole(Int32.self)
    case (.signed, _): whole(Int64.self)
    case (.unsigned, 1): whole(UInt8.self)
    case (.unsigned, 2): whole(UInt16.self)
    case (.unsigned, 4): whole(UInt32.self)
    case (.unsigned, _): whole(UInt64.self)
    case (.bool, _): for i in range { target[i] = source[i] == 0 ? 0 : 1 }
    }
  }

  // MARK: Texts

  /// A list for each axis; one text where there is none. Throws `badFile` for bytes that are no text.
  func texts(_ type: TextType) throws -> Value {
    let stored = try Tensor.RowMajor(of: isColumnMajor ? shape.reversed() : shape)
    try checkListFits(stored.count)
    let strides = isColumnMajor ? stored.strides.reversed() : stored.strides
    func list(_ axis: Int, _ offset: Int) throws -> Value {
      guard axis < shape.count else { return .string(try text(offset, type)) }
      return .list(
        try (0..<shape[axis]).map { index in
          if index & 0xFFF == 0 { try checkInterrupt() }
          return try list(axis + 1, offset + index * strides[axis])
        })
    }
    return try list(0, 0)
  }

  private func text(_ index: Int, _ type: TextType) throws -> String {
    let element = bytes[(start + index * type.size)..<(start + (index + 1) * type.size)]
    var text = String.UnicodeScalarView()
    if type.isUnicode {
      for at in stride(from: element.startIndex, to: element.endIndex, by: 4) {
        let unit = (0..<4).reduce(UInt32(0)) {
          $0 | UInt32(element[at + $1]) << UInt32(8 * (type.isBigEndian ? 3 - $1 : $1))
        }
        guard let scalar = Unicode.Scalar(unit) else {
          throw Fault.badFile(path, reason: "text \(index) is not Unicode")
        }
        text.append(scalar)
      }
    } else {
      guard let bytes = String(validating: element, as: UTF8.self) else {
        throw Fault.badFile(path, reason: "text \(index) is not UTF-8")
      }
      text = bytes.unicodeScalars
    }
    while text.last == "\0" { text.removeLast() }
    return String(text)
  }
}
