// Operations on collections: lists, ranges, tensors (rows), tables (rows as records), records (keys), strings (code points).

import Lang
import OrderedCollections
import Runtime

extension Registrations {
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
      var items = try call.growingList(as: call[0])
      let f = try call.callback(1)
      try iterate(call[0]) { try items.append(f($0)) }
      return .object(ListObject(items.taken()))
    },
    Operation(
      "filter", "(xs: any, f: function) -> list|table",
      """
      The elements x of `xs` for which f(x) is true, as a list; of a table the table of those rows.
      """,
      example: "filter(0..10, x => x % 3 == 0)"
    ) { call in
      var items = GrowingList()
      var places: [Int] = []
      var place = 0
      let table = call[0].asTable
      let f = try call.callback(1)
      try iterate(call[0]) { item in
        if try holds(f(item), "filter") {
          if table == nil { try items.append(item) } else { places.append(place) }
        }
        place += 1
      }
      if let table { return .object(try table.rows(places)) }
      return .list(items.taken(), like: call[0])
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
      // A pair is a list object with its own array beside the reference to it.
      var items = try call.growingList(as: call[0], bytesEach: 128)
      var index = Double(try call.whole(1))
      try iterate(call[0]) { item in
        try items.append(.object(ListObject([.number(index), item])))
        index += 1
      }
      return .object(ListObject(items.taken()))
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
      let order = try Sorting.order([items], reverse: [call.bool(1)])
      return .list(try items.picked(order), like: call[0])
    },
    Operation(
      "sort_by", "(xs: any, f: function|string|list, reverse: bool|list = false) -> list|table",
      """
      The elements of `xs` in the order of f(x); of a table its rows, by a function of the row or by a column's name.
      A list of functions and names sorts by the first, equal ones by the second, and so on; `reverse` may then be a list of as many \
      bools. Each function is called once for each element. Equal keys keep their order; nan comes last.
      """,
      example: "sort_by([\"ccc\", \"a\", \"bb\"], s => len(s))"
    ) { call in
      let keys = try (call[1].asList?.items ?? [call[1]]).map { try keyOfEach(call, by: $0) }
      let order = try Sorting.order(keys, reverse: try reversals(call, count: keys.count))
      if let table = call[0].asTable { return .object(try table.rows(order)) }
      let items = try elements(of: call[0])
      return .list(try items.picked(order), like: call[0])
    },
    Operation(
      "group_by", "(xs: any, f: function|string|list) -> list",
      """
      A list of `{key, items}`: for each different f(x), in the order of first sight, the elements x that give it.
      Keys stay as they are, a number a number. Of a table, the items are tables; there `f` may be a column's name, or a list of \
      names, whose keys are lists.
      """,
      example: "group_by([1, 2, 3, 4], x => if x % 2 == 0 { \"even\" } else { \"odd\" })"
    ) { call in
      let table = call[0].asTable
      let items = try table == nil ? elements(of: call[0]) : []
      let keys = try call[1].asList == nil ? keyOfEach(call, by: call[1]) : Tables.keys(call.table(0), call.names(1))
      return .list(
        try Tables.groups(keys).map { group in
          try checkInterrupt()
          let members = try table.map { Value.object(try $0.rows(group.rows)) } ?? .list(items.picked(group.rows))
          return .object(RecordObject(["key": group.key, "items": members]))
        })
    },
    part("first", "The first", example: "first(nearest(m.wte[\" king\"], m.wte, k=20), 3)") { count, n in
      SliceObject(start: 0, end: min(n, count), step: 1)
    },
    part("last", "The last", example: "last([1, 2, 3, 4], 2)") { count, n in
      SliceObject(start: max(0, count - n), end: count, step: 1)
    },
  ]

  /// f(x) of each element, or the cells of the column that `f` names.
  private static func keyOfEach(_ call: Call, by f: Value) throws -> ContiguousArray<Value> {
    if let name = f.asString {
      guard let table = call[0].asTable else {
        throw Fault.badValue(
          "only a table has columns to name, this is \(call[0].typePhrase)", help: "give a function: x => x.\(name)")
      }
      return try table.column(name)
    }
    guard f.asObject?.typeName == "function" else { throw call.wrongType(1, "functions and names of columns") }
    var keys = try call.growingList(as: call[0])
    let f = try call.callback(to: f)
    try iterate(call[0]) { try keys.append(f($0)) }
    return keys.taken()
  }

  /// Which of the `count` keys of `sort_by` are reversed.
  private static func reversals(_ call: Call, count: Int) throws -> [Bool] {
    guard count > 0 else { throw Fault.badValue("`sort_by` wants at least one key in `f`") }
    guard let items = call[2].asList?.items else { return [Bool](repeating: try call.bool(2), count: count) }
    guard items.count == count else {
      throw Fault.badValue("`sort_by` got \(count) keys and \(items.count) bools in `reverse`")
    }
    return try items.enumerated().map { place, item in
      guard let bool = item.asBool else { throw call.wrongElement(2, "a list of bools", at: place, item) }
      return bool
    }
  }

  /// `first` and `last`: the slice that `range` gives of so many elements, `n` of which are wanted.
  private static func part(
    _ name: String, _ words: String, example: String, _ range: @escaping (_ count: Int, _ n: Int) -> SliceObject
  ) -> Operation {
    Operation(
      name, "(xs: any, n: number = 5) -> any",
      """
      \(words) `n` elements of a list, range or tensor, rows of a table or code points of a string; all, where there are fewer.
      """,
      example: example
    ) { call in
      let n = try call.whole(1, atLeast: 0)
      guard let object = call[0].asObject, object.kind != .record, let count = object.count else {
        throw call.wrongType(0, "a list, range, tensor, table or string")
      }
      return try object.element(at: [.object(range(count, n))])
    }
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
    try inBlocks(count) { block in
      for index in block { items.append(.number(start + index * step)) }
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
    let bytesEach = 96 + 16 * columns.count
    try checkListFits(count, bytesEach: bytesEach)
    var items = GrowingList(count: count, bytesEach: bytesEach, fits: true)
    for index in 0..<count { try items.append(.object(ListObject(ContiguousArray(columns.map { $0[index] })))) }
    return items.taken()
  }
}

extension Call {
  /// An empty list for something of each element of `collection`. Throws `outOfMemory` at once where that cannot fit, unless the
  /// program's budget of steps ends it before.
  fileprivate func growingList(as collection: Value, bytesEach: Int = MemoryLayout<Value>.stride) throws -> GrowingList
  {
    let count = try elementCount(collection)
    let isTaken = try interpreter.mayTake(steps: count)
    if isTaken { try checkListFits(count, bytesEach: bytesEach) }
    return GrowingList(count: count, bytesEach: bytesEach, fits: isTaken)
  }
}
