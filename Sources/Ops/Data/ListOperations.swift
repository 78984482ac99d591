// Operations on collections: lists, ranges, tensors (rows), tables (rows as records), records (keys), strings (code points).

import Lang
import OrderedCollections
import Runtime

extension Operations {
  static let lists: [Operation] = [
    Operation(
      "len", "(x: any) -> number",
      """
      How many elements `x` has: code points of a string, entries of a record, rows of a tensor or table.
      """,
      example: "len(\"naïve\")"
    ) { call in
      guard let count = call[0].asObject?.count else {
        throw Fault.badValue(
          "\(call[0].typePhrase) has no length", help: "len counts strings, lists, records, ranges, tensors and tables")
      }
      return .number(count)
    },
    Operation(
      "range", "(start: number, end: number = nil, step: number = 1) -> range|list",
      """
      The whole numbers from `start` up to, not including, `end`; with one argument from 0.
      With a step other than 1 the result is a list. `a..b` is the same as range(a, b).
      """,
      example: "range(0, 10, 3)"
    ) { call in
      let first = try rangeBound(call.number(0), what: "the start of a range")
      let (start, end) =
        call.isNil(1) ? (0, first) : (first, try rangeBound(call.number(1), what: "the end of a range"))
      let step = try call.whole(2)
      if step == 1 { return .object(RangeObject(start, end)) }
      return .list(try steppedRange(start, end, step))
    },
    Operation(
      "map", "(xs: any, f: function) -> list",
      """
      The list of f(x) for each element x of `xs`.
      """,
      example: "map([1, 2, 3], x => x ^ 2)"
    ) { call in
      var items: ContiguousArray<Value> = []
      let count = try elementCount(call[0])
      try checkListFits(count)
      items.reserveCapacity(count)
      let f = try call.callback(1)
      try iterate(call[0]) { items.append(try f($0)) }
      return .object(ListObject(items))
    },
    Operation(
      "filter", "(xs: any, f: function) -> list|table",
      """
      The elements x of `xs` for which f(x) is true, as a list; of a table the table of those rows.
      """,
      example: "filter(0..10, x => x % 3 == 0)"
    ) { call in
      var items: ContiguousArray<Value> = []
      var places: [Int] = []
      var place = 0
      let table = call[0].asTable
      let f = try call.callback(1)
      try iterate(call[0]) { item in
        if try holds(f(item), "filter") {
          if table == nil { items.append(item) } else { places.append(place) }
        }
        place += 1
      }
      if let table { return .object(try table.rows(places)) }
      return .object(ListObject(items))
    },
    Operation(
      "fold", "(xs: any, start: any, f: function) -> any",
      """
      Combines the elements from the left: f(… f(f(start, x0), x1) …, xn).
      """,
      example: "fold(1..6, 1, (acc, x) => acc * x)"
    ) { call in
      var accumulated = call[1]
      let f = try call.callback(2, arity: 2)
      try iterate(call[0]) { accumulated = try f(accumulated, $0) }
      return accumulated
    },
    Operation(
      "zip", "(collections...: any) -> list",
      """
      Lists of the first elements, of the second elements, and so on, as long as the shortest collection.
      """,
      example: "zip([1, 2], [\"a\", \"b\"])"
    ) { call in .list(try zipped(call.list(0))) },
    Operation(
      "enumerate", "(xs: any, start: number = 0) -> list",
      """
      Pairs [index, element] of `xs`, the first index being `start`.
      """,
      example: "for i, word in enumerate([\"a\", \"b\"]) { print(i, word) }"
    ) { call in
      var items: ContiguousArray<Value> = []
      let count = try elementCount(call[0])
      // A pair is a list object with its own array beside the reference to it.
      try checkListFits(count, bytesEach: 96)
      items.reserveCapacity(count)
      var index = Double(try call.whole(1))
      try iterate(call[0]) { item in
        items.append(.object(ListObject([.number(index), item])))
        index += 1
      }
      return .object(ListObject(items))
    },
    Operation(
      "sort", "(xs: any, reverse: bool = false) -> list|tensor",
      """
      The elements in rising order: numbers by size with nan last, strings by code points, lists by their first difference.
      Equal elements keep their order. Of a tensor, each row of the last axis is sorted. Elements of different types are an error.
      """,
      example: "sort([3, 1, 2], reverse=true)"
    ) { call in
      if let tensor = call[0].asTensor { return .tensor(try Sorting.sorted(tensor, reverse: call.bool(1))) }
      let items = try elements(of: call[0])
      return .list(try Sorting.order(items, reverse: call.bool(1)).map { items[$0] })
    },
    Operation(
      "sort_by", "(xs: any, f: function|string, reverse: bool = false) -> list|table",
      """
      The elements of `xs` in the order of f(x); of a table its rows, by a function of the row or by a column's name.
      `f` is called once for each element. Equal keys keep their order; nan comes last.
      """,
      example: "sort_by([\"ccc\", \"a\", \"bb\"], s => len(s))"
    ) { call in
      let order = try Sorting.order(try keys(call), reverse: call.bool(2))
      if let table = call[0].asTable { return .object(try table.rows(order)) }
      let items = try elements(of: call[0])
      return .list(order.map { items[$0] })
    },
    Operation(
      "group_by", "(xs: any, f: function|string) -> record",
      """
      A record from the text of f(x) to the list of the elements x that give it, in the order of their first appearance.
      Keys of records are texts: the group of the number 3 is `groups["3"]`.
      Of a table each group is a table; there `f` may be a column's name.
      """,
      example: "group_by([1, 2, 3, 4], x => if x % 2 == 0 { \"even\" } else { \"odd\" })"
    ) { call in
      let groups = Tables.groups(try keys(call))
      if let table = call[0].asTable {
        return .object(RecordObject(try groups.mapValues { .object(try table.rows($0)) }))
      }
      let items = try elements(of: call[0])
      return .object(RecordObject(groups.mapValues { places in .list(places.map { items[$0] }) }))
    },
    Operation(
      "table", "(columns: record|list|table) -> table",
      """
      A table from a record of columns of one length, or from a list of records, one a row.
      Columns are lists, ranges or tensors of rank 1. A row that lacks a key has nil there.
      """,
      example: "table({token: [\" a\", \" b\"], score: [0.5, 0.25]})"
    ) { call in .object(try Tables.table(from: call[0])) },
  ]

