// One walk for all kernels that visit arrays of the same shape with different strides: copies, assignments, arithmetic.
// Axes that lie behind each other in every operand are merged, so that the common cases are one long innermost loop.

import COpenBLAS
import Synchronization

/// Element offsets of the operands of a strided walk, or their strides along one axis.
struct StridedOffsets {
  var target = 0
  var left = 0
  var right = 0
}

struct StridedLoop {
  /// Length and strides of the innermost axis.
  private(set) var inner = 1
  private(set) var step = StridedOffsets()
  private var outerShape: [Int] = []
  private var outerSteps: [StridedOffsets] = []
  /// How often the innermost loop runs.
  private(set) var outerCount = 1

  /// All stride arrays have the rank of `shape`; 0 repeats an operand along an axis.
  init(shape: [Int], target: [Int], left: [Int], right: [Int]) {
    var sizes: [Int] = []
    var steps: [StridedOffsets] = []
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      let size = shape[axis]
      let here = StridedOffsets(target: target[axis], left: left[axis], right: right[axis])
      if let last = steps.last, let length = sizes.last, here.target == last.target * length,
        here.left == last.left * length, here.right == last.right * length
      {
        sizes[sizes.count - 1] = length * size
      } else {
        sizes.append(size)
        steps.append(here)
      }
    }
    if let size = sizes.first, let first = steps.first {
      inner = size
      step = first
    }
    outerShape = sizes.dropFirst().reversed()
    outerSteps = steps.dropFirst().reversed()
    outerCount = inner == 0 ? 0 : outerShape.reduce(1, *)
  }

  /// Calls `body` with the offsets of the starts of innermost loops `range`, in order.
  @inline(__always)
  func forEach(in range: Range<Int>, _ body: (StridedOffsets) -> Void) {
    guard !range.isEmpty else { return }
    var position = [Int](repeating: 0, count: outerShape.count)
    var at = StridedOffsets()
    var rest = range.lowerBound
    for axis in outerShape.indices.reversed() {
      position[axis] = rest % outerShape[axis]
      rest /= outerShape[axis]
      at.target += position[axis] * outerSteps[axis].target
      at.left += position[axis] * outerSteps[axis].left
      at.right += position[axis] * outerSteps[axis].right
    }
    for _ in range {
      body(at)
      var axis = outerShape.count - 1
      while axis >= 0 {
        let steps = outerSteps[axis]
        position[axis] += 1
        at.target += steps.target
        at.left += steps.left
        at.right += steps.right
        if position[axis] < outerShape[axis] { break }
        at.target -= steps.target * outerShape[axis]
        at.left -= steps.left * outerShape[axis]
        at.right -= steps.right * outerShape[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}

extension Tensor {
  /// Copies all elements to `target`, whose elements lie `targetStrides` apart.
  package func copyElements(to target: UnsafeMutablePointer<Float>, targetStrides: [Int]) throws {
    let loop = StridedLoop(shape: shape, target: targetStrides, left: strides, right: [Int](repeating: 0, count: rank))
    let (to, from) = (loop.step.target, loop.step.left)
    guard !storage.isStored else { return try copyStored(loop, to: target, targetStrides: targetStrides) }
    let source = try base()
    try loop.forTiles { at, count in
      let (out, input) = (target + at.target, source + at.left)
      if to == 1, from == 1 {
        out.update(from: input, count: count)
      } else {
        for i in 0..<count { out[i &* to] = input[i &* from] }
      }
    }
  }
  /// The same of elements that lie in a file as another type: runs of neighbours at a time, or one by one where the view has none.
  private func copyStored(_ loop: StridedLoop, to target: UnsafeMutablePointer<Float>, targetStrides: [Int]) throws {
    let (to, from) = (loop.step.target, loop.step.left)
    let hasNeighbours = zip(shape, strides).contains { $0 > 1 && $1 == 1 }
    guard loop.inner == 1 || !hasNeighbours || (from == 1 && to == 1) else {
      return try widened().copyElements(to: target, targetStrides: targetStrides)
    }
    let numbers = try storage.numbers()
    let isOdd = Atomic(false)
    try loop.forTiles { at, count in
      let (out, first) = (target + at.target, offset + at.left)
      guard from != 1 || to != 1 else {
        tw_widen(numbers.type, numbers.bytes, first, count, out)
        if TensorStorage.nonFinite(out, count) > 0 { isOdd.store(true, ordering: .relaxed) }
        return
      }
      for i in 0..<count {
        tw_widen(numbers.type, numbers.bytes, first + i * from, 1, out + i * to)
        if !out[i * to].isFinite { isOdd.store(true, ordering: .relaxed) }
      }
    }
    if isOdd.load(ordering: .relaxed) { try storage.reportNonFinite() }
  }
}
