// Equality by value. Lists, records and tables are compared on a stack of our own: a list nested a million deep compares.

import Lang

/// Whether two values are the same: numbers as IEEE 754 has it (nan differs from itself), strings by code points, lists in
/// order, ranges as the lists of their numbers, records whatever the order of their keys, tables by columns in order, other values as
/// their type says. Values of different types differ. Throws only `interrupted`.
package func valuesEqual(_ a: Value, _ b: Value) throws -> Bool {
  if let answer = equalWithoutElements(a, b) { return answer }
  var comparison = Comparison()
  guard comparison.enter(a, b) else { return false }
  return try comparison.run()
}

/// The answer where no elements need to be visited, else nil.
private func equalWithoutElements(_ a: Value, _ b: Value) -> Bool? {
  switch (a, b) {
  case (.number(let a), .number(let b)): return a == b
  case (.bool(let a), .bool(let b)): return a == b
  case (.nil, .nil), (.unbound, .unbound), (.nil, .unbound), (.unbound, .nil): return true
  case (.object(let a), .object(let b)):
    switch (a.kind, b.kind) {
    case (.list, .list), (.record, .record), (.table, .table), (.list, .range), (.range, .list): return nil
    // A table's own `isEqual` leads back here.
    case (.list, _), (.record, _), (.table, _): return false
    // A tensor says so itself: one with a nan differs from itself, as a list with a nan does.
    case (.tensor, _): return a.isEqual(to: b)
    default: return a === b || a.isEqual(to: b)
    }
  default: return false
  }
}

/// Two containers that are walked side by side, and those they are inside of.
private struct Comparison {
  private enum Level {
    case lists(ListElements, ListElements)
    case records(RecordEntries, RecordEntries)
    case tables(TableObject, TableObject)
  }

  private var levels: [(level: Level, next: Int)] = []
  private var steps = 0
  /// Containers that have been entered beside themselves: what many places share is walked once.
  private var walked: Set<ObjectIdentifier> = []

  /// Starts on two containers of one type. False when they differ already in size or names.
  mutating func enter(_ a: Value, _ b: Value) -> Bool {
    if let left = a.asObject, left === b.asObject, !walked.insert(ObjectIdentifier(left)).inserted { return true }
    if let a = ListElements(a), let b = ListElements(b) {
      guard a.count == b.count else { return false }
      levels.append((.lists(a, b), 0))
    } else if let a = a.asRecord, let b = b.asRecord {
      guard a.entries.count == b.entries.count else { return false }
      levels.append((.records(a.entries, b.entries), 0))
    } else if let a = a.asTable, let b = b.asTable {
      guard a.rowCount == b.rowCount, a.columns.keys.elementsEqual(b.columns.keys) else { return false }
      levels.append((.tables(a, b), 0))
    }
    return true
  }

  mutating func run() throws -> Bool {
    while !levels.isEmpty {
      let last = levels.count - 1
      let index = levels[last].next
      guard let (a, b) = pair(levels[last].level, index) else {
        levels.removeLast()
        continue
      }
      levels[last].next = index + 1
      guard let b else { return false }
      steps += 1
      if steps & 0xFFFF == 0 { try checkInterrupt() }
      if let answer = equalWithoutElements(a, b) {
        if !answer { return false }
      } else if !enter(a, b) {
        return false
      }
    }
    return true
  }

  /// The elements at `index` of a level: nil behind the last, a second element of nil where only the left has one.
  private func pair(_ level: Level, _ index: Int) -> (Value, Value?)? {
    switch level {
    case .lists(let a, let b): return index < a.count ? (a[index], b[index]) : nil
    case .records(let a, let b):
      guard index < a.count else { return nil }
      let (key, value) = a[index]
      return (value, b[key])
    case .tables(let a, let b):
      let rows = a.rowCount
      guard rows > 0, index < rows * a.columns.count else { return nil }
      let (column, row) = index.quotientAndRemainder(dividingBy: rows)
      return (a.columns.values[column][row], b.columns.values[column][row])
    }
  }
}
