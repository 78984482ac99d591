// What is done to an image before a model reads it: another size, a part from the middle, other units.

import Kernels
import Lang
import Runtime

package struct ImageProcessor {
  enum Size: Equatable {
    /// The proportions are not kept.
    case exactly(height: Int, width: Int)
    /// The shorter side; the longer one keeps the proportions, rounded down.
    case shorterSide(Int)
  }

  /// Nil: the image as it is.
  var size: Size?
  var filter = Resampling.bilinear
  /// The part in the middle that is kept.
  var crop: (height: Int, width: Int)?
  /// What the levels 0 … 255 are multiplied by.
  var factor = 1.0 / 255
  /// (x - mean) / deviation, one for each channel; nil: as it is.
  var normal: (mean: [Double], deviation: [Double])?

  /// Pixels [3, h, w] as the model reads them, of an image [3, height, width] in 0 … 1. To change the size, numbers between two of the 256 levels of a
  /// file are rounded to the nearer one. Throws `outOfMemory`, `interrupted`.
  package func pixels(of image: Tensor) throws -> Tensor {
    try units(cropped(resized(image)))
  }

  private func resized(_ image: Tensor) throws -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    let (newHeight, newWidth): (Int, Int)
    switch size {
    case nil: return image
    case .exactly(let height, let width): (newHeight, newWidth) = (height, width)
    case .shorterSide(let side):
      let long = { (long: Int, short: Int) in max(1, Int(Double(side) * Double(long) / Double(short))) }
      (newHeight, newWidth) = height <= width ? (side, long(width, height)) : (long(height, width), side)
    }
    guard newHeight != height || newWidth != width else { return image }
    return try Bitmap(image).resized(width: newWidth, height: newHeight, filter).tensor()
  }

  /// As torchvision's CenterCrop: where the margins differ by one, the one in front is the even one. A smaller image gets a black margin.
  private func cropped(_ image: Tensor) throws -> Tensor {
    guard let crop else { return image }
    let (height, width) = (image.shape[1], image.shape[2])
    guard height != crop.height || width != crop.width else { return image }
    let margin = { (all: Int, part: Int) in Int((Double(all - part) / 2).rounded(.toNearestOrEven)) }
    let (top, left) = (margin(height, crop.height), margin(width, crop.width))
    return try image.withElements { source in
      try Tensor(shape: [image.shape[0], crop.height, crop.width]) { target in
        try parallelRows(image.shape[0] * crop.height) { line in
          let (channel, row) = (line / crop.height, line % crop.height + top)
          for column in 0..<crop.width {
            let from = column + left
            let isInside = row >= 0 && row < height && from >= 0 && from < width
            target[line * crop.width + column] = isInside ? source[(channel * height + row) * width + from] : 0
          }
        }
      }
    }
  }

  private func units(_ image: Tensor) throws -> Tensor {
    let (height, width) = (image.shape[1], image.shape[2])
    return try image.withElements { source in
      try Tensor(shape: image.shape) { target in
        for channel in 0..<image.shape[0] {
          let scale = 255 * factor / (normal?.deviation[channel] ?? 1)
          let shift = (normal?.mean[channel] ?? 0) / (normal?.deviation[channel] ?? 1)
          try inBlocks(height * width) { block in
            for i in block {
              let place = channel * height * width + i
              target[place] = Float(Double(source[place]) * scale - shift)
            }
          }
        }
      }
    }
  }
}
