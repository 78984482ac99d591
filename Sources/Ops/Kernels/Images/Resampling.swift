// Resizing as Pillow does it (`Image.resize`): every pixel of the new image is a weighted mean of old ones, first along the rows, then along the
// columns. Shrinking widens the filter with the step, so that nothing is skipped (antialiasing). Weights are whole numbers of 22 bits behind
// the point, and both passes round to 8 bits: the numbers are Pillow's. Source: Pillow, docs/handbook/concepts.rst (Filters) and its resampling of
// 8 bits a channel; Keys 1981 for the cubic with a = -0.5.

import Glibc
import Lang
import Runtime

package enum Resampling: String, CaseIterable {
  case nearest, box, bilinear, hamming, bicubic, lanczos

  /// By Pillow's number, which preprocessor_config.json holds as `resample`.
  package init?(pillowNumber: Int) {
    switch pillowNumber {
    case 0: self = .nearest
    case 1: self = .lanczos
    case 2: self = .bilinear
    case 3: self = .bicubic
    case 4: self = .box
    case 5: self = .hamming
    default: return nil
    }
  }

  /// Half the width of the filter, in pixels of the image that is the smaller one.
  fileprivate var support: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear, .hamming: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The filter at a distance from its centre.
  fileprivate func weight(_ distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return 0
    case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return x < 1 ? 1 - x : 0
    case .hamming: return x < 1 ? sinc(x) * (Double(Float(0.54)) + Double(Float(0.46)) * cos(.pi * x)) : 0
    case .bicubic:
      let a = -0.5
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    case .lanczos: return distance >= -3 && distance < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }

  private func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
}

/// For each of the new places along one axis, the old ones that it is made of, and their weights.
private struct Weights {
  /// Bits behind the point. A sum of 8-bit values times weights that add up to 1 fits into 32 bits.
  static let bits = 22

  let ranges: [Range<Int>]
  /// One behind the other.
  let weights: [Int32]
  let starts: [Int]

  init(_ filter: Resampling, from old: Int, to new: Int) {
    let step = Double(old) / Double(new)
    let widening = max(step, 1)
    let (support, narrowing) = (filter.support * widening, 1 / widening)
    var (ranges, weights, starts): ([Range<Int>], [Int32], [Int]) = ([], [], [])
    for place in 0..<new {
      let centre = (Double(place) + 0.5) * step
      let first = max(Int(centre - support + 0.5), 0)
      let range = first..<max(min(Int(centre + support + 0.5), old), first)
      let shares = range.map { filter.weight((Double($0) - centre + 0.5) * narrowing) }
      let sum = shares.reduce(0, +)
      starts.append(weights.count)
      ranges.append(range)
      for share in shares {
        let scaled = (sum == 0 ? share : share / sum) * Double(1 << Self.bits)
        weights.append(Int32(scaled + (scaled < 0 ? -0.5 : 0.5)))
      }
    }
    (self.ranges, self.weights, self.starts) = (ranges, weights, starts)
  }
}

extension Bitmap {
  /// The image in another size. Sizes are at least 1. Throws `outOfMemory`, `interrupted`.
  package func resized(width: Int, height: Int, _ filter: Resampling) throws -> Bitmap {
    guard width != self.width || height != self.height else { return self }
    guard filter != .nearest else { return try picked(width, height) }
    let wide =
      width == self.width
      ? self : try mixed(Weights(filter, from: self.width, to: width), width, self.height, alongRows: true)
    return height == self.height
      ? wide : try wide.mixed(Weights(filter, from: self.height, to: height), width, height, alongRows: false)
  }

  /// The weighted means along one axis.
  private func mixed(_ weights: Weights, _ width: Int, _ height: Int, alongRows: Bool) throws -> Bitmap {
    let oldWidth = self.width
    return try Bitmap(width: width, height: height) { target in
      try pixels.withUnsafeBufferPointer { pixels in
        try parallelRows(height, tile: 4) { row in
          for column in 0..<width {
            let place = alongRows ? column : row
            let (range, start) = (weights.ranges[place], weights.starts[place])
            let first = alongRows ? row * oldWidth + range.lowerBound : range.lowerBound * oldWidth + column
            let step = alongRows ? 1 : oldWidth
            let to = (row * width + column) * Self.channels
            for channel in 0..<Self.channels {
              // Wraps for a filter whose weights are far from their sum, as in Pillow: none of these.
              var sum = Int32(1) << (Weights.bits - 1)
              var from = first * Self.channels + channel
              for index in 0..<range.count {
                sum &+= Int32(pixels[from]) &* weights.weights[start + index]
                from += step * Self.channels
              }
              target[to + channel] = UInt8(clamping: sum >> Int32(Weights.bits))
            }
          }
        }
      }
    }
  }

  /// The old pixel under the middle of each new one.
  private func picked(_ width: Int, _ height: Int) throws -> Bitmap {
    // Added up, as Pillow does, so that the same pixel is taken where two are as near.
    func places(from old: Int, to new: Int) -> [Int] {
      let step = Double(old) / Double(new)
      var at = step * 0.5
      return (0..<new).map { _ in
        defer { at += step }
        return min(Int(at), old - 1)
      }
    }
    let (columns, rows) = (places(from: self.width, to: width), places(from: self.height, to: height))
    return try Bitmap(width: width, height: height) { target in
      try parallelRows(height, width: Self.channels * width) { row in
        for column in 0..<width {
          let from = (rows[row] * self.width + columns[column]) * Self.channels
          let to = (row * width + column) * Self.channels
          for channel in 0..<Self.channels { target[to + channel] = pixels[from + channel] }
        }
      }
    }
  }

  /// The part of the image that begins at a place; what lies outside of it is black.
  package func cropped(left: Int, top: Int, width: Int, height: Int) throws -> Bitmap {
    try Bitmap(width: width, height: height) { target in
      try parallelRows(height, width: Self.channels * width) { row in
        for column in 0..<width {
          let (x, y) = (left + column, top + row)
          let isInside = x >= 0 && x < self.width && y >= 0 && y < self.height
          let (from, to) = ((y * self.width + x) * Self.channels, (row * width + column) * Self.channels)
          for channel in 0..<Self.channels { target[to + channel] = isInside ? pixels[from + channel] : 0 }
        }
      }
    }
  }
}
