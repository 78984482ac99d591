// exp, gelu, round, softmax, …: registrations of the functions of single elements.

import Glibc
import Lang
import Runtime

extension Operations {
  static let elementwise: [Operation] = [
    function("exp", "e to the power x.", { Glibc.exp($0) }) { try $0.mapped { expf($0) } },
    function("log", "Natural logarithm; NaN below 0.", { Glibc.log($0) }) { try $0.mapped { logf($0) } },
    function("sqrt", "Square root; NaN below 0.", { $0.squareRoot() }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i].squareRoot() } }
    },
    function("abs", "Distance to 0.", { Swift.abs($0) }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = Swift.abs(source[i]) } }
    },
    function("relu", "The larger of x and 0; NaN stays NaN.", { $0 < 0 ? 0 : $0 }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i] < 0 ? 0 : source[i] } }
    },
    Operation(
      "gelu", "(x: tensor|list|range|number, exact: bool = false) -> tensor|number",
      """
      Gaussian error linear unit, as GPT-2 computes it: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
      `exact=true` takes x·Φ(x), as BERT and ViT do. Source: Hendrycks and Gimpel, 2016.
      """, example: "gelu(tensor([-1, 0, 1]))"
    ) { call in
      let isExact = try call.bool(1)
      return try call.elementwise { x in
        isExact
          ? 0.5 * x * (1 + erf(x * 0.5.squareRoot()))
          : 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
      } _: {
        try $0.mapBlocks((isExact ? Activation.gelu : .geluTanh).apply)
      }
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
      if call[index].asObject == nil { return ContiguousArray(repeating: call[index], count: flags.count) }
      let cells = try elements(of: call[index])
      guard flags.rank == 1, cells.count == flags.count else {
        throw Fault.badShape(
          "`where` got \(call[index].typePhrase) of \(cells.count) for `\(call.parameterName(index))` and a condition of shape "
            + Tensor.describe(shape: flags.shape))
      }
      return cells
    }
    let (a, b) = (try cells(1), try cells(2))
    return try flags.withElements { flags in ContiguousArray(flags.indices.map { flags[$0] != 0 ? a[$0] : b[$0] }) }
  }

  private static func function(
    _ name: String, _ documentation: String, _ number: @escaping (Double) -> Double,
    _ tensor: @escaping (Tensor) throws -> Tensor
  ) -> Operation {
    Operation(
      name, "(x: tensor|list|range|number) -> tensor|number", documentation, example: "\(name)(tensor([1, 4, 9]))"
    ) { call in try call.elementwise(number, tensor) }
  }
}

extension Tensor {
  /// Elements of `a` where `condition` is not 0, else of `b`, by NumPy's broadcasting.
  public static func chosen(by condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
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
            for i in 0..<target.count { target[i] = mask[i] != 0 ? left[i] : right[i] }
          }
        }
      }
    }
  }
}
