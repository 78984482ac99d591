// Kernels over all elements, in blocks, so that the loop is compiled where the function is known.

import Lang

extension Tensor {
  /// A tensor of the same shape and labels; `body` fills a block of the result from the same block of the elements.
  package func mapBlocks(
    _ body: (_ source: UnsafeBufferPointer<Float>, _ target: UnsafeMutableBufferPointer<Float>) -> Void
  ) throws -> Tensor {
    try withElements { source in
      try Tensor(shape: shape, axisLabels: axisLabels) { target in
        let tiles = Tiles(source.count, of: 1 << 16)
        try parallel(tiles.count) { tile in
          let range = tiles[tile]
          body(UnsafeBufferPointer(rebasing: source[range]), UnsafeMutableBufferPointer(rebasing: target[range]))
        }
      }
    }
  }

  /// `function` of every element.
  package func mapped(_ function: (Float) -> Float) throws -> Tensor {
    try mapBlocks { source, target in
      for i in 0..<source.count { target[i] = function(source[i]) }
    }
  }
}
