// The weights of a block as its layout describes them. Views of the stored tensors, made once at load: no pass copies weights.

import Kernels
import Lang
import Runtime

/// The weights of one block: steps of branches, as in its layout.
package struct BlockWeights {
  package let steps: [StepWeights]
  /// Its only attention, or what mixes the tokens in its place, and its MLP, where they stand.
  package let attention: BranchWeights
  let attentionStep: StepWeights
  package let mlp: BranchWeights
  let mlpStep: StepWeights
  /// The large tensors of its branches, which every pass reads whole.
  private let matrices: [Tensor]

  init(_ layout: BlockLayout, _ files: WeightFiles) throws {
    steps = try layout.steps.map { try StepWeights($0, files) }
    let places = steps.flatMap { step in step.branches.map { (step, $0) } }
    guard let attention = places.first(where: { $0.1.attention != nil || $0.1.tokens != nil }),
      let mlp = places.first(where: { $0.1.mlp != nil })
    else { throw Fault.unsupported("a block without attention or without an MLP cannot be read") }
    (attentionStep, self.attention) = attention
    (mlpStep, self.mlp) = mlp
    matrices = places.flatMap { place in
      switch place.1.run {
      case .attention(let weights): [weights.wq, weights.wk, weights.wv, weights.wo]
      case .mlp(let weights), .tokens(let weights): [weights.win, weights.out, weights.gate].compactMap(\.self)
      }
    }
  }

  /// The form of the block: S one step after the other, P1 and P2 side by side with one norm or two, Q norms after the sums, X without
  /// attention.
  package var kind: String {
    if attention.tokens != nil { return "X" }
    if steps.contains(where: { $0.post != nil }) { return "Q" }
    guard steps.count == 1 else { return "S" }
    return attention.before === mlp.before ? "P1" : "P2"
  }

  package var heads: AttentionWeights? { attention.attention }

  /// `ln_1` and `ln_2`: the norm before the attention and the one before the MLP, or, where norms stand after the sums, those. A norm
  /// that both read is `ln_1` alone.
  package var norm1: NormWeights? { attention.before ?? attentionStep.post }
  package var norm2: NormWeights? {
    let norm = mlp.before ?? mlpStep.post
    return norm === norm1 ? nil : norm
  }
}

extension BlockWeights {
  /// Asks for the pages of the weights, and does not wait.
  package func announce() { for matrix in matrices { matrix.storage.announce() } }

  /// Brings the pages of the weights in. Throws `interrupted`.
  package func bringIn() throws { for matrix in matrices { try matrix.storage.bringIn() } }
}

package struct StepWeights {
  package let branches: [BranchWeights]
  package let post: NormWeights?
  package let skipsFromNorm: Bool

  init(_ layout: Step, _ files: WeightFiles) throws {
    // Branches that read the same norm share it, so that it is applied once.
    var norms: [String: NormWeights] = [:]
    branches = try layout.branches.map { branch in
      let before = try branch.before.map { norm in
        let known = try norms[norm.weight.tensor] ?? NormWeights(norm, files)
        norms[norm.weight.tensor] = known
        return known
      }
      return try BranchWeights(branch, before: before, files)
    }
    post = try layout.post.map { try NormWeights($0, files) }
    skipsFromNorm = layout.skipsFromNorm
  }
}

package enum MechanismWeights {
  case attention(AttentionWeights)
  case mlp(MLPWeights)
  case tokens(MLPWeights)

  init(_ layout: Mechanism, _ files: WeightFiles) throws {
    switch layout {
    case .attention(let attention): self = .attention(try AttentionWeights(attention, files))
    case .mlp(let mlp): self = .mlp(try MLPWeights(mlp, files))
    case .tokens(let mlp): self = .tokens(try MLPWeights(mlp, files))
    }
  }
}

package struct BranchWeights {
  package let before: NormWeights?
  package let run: MechanismWeights
  package let after: NormWeights?

  init(_ layout: Branch, before: NormWeights?, _ files: WeightFiles) throws {
    self.before = before
    run = try MechanismWeights(layout.run, files)
    after = try layout.after.map { try NormWeights($0, files) }
  }

  package var attention: AttentionWeights? { if case .attention(let weights) = run { weights } else { nil } }
  package var mlp: MLPWeights? { if case .mlp(let weights) = run { weights } else { nil } }
  /// [S, T] and [T, S]: over the tokens.
  package var tokens: MLPWeights? { if case .tokens(let weights) = run { weights } else { nil } }
}

/// The matrices of an attention, with the head as the first axis.
package final class AttentionWeights {
  package let layout: AttentionLayout
  /// [heads, d, k], [key heads, d, k] twice, [heads, k, d]
  package let wq, wk, wv, wo: Tensor
  /// [heads, k], [key heads, k] twice, [d]; nil where the family has none.
  package let bq, bk, bv, bo: Tensor?
  package let qNorm, kNorm: HeadNormWeights?
  /// The products that give queries, keys and values.
  package let projections: [HeadProjection]

  init(_ layout: AttentionLayout, _ files: WeightFiles) throws {
    self.layout = layout
    (wq, wk) = (try files.tensor(layout.q), try files.tensor(layout.k))
    (wv, wo) = (try files.tensor(layout.v), try files.tensor(layout.o))
    (bq, bk) = (try layout.bq.map { try files.tensor($0) }, try layout.bk.map { try files.tensor($0) })
    (bv, bo) = (try layout.bv.map { try files.tensor($0) }, try layout.bo.map { try files.tensor($0) })
    qNorm = try layout.qNorm.map { try HeadNormWeights($0, files) }
    kNorm = try layout.kNorm.map { try HeadNormWeights($0, files) }
    projections = try HeadProjection.all([(wq, bq), (wk, bk), (wv, bv)])
  }

  /// Heads that share one key and one value.
  package var keyGroup: Int { layout.heads / layout.keyHeads }
}

package struct MLPWeights {
  package let activation: Activation
  /// [d, inner], [inner, d]
  package let win, out: Tensor
  package let gate: Tensor?
  /// [inner], [inner], [d]
  package let bin, bgate, bout: Tensor?

  init(_ layout: MLPLayout, _ files: WeightFiles) throws {
    activation = layout.activation
    (win, out) = (try files.tensor(layout.win), try files.tensor(layout.out))
    gate = try layout.gate.map { try files.tensor($0) }
    bin = try layout.bin.map { try files.tensor($0) }
    bgate = try layout.bgate.map { try files.tensor($0) }
    bout = try layout.bout.map { try files.tensor($0) }
  }
}
