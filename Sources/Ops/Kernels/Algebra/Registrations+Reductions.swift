// sum, mean, std, …: registrations of the reductions.

import Lang
import Runtime

extension Registrations {
  package static let reductions: [Operation] = [
    reduction(
      "sum", "Sum of the elements, or along `axis`, or along a list of axes; `keep=true` keeps the axes with size 1.",
      example: "sum(tensor([[1, 2], [3, 4]]), axis=0)"
    ) { _ in .sum },
    reduction("mean", "Mean of the elements, or along `axis`.", example: "mean(m.wte, axis=0)") { _ in .mean },
    reduction(
      "norm",
      """
      Euclidean norm of all elements, or along `axis`.
      `norm(x, axis=-1)` gives one norm a row and keeps the labels. The norm of a factored matrix is Frobenius', from the Gram
      matrices of its factors.
      """, types: "tensor|factored|list|range|number", example: "norm(m.wte, axis=1)"
    ) { _ in .norm },
    spread("std", "Standard deviation: the root of `var`.") { .deviation(ddof: $0) },
    spread("var", "Variance: the mean squared distance to the mean; divides by n - ddof.") { .variance(ddof: $0) },
    extreme("min", "Smallest") { .minimum },
    extreme("max", "Largest") { .maximum },
    reduction(
      "any", "Whether any element is true, or not 0; along `axis` a mask.", example: "any(m.wte[0] > 1)", isTruth: true
    ) { _ in .any },
    reduction(
      "all", "Whether all elements are true, or not 0; along `axis` a mask.", example: "all(m.wte[0] < 9)",
      isTruth: true
    ) { _ in .all },
  ]

  private static func reduction(
    _ name: String, _ documentation: String, types: String = "tensor|list|range|number", example: String,
    isTruth: Bool = false, _ rule: @escaping (Call) -> Reduction
  ) -> Operation {
    let result = isTruth ? "bool|mask" : "number|tensor"
    return Operation(
      name, "(x: \(types), axis: number|list|nil = nil, keep: bool = false) -> \(result)", documentation,
      example: example
    ) { call in
      if let factored = call[0].asObject as? FactoredObject {
        guard call.isNil(1) else {
          throw Fault.unsupported("the norm of a factored matrix has no axis", help: "norm(dense(f), axis=…)")
        }
        return .number(try factored.frobeniusNorm())
      }
      return try reduce(call, rule(call), operand: call.operand(0), axis: 1, keep: 2, isTruth: isTruth)
    }
  }

  private static func spread(
    _ name: String, _ documentation: String, _ rule: @escaping (Double) -> Reduction
  ) -> Operation {
    Operation(
      name,
      "(x: tensor|list|range|number, axis: number|list|nil = nil, keep: bool = false, ddof: number = 0) -> number|tensor",
      documentation, example: "\(name)([1, 2, 4], ddof=1)"
    ) { call in
      try reduce(call, rule(call.number(3)), operand: call.operand(0), axis: 1, keep: 2)
    }
  }

  private static func extreme(_ name: String, _ word: String, _ rule: @escaping () -> Reduction) -> Operation {
    Operation(
      name, "(values...: any, axis: number|list|nil = nil, keep: bool = false) -> number|tensor",
      "\(word) element of a tensor or list, or of several numbers; NaN if there is one. With `axis`, along that axis.",
      example: "\(name)(3, 1, 2)"
    ) { call in
      let values = try call.list(0)
      guard let first = values.first else {
        throw Fault.badValue("`\(name)` needs numbers: a tensor, a list or several numbers")
      }
      let numbers = values.compactMap(\.asNumber)
      if numbers.count == values.count, call.isNil(1) { return .number(try rule().value(of: numbers)) }
      guard values.count == 1, let operand = try Operand(first) else {
        let other = values.first { $0.asNumber == nil } ?? first
        throw Fault.wrongType(
          operation: name, parameter: "values", wanted: "one tensor or list, or several numbers", got: other.typePhrase)
      }
      return try reduce(call, rule(), operand: operand, axis: 1, keep: 2)
    }
  }

  private static func reduce(
    _ call: Call, _ rule: Reduction, operand: Operand, axis axisIndex: Int, keep keepIndex: Int, isTruth: Bool = false
  ) throws -> Value {
    let axes = try call.axes(axisIndex)
    let keep = try call.bool(keepIndex)
    func answer(_ number: Double) -> Value { isTruth ? .bool(number != 0) : .number(number) }
    func answer(_ tensor: Tensor) -> Value { .tensor(isTruth ? tensor.asMask : tensor) }
    func ofAll() throws -> Double {
      switch operand {
      case .number(let x): try rule.value(of: [x])
      case .numbers(let numbers), .column(let numbers): try rule.value(of: numbers)
      case .range(let range): try rule.value(of: range)
      case .tensor(let tensor): try tensor.reduced(rule)
      }
    }
    // A list or range has one axis, and need not become a tensor to be reduced along it.
    let isLine = if case .tensor = operand { false } else { true }
    guard let axes, !(isLine && (axes == [0] || axes == [-1])) else {
      let number = try ofAll()
      guard keep else { return answer(number) }
      let rank = if case .tensor(let tensor) = operand { tensor.rank } else { 1 }
      return answer(try Tensor(scalar: number).reshaped([Int](repeating: 1, count: rank)))
    }
    let tensor = try operand.asTensor()
    let resolved = try tensor.resolvedAxes(axes)
    if resolved.count == tensor.rank, !keep { return answer(try ofAll()) }
    return answer(try tensor.reduced(rule, axes: resolved, keep: keep))
  }
}

extension Call {
  /// One axis or a list of them; nil for nil.
  func axes(_ index: Int) throws -> [Int]? {
    guard let items = self[index].asList?.items else { return try optionalWhole(index).map { [$0] } }
    return try items.enumerated().map { place, item in
      guard let number = item.asNumber else { throw wrongElement(index, "a list of axes", at: place, item) }
      return try wholeNumber(number, what: "`\(parameterName(index))`")
    }
  }
}
