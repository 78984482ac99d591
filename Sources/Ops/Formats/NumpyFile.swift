// NumPy's array files (.npy): a magic word, a version, a header that is a Python dict, the elements.
// Format: numpy/lib/format.py.

import Lang
import Runtime

package enum NumpyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The bytes in front of the elements of a float32 array in row-major order, or of a bool array for a mask. They are padded so that
  /// the elements start at a multiple of 64, as NumPy writes them.
  package static func header(shape: [Int], isMask: Bool = false) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(isMask ? "|b1" : "<f4")', 'fortran_order': False, 'shape': (\(sizes)), }"
    // A rank that needs more than 64 kB of header does not exist: tensors have at most 64 axes.
    let unpadded = magic.count + 4 + text.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    let length = UInt16(clamping: text.utf8.count + padding + 1)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }

  /// Calls `body` with pieces of the whole file, in order.
  package static func pieces(_ tensor: Tensor, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try header(shape: tensor.shape, isMask: tensor.isMask).withUnsafeBytes(body)
    try tensor.withStoredBytes(body)
  }

  static func byteCount(_ tensor: Tensor) -> Int {
    header(shape: tensor.shape, isMask: tensor.isMask).count + tensor.storedByteCount
  }

  /// An array of numbers as a float32 tensor of the same shape, one of bools as a mask, one of texts as a list (of lists), or one text. Row- or
  /// column-major, in either byte order. Says what float32 cannot hold. Throws `badFile` with what is wrong, and names what cannot be read.
  package static func value(_ bytes: [UInt8], path: String) throws -> Value {
    let array = try NumpyArray(bytes, path: path)
    switch array.elements {
    case .numbers(let type): return .tensor(try array.tensor(type))
    case .texts(let type): return try array.texts(type)
    case .unreadable(let reason, let help): throw Fault.badFile(path, reason: reason, help: help)
    }
  }

  /// The same for an array that must be numbers.
  package static func tensor(_ bytes: [UInt8], path: String) throws -> Tensor {
    guard let tensor = try value(bytes, path: path).asTensor else {
      throw Fault.badFile(path, reason: "it holds texts, not numbers")
    }
    return tensor
  }

  static func starts(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }
}