  /// f(x) of each element, or the cells of the column that is named.
  private static func keys(_ call: Call) throws -> ContiguousArray<Value> {
    if let name = call[1].asString {
      guard let table = call[0].asTable else {
        throw Fault.badValue(
          "only a table has columns to name, this is \(call[0].typePhrase)", help: "give a function: x => x.\(name)")
      }
      return try table.column(name)
    }
    var keys: ContiguousArray<Value> = []
    let count = try elementCount(call[0])
    try checkListFits(count)
    keys.reserveCapacity(count)
    let f = try call.callback(1)
    try iterate(call[0]) { keys.append(try f($0)) }
    return keys
  }

  /// What a condition is: a bool, or nil for false.
  static func holds(_ value: Value, _ operation: String) throws -> Bool {
    try conditionValue(value, operation)
  }

  private static func steppedRange(_ start: Int, _ end: Int, _ step: Int) throws -> ContiguousArray<Value> {
    guard step != 0 else { throw Fault.badValue("a range cannot step by 0") }
    let (distance, overflow) = end.subtractingReportingOverflow(start)
    // Numbers are exact up to 2^53 only, so a longer way is an error of its own.
    guard !overflow, distance != .min, step != .min else { throw Fault.outOfMemory(bytes: 1e20) }
    guard distance != 0, (distance > 0) == (step > 0) else { return [] }
    let count = (abs(distance) - 1) / abs(step) + 1
    try checkListFits(count)
    var items: ContiguousArray<Value> = []
    items.reserveCapacity(count)
    for index in 0..<count {
      if index & 0xFFFF == 0 { try checkInterrupt() }
      items.append(.number(start + index * step))
    }
    return items
  }

  private static func zipped(_ collections: ContiguousArray<Value>) throws -> ContiguousArray<Value> {
    guard let count = try collections.map(elementCount).min() else { return [] }
    let columns = try collections.map { value in
      // A long range beside a short list is not written out.
      if let range = value.asRange { return try elements(of: .object(RangeObject(range.start, range.start + count))) }
      return try elements(of: value)
    }
    try checkListFits(count, bytesEach: 64 + 16 * columns.count)
    var items: ContiguousArray<Value> = []
    items.reserveCapacity(count)
    for index in 0..<count {
      if index & 0xFFF == 0 { try checkInterrupt() }
      items.append(.object(ListObject(ContiguousArray(columns.map { $0[index] }))))
    }
    return items
  }
}
