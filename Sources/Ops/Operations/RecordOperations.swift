// Operations on records, and equality by value of anything.

import Lang
import OrderedCollections
import Runtime

extension Registrations {
  static let records: [Operation] = [
    Operation(
      "record", "(pairs: any = nil) -> record",
      """
      A record of pairs [key, value], such as `items` and `zip` give; without them an empty record. A later key replaces an earlier one.
      `{}` is an empty record too, but not after `=>`, where it is an empty block.
      """,
      example: "record(zip([\"a\", \"b\"], [1, 2]))"
    ) { call in
      if call.isNil(0) || call[0].asRecord != nil { return .object(RecordObject(call[0].asRecord?.entries ?? [:])) }
      let record = RecordObject()
      var place = 0
      try iterate(call[0]) { pair in
        guard let items = pair.asList?.items, items.count == 2, let key = items[0].asString else {
          throw Fault.badValue(
            "`record` wants pairs of a text and a value, got \(pair.typePhrase) at index \(place)",
            help: "a pair is a list: record([[\"a\", 1], [\"b\", 2]])")
        }
        record[key] = items[1]
        place += 1
      }
      return .object(record)
    },
    Operation(
      "keys", "(x: record|table) -> list",
      """
      The keys of a record, in order; the column names of a table.
      """,
      example: "keys({a: 1, b: 2})"
    ) { call in
      guard let record = call[0].asRecord else { return .strings(call[0].asObject?.fieldNames ?? []) }
      return .list(try record.entries.keys.mapInBlocks { .string($0.name) })
    },
    Operation(
      "values", "(x: record|table) -> list",
      """
      The values of a record, in order; the columns of a table.
      """,
      example: "values({a: 1, b: 2})"
    ) { call in
      if let record = call[0].asRecord { return .list(record.entries.values) }
      guard let table = call[0].asTable else { throw call.wrongType(0, "a record or table") }
      return .list(try table.columns.keys.map { try table.element(at: [.string($0.name)]) })
    },
    Operation(
      "items", "(x: record|table) -> list",
      """
      The pairs [key, value] of a record, in order; of a table the pairs of a column's name and the column.
      A loop needs no pairs: `for key, value in r { }`.
      """,
      example: "items({a: 1, b: 2})"
    ) { call in
      // A pair is a list object with its own array and its key's text beside the reference to it.
      var pairs = GrowingList(bytesEach: 160)
      if let record = call[0].asRecord {
        for (key, value) in record.entries { try pairs.append(.list([.string(key.name), value])) }
      } else {
        guard let table = call[0].asTable else { throw call.wrongType(0, "a record or table") }
        for key in table.columns.keys {
          try pairs.append(.list([.string(key.name), table.element(at: [.string(key.name)])]))
        }
      }
      return .list(pairs.taken())
    },
    Operation(
      "get", "(r: record, key: string, default: any = nil) -> any",
      """
      The value of `key` in a record, or `default` where the record does not have the key. No error is hidden, as `try r.x else 0` would.
      """,
      example: "get({a: 1}, \"b\", 0)"
    ) { call in
      guard let record = call[0].asRecord else { throw call.wrongType(0, "a record") }
      return record[try call.string(1)] ?? call[2]
    },
    Operation(
      "merge", "(r: record, s: record) -> record",
      """
      A record with the entries of both. Where both have a key, the value is that of `s`, in the place of `r`'s.
      `{r..., b: 2}` says the same for entries that are written out.
      """,
      example: "merge({a: 1, b: 2}, {b: 3, c: 4})"
    ) { call in
      guard let first = call[0].asRecord else { throw call.wrongType(0, "a record") }
      guard let second = call[1].asRecord else { throw call.wrongType(1, "a record") }
      var entries = try first.entries.own()
      for (index, entry) in second.entries.enumerated() {
        if index & 0xFFF == 0xFFF { try checkInterrupt() }
        entries[entry.key] = entry.value
      }
      return .object(RecordObject(entries))
    },
    Operation(
      "remove", "(r: record, key: string) -> record",
      """
      A record without the entry of `key`; an error where there is none. `r` itself stays as it is.
      """,
      example: "remove({a: 1, b: 2}, \"a\")"
    ) { call in
      guard let record = call[0].asRecord else { throw call.wrongType(0, "a record") }
      let key = try call.string(1)
      guard let entries = try record.entries.removing(Symbol(key)) else {
        throw Fault.unknownKey(key, among: record.entries.keys.lazy.map(\.name))
      }
      return .object(RecordObject(entries))
    },
    Operation(
      "same", "(a: any, b: any) -> bool",
      """
      Whether two values are equal, as one bool: numbers, texts, lists (and ranges: the lists of their numbers), records in any order of \
      their keys, tables, tensors of one shape with equal elements, and what contains them.
      It is `==`, but that tensors and columns compare as a whole instead of element by element. nan differs from nan, as in NumPy's \
      array_equal; values of different types differ.
      """,
      example: "same(eye(2), tensor([[1, 0], [0, 1]]))"
    ) { call in .bool(try valuesEqual(call[0], call[1])) },
  ]
}
