// similarity: registration.

import Lang
import Runtime

extension Registrations {
  package static let pairs = Operation(
    "similarity",
    "(a: tensor|list|range, b: tensor|list|range|nil = nil, by: string = \"cosine\") -> tensor|number",
    """
    How close every row of `a` is to every row of `b`, or of `a` itself: element (i, j) belongs to row i of `a` and row j of `b`.
    `by` is "cosine", "dot", "l2" (Euclidean distance) or "angle" in radians; cosine and angle of a row of zeros are NaN. The rows' labels
    are on both axes. Row by row it is `cosine` and `distance`; the nearest alone are found by `nearest`.
    Shapes: a [n, d], b [m, d] → [n, m]; a vector counts as one row and loses its axis. In double.
    """, example: "similarity(m.wte[[\" three\", \" four\", \" green\"]])",
    words: ["by": .fixed(Closeness.allCases.map(\.rawValue))]
  ) { call in
    let a = try call.tensorOperand(0)
    let b = try call.isNil(1) ? a : call.tensorOperand(1)
    for x in [a, b] where x.rank != 1 && x.rank != 2 { throw Fault.notAMatrix("similarity", x.shape) }
    let closeness = Closeness(rawValue: try call.choice(2)) ?? .cosine
    func rows(_ x: Tensor) throws -> Tensor { x.rank == 1 ? try x.labelled([]).reshaped([1, x.count]) : x }
    var result = try Similarity.allPairs(rows(a), rows(b), by: closeness)
    if b.rank == 1 { result = result.selected(axis: 1, index: 0) }
    if a.rank == 1 { result = result.selected(axis: 0, index: 0) }
    return result.rank == 0 ? .number(Double(try result.base()[0])) : .tensor(result)
  }
}
