// `+ - * / // % ^`, comparisons and `& |`, element by element in float32 with NumPy's broadcasting. One kernel serves all: the
// operation is a type, so that every one of them compiles to its own vector loop.

import Glibc
import Lang

protocol ElementOperation {
  /// Whether all results are 0 and 1 and stand for false and true.
  static var givesTruths: Bool { get }
  static func apply(_ a: Float, _ b: Float) -> Float
}

extension ElementOperation {
  static var givesTruths: Bool { false }
}

private protocol TruthOperation: ElementOperation {}

extension TruthOperation {
  static var givesTruths: Bool { true }
}

extension Tensor {
  /// A tensor, number or nested list of numbers or bools as an operand; nil for everything else.
  static func operand(_ value: Value) throws -> Tensor? {
    if let tensor = value.asTensor { return tensor }
    if let number = value.asNumber { return try Tensor(scalar: number) }
    return value.asList == nil ? nil : try Tensor(nested: value)
  }

  /// The same beside a mask, where a bool is a mask of one element.
  static func operand(_ value: Value, beside other: Value) throws -> Tensor? {
    if let bool = value.asBool { return other.asTensor?.isMask == true ? try Tensor(truth: bool) : nil }
    return try operand(value)
  }

  /// `self * factor`.
  package func scaled(by factor: Double) throws -> Tensor {
    try Tensor.combine(.multiply, self, Tensor(scalar: factor))
  }

  /// `left op right` for the arithmetic, comparison and mask operators: a mask for the latter two, else a tensor, in which an operand
  /// that is a mask counts as 0 and 1. Shapes that do not broadcast throw `shapeMismatch`. Operands of `&` and `|` are masks.
  package static func combine(_ op: BinaryOperator, _ left: Tensor, _ right: Tensor) throws -> Tensor {
    switch op {
    case .add: try run(Add.self, op, left, right)
    case .subtract: try run(Subtract.self, op, left, right)
    case .multiply: try run(Multiply.self, op, left, right)
    case .divide: try run(Divide.self, op, left, right)
    case .floorDivide: try run(FloorDivide.self, op, left, right)
    case .modulo: try run(Modulo.self, op, left, right)
    case .power:
      if right.rank == 0, try right.first() == 2 {
        try run(Multiply.self, op, left, left)
      } else {
        try run(Power.self, op, left, right)
      }
    case .equal: try run(Equal.self, op, left, right)
    case .notEqual: try run(NotEqual.self, op, left, right)
    case .less: try run(Less.self, op, left, right)
    case .lessEqual: try run(LessEqual.self, op, left, right)
    case .greater: try run(Less.self, op, right, left, labelsOf: left, right)
    case .greaterEqual: try run(LessEqual.self, op, right, left, labelsOf: left, right)
    case .maskAnd: try run(And.self, op, left, right)
    case .maskOr: try run(Or.self, op, left, right)
    case .isIn, .notIn, .matmul, .range: throw Fault.badOperands(op, .tensor(left), .tensor(right))
    }
  }

  private static func run<Op: ElementOperation>(
    _: Op.Type, _ op: BinaryOperator, _ a: Tensor, _ b: Tensor, labelsOf first: Tensor? = nil, _ second: Tensor? = nil
  ) throws -> Tensor {
    let (a, b) = (try a.widened(), try b.widened())
    guard let shape = try broadcastShape(a.shape, b.shape), let aStrides = a.broadcastStrides(to: shape),
      let bStrides = b.broadcastStrides(to: shape)
    else { throw Fault.operandShapes(op, (first ?? a).shape, (second ?? b).shape) }
    let loop = StridedLoop(shape: shape, target: try RowMajor(of: shape).strides, left: aStrides, right: bStrides)
    let (left, right) = (try a.base(), try b.base())
    let labels = commonLabels(first ?? a, second ?? b, shape: shape)
    return try Tensor(shape: shape, axisLabels: labels, isMask: Op.givesTruths) { target in
      guard let out = target.baseAddress, loop.outerCount > 0 else { return }
      try loop.forTiles { at, count in
        apply(Op.self, out + at.target, left + at.left, right + at.right, loop.step, count)
      }
    }
  }

