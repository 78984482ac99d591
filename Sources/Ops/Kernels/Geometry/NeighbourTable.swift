// What `nearest` and `topk` return: rows found, in words where the space is labelled.

import Lang
import OrderedCollections
import Runtime

enum NeighbourTable {
  typealias Hit = (row: Int, score: Double)

  /// The neighbours of one vector: rank (from 1), token, id, score.
  static func ofOne(_ hits: [Hit], labels: Labels?) throws -> TableObject {
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    columns[Symbol("rank")] = ContiguousArray(hits.indices.map { .number($0 + 1) })
    if let labels { columns[Symbol("token")] = ContiguousArray(hits.map { .string(labels.text(ofRow: $0.row)) }) }
    columns[Symbol("id")] = ContiguousArray(hits.map { .number(labels?.id(ofRow: $0.row) ?? $0.row) })
    columns[Symbol("score")] = ContiguousArray(hits.map { .number($0.score) })
    let table = try TableObject(columns)
    table.vocabulary = labels?.vocabulary
    return table
  }

  /// The neighbours of many vectors, one row each: query (where those are labelled), and lists of tokens, ids and scores.
  static func ofMany(_ hits: [[Hit]], labels: Labels?, queries: Labels?) throws -> TableObject {
    var columns: OrderedDictionary<Symbol, ContiguousArray<Value>> = [:]
    if let queries {
      columns[Symbol("query")] = ContiguousArray(hits.indices.map { .string(queries.text(ofRow: $0)) })
    }
    if let labels {
      columns[Symbol("token")] = ContiguousArray(
        hits.map { .strings($0.map { labels.text(ofRow: $0.row) }) })
    }
    columns[Symbol("id")] = ContiguousArray(hits.map { .numbers($0.map { labels?.id(ofRow: $0.row) ?? $0.row }) })
    columns[Symbol("score")] = ContiguousArray(hits.map { .list($0.map { .number($0.score) }) })
    let table = try TableObject(columns)
    table.vocabulary = labels?.vocabulary
    return table
  }
}
