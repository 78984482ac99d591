// exp, gelu, round, softmax, …: registrations of the functions of single elements. Those that need nothing but the element are in
// `ElementFunctions.swift`.

import Lang
import Runtime

extension Registrations {
  package static let elementwise: [Operation] =
    ElementFunction.all.map(\.operation) + PairFunction.all.map(\.operation) + withOptions

  private static let withOptions: [Operation] = [
    Operation(
      "gelu", "(x: tensor|list|range|number, exact: bool = false) -> tensor|number",
      """
      Gaussian error linear unit, as GPT-2 computes it: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
      `exact=true` takes x·Φ(x), as BERT and ViT do. Both are -0 far below zero and at -inf. Source: Hendrycks and Gimpel, 2016.
      """, example: "gelu(tensor([-1, 0, 1]))"
    ) { call in
      let isExact = try call.bool(1)
      return try call.elementwise {
        Activation.gelu($0, exact: isExact)
      } _: {
        try $0.mapBlocks((isExact ? Activation.gelu : .geluTanh).apply)
      }
    },
    Operation(
      "activate", "(x: tensor|list, name: string) -> tensor",
      """
      The activation function of an MLP by the name that config.json has for it, element by element.
      "gelu" is x·Φ(x), "gelu_new" GPT-2's tanh formula of it, "quick_gelu" x·σ(1.702x), "relu" the larger of x and 0, "silu" x·σ(x).
      Shape and labels stay. Source: transformers, activations.py.
      """, example: "activate(tensor([-1, 0, 1]), \"silu\")",
      words: ["name": .fixed(Activation.configNames.map(\.name))]
    ) { call in
      let name = try call.string(1)
      guard let activation = Activation(configName: name) else {
        throw Fault.badChoice(
          operation: "activate", parameter: "name", got: name, allowed: Activation.configNames.map(\.name))
      }
      return .tensor(try call.tensorOperand(0).mapBlocks(activation.apply))
    },
    Operation(
      "isnan", "(x: tensor|list|range|number) -> mask|bool",
      "Whether x is not a number; of a tensor, a mask.", example: "isnan(0 / 0)"
    ) { call in
      if let number = call[0].asNumber { return .bool(number.isNaN) }
      return .tensor(try call.tensorOperand(0).mask(where: \.isNaN))
    },
    Operation(
      "round", "(x: tensor|list|range|number, decimals: number = 0) -> tensor|number",
      "x rounded to `decimals` places, halves to the even neighbour; negative places round to tens, hundreds, …",
      example: "round(2.5)"
    ) { call in
      let decimals = try call.whole(1)
      return try call.elementwise {
        Elementwise.rounded($0, decimals: decimals)
      } _: {
        try $0.rounded(decimals: decimals)
      }
    },
    Operation(
      "clip", "(x: tensor|list|range|number, low: number|nil = nil, high: number|nil = nil) -> tensor|number",
      "x with everything below `low` raised to it and everything above `high` lowered to it; NaN stays.",
      example: "clip(tensor([-2, 0, 2]), -1, 1)"
    ) { call in
      let low = call[1].asNumber ?? -.infinity
      let high = call[2].asNumber ?? .infinity
      return try call.elementwise {
        $0 < low ? Swift.min(low, high) : $0 > high ? high : $0
      } _: { x in
        let (low, high) = (Float(low), Float(high))
        return try x.mapped { $0 < low ? Swift.min(low, high) : $0 > high ? high : $0 }
      }
    },
    Operation(
      "softmax", "(x: tensor|list|range, axis: number = -1) -> tensor",
      "exp(x) / Σ exp(x) along `axis`: positive numbers that sum to 1.", example: "softmax([1, 2, 3])"
    ) { call in
      .tensor(try call.tensorOperand(0).softmax(axis: call.whole(1)))
    },
    Operation(
      "log_softmax", "(x: tensor|list|range, axis: number = -1) -> tensor",
      "log(softmax(x)) along `axis`, x - logsumexp(x), without underflow.", example: "log_softmax([1, 2, 3])"
    ) { call in
      .tensor(try call.tensorOperand(0).logSoftmax(axis: call.whole(1)))
    },
    Operation(
      "where",
      "(condition: tensor|list|range|bool, a: tensor|list|range|number|bool, b: tensor|list|range|number|bool) -> tensor|column|number",
      """
      Elements of `a` where the mask `condition` is true (or a number that is not 0), of `b` elsewhere; the three broadcast.
      Two masks give a mask. With a column, cell by cell, as a column.
      """,
      example: "where(m.wte[0] > 0, m.wte[0], 0)"
    ) { call in
      if let bool = call[0].asBool { return bool ? call[1] : call[2] }
      if call[1].isColumn || call[2].isColumn { return .column(try chosenCells(call)) }
      func choice(_ index: Int) throws -> Tensor {
        try call[index].asBool.map { try Tensor(truth: $0) } ?? call.tensorOperand(index)
      }
      return .tensor(try Tensor.chosen(by: call.tensorOperand(0), choice(1), choice(2)))
    },
  ]

  /// `where` with a column among its choices: the condition, and each choice that is no number, has as many elements.
  private static func chosenCells(_ call: Call) throws -> ContiguousArray<Value> {
    let flags = try call.tensorOperand(0)
    func cells(_ index: Int) throws -> ContiguousArray<Value> {
      if call[index].asObject == nil { return try (0..<flags.count).mapInBlocks { _ in call[index] } }
      let cells = try elements(of: call[index])
      guard flags.rank == 1, cells.count == flags.count else {
        throw Fault.badShape(
          "`where` got \(call[index].typePhrase) of \(cells.count) for `\(call.parameterName(index))` and a condition of shape "
            + Tensor.describe(shape: flags.shape))
      }
      return cells
    }
    let (a, b) = (try cells(1), try cells(2))
    return try flags.withElements { flags in try flags.indices.mapInBlocks { flags[$0] != 0 ? a[$0] : b[$0] } }
  }
}

extension Tensor {
  /// Elements of `a` where `condition` is not 0, else of `b`, by NumPy's broadcasting.
  package static func chosen(by condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard let pair = try broadcastShape(a.shape, b.shape), let shape = try broadcastShape(condition.shape, pair),
      let mask = condition.broadcast(to: shape), let left = a.broadcast(to: shape), let right = b.broadcast(to: shape)
    else {
      throw Fault.shapeMismatch(
        "choose between", a.shape, b.shape, help: "the condition is \(describe(shape: condition.shape))")
    }
    let labels = a.shape == shape ? a.axisLabels : []
    return try mask.withElements { mask in
      try left.withElements { left in
        try right.withElements { right in
          try Tensor(shape: shape, axisLabels: labels, isMask: a.isMask && b.isMask) { target in
            let tiles = Tiles(target.count, of: 1 << 16)
            try parallel(tiles.count) { tile in
              for i in tiles[tile] { target[i] = mask[i] != 0 ? left[i] : right[i] }
            }
          }
        }
      }
    }
  }
}
