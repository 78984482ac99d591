// nearest, distance, cosine, project: registrations.

import Glibc
import Lang
import Runtime

extension Registrations {
  package static let geometry: [Operation] = [
    Operation(
      "nearest", "(x: tensor|list|range, space: tensor, k: number = 5, by: string = \"dot\") -> table",
      """
      The k rows of `space` that are nearest to `x`, by "dot" or "cosine" (largest first) or "l2" (smallest first; the score is the distance).
      One vector gives a table of rank, token (where the space is labelled), id and score; a matrix gives one row a query, with lists
      of tokens, ids and scores. NaN comes last, ties by lower id; k is clipped to the rows of the space.
      Shapes: x [d] or [q, d], space [V, d]. Exact: float32 products choose candidates, scores are in double.
      """, example: "nearest(m.wte[\" king\"], m.wte, k=3)",
      words: ["by": .fixed(Metric.allCases.map(\.rawValue))]
    ) { call in
      let x = try call.tensorOperand(0)
      let space = try call.tensor(1)
      let k = try call.whole(2, atLeast: 0)
      let word = try call.choice(3)
      let metric = Metric(rawValue: word) ?? .dot
      guard x.rank == 1 || x.rank == 2 else {
        throw Fault.badShape("`nearest` wants a vector or a matrix of rows, got \(Tensor.phrase(shape: x.shape))")
      }
      let search = try NearestSearch(space: space, metric: metric)
      let queries = x.rank == 1 ? try x.reshaped([1, x.count]) : x
      guard queries.shape[1] == space.shape[1] else {
        throw Fault.shapeMismatch("compare", x.shape, space.shape, help: "the rows of both need one length")
      }
      let hits = try search.neighbours(of: queries, k: k).map { $0.map { (row: $0.row, score: $0.score) } }
      if x.rank == 1 { return .object(try NeighbourTable.ofOne(hits.first ?? [], labels: space.labels)) }
      return .object(try NeighbourTable.ofMany(hits, labels: space.labels, queries: x.labels))
    },
    Operation(
      "distance", "(a: tensor|list|range, b: tensor|list|range, by: string = \"l2\") -> number|tensor",
      """
      Distance of a and b row by row: "l2", the length of the difference, "cosine", 1 - cosine, or "angle" between them in radians:
      the way from one to the other over the sphere of radius 1. NaN where one is 0, but for "l2".
      Two vectors give a number, matrices one number a row; a single row is compared with all.
      """, example: "distance(m.wte[\" king\"], m.wte[\" man\"])",
      words: ["by": .fixed(["l2", "cosine", "angle"])]
    ) { call in
      let word = try call.choice(2)
      let metric: Metric = word == "l2" ? .l2 : .cosine
      let function: (Double) -> Double =
        switch word {
        case "cosine": { 1 - $0 }
        case "angle": { acos(min(max($0, -1), 1)) }
        default: { $0 }
        }
      let (a, b) = (try call.tensorOperand(0), try call.tensorOperand(1))
      if a.rank == 1, b.rank == 1 { return .number(function(try Tensor.score(metric, a, b))) }
      return .tensor(try Tensor.rowWise(metric, a, b, function))
    },
    Operation(
      "cosine", "(a: tensor|list|range, b: tensor|list|range) -> number|tensor",
      """
      Cosine of the angle between a and b, row by row; NaN where one is 0.
      Two vectors give a number, matrices one number a row; a single row is compared with all.
      """, example: "cosine(m.wte[\" king\"], m.wte[\" man\"])"
    ) { call in
      let (a, b) = (try call.tensorOperand(0), try call.tensorOperand(1))
      if a.rank == 1, b.rank == 1 { return .number(try Tensor.score(.cosine, a, b)) }
      return .tensor(try Tensor.rowWise(.cosine, a, b))
    },
    Operation(
      "project", "(x: tensor|list|range, onto: tensor|list|range) -> tensor",
      """
      Orthogonal projection of the rows of `x` on the span of the rows of `onto` (or of one vector).
      Rows of `onto` that depend on others add nothing. Shapes: x [d] or [n, d], onto [d] or [m, d]. Computed in double.
      """, example: "project(m.wte[\" king\"], m.wte[[\" man\", \" man\"]])"
    ) { call in .tensor(try call.tensorOperand(0).projected(onto: call.tensorOperand(1))) },
  ]
}
