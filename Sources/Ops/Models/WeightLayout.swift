// Where the numbers of one weight lie: a stored tensor, and a strided view of it. A family of models is described by such
// views, so that fused, transposed or shared matrices all read alike and nothing is copied.

import Runtime

/// A view of a stored tensor.
public struct WeightLayout {
  /// Name in the file, without the family's prefix.
  public let tensor: String
  /// Shape in the file.
  public let stored: [Int]
  public let offset: Int
  /// Shape and strides as the operations see them: vectors are rows, y = x W.
  public let shape: [Int]
  public let strides: [Int]

  public init(_ tensor: String, stored: [Int], offset: Int = 0, shape: [Int], strides: [Int]) {
    self.tensor = tensor
    self.stored = stored
    self.offset = offset
    self.shape = shape
    self.strides = strides
  }

  /// The stored tensor as it is: a vector or a matrix.
  public init(_ tensor: String, _ shape: [Int]) {
    self.init(tensor, stored: shape, shape: shape, strides: shape.count == 2 ? [shape[1], 1] : [1])
  }
}

/// Gain and bias of a norm; RMS norms and some layer norms have no bias.
public struct NormLayout {
  public let name: String
  public let weight: WeightLayout
  public let bias: WeightLayout?
}

/// One block. The first axis of the attention weights is the head; families whose heads share keys repeat nothing, they say
/// so in `keyGroup`.
public struct BlockLayout {
  public var norm1: NormLayout
  /// [heads, d, k]
  public var wq: WeightLayout
  /// [heads / keyGroup, d, k]
  public var wk: WeightLayout
  public var wv: WeightLayout
  /// [heads, k, d]
  public var wo: WeightLayout
  /// [heads, k], [heads / keyGroup, k]
  public var bq: WeightLayout?
  public var bk: WeightLayout?
  public var bv: WeightLayout?
  /// [d]
  public var bo: WeightLayout?
  /// Heads that share one key and one value matrix: 1 in GPT-2.
  public var keyGroup = 1
  public var norm2: NormLayout
  /// [d, inner], [inner], [inner, d], [d]
  public var mlpIn: WeightLayout
  public var mlpInBias: WeightLayout?
  public var mlpOut: WeightLayout
  public var mlpOutBias: WeightLayout?
}

/// What stands before the first block and after the last.
public struct EmbeddingLayout {
  /// [vocabulary, d]
  public let words: WeightLayout
  /// [positions, d]; nil where positions are rotary.
  public let positions: WeightLayout?
  public let finalNorm: NormLayout
  /// [vocabulary, d], without the family's prefix; when the file has no such tensor, the word embedding serves.
  public let output: WeightLayout
}
