// `left op right` for values that are not both numbers, and for the operators that are rare on numbers.

import CPlatform
import Glibc
import Lang

/// The value of a binary operator. Throws `badOperands` when it has no meaning for the two.
package func binaryOperation(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value {
  if case .number(let x) = left, case .number(let y) = right { return try onNumbers(op, x, y) }
  if let result = onBools(op, left, right) { return result }
  switch op {
  case .isIn: return .bool(try isElement(left, of: right))
  case .notIn: return .bool(!(try isElement(left, of: right)))
  case .range: throw Fault.badOperands(op, left, right)
  default: break
  }
  if let result = try onTexts(op, left, right) { return result }
  if left.isColumn || right.isColumn, let result = try onColumns(op, left, right) { return result }
  if let result = try onLists(op, left, right) { return result }
  for operand in [left, right] {
    if case .object(let object) = operand, let result = try object.binary(op, left, right) { return result }
  }
  switch op {
  case .equal: return .bool(try valuesEqual(left, right))
  case .notEqual: return .bool(!(try valuesEqual(left, right)))
  default: throw Fault.badOperands(op, left, right)
  }
}

func onNumbers(_ op: BinaryOperator, _ x: Double, _ y: Double) throws -> Value {
  switch op {
  case .add: return .number(x + y)
  case .subtract: return .number(x - y)
  case .multiply: return .number(x * y)
  case .divide: return .number(x / y)
  case .floorDivide: return .number(flooredQuotient(x, y))
  case .modulo: return .number(flooredRemainder(x, y))
  case .power: return .number(pow(x, y))
  case .equal: return .bool(x == y)
  case .notEqual: return .bool(x != y)
  case .less: return .bool(x < y)
  case .lessEqual: return .bool(x <= y)
  case .greater: return .bool(x > y)
  case .greaterEqual: return .bool(x >= y)
  case .range:
    let start = try rangeBound(x, what: "the start of a range")
    return .object(RangeObject(start, try rangeBound(y, what: "the end of a range")))
  case .matmul, .maskOr, .maskAnd, .isIn, .notIn: throw Fault.badOperands(op, .number(x), .number(y))
  }
}

/// A bool is a mask of one element.
private func onBools(_ op: BinaryOperator, _ left: Value, _ right: Value) -> Value? {
  guard case .bool(let x) = left, case .bool(let y) = right else { return nil }
  switch op {
  case .maskOr: return .bool(x || y)
  case .maskAnd: return .bool(x && y)
  default: return nil
  }
}

/// Python's floor division: exact where the quotient is, never off by one through rounding.
private func flooredQuotient(_ x: Double, _ y: Double) -> Double {
  if y.isInfinite, x.isFinite { return x == 0 || (x < 0) == (y < 0) ? 0 : -1 }
  guard y != 0, x.isFinite, y.isFinite else { return (x / y).rounded(.down) }
  let quotient = (x - flooredRemainder(x, y)) / y
  let floor = quotient.rounded(.down)
  return quotient - floor > 0.5 ? floor + 1 : floor
}

private func onTexts(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
  guard let a = left.asStringObject, let b = right.asStringObject else { return nil }
  switch op {
  case .add:
    try checkListFits(a.utf8Count + b.utf8Count, bytesEach: 1)
    return .string(a.text + b.text)
  case .less: return .bool(a.compare(b) < 0)
  case .lessEqual: return .bool(a.compare(b) <= 0)
  case .greater: return .bool(a.compare(b) > 0)
  case .greaterEqual: return .bool(a.compare(b) >= 0)
  default: return nil
  }
}

private func onLists(_ op: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
  switch op {
  case .add: break
  case .less, .lessEqual, .greater, .greaterEqual:
    guard ListElements(left) != nil, ListElements(right) != nil else { return nil }
    let order = try compareValues(left, right)
    switch op {
    case .less: return .bool(order < 0)
    case .lessEqual: return .bool(order <= 0)
    case .greater: return .bool(order > 0)
    default: return .bool(order >= 0)
    }
  default: return nil
  }
  guard let a = left.asList, let b = right.asList else { return nil }
  try checkListFits(a.items.count + b.items.count)
  var joined = GrowingList(count: a.items.count + b.items.count, fits: true)
  for part in [a.items, b.items] {
    try part.eachBlock { for item in $0 { try joined.append(item) } }
  }
  return .list(joined.taken())
}

/// `x in xs`: element of a list, row value of a tensor, key of a record, column of a table, number of a range, part of a text.
private func isElement(_ value: Value, of collection: Value) throws -> Bool {
  if let list = collection.asList {
    for (index, item) in list.items.enumerated() {
      if index & 0xFFF == 0xFFF { try checkInterrupt() }
      if try valuesEqual(item, value) { return true }
    }
    return false
  }
  if let text = collection.asString {
    guard let part = value.asString else { throw Fault.badOperands(.isIn, value, collection) }
    var (text, wanted) = (text, part)
    return try text.withUTF8 { bytes in try wanted.withUTF8 { try place(of: $0, in: bytes, from: 0) != nil } }
  }
  if let range = collection.asRange {
    guard case .number(let number) = value, let whole = Int(exactly: number) else { return false }
    return whole >= range.start && whole < range.end
  }
  if let record = collection.asRecord {
    guard let key = value.asString else { throw Fault.badOperands(.isIn, value, collection) }
    return record[key] != nil
  }
  if let table = collection.asTable, let name = value.asString { return table.columns[Symbol(name)] != nil }
  if case .object(let object) = collection, case .bool(let answer)? = try object.binary(.isIn, value, collection) {
    return answer
  }
  throw Fault.badOperands(.isIn, value, collection)
}

/// Where `part` first occurs in `bytes` from `start` on, nil when it does not. UTF-8 is self-synchronising, so bytes that match are
/// code points that match. Throws `interrupted`: it is looked for in stretches that overlap by its length.
package func place(of part: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws
  -> Int?
{
  let stretch = 1 << 22
  var start = start
  while true {
    let end = min(start + max(stretch, 2 * part.count), bytes.count)
    let rest = UnsafeBufferPointer(rebasing: bytes[start..<end])
    let found = tw_find(rest.baseAddress, rest.count, part.baseAddress, part.count)
    if found >= 0 { return start + found }
    if end == bytes.count { return nil }
    start = end - part.count + 1
    try checkInterrupt()
  }
}
