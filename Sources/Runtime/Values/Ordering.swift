// The order of values, for sorting and for `<` on lists and strings.

import Lang

/// -1, 0 or 1 as `a` comes before, with or after `b`: numbers by size with nan last, strings by code points, false before
/// true, lists (and ranges) by their first difference and then by length. Throws `badOperands` for values of different types and for types
/// without an order. Lists nested however deep are walked on a stack of our own.
package func compareValues(_ a: Value, _ b: Value) throws -> Int {
  if let answer = try orderWithoutElements(a, b) { return answer }
  var levels: [(a: ListElements, b: ListElements, next: Int)] = []
  func enter(_ a: Value, _ b: Value) {
    guard let a = ListElements(a), let b = ListElements(b) else { return }
    levels.append((a, b, 0))
  }
  enter(a, b)
  var steps = 0
  while let level = levels.last {
    guard level.next < level.a.count, level.next < level.b.count else {
      if level.a.count != level.b.count { return level.a.count < level.b.count ? -1 : 1 }
      levels.removeLast()
      continue
    }
    levels[levels.count - 1].next += 1
    steps += 1
    if steps & 0xFFFF == 0 { try checkInterrupt() }
    let (left, right) = (level.a[level.next], level.b[level.next])
    if let answer = try orderWithoutElements(left, right) {
      if answer != 0 { return answer }
    } else {
      enter(left, right)
    }
  }
  return 0
}

/// Numbers by size, nan behind all others.
package func compareNumbers(_ a: Double, _ b: Double) -> Int {
  if a < b { return -1 }
  if a > b { return 1 }
  if a == b { return 0 }
  return (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0)
}

/// The order where no elements need to be visited; nil for two lists or ranges.
private func orderWithoutElements(_ a: Value, _ b: Value) throws -> Int? {
  switch (a, b) {
  case (.number(let a), .number(let b)): return compareNumbers(a, b)
  case (.bool(let a), .bool(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
  case (.object(let left), .object(let right)) where left.isListLike && right.isListLike:
    return left === right ? 0 : nil
  case (.object(let left), .object(let right)) where left.kind == right.kind:
    guard left.kind == .string else { throw Fault.notOrdered(a, b) }
    return unsafeDowncast(left, to: StringObject.self).compare(unsafeDowncast(right, to: StringObject.self))
  default: throw Fault.notOrdered(a, b)
  }
}

extension Object {
  fileprivate var isListLike: Bool { kind == .list || kind == .range }
}

extension Fault {
  /// Two values that have no order: of different types, or of a type without one.
  package static func notOrdered(_ a: Value, _ b: Value) -> Fault {
    if a.typeName == b.typeName {
      let help =
        a.isNil
        ? "leave missing values out first: filter(xs, x => x != nil)" : "sort by something it has: sort_by(xs, x => …)"
      return Fault(.badOperands, "\(a.typePhrase) cannot be ordered", help: help)
    }
    return Fault(
      .badOperands, "\(a.typePhrase) and \(b.typePhrase) have no order",
      help: "convert one of them: number(text), string(x)")
  }
}
