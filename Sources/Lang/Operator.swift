// The binary operators, with their spelling and precedence.

public enum BinaryOperator: UInt8, CaseIterable {
  case add, subtract, multiply, divide, floorDivide, modulo, matmul, power
  case maskOr, maskAnd
  case equal, notEqual, less, lessEqual, greater, greaterEqual, isIn, notIn
  case range

  /// As it is written in a program.
  package var text: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .floorDivide: "//"
    case .modulo: "%"
    case .matmul: "@"
    case .power: "^"
    case .maskOr: "|"
    case .maskAnd: "&"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessEqual: "<="
    case .greater: ">"
    case .greaterEqual: ">="
    case .isIn: "in"
    case .notIn: "not in"
    case .range: ".."
    }
  }

  package var isComparison: Bool { rawValue >= BinaryOperator.equal.rawValue && self != .range }
}
