// Random numbers by counting: number i of a seed is a function of (seed, i), so any part of a stream can be made anywhere
// and the same seed gives the same numbers at any thread count.
//
// Philox4x32-10 of Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011).

import Glibc
import Runtime

package struct Philox {
  private let key: SIMD2<UInt32>

  package init(seed: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// Four random words for a counter.
  package func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (x, key) = (counter, key)
    for _ in 0..<10 {
      let a = UInt64(x[0]) &* 0xD251_1F53
      let b = UInt64(x[2]) &* 0xCD9E_8D57
      x = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ x[1] ^ key[0], UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x[3] ^ key[1], UInt32(truncatingIfNeeded: a))
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return x
  }

  /// The same for a counter of 64 bits.
  package func words(at index: UInt64) -> SIMD4<UInt32> {
    words(at: SIMD4(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0))
  }

  /// Four numbers of the standard normal distribution, by Box and Muller's transformation.
  package func normals(at index: UInt64) -> SIMD4<Float> {
    let words = words(at: index)
    func pair(_ a: UInt32, _ b: UInt32) -> (Float, Float) {
      let radius = sqrt(-2 * log((Double(a) + 1) * 0x1p-32))
      let angle = 2 * Double.pi * Double(b) * 0x1p-32
      return (Float(radius * cos(angle)), Float(radius * sin(angle)))
    }
    let (first, second) = pair(words[0], words[1])
    let (third, fourth) = pair(words[2], words[3])
    return SIMD4(first, second, third, fourth)
  }
}

extension Tensor {
  /// Independent standard normal elements; the same seed gives the same elements.
  package static func standardNormal(shape: [Int], seed: UInt64) throws -> Tensor {
    let generator = Philox(seed: seed)
    return try Tensor(shape: shape) { target in
      let tiles = Tiles(target.count, of: 1 << 14)
      try parallel(tiles.count) { tile in
        let range = tiles[tile]
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
          let four = generator.normals(at: UInt64(start / 4))
          for i in start..<min(start + 4, range.upperBound) { target[i] = four[i - start] }
        }
      }
    }
  }
}

/// Random numbers of other distributions. Each has a stream of its own, so that one seed in two operations does not give two
/// views of the same numbers.
package enum Draws {
  /// The last part of the generator's counter; 0 is `randn`'s.
  enum Stream: UInt32 {
    case uniform = 1
    case wholeNumbers, orders, starts
  }

  private static func words(at index: UInt64, attempt: UInt32 = 0, seed: UInt64, stream: Stream) -> SIMD4<UInt32> {
    Philox(seed: seed).words(
      at: SIMD4(UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), attempt, stream.rawValue))
  }

  /// A double from `low` up to, without, `high` (itself where both are equal), of 53 random bits.
  static func uniform(seed: UInt64, low: Double, high: Double) -> Double {
    let words = words(at: 0, seed: seed, stream: .uniform)
    let bits = (UInt64(words[0]) << 32 | UInt64(words[1])) >> 11
    let x = low + (high - low) * (Double(bits) * 0x1p-53)
    return x < high || low == high ? x : high.nextDown
  }

  /// Four floats from 0 up to, without, 1, of 24 random bits.
  static func fourUniforms(at index: UInt64, seed: UInt64) -> SIMD4<Double> {
    SIMD4<Double>(words(at: index, seed: seed, stream: .uniform) &>> 8) * 0x1p-24
  }

  /// A double from 0 up to, without, 1: number `index` of the stream that `kmeans` starts from.
  package static func share(at index: UInt64, seed: UInt64) -> Double {
    let words = words(at: index, seed: seed, stream: .starts)
    return Double((UInt64(words[0]) << 32 | UInt64(words[1])) >> 11) * 0x1p-53
  }

  /// A whole number below `bound`, all equally likely: number `index` of the stream. Source: Lemire, Fast random integer generation
  /// in an interval (2019).
  static func below(_ bound: UInt64, at index: UInt64, seed: UInt64, stream: Stream) -> UInt64 {
    guard bound > 1 else { return 0 }
    let threshold = (0 &- bound) % bound
    var attempt: UInt32 = 0
    while true {
      let words = words(at: index, attempt: attempt, seed: seed, stream: stream)
      let product = (UInt64(words[0]) << 32 | UInt64(words[1])).multipliedFullWidth(by: bound)
      if product.low >= threshold { return product.high }
      attempt &+= 1
    }
  }
}

extension Tensor {
  /// Independent elements from `low` up to, without, `high`.
  static func uniform(shape: [Int], low: Double, high: Double, seed: UInt64) throws -> Tensor {
    let largest = Float(high) > Float(low) ? Float(high).nextDown : Float(low)
    return try Tensor(shape: shape) { target in
      let tiles = Tiles(target.count, of: 1 << 14)
      try parallel(tiles.count) { tile in
        let range = tiles[tile]
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
          let four = Draws.fourUniforms(at: UInt64(start / 4), seed: seed)
          for i in start..<min(start + 4, range.upperBound) {
            // Rounding to float32 may reach `high`.
            target[i] = min(Float(low + (high - low) * four[i - start]), largest)
          }
        }
      }
    }
  }

  /// Independent whole numbers from `low` to `low + span - 1`.
  static func wholeNumbers(shape: [Int], from low: Int, span: UInt64, seed: UInt64) throws -> Tensor {
    try Tensor(shape: shape) { target in
      let tiles = Tiles(target.count, of: 1 << 14)
      try parallel(tiles.count) { tile in
        for i in tiles[tile] {
          target[i] = Float(low + Int(Draws.below(span, at: UInt64(i), seed: seed, stream: .wholeNumbers)))
        }
      }
    }
  }
}