  @inline(__always)
  private static func apply<Op: ElementOperation>(
    _: Op.Type, _ out: UnsafeMutablePointer<Float>, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>,
    _ step: StridedOffsets, _ count: Int
  ) {
    switch (step.left, step.right) {
    case (1, 1): for i in 0..<count { out[i] = Op.apply(a[i], b[i]) }
    case (1, 0):
      let y = b[0]
      for i in 0..<count { out[i] = Op.apply(a[i], y) }
    case (0, 1):
      let x = a[0]
      for i in 0..<count { out[i] = Op.apply(x, b[i]) }
    default: for i in 0..<count { out[i] = Op.apply(a[i &* step.left], b[i &* step.right]) }
    }
  }

  /// `value in self`: a number among all elements, a bool among those of a mask, or a tensor among the rows. Nil for other values.
  func contains(_ value: Value) throws -> Bool? {
    if let bool = value.asBool { return isMask ? try contains(.number(bool ? 1 : 0)) : nil }
    if let number = value.asNumber {
      let wanted = Float(number)
      return try withElements { try $0.containsInBlocks { $0 == wanted } }
    }
    guard let wanted = value.asTensor else { return nil }
    guard rank > 0, Array(shape.dropFirst()) == wanted.shape else { return false }
    return try wanted.withElements { wanted in
      for index in 0..<shape[0] where try row(index).withElements({ $0.elementsEqual(wanted) }) { return true }
      return false
    }
  }
}

extension StridedLoop {
  /// Runs `body(offsets, count)` over all elements, in parallel where there are many.
  @inline(__always)
  func forTiles(_ body: (StridedOffsets, Int) -> Void) throws {
    let tileSize = 1 << 17
    if outerCount * inner <= tileSize {
      return forEach(in: 0..<outerCount) { body($0, inner) }
    }
    if inner >= tileSize {
      let tiles = Tiles(inner, of: tileSize)
      try parallel(outerCount * tiles.count) { tile in
        let range = tiles[tile % tiles.count]
        let outer = tile / tiles.count
        forEach(in: outer..<outer + 1) { start in
          let at = StridedOffsets(
            target: start.target + range.lowerBound * step.target, left: start.left + range.lowerBound * step.left,
            right: start.right + range.lowerBound * step.right)
          body(at, range.count)
        }
      }
    } else {
      let tiles = Tiles(outerCount, of: tileSize / inner)
      try parallel(tiles.count) { tile in forEach(in: tiles[tile]) { body($0, inner) } }
    }
  }
}

private enum Add: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a + b }
}
private enum Subtract: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a - b }
}
private enum Multiply: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a * b }
}
private enum Divide: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a / b }
}
private enum Power: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { powf(a, b) }
}
/// The remainder with the sign of the divisor, as Python's `%`.
private enum Modulo: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float {
    let rest = fmodf(a, b)
    if rest != 0, (rest < 0) != (b < 0) { return rest + b }
    return rest == 0 ? copysignf(0, b) : rest
  }
}
/// Python's `//`: the quotient is taken from the remainder, so that a == b * (a // b) + a % b.
private enum FloorDivide: ElementOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float {
    guard b != 0 else { return a / b }
    let rest = fmodf(a, b)
    var quotient = (a - rest) / b
    if rest != 0, (rest < 0) != (b < 0) { quotient -= 1 }
    guard quotient != 0 else { return copysignf(0, a / b) }
    let whole = floorf(quotient)
    return quotient - whole > 0.5 ? whole + 1 : whole
  }
}
private enum Equal: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a == b ? 1 : 0 }
}
private enum NotEqual: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a != b ? 1 : 0 }
}
private enum Less: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a < b ? 1 : 0 }
}
private enum LessEqual: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a <= b ? 1 : 0 }
}
/// Of masks: 0 and 1.
private enum And: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a * b }
}
private enum Or: TruthOperation {
  @inline(__always) static func apply(_ a: Float, _ b: Float) -> Float { a > b ? a : b }
}
