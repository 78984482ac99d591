// What a model of images reads: squares of pixels, each a row.

/// x₀ = [cls; patches W + b] + positions
package struct PatchLayout {
  /// [C P P, d]: of each patch the pixels by channel, row and column.
  package let matrix: WeightLayout
  /// [d]
  package let bias: WeightLayout
  /// [1, d]: a row in front of the patches that stands for the whole image.
  package let cls: WeightLayout?
  /// [rows of the state, d]
  package let positions: WeightLayout?
  package let grid: PatchGrid

  /// A convolution PATH.weight (d, C, P, P) with the stride P, which is a product with every patch, and PATH.bias.
  init(_ path: String, width d: Int, _ grid: PatchGrid, cls: String?, positions: String?) {
    let inner = grid.patchSize
    let places = grid.count + (cls == nil ? 0 : 1)
    matrix = WeightLayout(
      path + ".weight", stored: [d, grid.channels, grid.patchHeight, grid.patchWidth], shape: [inner, d],
      strides: [1, inner])
    bias = .vector(path + ".bias", d)
    self.cls = cls.map { WeightLayout($0, stored: [1, 1, d], shape: [1, d], strides: [d, 1]) }
    self.positions = positions.map { WeightLayout($0, stored: [1, places, d], shape: [places, d], strides: [d, 1]) }
    self.grid = grid
  }
}

/// How an image is cut: rows x columns patches, patch by patch over a row, the rows from above.
package struct PatchGrid: Equatable {
  package let channels: Int
  /// Pixels of a patch.
  package let patchHeight, patchWidth: Int
  /// Patches of an image.
  package let rows, columns: Int

  package init(channels: Int, patchHeight: Int, patchWidth: Int, rows: Int, columns: Int) {
    self.channels = channels
    (self.patchHeight, self.patchWidth) = (patchHeight, patchWidth)
    (self.rows, self.columns) = (rows, columns)
  }

  /// S
  package var count: Int { rows * columns }
  /// C P P: numbers of a patch.
  package var patchSize: Int { channels * patchHeight * patchWidth }
  /// Pixels of an image.
  package var height: Int { rows * patchHeight }
  package var width: Int { columns * patchWidth }
  /// [C, height, width]
  package var imageShape: [Int] { [channels, height, width] }
}
