// Distances and cosines of matching rows, fused: no temporary of the operands' size.

import Lang
import Runtime

extension Metric {
  /// Dot product, cosine or distance of two vectors of `width` elements, in double. Throws `interrupted`.
  func score(_ p: UnsafePointer<Float>, _ q: UnsafePointer<Float>, _ width: Int) throws -> Double {
    func dot() throws -> Double { try RowKernels.dot(p, q, width, look: checkInterrupt) }
    func norm(_ p: UnsafePointer<Float>) throws -> Double {
      try RowKernels.sumOfSquares(p, width, look: checkInterrupt).squareRoot()
    }
    switch self {
    case .dot: return try dot()
    case .l2: return try RowKernels.squaredDistance(p, q, width, look: checkInterrupt).squareRoot()
    case .cosine: return try dot() / (norm(p) * norm(q))
    }
  }
}

extension Tensor {
  /// For each row of `a` [n, d] and the row of `b` with the same index (or its only row): the distance or cosine, or what
  /// `function` makes of it, in double. Labels are those of `a`, else of `b`.
  package static func rowWise(
    _ metric: Metric, _ a: Tensor, _ b: Tensor, _ function: (Double) -> Double = { $0 }
  ) throws -> Tensor {
    let (a, b) = (try a.widened(), try b.widened())
    let verb = metric == .l2 ? "take the distance of" : "compare"
    guard a.rank > 0, b.rank > 0, a.shape.last == b.shape.last, let width = a.shape.last,
      let lead = try broadcastShape(Array(a.shape.dropLast()), Array(b.shape.dropLast())),
      let left = a.broadcast(to: lead + [width]), let right = b.broadcast(to: lead + [width])
    else {
      throw Fault.shapeMismatch(verb, a.shape, b.shape, help: "rows need one length, and both sides as many rows")
    }
    // Row views: contiguous rows that may repeat (stride 0 on an outer axis).
    let x = try rowReader(left, original: a)
    let y = try rowReader(right, original: b)
    let labels = a.rank == lead.count + 1 && a.shape.first == lead.first ? a.labels ?? b.labels : b.labels
    return try Tensor(shape: lead, labels: lead.isEmpty ? nil : labels) { target in
      let tiles = Tiles(target.count, of: max(1, (1 << 15) / max(width, 1)))
      try parallel(tiles.count) { tile in
        for row in tiles[tile] {
          target[row] = Float(function(try metric.score(x.pointer(row), y.pointer(row), width)))
        }
      }
    }
  }

  /// The distance or cosine of two vectors, in double.
  package static func score(_ metric: Metric, _ a: Tensor, _ b: Tensor) throws -> Double {
    guard a.rank == 1, a.shape == b.shape else { throw Fault.shapeMismatch("compare", a.shape, b.shape) }
    return try a.withElements { x in
      try b.withElements { y in
        guard let p = x.baseAddress, let q = y.baseAddress else { return .nan }
        return try metric.score(p, q, x.count)
      }
    }
  }

  private struct RowReader {
    let owner: Tensor
    let base: UnsafeMutablePointer<Float>

    /// Start of row `index`, counted over all outer axes.
    func pointer(_ index: Int) -> UnsafePointer<Float> {
      var (rest, at) = (index, 0)
      for axis in stride(from: owner.rank - 2, through: 0, by: -1) {
        at += rest % owner.shape[axis] * owner.strides[axis]
        rest /= owner.shape[axis]
      }
      return UnsafePointer(base + at)
    }
  }

  /// A view whose rows are contiguous, copied (before it is repeated) only where they are not.
  private static func rowReader(_ view: Tensor, original: Tensor) throws -> RowReader {
    let width = view.shape[view.rank - 1]
    if width < 2 || view.strides[view.rank - 1] == 1 { return RowReader(owner: view, base: try view.base()) }
    guard let dense = try original.rowMajor().broadcast(to: view.shape) else {
      throw Fault.shapeMismatch("compare", original.shape, view.shape)
    }
    return RowReader(owner: dense, base: try dense.base())
  }
}
