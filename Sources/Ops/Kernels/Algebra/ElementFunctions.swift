// Functions of single elements and of pairs of them, in one table: each with a form for numbers, in double, and one for the
// elements of tensors, in float32.

import Glibc
import Lang
import Runtime

/// A function of one element.
struct ElementFunction {
  let name: String
  let documentation: String
  let example: String
  let number: (Double) -> Double
  package let tensor: (Tensor) throws -> Tensor

  init(
    _ name: String, _ documentation: String, example: String? = nil, _ number: @escaping (Double) -> Double,
    tensor: @escaping (Tensor) throws -> Tensor
  ) {
    (self.name, self.documentation, self.number, self.tensor) = (name, documentation, number, tensor)
    self.example = example ?? "\(name)(tensor([0.25, 0.5, 1]))"
  }

  init(
    _ name: String, _ documentation: String, example: String? = nil, _ number: @escaping (Double) -> Double,
    _ element: @escaping (Float) -> Float
  ) {
    self.init(name, documentation, example: example, number) { try $0.mapped(element) }
  }

  var operation: Operation {
    Operation(name, "(x: tensor|list|range|number) -> tensor|column|number", documentation, example: example) { call in
      try call.elementwise(number, tensor)
    }
  }

  package static let all: [ElementFunction] = [
    ElementFunction("exp", "e to the power x.", { Glibc.exp($0) }, { expf($0) }),
    ElementFunction("log", "Natural logarithm; -inf of 0, NaN below.", { Glibc.log($0) }, { logf($0) }),
    ElementFunction(
      "log2", "Logarithm to base 2, exact for powers of 2; -inf of 0, NaN below.", example: "log2(1024)",
      { Glibc.log2($0) }, { log2f($0) }),
    ElementFunction(
      "log10", "Logarithm to base 10; -inf of 0, NaN below.", example: "log10(1000)", { Glibc.log10($0) },
      { log10f($0) }),
    ElementFunction("sqrt", "Square root; NaN below 0.", example: "sqrt(tensor([1, 4, 9]))", { $0.squareRoot() }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i].squareRoot() } }
    },
    ElementFunction("abs", "Distance to 0.", example: "abs(tensor([-1, 4]))", { Swift.abs($0) }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = Swift.abs(source[i]) } }
    },
    ElementFunction(
      "sign", "1 above 0, -1 below, 0 of 0; NaN stays NaN.", example: "sign(tensor([-2, 0, 5]))",
      { $0 > 0 ? 1 : $0 < 0 ? -1 : $0.isNaN ? $0 : 0 }, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0.isNaN ? $0 : 0 }),
    ElementFunction("floor", "The whole number at or below x.", example: "floor(-1.5)", { $0.rounded(.down) }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i].rounded(.down) } }
    },
    ElementFunction("ceil", "The whole number at or above x.", example: "ceil(1.2)", { $0.rounded(.up) }) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i].rounded(.up) } }
    },
    ElementFunction("sin", "Sine of x in radians; NaN of infinity.", { Glibc.sin($0) }, { sinf($0) }),
    ElementFunction("cos", "Cosine of x in radians; NaN of infinity.", { Glibc.cos($0) }, { cosf($0) }),
    ElementFunction("tan", "Tangent of x in radians; NaN of infinity.", { Glibc.tan($0) }, { tanf($0) }),
    ElementFunction(
      "asin", "The angle from -pi/2 to pi/2 whose sine is x; NaN beyond -1 and 1.", { Glibc.asin($0) }, { asinf($0) }),
    ElementFunction(
      "acos", "The angle from 0 to pi whose cosine is x; NaN beyond -1 and 1.", { Glibc.acos($0) }, { acosf($0) }),
    ElementFunction("atan", "The angle from -pi/2 to pi/2 whose tangent is x.", { Glibc.atan($0) }, { atanf($0) }),
    ElementFunction("tanh", "Hyperbolic tangent, from -1 to 1.", { Glibc.tanh($0) }, { tanhf($0) }),
    ElementFunction(
      "sigmoid", "1 / (1 + exp(-x)), from 0 to 1, without overflow.", example: "sigmoid(tensor([-1, 0, 1]))",
      { x in
        let small = Glibc.exp(-Swift.abs(x))
        return (x < 0 ? small : 1) / (1 + small)
      },
      { x in
        let small = expf(-Swift.abs(x))
        return (x < 0 ? small : 1) / (1 + small)
      }),
    ElementFunction(
      "relu", "The larger of x and 0; NaN stays NaN.", example: "relu(tensor([-1, 2]))", { $0 < 0 ? 0 : $0 }
    ) { x in
      try x.mapBlocks { source, target in for i in 0..<source.count { target[i] = source[i] < 0 ? 0 : source[i] } }
    },
  ]
}

/// A function of two elements, with NumPy's broadcasting.
struct PairFunction {
  let name: String
  let documentation: String
  let example: String
  /// Names of the two, as of parameters.
  let parameters: (String, String)
  let number: (Double, Double) -> Double
  let element: (Float, Float) -> Float

  var operation: Operation {
    let types = "tensor|list|range|number"
    return Operation(
      name, "(\(parameters.0): \(types), \(parameters.1): \(types)) -> tensor|column|number", documentation,
      example: example
    ) { call in
      let (a, b) = (try call.operand(0), try call.operand(1))
      if case .number(let x) = a, case .number(let y) = b { return .number(number(x, y)) }
      if let cells = try cells(a, b) { return .column(try cells.mapInBlocks { .number($0) }) }
      return .tensor(try Tensor.paired(a.asTensor(), b.asTensor(), verb: "take the \(name) of", element))
    }
  }

  /// Where one is a column and the other no tensor: cell by cell, in double.
  private func cells(_ a: Operand, _ b: Operand) throws -> [Double]? {
    switch (a, b) {
    case (.column(let xs), .number(let y)): return try xs.mapInBlocks { number($0, y) }
    case (.number(let x), .column(let ys)): return try ys.mapInBlocks { number(x, $0) }
    case (.column(let xs), .column(let ys)), (.column(let xs), .numbers(let ys)), (.numbers(let xs), .column(let ys)):
      guard xs.count == ys.count else { throw Fault.shapeMismatch("take the \(name) of", [xs.count], [ys.count]) }
      return try xs.indices.mapInBlocks { number(xs[$0], ys[$0]) }
    default: return nil
    }
  }

  package static let all: [PairFunction] = [
    PairFunction(
      name: "minimum",
      documentation: "The smaller of a and b, element by element; NaN where one is. The smallest of all is `min`.",
      example: "minimum(tensor([1, 5]), 3)", parameters: ("a", "b"), number: { smaller($0, $1) },
      element: { smaller($0, $1) }),
    PairFunction(
      name: "maximum",
      documentation: "The larger of a and b, element by element; NaN where one is. The largest of all is `max`.",
      example: "maximum(tensor([1, 5]), 3)", parameters: ("a", "b"), number: { larger($0, $1) },
      element: { larger($0, $1) }),
    PairFunction(
      name: "atan2",
      documentation: "The angle of the point (x, y) from the first axis, from -pi to pi: atan(y / x) in its quadrant.",
      example: "atan2(1, -1)", parameters: ("y", "x"), number: { Glibc.atan2($0, $1) }, element: { atan2f($0, $1) }),
  ]

  private static func smaller<T: FloatingPoint>(_ a: T, _ b: T) -> T { a.isNaN ? a : b.isNaN || b < a ? b : a }
  private static func larger<T: FloatingPoint>(_ a: T, _ b: T) -> T { a.isNaN ? a : b.isNaN || b > a ? b : a }
}
