// A float32 array of any rank, row-major when it is made, possibly a view with strides afterwards: transposes, slices, heads
// and single rows share their storage. Values copy on write, so a view is never seen to change. A mask, what a comparison gives,
// is a tensor whose elements are 0 and 1 and which knows that they mean false and true.

import Lang

package struct Tensor {
  /// A variable only so that a write can ask whether anybody else holds it.
  package internal(set) var storage: TensorStorage
  /// Element of `storage` that has index (0, 0, …).
  package let offset: Int
  package let shape: [Int]
  /// Elements of `storage` between neighbours along each axis.
  package let strides: [Int]
  /// Names of the places along each axis; empty where no axis has any.
  package internal(set) var axisLabels: [Labels?]
  /// Whether the elements are truths: every one is 0 or 1. What computes with them makes numbers of them, and this false.
  package internal(set) var isMask: Bool

  /// The caller has the shape from `RowMajor`, or from a tensor that has.
  package init(
    storage: TensorStorage, offset: Int, shape: [Int], strides: [Int], axisLabels: [Labels?] = [], isMask: Bool = false
  ) {
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.axisLabels = axisLabels
    self.isMask = isMask
  }

  /// With names on the first axis.
  package init(storage: TensorStorage, offset: Int, shape: [Int], strides: [Int], labels: Labels?) {
    self.init(storage: storage, offset: offset, shape: shape, strides: strides)
    self.labels = labels
  }

  /// A new row-major tensor whose elements `fill` writes. Throws when the shape overflows or the memory budget is reached.
  package init(
    shape: [Int], axisLabels: [Labels?] = [], isMask: Bool = false,
    fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let layout = try RowMajor(of: shape)
    let storage = try TensorStorage(uninitialized: layout.count)
    try fill(UnsafeMutableBufferPointer(start: try storage.pointer(), count: layout.count))
    self.init(
      storage: storage, offset: 0, shape: shape, strides: layout.strides, axisLabels: axisLabels, isMask: isMask)
  }

  /// The same with names on the first axis.
  package init(shape: [Int], labels: Labels?, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
    try self.init(shape: shape, fill: fill)
    self.labels = labels
  }

  /// A vector.
  package init(_ elements: [Float]) throws {
    try self.init(shape: [elements.count]) { target in _ = target.update(fromContentsOf: elements) }
  }

  package var rank: Int { shape.count }
  /// Number of elements; cannot overflow, see `RowMajor`.
  package var count: Int { shape.reduce(1, *) }
  package var isRowMajor: Bool {
    var expected = 1
    for axis in stride(from: shape.count - 1, through: 0, by: -1) {
      if shape[axis] == 0 { return true }
      if shape[axis] != 1, strides[axis] != expected { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// Number of elements of a shape, or an error when it does not fit into memory at all.
  package static func elementCount(of shape: [Int]) throws -> Int { try RowMajor(of: shape).count }

  /// "a scalar", "a vector of 3", "a 2x3 matrix", "a 2x3x4 tensor".
  package static func phrase(shape: [Int]) -> String {
    switch shape.count {
    case 0: "a scalar"
    case 1: "a vector of \(shape[0])"
    case 2: "a \(describe(shape: shape)) matrix"
    default: "a \(describe(shape: shape)) tensor"
    }
  }

  /// "91x768", or "scalar" for rank 0.
  package static func describe(shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }
}
