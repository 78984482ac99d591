// An image of 8 bits a channel, as files hold them: what reading and resizing work on.

import Lang
import Runtime

package struct Bitmap: Equatable {
  package let width: Int
  package let height: Int
  /// [height, width, 3]: red, green, blue.
  package let pixels: [UInt8]

  package static let channels = 3

  package init(width: Int, height: Int, pixels: [UInt8]) {
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }

  /// Pixels that `fill` writes. Throws `outOfMemory` before any memory is taken, and what `fill` throws.
  package init(width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void) throws {
    let count = try byteCount(byteCount(width, height), Self.channels)
    try checkListFits(count, bytesEach: 1)
    (self.width, self.height) = (width, height)
    pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
      try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      made = count
    }
  }

  /// The nearest of the 256 levels for each number of an image [3, height, width] in 0 … 1; what lies outside is cut off.
  package init(_ image: Tensor) throws {
    let (height, width) = (image.shape[1], image.shape[2])
    try self.init(width: width, height: height) { target in
      try image.withElements { source in
        try parallelRows(height, width: Self.channels * width) { row in
          for channel in 0..<Self.channels {
            let line = (channel * height + row) * width
            for column in 0..<width {
              let level = (source[line + column] * 255).rounded()
              // NaN is no level: 0.
              target[(row * width + column) * Self.channels + channel] = level > 0 ? UInt8(min(level, 255)) : 0
            }
          }
        }
      }
    }
  }

  /// [3, height, width] in 0 … 1.
  package func tensor() throws -> Tensor {
    try Tensor(shape: [Self.channels, height, width]) { target in
      try pixels.withUnsafeBufferPointer { pixels in
        try parallelRows(height, width: Self.channels * width) { row in
          for channel in 0..<Self.channels {
            let line = (channel * height + row) * width
            for column in 0..<width {
              target[line + column] = Float(pixels[(row * width + column) * Self.channels + channel]) / 255
            }
          }
        }
      }
    }
  }
}

/// How the stored pixels are to be turned and mirrored to stand upright. Raw values are those of EXIF.
package enum Orientation: Int {
  case upright = 1, mirrored, halfTurn, upsideDown, transposed, rightTurn, transverse, leftTurn
}

extension Bitmap {
  /// The image upright. Source: EXIF 2.32, table 6.
  package func turned(_ orientation: Orientation) throws -> Bitmap {
    guard orientation != .upright else { return self }
    let (w, h) = (width, height)
    // The stored pixel that becomes the first one, and the steps to the pixels that become its neighbours to the right and below.
    let (first, right, below) =
      switch orientation {
      case .upright: (0, 1, w)
      case .mirrored: (w - 1, -1, w)
      case .halfTurn: (h * w - 1, -1, -w)
      case .upsideDown: ((h - 1) * w, 1, -w)
      case .transposed: (0, w, 1)
      case .rightTurn: ((h - 1) * w, -w, 1)
      case .transverse: (h * w - 1, -w, -1)
      case .leftTurn: (w - 1, w, -1)
      }
    let isOnSide = abs(right) != 1
    let (columns, rows) = isOnSide ? (h, w) : (w, h)
    return try Bitmap(width: columns, height: rows) { target in
      try parallelRows(rows, width: Self.channels * columns) { row in
        for column in 0..<columns {
          let (from, to) = (
            Self.channels * (first + row * below + column * right), Self.channels * (row * columns + column)
          )
          for channel in 0..<Self.channels { target[to + channel] = pixels[from + channel] }
        }
      }
    }
  }
}
