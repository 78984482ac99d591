// A safetensors file as a record of tensors, for `read_safetensors`.

import Lang
import Runtime

extension Safetensors {
  /// All tensors by name, in the order of the file. F32, F16 and BF16 lie in the mapped file until they are used; what has another type
  /// is made float32 here, and what float32 cannot hold is told. Types that hold no plain numbers are left out with a notice. Throws
  /// `badWeights` for a damaged file, `outOfMemory`.
  package func record() throws -> RecordObject {
    let record = RecordObject()
    var leftOut: [String] = []
    for entry in entries {
      if ElementType(rawValue: entry.type) != nil {
        record[entry.name] = .tensor(
          Tensor(
            storage: try storage(of: entry), offset: 0, shape: entry.shape,
            strides: try Tensor.RowMajor(of: entry.shape).strides))
      } else if let type = NumpyArray.NumberType(safetensors: entry.type) {
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
        record[entry.name] = .tensor(
          try NumpyArray.tensor(bytes, type, shape: entry.shape, of: "\(entry.name) in \(file.path)"))
      } else {
        leftOut.append("\(entry.name) (\(entry.type))")
      }
    }
    if !leftOut.isEmpty {
      Notices.warn("\(file.path): left out, since such numbers are not read: \(leftOut.joined(separator: ", "))")
    }
    return record
  }
}

extension NumpyArray.NumberType {
  /// The types of safetensors that NumPy has too.
  init?(safetensors name: String) {
    switch name {
    case "F64": self.init(kind: .float, size: 8, isBigEndian: false)
    case "I8": self.init(kind: .signed, size: 1, isBigEndian: false)
    case "I16": self.init(kind: .signed, size: 2, isBigEndian: false)
    case "I32": self.init(kind: .signed, size: 4, isBigEndian: false)
    case "I64": self.init(kind: .signed, size: 8, isBigEndian: false)
    case "U8": self.init(kind: .unsigned, size: 1, isBigEndian: false)
    case "U16": self.init(kind: .unsigned, size: 2, isBigEndian: false)
    case "U32": self.init(kind: .unsigned, size: 4, isBigEndian: false)
    case "U64": self.init(kind: .unsigned, size: 8, isBigEndian: false)
    case "BOOL": self.init(kind: .bool, size: 1, isBigEndian: false)
    default: return nil
    }
  }
}
