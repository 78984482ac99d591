// Where the numbers of one weight lie: a stored tensor, and a strided view of it. A family of models is described by such
// views, so that fused, transposed or shared matrices all read alike and nothing is copied.

import Runtime

/// A view of a stored tensor.
package struct WeightLayout {
  /// Name in the file, without the family's prefix.
  package let tensor: String
  /// Shape in the file.
  package let stored: [Int]
  package let offset: Int
  /// Shape and strides as the operations see them: vectors are rows, y = x W.
  package let shape: [Int]
  package let strides: [Int]

  package init(_ tensor: String, stored: [Int], offset: Int = 0, shape: [Int], strides: [Int]) {
    self.tensor = tensor
    self.stored = stored
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// The stored tensor as it is: a vector or a matrix.
  package init(_ tensor: String, _ shape: [Int]) {
    self.init(tensor, stored: shape, shape: shape, strides: shape.count == 2 ? [shape[1], 1] : [1])
  }

  /// [in, out] of a matrix stored as (out, in), as `nn.Linear` does. With `rows`, `out` of its rows from `first` on.
  package static func linear(_ tensor: String, in width: Int, out: Int, rows: Int? = nil, first: Int = 0)
    -> WeightLayout
  {
    WeightLayout(
      tensor, stored: [rows ?? out, width], offset: first * width, shape: [width, out], strides: [1, width])
  }

  /// Part of a stored vector.
  package static func vector(_ tensor: String, _ count: Int, of all: Int? = nil, first: Int = 0) -> WeightLayout {
    WeightLayout(tensor, stored: [all ?? count], offset: first, shape: [count], strides: [1])
  }
}

/// How the heads' rows lie in a matrix that is stored as (rows, d): head h has `width` rows from `first` + h · `step` on.
struct HeadRows {
  package let heads: Int
  /// k
  package let width: Int
  /// Rows of the stored matrix.
  package let rows: Int
  package let first: Int
  package let step: Int

  /// A matrix of nothing but these heads, one after the other.
  package init(heads: Int, width: Int) { self.init(heads: heads, width: width, rows: heads * width) }

  package init(heads: Int, width: Int, rows: Int, first: Int = 0, step: Int? = nil) {
    self.heads = heads
    self.width = width
    self.rows = rows
    self.first = first
    self.step = step ?? width
  }

  /// [heads, d, k]: what reads the stream.
  package func matrix(_ tensor: String, d: Int) -> WeightLayout {
    WeightLayout(tensor, stored: [rows, d], offset: first * d, shape: [heads, d, width], strides: [step * d, 1, d])
  }

  /// [heads, k]
  package func bias(_ tensor: String) -> WeightLayout {
    WeightLayout(tensor, stored: [rows], offset: first, shape: [heads, width], strides: [step, 1])
  }

  /// [heads, k, d] of a matrix stored as (d, rows): what writes into the stream.
  package func output(_ tensor: String, d: Int) -> WeightLayout {
    WeightLayout(tensor, stored: [d, rows], offset: first, shape: [heads, width, d], strides: [step, 1, rows])
  }
}
