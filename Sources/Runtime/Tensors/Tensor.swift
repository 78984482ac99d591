// A float32 array of any rank, row-major when it is made, possibly a view with strides afterwards: transposes, slices, heads
// and single rows share their storage. Values copy on write, so a view is never seen to change.

import Lang

public struct Tensor {
  /// A variable only so that a write can ask whether anybody else holds it.
  public internal(set) var storage: TensorStorage
  /// Element of `storage` that has index (0, 0, …).
  public let offset: Int
  public let shape: [Int]
  /// Elements of `storage` between neighbours along each axis.
  public let strides: [Int]
  /// Names of the places along each axis; empty where no axis has any.
  public internal(set) var axisLabels: [Labels?]

  public init(storage: TensorStorage, offset: Int, shape: [Int], strides: [Int], axisLabels: [Labels?] = []) {
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.axisLabels = axisLabels
  }

  /// With names on the first axis.
  public init(storage: TensorStorage, offset: Int, shape: [Int], strides: [Int], labels: Labels?) {
    self.init(storage: storage, offset: offset, shape: shape, strides: strides)
    self.labels = labels
  }

  /// A new row-major tensor whose elements `fill` writes. Throws when the shape overflows or the memory budget is reached.
  public init(
    shape: [Int], axisLabels: [Labels?] = [], fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let count = try Tensor.elementCount(of: shape)
    let storage = try TensorStorage(uninitialized: count)
    try fill(UnsafeMutableBufferPointer(start: try storage.pointer(), count: count))
    self.init(
      storage: storage, offset: 0, shape: shape, strides: Tensor.rowMajorStrides(of: shape), axisLabels: axisLabels)
  }

  /// The same with names on the first axis.
  public init(shape: [Int], labels: Labels?, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
    try self.init(shape: shape, fill: fill)
    self.labels = labels
  }

  /// A vector.
  public init(_ elements: [Float]) throws {
    try self.init(shape: [elements.count]) { target in _ = target.update(fromContentsOf: elements) }
  }

  public var rank: Int { shape.count }
  /// Number of elements. The shape was checked when the tensor was made.
  public var count: Int { shape.reduce(1, *) }
  public var isRowMajor: Bool {
    var expected = 1
    for axis in stride(from: shape.count - 1, through: 0, by: -1) {
      if shape[axis] == 0 { return true }
      if shape[axis] != 1, strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// Number of elements of a shape, or an error when it does not fit into memory at all.
  public static func elementCount(of shape: [Int]) throws -> Int {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product <= Int.max / 16 else {
        throw Fault.outOfMemory(bytes: shape.reduce(4.0) { $0 * Double($1) })
      }
      count = product
    }
    return count
  }

  public static func rowMajorStrides(of shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// "a scalar", "a vector of 3", "a 2x3 matrix", "a 2x3x4 tensor".
  public static func phrase(shape: [Int]) -> String {
    switch shape.count {
    case 0: "a scalar"
    case 1: "a vector of \(shape[0])"
    case 2: "a \(describe(shape: shape)) matrix"
    default: "a \(describe(shape: shape)) tensor"
    }
  }

  /// "91x768", or "scalar" for rank 0.
  public static func describe(shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }
}
