// tensor, zeros, randn, concat, …: registrations.

import Lang
import Runtime

extension Registrations {
  package static let construction: [Operation] = [
    Operation(
      "tensor", "(x: number|list|range|tensor) -> tensor",
      "A float32 tensor from a number, a list of numbers, or nested lists of equal length.",
      example: "tensor([[1, 2], [3, 4]])"
    ) { call in .tensor(try call.tensorOperand(0)) },
    filled("zeros", 0),
    filled("ones", 1),
    Operation(
      "eye", "(n: number, columns: number|nil = nil) -> tensor", "The n x n identity matrix, or n x columns.",
      example: "eye(3)"
    ) { call in
      let n = try call.whole(0, atLeast: 0)
      return .tensor(try Tensor.identity(rows: n, columns: call.isNil(1) ? n : call.whole(1, atLeast: 0)))
    },
    Operation(
      "concat", "(parts: list, axis: number = 0) -> tensor|table|column",
      """
      Tensors joined along an axis that they have; tables one under the other, their columns by name; columns one after the other.
      Labels of one vocabulary are joined too. Tables must have the same columns, the first one's order holds. A list beside a column \
      is joined as one.
      """,
      example: "concat([m.wte[0:2], m.wte[5:7]])"
    ) { call in
      if let tables = try call.tables(0) { return .object(try Tables.concatenated(tables)) }
      if let cells = try call.columns(0) { return .column(cells) }
      let tensors = try call.tensors(0, wanted: "a list of tensors, tables or columns") { item in
        if item.asRecord != nil { return "a table of records is table(records)" }
        return item.asList == nil ? nil : "lists are joined by `+`: xs + ys, or fold(lists, [], (a, b) => a + b)"
      }
      return .tensor(try Tensor.concatenated(tensors, axis: call.whole(1)))
    },
    Operation(
      "stack", "(parts: list, axis: number = 0) -> tensor", "Tensors of one shape joined along a new axis.",
      example: "stack([m.wte[0], m.wte[1]])"
    ) { call in .tensor(try Tensor.stacked(call.tensors(0), axis: call.whole(1))) },
    Operation(
      "reshape", "(x: tensor|list|range, sizes...: any) -> tensor",
      "The same elements in row-major order under another shape. Sizes are numbers or one list; one may be -1.",
      example: "reshape(tensor([1, 2, 3, 4]), 2, -1)"
    ) { call in .tensor(try call.tensorOperand(0).reshaped(inferring: call.sizes(1))) },
    Operation(
      "diag", "(x: tensor|list|range, k: number = 0) -> tensor",
      """
      A vector as a diagonal matrix, or the diagonal of a matrix as a vector.
      `k` is the diagonal: 0 the main one, 1 the one above it, -1 the one below.
      """, example: "diag([1, 2])"
    ) { call in .tensor(try call.tensorOperand(0).diagonal(call.whole(1))) },
    triangle("tril", "below", lower: true),
    triangle("triu", "above", lower: false),
    Operation(
      "kron", "(a: tensor|list|range|number, b: tensor|list|range|number) -> tensor",
      "Kronecker product: every element of `a` times all of `b`, as blocks.", example: "kron(eye(2), ones(1, 2))"
    ) { call in .tensor(try Tensor.kronecker(call.tensorOperand(0), call.tensorOperand(1))) },
  ]

  private static func triangle(_ name: String, _ side: String, lower: Bool) -> Operation {
    Operation(
      name, "(x: tensor|list, k: number = 0) -> tensor",
      """
      The elements on the diagonal and \(side) it, zeros elsewhere; of a stack of matrices, of each.
      `k` is the diagonal: 0 the main one, 1 the one above it, -1 the one below. Labels stay.
      """, example: "\(name)(ones(3, 3))"
    ) { call in .tensor(try call.tensorOperand(0).triangle(lower: lower, call.whole(1), operation: name)) }
  }

  private static func filled(_ name: String, _ value: Float) -> Operation {
    Operation(
      name, "(sizes...: any) -> tensor", "A tensor of \(name); sizes are numbers or one list.", example: "\(name)(2, 3)"
    ) { call in .tensor(try Tensor.filled(value, shape: call.shape(0))) }
  }
}

extension Call {
  /// A list whose elements are tensors, numbers or lists of numbers. An error says what is `wanted`, and what `help` has to say of
  /// the element that is something else.
  func tensors(_ index: Int, wanted: String = "a list of tensors", help: (Value) -> String? = { _ in nil }) throws
    -> [Tensor]
  {
    try list(index).enumerated().map { place, item in
      guard let operand = try Operand(item) else {
        var fault = wrongElement(index, wanted, at: place, item)
        fault.help = help(item)
        throw fault
      }
      return try operand.asTensor()
    }
  }
}
