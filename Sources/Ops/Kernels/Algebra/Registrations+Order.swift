// argmax, argsort, topk, …: registrations.

import Lang
import Runtime

extension Registrations {
  package static let order: [Operation] = [
    extremeIndex("argmin", "smallest", largest: false),
    extremeIndex("argmax", "largest", largest: true),
    Operation(
      "argsort", "(x: tensor|list|range, axis: number = -1, descending: bool = false) -> list",
      """
      The indices that sort x along `axis`, as a list (of lists, for a matrix): `x[argsort(x)]` is sorted.
      Equal elements keep their order; NaN comes last.
      """, example: "argsort([3, 1, 2])"
    ) { call in
      let operand = try call.operand(0)
      let x = try operand.asTensor()
      let isDescending = try call.bool(2)
      if let doubles = try operand.doubles() {
        _ = try x.resolvedAxis(call.whole(1))
        let places = try doubles.withUnsafeBufferPointer { try Tensor.sortingIndices($0, descending: isDescending) }
        return try .list(numbers: places)
      }
      let (shape, indices) = try x.sortingIndices(axis: call.whole(1), descending: isDescending)
      return nested(try indices.map { try .list(numbers: $0) }, shape: shape)
    },
    Operation(
      "topk", "(x: tensor|list|range, k: number = 5, largest: bool = true) -> table",
      """
      The k largest elements of a vector, as a table of rank, token (where x is labelled), id (its index) and score.
      A matrix gives one row for each of its rows, with lists of tokens (where its columns are labelled), ids and scores. NaN comes last,
      ties by lower id.
      """, example: "topk(norm(m.wte, axis=1), k=3)\ntopk(forward(m, \"To kill two birds\").logits, k=3)"
    ) { call in
      let operand = try call.operand(0)
      let k = try call.whole(1, atLeast: 0)
      let isLargest = try call.bool(2)
      if let doubles = try operand.doubles() {
        let order = try doubles.withUnsafeBufferPointer { try Tensor.sortingIndices($0, descending: isLargest) }
        return .object(try NeighbourTable.ofOne(order.prefix(k).map { (row: $0, score: doubles[$0]) }, labels: nil))
      }
      let x = try operand.asTensor()
      let best = try x.best(k, largest: isLargest)
      let hits = best.map { $0.map { (row: $0.index, score: Double($0.value)) } }
      return .object(
        x.rank == 1
          ? try NeighbourTable.ofOne(hits.first ?? [], labels: x.labels)
          : try NeighbourTable.ofMany(hits, labels: x.labels(ofAxis: 1), queries: x.labels))
    },
    Operation(
      "cumsum", "(x: tensor|list|range, axis: number = -1) -> tensor|column",
      "Running sums along `axis`; of a column, a column.", example: "cumsum([1, 2, 3])"
    ) { call in
      let operand = try call.operand(0)
      let x = try operand.asTensor()
      let axis = try call.whole(1)
      guard case .column(let numbers) = operand else { return .tensor(try x.cumulativeSum(axis: axis)) }
      _ = try x.resolvedAxis(axis)
      var total = 0.0
      return .column(
        try numbers.mapInBlocks { number in
          total += number
          return .number(total)
        })
    },
    Operation(
      "unique", "(x: tensor|list) -> tensor|list",
      "The different elements: of a tensor in rising order, of a list, compared by value, in the order of their first appearance.",
      example: "unique([\"b\", \"a\", \"b\"])"
    ) { call in
      if let tensor = call[0].asTensor { return .tensor(try tensor.distinct()) }
      return try distinct(call[0])
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
      let operand = try call.operand(0)
      let x = try operand.asTensor()
      let axis = try call.optionalWhole(1).map(x.resolvedAxis)
      let keep = try call.bool(2)
      guard let axis, x.rank > 1 else {
        let place = try operand.doubles()?.withUnsafeBufferPointer { try Tensor.extreme($0, largest: largest) }
        let index = Value.number(try place ?? x.indexOfExtreme(largest: largest))
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

  /// The elements without those that equal an earlier one, as `KeyIndex` compares them.
  private static func distinct(_ collection: Value) throws -> Value {
    var seen = KeyIndex()
    var kept: ContiguousArray<Value> = []
    try iterate(collection) { item in
      if try seen.number(of: item) == kept.count { kept.append(item) }
    }
    return .list(kept, like: collection)
  }
}

extension Tensor {
  /// The different elements as a vector in rising order; NaN once, at the end.
  package func distinct() throws -> Tensor {
    var kept: [Float] = []
    try reshaped([count]).sorted().withElements { sorted in
      try inBlocks(sorted.count) { block in
        for x in sorted[block] where kept.last.map({ x.isNaN ? !$0.isNaN : $0 != x }) ?? true { kept.append(x) }
      }
    }
    let distinct = try Tensor(kept)
    return isMask ? distinct.asMask : distinct
  }
}
