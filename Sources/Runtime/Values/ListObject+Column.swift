// What a column computes: `t.a * 2`, `t.a > 1`, `t.b == "x"`, cell by cell. The other side is one value for all cells, or a list,
// range, column or vector of as many.
//
// Numbers are float64 throughout. A bool counts as 0 or 1 in arithmetic, as it does in a mask; a missing cell (nil) as nan, and beside
// a text the answer is missing too. Comparisons give a mask; nothing is less or greater than a missing cell.

import CPlatform
import Lang

/// `left op right` where one of the two is a column; nil for operators that do not go cell by cell (`@`) and for matrices, which
/// broadcast as they do beside lists. Throws `badShape` for sides of different lengths, `badOperands` with the first row whose cells
/// have no answer. Time: one step a cell.
func onColumns(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
  guard let rule = CellRule(op), let a = try ColumnSide(left), let b = try ColumnSide(right) else { return nil }
  if let m = a.count, let n = b.count, m != n { throw Fault.columnLengths(op, left, m, right, n) }
  let count = a.count ?? b.count ?? 0
  // A mask has one float a cell, a column one value.
  try checkListFits(count, bytesEach: MemoryLayout<Value>.stride)
  func eachCell(_ body: (Value, Value) throws -> Void) throws {
    for row in 0..<count {
      if row & 0xFFF == 0xFFF { try checkInterrupt() }
      do { try body(a[row], b[row]) } catch let fault as Fault where fault.code == .badOperands {
        throw Fault.inRow(row, fault)
      }
    }
  }
  switch rule {
  case .arithmetic:
    var cells: ContiguousArray<Value> = []
    cells.reserveCapacity(count)
    try eachCell { cells.append(try arithmetic(op, $0, $1)) }
    return .column(cells)
  case .comparison:
    var flags: ContiguousArray<Value> = []
    flags.reserveCapacity(count)
    try eachCell { flags.append(.bool(try comparison(op, $0, $1))) }
    return try mask(ListObject(flags))
  case .logic:
    guard let a = try mask(of: left), let b = try mask(of: right) else { return nil }
    return try binaryOperation(op, a, b)
  }
}

/// A column of bools as a mask, anything else as it is; nil for a column that holds other cells.
private func mask(of value: Value) throws -> Value? {
  guard let list = value.asList, list.isColumn else { return value }
  return try list.items.containsInBlocks { $0.asBool == nil } ? nil : mask(list)
}

private func mask(_ bools: ListObject) throws -> Value? {
  // Of no cells too.
  try Tensor(nested: .object(bools)).map { .tensor($0.asMask) }
}

extension ListObject {
  /// `-t.a`.
  func negatedColumn() throws -> Value? { try onColumns(.multiply, .object(self), .number(-1)) }

  /// `~t.a` of a column of bools; nil for other columns.
  func invertedColumn() throws -> Value? { try mask(of: .object(self))?.asObject.flatMap { try $0.inverted() } }
}

private enum CellRule {
  case arithmetic, comparison, logic

  init?(_ op: BinaryOperator) {
    switch op {
    case .add, .subtract, .multiply, .divide, .floorDivide, .modulo, .power: self = .arithmetic
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: self = .comparison
    case .maskOr, .maskAnd: self = .logic
    default: return nil
    }
  }
}

/// One side of an operation: cells, or one value for all of them.
private enum ColumnSide {
  case cells(ContiguousArray<Value>)
  case one(Value)

  /// Nil for a tensor with more than one axis.
  init?(_ value: Value) throws {
    if let tensor = value.asTensor {
      guard tensor.rank <= 1 else { return nil }
      self = tensor.rank == 0 ? .one(.number(Double(try tensor.first()))) : .cells(try elements(of: value))
    } else if value.asList != nil || value.asRange != nil {
      self = .cells(try elements(of: value))
    } else {
      self = .one(value)
    }
  }

  var count: Int? { if case .cells(let cells) = self { cells.count } else { nil } }

  @inline(__always)
  subscript(row: Int) -> Value {
    switch self {
    case .cells(let cells): cells[row]
    case .one(let value): value
    }
  }
}

/// The number that a cell counts as; nil for what is none.
private func number(_ cell: Value) -> Double? {
  switch cell {
  case .number(let number): number
  case .bool(let bool): bool ? 1 : 0
  case .nil, .unbound: .nan
  case .object: nil
  }
}

private func arithmetic(_ op: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
  if let x = number(a), let y = number(b) { return try onNumbers(op, x, y) }
  // A text and a missing text.
  if a.isNil || b.isNil { return .nil }
  return try binaryOperation(op, plain(a), plain(b))
}

private func comparison(_ op: BinaryOperator, _ a: Value, _ b: Value) throws -> Bool {
  switch op {
  case .equal: return try valuesEqual(a, b)
  case .notEqual: return try !valuesEqual(a, b)
  default: break
  }
  let answer: Value
  if let x = number(a), let y = number(b) {
    answer = try onNumbers(op, x, y)
  } else if a.isNil || b.isNil {
    return false
  } else {
    answer = try binaryOperation(op, plain(a), plain(b))
  }
  guard let flag = answer.asBool else { throw Fault.badOperands(op, a, b) }
  return flag
}

/// A column inside a column is a list like any other: however deep they lie in each other, nothing here calls itself.
private func plain(_ cell: Value) -> Value {
  guard let list = cell.asList, list.isColumn else { return cell }
  return .object(ListObject(list.items))
}

extension Fault {
  fileprivate static func columnLengths(_ op: BinaryOperator, _ left: Value, _ m: Int, _ right: Value, _ n: Int)
    -> Fault
  {
    let help =
      switch op {
      case .add: "a column computes cell by cell; concat([xs, ys]) joins"
      case .equal, .notEqual: "a column compares cell by cell; same(xs, ys) is one bool"
      default: "a column computes cell by cell: both sides have as many"
      }
    return badShape(
      "\(left.typePhrase) of \(m) and \(right.typePhrase) of \(n) do not fit `\(op.text)`", help: help)
  }

  fileprivate static func inRow(_ row: Int, _ fault: Fault) -> Fault {
    Fault(fault.code, "\(fault.message), in row \(row) of the column", help: fault.help)
  }
}
