// What a pass holds of its activations for the pull-back: what the derivatives of its steps are taken at, and nothing else.

import Kernels
import Models
import Runtime

struct PassTrace {
  /// Blocks below it are not gone through.
  let lowestBlock: Int
  private var blocks: [Int: [StepTrace]] = [:]
  var last: LastTrace?

  init(lowestBlock: Int) { self.lowestBlock = lowestBlock }

  func holds(block: Int) -> Bool { block >= lowestBlock }

  mutating func add(_ step: StepTrace, block: Int) {
    if holds(block: block) { blocks[block, default: []].append(step) }
  }

  /// Steps of a block, in order.
  func steps(ofBlock block: Int) -> [StepTrace] { blocks[block] ?? [] }
}

struct StepTrace {
  /// [n, d]: the state before the step.
  let input: Tensor
  var branches: [BranchTrace] = []
  /// [n, d]: what a norm after the sum is given; nil where there is none.
  var sum: Tensor?

  init(input: Tensor) { self.input = input }
}

struct BranchTrace {
  var attention: AttentionTrace?
  var mlp: MLPTrace?
  /// Of an MLP over the tokens, text by text, [d, S] in place of [n, d].
  var tokens: [MLPTrace] = []
  /// [n, d]: what a norm after the mechanism is given; nil where there is none.
  var written: Tensor?
}

struct AttentionTrace {
  /// [n, heads, k]: queries and keys before their norms; nil where there are none.
  let raw: (queries: Tensor, keys: Tensor)?
  let turns: Rotary.Turns?
  var texts: [Text] = []

  struct Text {
    let attention: SelfAttention
    /// [heads, n, total]: what the softmax gave, and what is read by after edits.
    let softened, pattern: Tensor
  }

  init(raw: (queries: Tensor, keys: Tensor)?, turns: Rotary.Turns?) { (self.raw, self.turns) = (raw, turns) }
}

struct MLPTrace {
  /// [n, inner]: what the activation is given, and what its result is multiplied by where there is a gate.
  let argument: Tensor
  let factor: Tensor?

  init(_ mlp: MLPWeights, _ x: Tensor) throws {
    guard let gate = mlp.gate else {
      (argument, factor) = (try linear(x, mlp.win, mlp.bin), nil)
      return
    }
    factor = try linear(x, mlp.win, mlp.bin)
    argument = try linear(x, gate, mlp.bgate)
  }

  /// What enters the down projection, [n, inner]: the same numbers as those of a pass without a trace.
  func hidden(_ activation: Activation) throws -> Tensor {
    let active = try argument.mapped(activation.apply)
    return try factor.map { try Tensor.combine(.multiply, active, $0) } ?? active
  }
}

extension MLPTrace {
  /// What a cotangent of what enters the down projection, [n, inner], is for what the MLP reads: [n, d].
  func pulledBack(_ hidden: Tensor, _ mlp: MLPWeights) throws -> Tensor {
    let slopes = try argument.mapped(mlp.activation.applyDerivative)
    guard let gate = mlp.gate, let factor else {
      return try linear(Tensor.combine(.multiply, hidden, slopes), mlp.win.transposed, nil)
    }
    let active = try argument.mapped(mlp.activation.apply)
    let ofGate = try Tensor.combine(.multiply, Tensor.combine(.multiply, hidden, factor), slopes)
    let ofFactor = try Tensor.combine(.multiply, hidden, active)
    return try Tensor.combine(.add, linear(ofGate, gate.transposed, nil), linear(ofFactor, mlp.win.transposed, nil))
  }
}

/// What is behind the last block.
struct LastTrace {
  /// [n, d]: of all rows.
  let state: Tensor
  /// Whether what follows is of the last row of each text alone.
  var isOfLastRows = false
  /// [rows, d]: after the final norm, as far as it was computed.
  var final: Tensor?
  /// [rows, V]: capped logits before edits; nil where there is no cap, or they were not computed.
  var logits: Tensor?

  init(state: Tensor) { self.state = state }
}

extension Tensor {
  /// f of all elements, with their names.
  func mapped(
    _ function: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws -> Tensor {
    try withElements { source in
      try Tensor(shape: shape, axisLabels: axisLabels) { target in
        let tiles = Tiles(source.count, of: 1 << 15)
        try parallel(tiles.count) { tile in
          let range = tiles[tile]
          function(UnsafeBufferPointer(rebasing: source[range]), UnsafeMutableBufferPointer(rebasing: target[range]))
        }
      }
    }
  }
}
