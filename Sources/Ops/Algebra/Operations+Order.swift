// argmax, argsort, topk, …: registrations.

import Lang
import Runtime

extension Operations {
  static let order: [Operation] = [
    extremeIndex("argmin", "smallest", largest: false),
    extremeIndex("argmax", "largest", largest: true),
    Operation(
      "argsort", "(x: tensor|list|range, axis: number = -1, descending: bool = false) -> list",
      """
      The indices that sort x along `axis`, as a list (of lists, for a matrix): `x[argsort(x)]` is sorted.
      Equal elements keep their order; NaN comes last.
      """, example: "argsort([3, 1, 2])"
    ) { call in
      let (shape, indices) = try call.tensorOperand(0).sortingIndices(axis: call.whole(1), descending: call.bool(2))
      return nested(indices.map { .numbers($0) }, shape: shape)
    },
    Operation(
      "topk", "(x: tensor|list|range, k: number = 5, largest: bool = true) -> table",
      """
      The k largest elements of a vector, as a table of rank, token (where x is labelled), id (its index) and score.
      A matrix gives one row for each of its rows, with lists of tokens (where its columns are labelled), ids and scores. NaN comes last,
      ties by lower id.
      """, example: "topk(norm(m.wte, axis=1), k=3)\ntopk(forward(m, \"To kill two birds\").logits, k=3)"
    ) { call in
      let x = try call.tensorOperand(0)
      let best = try x.best(call.whole(1, atLeast: 0), largest: call.bool(2))
      let hits = best.map { $0.map { (row: $0.index, score: Double($0.value)) } }
      return .object(
        x.rank == 1
          ? try NeighbourTable.ofOne(hits.first ?? [], labels: x.labels)
          : try NeighbourTable.ofMany(hits, labels: x.labels(ofAxis: 1), queries: x.labels))
    },
    Operation(
      "cumsum", "(x: tensor|list|range, axis: number = -1) -> tensor", "Running sums along `axis`.",
      example: "cumsum([1, 2, 3])"
    ) { call in .tensor(try call.tensorOperand(0).cumulativeSum(axis: call.whole(1))) },
    Operation(
      "unique", "(x: tensor|list) -> tensor|list",
      "The different elements: of a tensor in rising order, of a list, compared by value, in the order of their first appearance.",
      example: "unique([\"b\", \"a\", \"b\"])"
    ) { call in
      if let tensor = call[0].asTensor { return .tensor(try tensor.distinct()) }
      return try distinct(call.list(0))
    },
  ]

  private static func extremeIndex(_ name: String, _ word: String, largest: Bool) -> Operation {
    Operation(
      name, "(x: tensor|list|range, axis: number|nil = nil, keep: bool = false) -> number|list",
      """
      Index of the \(word) element, counted in row-major order; with `axis`, a list of the indices along it.
      The first of equals; NaN counts as the \(word). `keep=true` keeps the axis with size 1: lists of one index.
      """, example: "\(name)([3, 1, 2])"
    ) { call in
      let x = try call.tensorOperand(0)
      let axis = try call.optionalWhole(1).map(x.resolvedAxis)
      let keep = try call.bool(2)
      guard let axis, x.rank > 1 else {
        let index = Value.number(try x.indexOfExtreme(largest: largest))
        return nested([index], shape: keep ? x.shape.map { _ in 1 } : [])
      }
      var (shape, indices) = try x.indicesOfExtreme(largest: largest, axis: axis)
      if keep { shape.insert(1, at: axis) }
      return nested(indices.map { .number($0) }, shape: shape)
    }
  }

  /// `values` in row-major order as lists of lists of `shape`.
  private static func nested(_ values: [Value], shape: [Int]) -> Value {
    var values = values
    for size in shape.dropFirst().reversed() where size > 0 {
      values = stride(from: 0, to: values.count, by: size).map { .list(values[$0..<$0 + size]) }
    }
    return shape.isEmpty ? values.first ?? .nil : .list(values)
  }

  private static func distinct(_ items: ContiguousArray<Value>) throws -> Value {
    var numbers: Set<Double> = []
    var texts: Set<[UInt8]> = []
    var others: [Value] = []
    var kept: ContiguousArray<Value> = []
    var sawNaN = false
    for item in items {
      let isNew: Bool
      if let number = item.asNumber {
        // As in a tensor, nan counts once.
        isNew = number.isNaN ? !sawNaN : numbers.insert(number).inserted
        sawNaN = sawNaN || number.isNaN
      } else if let text = item.asString {
        isNew = texts.insert(Array(text.utf8)).inserted
      } else {
        // Values without a hash are compared one by one.
        try checkInterrupt()
        isNew = !(try others.contains { try valuesEqual($0, item) })
        if isNew { others.append(item) }
      }
      if isNew { kept.append(item) }
    }
    return .list(kept)
  }
}

extension Tensor {
  /// The different elements as a vector in rising order; NaN once, at the end.
  public func distinct() throws -> Tensor {
    let sorted = try reshaped([count]).sorted().elements()
    var kept: [Float] = []
    for x in sorted where kept.last.map({ x.isNaN ? !$0.isNaN : $0 != x }) ?? true { kept.append(x) }
    return try Tensor(kept)
  }
}
