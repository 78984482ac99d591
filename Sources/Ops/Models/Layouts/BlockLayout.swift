// A block as data: residual steps, each a sum of branches, each a mechanism between optional norms. The forward pass and every
// probe read this and know no family by name.

import Kernels

/// Which tokens a token may read.
package enum Mask: Equatable {
  /// Those before it and itself; with a window w, the last w of them, itself included.
  case causal(window: Int?)
  /// All of them.
  case full

  package var window: Int? { if case .causal(let window) = self { window } else { nil } }

  /// As the language calls it.
  package var name: String { self == .full ? "full" : "causal" }
}

/// What the scores know of positions.
package enum PositionRule {
  /// Nothing: positions are in the states, or nowhere.
  case none
  case rotary(Rotary)
  /// ALiBi: slope_h · (j - i) is added to the score of reader i and read token j; a slope for each head.
  /// Source: Press, Smith, Lewis 2022.
  case linear(slopes: [Float])

  package var rotary: Rotary? { if case .rotary(let rotary) = self { rotary } else { nil } }
}

/// Attention: q = x W_Q + b_Q and so on; norms of q and k; rotary; score = scale · q·k; cap; mask; softmax; Σ pattern v W_O + b_O.
package struct AttentionLayout {
  /// [heads, d, k], [key heads, d, k] twice, [heads, k, d]
  package let q, k, v, o: WeightLayout
  /// [heads, k], [key heads, k] twice, [d]
  package let bq, bk, bv, bo: WeightLayout?
  package let heads: Int
  /// Head h reads the keys and values of head h / (heads / keyHeads).
  package let keyHeads: Int
  /// k
  package let width: Int
  /// What q·k is multiplied by.
  package let scale: Double
  package let mask: Mask
  package let position: PositionRule
  package let qNorm, kNorm: HeadNormLayout?
  /// Scores s become cap · tanh(s / cap).
  package let cap: Float?

  package init(
    q: WeightLayout, k: WeightLayout, v: WeightLayout, o: WeightLayout, bq: WeightLayout? = nil,
    bk: WeightLayout? = nil,
    bv: WeightLayout? = nil, bo: WeightLayout? = nil, scale: Double? = nil, mask: Mask = .causal(window: nil),
    position: PositionRule = .none, qNorm: HeadNormLayout? = nil, kNorm: HeadNormLayout? = nil, cap: Float? = nil
  ) {
    (self.q, self.k, self.v, self.o) = (q, k, v, o)
    (self.bq, self.bk, self.bv, self.bo) = (bq, bk, bv, bo)
    (heads, keyHeads, width) = (q.shape[0], k.shape[0], q.shape[2])
    self.scale = scale ?? 1 / Double(q.shape[2]).squareRoot()
    (self.mask, self.position, self.qNorm, self.kNorm, self.cap) = (mask, position, qNorm, kNorm, cap)
  }
}

/// An MLP: act(x W_in + b_in) W_out + b_out, or with a gate (act(x W_gate + b_gate) ⊙ (x W_in + b_in)) W_out + b_out.
package struct MLPLayout {
  /// [d, inner]
  package let win: WeightLayout
  package let gate: WeightLayout?
  /// [inner, d]
  package let out: WeightLayout
  /// [inner], [inner], [d]
  package let bin, bgate, bout: WeightLayout?
  package let activation: Activation

  package init(
    in win: WeightLayout, gate: WeightLayout? = nil, out: WeightLayout, bin: WeightLayout? = nil,
    bgate: WeightLayout? = nil, bout: WeightLayout? = nil, _ activation: Activation
  ) {
    (self.win, self.gate, self.out) = (win, gate, out)
    (self.bin, self.bgate, self.bout) = (bin, bgate, bout)
    self.activation = activation
  }
}

package enum Mechanism {
  case attention(AttentionLayout)
  case mlp(MLPLayout)
  /// An MLP over the tokens in place of the channels, the same for every channel (MLP-Mixer): y = (act(xᵀ W_in + b_in) W_out + b_out)ᵀ
  /// with W_in [S, T] and W_out [T, S].
  case tokens(MLPLayout)
}

/// after(run(before(x)))
package struct Branch {
  package let before: NormLayout?
  package let run: Mechanism
  package let after: NormLayout?

  package init(_ before: NormLayout?, _ run: Mechanism, after: NormLayout? = nil) {
    (self.before, self.run, self.after) = (before, run, after)
  }
}

/// x ← post(x + Σ branches(x))
package struct Step {
  package let branches: [Branch]
  package let post: NormLayout?
  /// The sum starts from the norm of the first branch instead of x (Bloom's `apply_residual_connection_post_layernorm`).
  package let skipsFromNorm: Bool

  package init(_ branches: Branch..., post: NormLayout? = nil, skipsFromNorm: Bool = false) {
    (self.branches, self.post, self.skipsFromNorm) = (branches, post, skipsFromNorm)
  }
}

package struct BlockLayout {
  package let steps: [Step]

  package init(_ steps: Step...) { self.steps = steps }

  /// x ← x + attention(x), then x ← x + mlp(x).
  package static func serial(_ attention: Branch, _ mlp: Branch) -> BlockLayout {
    BlockLayout(Step(attention), Step(mlp))
  }

  /// x ← first(x + attention(x)), then x ← second(x + mlp(x)): the state is the output of a norm.
  package static func afterNorms(
    _ attention: Mechanism, _ first: NormLayout, _ mlp: Mechanism, _ second: NormLayout
  ) -> BlockLayout {
    BlockLayout(Step(Branch(nil, attention), post: first), Step(Branch(nil, mlp), post: second))
  }

  /// x ← x + attention(x) + mlp(x): both read the same state.
  package static func parallel(_ attention: Branch, _ mlp: Branch) -> BlockLayout {
    BlockLayout(Step(attention, mlp))
  }
}
