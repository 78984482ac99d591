// Functions of two elements that are no operators, with NumPy's broadcasting.

import Lang

extension Tensor {
  /// `function` of the elements of `a` and `b` that stand at the same place, whatever their shapes and strides. Labels as of
  /// arithmetic. `verb`: what is done, for the error where the shapes do not broadcast ("take the maximum of").
  package static func paired(
    _ a: Tensor, _ b: Tensor, verb: String, _ function: (Float, Float) -> Float
  ) throws -> Tensor {
    let (a, b) = (try a.widened(), try b.widened())
    guard let shape = try broadcastShape(a.shape, b.shape), let aStrides = a.broadcastStrides(to: shape),
      let bStrides = b.broadcastStrides(to: shape)
    else { throw Fault.shapeMismatch(verb, a.shape, b.shape) }
    let loop = StridedLoop(shape: shape, target: try RowMajor(of: shape).strides, left: aStrides, right: bStrides)
    let (left, right) = (try a.base(), try b.base())
    return try Tensor(shape: shape, axisLabels: commonLabels(a, b, shape: shape)) { target in
      guard let out = target.baseAddress, loop.outerCount > 0 else { return }
      let step = loop.step
      try loop.forTiles { at, count in
        let (to, x, y) = (out + at.target, left + at.left, right + at.right)
        for i in 0..<count { to[i] = function(x[i &* step.left], y[i &* step.right]) }
      }
    }
  }
}
