// Which norm stands at a place: its kind, ε, and where its gain and bias lie.

import Kernels

package struct NormLayout {
  package let kind: NormKind
  /// [d]
  package let weight: WeightLayout
  /// [d]; absent in RMS norms and in layer norms without a bias.
  package let bias: WeightLayout?
  package let epsilon: Float
  /// The gain is the stored weight plus this: 1 in Gemma, which counts its gains from 0.
  let gainOffset: Float

  package init(kind: NormKind, weight: WeightLayout, bias: WeightLayout?, epsilon: Float, gainOffset: Float = 0) {
    self.kind = kind
    self.weight = weight
    self.bias = bias
    self.epsilon = epsilon
    self.gainOffset = gainOffset
  }

  /// A layer norm with the tensors PATH.weight and, unless there is none, PATH.bias.
  package static func layer(_ path: String, _ width: Int, _ epsilon: Float, bias: Bool = true) -> NormLayout {
    NormLayout(
      kind: .layer, weight: WeightLayout(path + ".weight", [width]),
      bias: bias ? WeightLayout(path + ".bias", [width]) : nil, epsilon: epsilon)
  }

  /// An RMS norm with the tensor PATH.weight.
  package static func rms(_ path: String, _ width: Int, _ epsilon: Float, gainOffset: Float = 0) -> NormLayout {
    NormLayout(
      kind: .rms, weight: WeightLayout(path + ".weight", [width]), bias: nil, epsilon: epsilon, gainOffset: gainOffset)
  }
}

/// Norms of the queries or keys of a block, applied before rotary positions turn them.
package enum HeadNormLayout {
  /// Over the k entries of each head, with one gain for all heads (Qwen 3, Gemma 3, Phi).
  case shared(NormLayout)
  /// Over the k entries of each head, with a gain of its own (StableLM).
  case perHead([NormLayout])
  /// Over the entries of all heads together (OLMo 2).
  case together(NormLayout)

  package var norms: [NormLayout] {
    switch self {
    case .shared(let norm), .together(let norm): [norm]
    case .perHead(let norms): norms
    }
  }
}
