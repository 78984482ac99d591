// Operations on tables: registrations. What also works on lists (sort_by, group_by, first, …) is in `ListOperations.swift`.

import Lang
import Runtime

extension Registrations {
  static let tables: [Operation] = [
    Operation(
      "table", "(columns: record|list|table) -> table",
      """
      A table from a record of columns of one length, or from a list of records, one a row.
      Columns are lists, ranges or tensors of rank 1. A row that lacks a key has nil there.

      A column, `t.a`, is a list that computes cell by cell in float64: `t.a * 2`, `sqrt(t.a)`; comparisons give a mask, \
      `t[t.a > 1]`. A missing cell counts as nan, no comparison but `!=` holds for it, and `t.a != nil` finds those that are there.
      """,
      example: "t = table({token: [\" a\", \" b\"], score: [0.5, 0.25]})\nt.score = t.score / sum(t.score)\nt"
    ) { call in .object(try Tables.table(from: call[0])) },
    Operation(
      "aggregate", "(t: table, columns: record, by: string|list|nil = nil) -> table",
      """
      One row for each group of rows that have the same cells in the column `by`, or the columns of a list; without `by`, one row.
      `columns` names what is computed: in `{score: mean}` the function is given the group's column `score`; where the table has no \
      column of that name, as in `{best: g => max(g.score)}`, the group as a table. Groups come in the order of first sight; the \
      columns `by` come first.
      """,
      example: """
        t = table({kind: ["a", "b", "a"], score: [1, 2, 4]})
        aggregate(t, {score: mean, rows: len}, by="kind")
        """
    ) { call in
      let table = try call.table(0)
      guard let functions = call[1].asRecord else { throw call.wrongType(1, "a record") }
      for (name, value) in functions.entries where value.asObject?.typeName != "function" {
        throw Fault.wrongType(
          operation: "aggregate", parameter: "columns", wanted: "functions",
          got: "\(value.typePhrase) under `\(name.name)`",
          help: "{\(name.name): mean}, or {\(name.name): g => …}")
      }
      let names = call.isNil(2) ? [] : try call.names(2)
      return .object(
        try Tables.aggregate(table, functions, by: names) { function, group in try call.apply(function, group) })
    },
    Operation(
      "pivot", "(t: table, rows: string|list, columns: string, values: string, with: function|nil = nil) -> table",
      """
      A table with one row for each value of the column `rows` (or of several together), one column for each value of `columns`, and in
      its cells what stands in `values`.
      Where several rows of `t` fall together, `with` makes one value of their column of values; without it that is an error. Where \
      none does, the cell is nil. Rows and columns come in the order of first sight.
      """,
      example: """
        t = table({layer: [0, 0, 1], head: ["h0", "h1", "h0"], score: [0.1, 0.2, 0.3]})
        pivot(t, rows="layer", columns="head", values="score")
        """
    ) { call in
      let combine = call.isNil(4) ? nil : call[4]
      return .object(
        try Tables.pivot(
          try call.table(0), rows: call.names(1), columns: call.string(2), values: call.string(3),
          combine: combine.map { function in { try call.apply(function, $0) } }))
    },
    Operation(
      "rename", "(t: table, names: record) -> table",
      """
      The table with new names for some of its columns, `{old: "new"}`, in the same order.
      """,
      example: "rename(table({a: [1, 2], b: [3, 4]}), {a: \"x\"})"
    ) { call in
      guard let names = call[1].asRecord else { throw call.wrongType(1, "a record") }
      return .object(try Tables.renamed(call.table(0), names))
    },
    Operation(
      "drop", "(t: table, names: string|list) -> table",
      """
      The table without a column, or without those of a list of names.
      """,
      example: "drop(table({a: [1, 2], b: [3, 4]}), \"a\")"
    ) { call in .object(try Tables.without(call.table(0), call.names(1))) },
  ]
}
