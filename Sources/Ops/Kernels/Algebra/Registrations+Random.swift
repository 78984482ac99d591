// randn, uniform, randint, permutation: registrations.

import Lang
import Runtime

extension Registrations {
  package static let random: [Operation] = [
    Operation(
      "randn", "(sizes...: any, seed: number|nil = nil) -> tensor",
      """
      Independent numbers of the standard normal distribution.
      Sizes are numbers or one list. The same seed gives the same numbers on every machine and thread count; without a seed they
      differ each time. Source: Philox4x32-10 (Salmon et al. 2011) and Box-Muller.
      """, example: "randn(2, 3, seed=1)"
    ) { call in
      let shape = try call.shape(0)
      let numbers = try Tensor.standardNormal(shape: shape, seed: call.seed(1))
      return shape.isEmpty ? .number(Double(try numbers.base()[0])) : .tensor(numbers)
    },
    Operation(
      "uniform", "(sizes...: any, low: number = 0, high: number = 1, seed: number|nil = nil) -> tensor|number",
      """
      Independent numbers from `low` up to, without, `high`, all equally likely.
      Sizes are numbers or one list; without sizes it is one number, in double. The same seed gives the same numbers on every machine and
      thread count; without a seed they differ each time. Source: Philox4x32-10 (Salmon et al. 2011), 24 bits an element.
      """, example: "uniform(2, 3, low=-1, high=1, seed=1)"
    ) { call in
      let shape = try call.uniformShape()
      let (low, high) = (try call.number(1), try call.number(2))
      guard low <= high, (high - low).isFinite else {
        throw Fault.badValue(
          "`uniform` wants `low` to be at most `high`, both finite, got low=\(numberText(low)) and high=\(numberText(high))"
        )
      }
      let seed = try call.seed(3)
      if shape.isEmpty { return .number(Draws.uniform(seed: seed, low: low, high: high)) }
      return .tensor(try Tensor.uniform(shape: shape, low: low, high: high, seed: seed))
    },
    Operation(
      "randint", "(low: number, high: number|nil = nil, sizes...: any, seed: number|nil = nil) -> tensor|number",
      """
      Independent whole numbers from `low` up to, without, `high`, all equally likely; `randint(n)` is one from 0 to n - 1.
      Sizes are numbers or one list, after `low` and `high`; without sizes it is one number. The same seed gives the same numbers on every
      machine and thread count; without a seed they differ each time. Source: Philox4x32-10 (Salmon et al. 2011), and Lemire's
      rejection (2019), so that none is more likely.
      """, example: "randint(0, 10, 2, 3, seed=1)"
    ) { call in
      let first = try call.whole(0)
      let (low, high) = call.isNil(1) ? (0, first) : (first, try call.whole(1))
      let shape = try call.shape(2)
      guard low < high else {
        throw Fault.badValue("`randint` wants `low` to be less than `high`, got low=\(low) and high=\(high)")
      }
      let limit = shape.isEmpty ? 1 << 53 : 1 << 24
      guard low >= -limit, high <= limit else {
        throw Fault.badValue(
          "`randint` gives whole numbers from -\(limit) to \(limit)\(shape.isEmpty ? "" : " in a tensor, whose float32 elements hold no larger ones exactly"), got low=\(low) and high=\(high)",
          help: shape.isEmpty ? nil : "a list of larger ones: map(0..n, i => randint(\(low), \(high), seed=i))")
      }
      let seed = try call.seed(3)
      let span = UInt64(high - low)
      if shape.isEmpty {
        return .number(low + Int(Draws.below(span, at: 0, seed: seed, stream: .wholeNumbers)))
      }
      return .tensor(try Tensor.wholeNumbers(shape: shape, from: low, span: span, seed: seed))
    },
    Operation(
      "permutation", "(x: number|list|range, seed: number|nil = nil) -> list",
      """
      The numbers 0 to x - 1, or the elements of a list, in random order, all orders equally likely.
      `t[permutation(len(t))]` are the rows of a table or tensor in random order. The same seed gives the same order on every machine; without
      a seed it differs each time. Source: Fisher and Yates' shuffle, with the numbers of `randint`.
      """, example: "permutation(5, seed=1)"
    ) { call in
      let seed = try call.seed(1)
      let items = call[0].asList?.items
      let range = try call[0].asRange ?? RangeObject(0, items?.count ?? call.whole(0, atLeast: 0))
      let count = range.count ?? 0
      // The list too, before anything is made.
      try checkListFits(count, bytesEach: MemoryLayout<Value>.stride + MemoryLayout<Int>.stride)
      var places: [Int] = try (0..<count).mapInBlocks { $0 }
      for last in stride(from: count - 1, to: 0, by: -1) {
        // Every step goes to another part of the memory: some microseconds.
        if last & 0xFFF == 0 { try checkInterrupt() }
        places.swapAt(last, Int(Draws.below(UInt64(last + 1), at: UInt64(last), seed: seed, stream: .orders)))
      }
      return .list(try places.mapInBlocks { items?[$0] ?? .number(range.start + $0) })
    },
  ]
}

extension Call {
  /// The seed in argument `index`, or one of the system's.
  fileprivate func seed(_ index: Int) throws -> UInt64 {
    try optionalWhole(index).map { UInt64(bitPattern: Int64($0)) } ?? UInt64.random(in: .min ... .max)
  }

  /// Sizes of `uniform`. NumPy's order of arguments, low and high first, is seen where it is no shape.
  fileprivate func uniformShape() throws -> [Int] {
    let items = try list(0)
    if items.contains(where: { $0.asNumber.map { $0 < 0 || Int(exactly: $0) == nil } ?? false }) {
      throw Fault.badShape(
        "`uniform` takes sizes, whole numbers from 0 on", help: "the bounds are named: uniform(3, low=-1, high=1)")
    }
    return try shape(0)
  }
}
