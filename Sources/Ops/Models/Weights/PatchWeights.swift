// What turns an image into the rows of the first state.

import Kernels
import Lang
import Runtime

package struct PatchWeights {
  package let grid: PatchGrid
  /// [C P P, d], [d]
  package let matrix, bias: Tensor
  /// [1, d]; nil where no row stands for the whole image.
  package let cls: Tensor?
  /// Names of the rows: "cls", then "row,column" of each patch.
  package let places: Labels

  init(_ layout: PatchLayout, _ files: WeightFiles) throws {
    grid = layout.grid
    (matrix, bias) = (try files.tensor(layout.matrix), try files.tensor(layout.bias))
    cls = try layout.cls.map { try files.tensor($0) }
    let patches = (0..<grid.count).map { "\($0 / layout.grid.columns),\($0 % layout.grid.columns)" }
    places = Labels(try TextVocabulary((cls == nil ? [] : ["cls"]) + patches))
  }

  /// Rows of the state.
  package var count: Int { grid.count + (cls == nil ? 0 : 1) }

  /// The patches of pixels [C, height, width] as rows [S, C P P]: by channel, row and column.
  package func cut(_ pixels: Tensor) throws -> Tensor {
    let g = grid
    return try pixels.withElements { source in
      try Tensor(shape: [g.count, g.patchSize]) { target in
        try parallelRows(g.count, tile: 16) { patch in
          let (top, left) = (patch / g.columns * g.patchHeight, patch % g.columns * g.patchWidth)
          var to = patch * g.patchSize
          for channel in 0..<g.channels {
            for row in 0..<g.patchHeight {
              let from = (channel * g.height + top + row) * g.width + left
              for column in 0..<g.patchWidth { target[to + column] = source[from + column] }
              to += g.patchWidth
            }
          }
        }
      }
    }
  }

  /// The rows of several images, one behind the other: patches [n S, C P P] to [n rows, d], without positions, each with its name.
  package func embedded(_ patches: Tensor, images: Int) throws -> Tensor {
    let rows = try linear(patches, matrix, bias)
    let d = matrix.shape[1]
    let names = (0..<images).flatMap { _ in (0..<count).map { Int32(truncatingIfNeeded: $0) } }
    guard let cls else {
      var named = rows
      named.labels = Labels(places.vocabulary, ids: names)
      return named
    }
    let first = try cls.elements()
    return try rows.withElements { source in
      try Tensor(shape: [images * count, d], labels: Labels(places.vocabulary, ids: names)) { target in
        for image in 0..<images {
          try checkInterrupt()
          let start = image * count * d
          for i in 0..<d { target[start + i] = first[i] }
          for i in 0..<(grid.count * d) { target[start + d + i] = source[image * grid.count * d + i] }
        }
      }
    }
  }
}
