// The forces of the layout: an edge pulls its end towards the other one, and points drawn at random push it away. They are the
// gradient of the cross entropy between the graph and the weights 1 / (1 + a d^2b) of the layout's distances d (McInnes, Healy,
// Melville 2018), each coordinate of each force clipped to ±4 as in umap-learn.

import Lang
import Runtime

/// Points that move.
final class EmbeddedPoints {
  let count: Int
  let dims: Int
  private let storage: TensorStorage
  /// [count, dims]
  let start: UnsafeMutablePointer<Float>

  /// Zeros.
  init(count: Int, dims: Int) throws {
    (self.count, self.dims) = (count, dims)
    let size = try Tensor.elementCount(of: [count, dims])
    storage = try TensorStorage(uninitialized: size)
    start = try storage.pointer()
    start.update(repeating: 0, count: size)
  }

  /// `positions` [count, dims]
  convenience init(_ positions: [Float], count: Int, dims: Int) throws {
    try self.init(count: count, dims: dims)
    for i in 0..<count * dims { start[i] = positions[i] }
  }

  /// The points of now, as a tensor that shares their memory.
  func tensor(labels: Labels?) -> Tensor {
    Tensor(storage: storage, offset: 0, shape: [count, dims], strides: [dims, 1], labels: labels)
  }
}

/// Four points, as places in a layout.
typealias FourPlaces = (Int, Int, Int, Int)

struct EmbeddingForces {
  private let a: Float
  private let b: Float
  /// 1 in lanes that pull, 0 in those that push, where two of both are mixed; and what follows from that.
  private let pulls: SIMD4<Float>
  private let numerators: SIMD4<Float>
  private let offsets: SIMD4<Float>

  init(_ curve: MembershipCurve) {
    (a, b) = (Float(curve.a), Float(curve.b))
    pulls = SIMD4(1, 0, 1, 0)
    numerators = SIMD4(-2 * a * b, 2 * b, -2 * a * b, 2 * b)
    offsets = SIMD4(0, 0.001, 0, 0.001)
  }

  // Coinciding points need no case of their own: their difference is 0 and the factors are finite. Nothing here compares lanes, since
  // masks take more instructions than the rest.

  /// What the difference of two positions is multiplied with, of squared distances, for pushes: 2b / ((0.001 + d²)(1 + a d^2b)).
  @inline(__always)
  private func pushFactors(_ squares: SIMD4<Float>) -> SIMD4<Float> {
    let x = squares + 1e-18
    return (2 * b) / ((x + 0.001) * (FastPower.power(x, b) * a + 1))
  }

  /// The same where even lanes pull: -2ab d^2(b-1) / (1 + a d^2b).
  @inline(__always)
  private func mixedFactors(_ squares: SIMD4<Float>) -> SIMD4<Float> {
    let x = squares + 1e-18
    let power = FastPower.power(x, b)
    return numerators * (power * pulls + (1 - pulls)) / ((x + offsets) * (power * a + 1))
  }

  /// Coordinate `d` of four points; `start` is that of the layout's first.
  @inline(__always)
  private func gather(_ start: UnsafePointer<Float>, _ places: FourPlaces) -> SIMD4<Float> {
    SIMD4(start[places.0], start[places.1], start[places.2], start[places.3])
  }

  /// Forces of one coordinate, clipped to ±4: clip(x) = (|x + 4| - |x - 4|) / 2. They are all below 100, so this loses no digits.
  @inline(__always)
  private func clipped(_ x: SIMD4<Float>) -> SIMD4<Float> { (magnitude(x + 4) - magnitude(x - 4)) * 0.5 }

  @inline(__always)
  private func magnitude(_ x: SIMD4<Float>) -> SIMD4<Float> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD4<UInt32>.self) & 0x7FFF_FFFF, to: SIMD4<Float>.self)
  }

  /// Two edges of a point and what pushes it away meanwhile: places in a layout.
  struct Pair {
    /// Four draws for each edge.
    let one, two: FourPlaces
    /// The fifth.
    let lastOne, lastTwo: Int
    /// The other ends. Where only one edge acts both are its end, and `both` is 0.
    let endOne, endTwo: Int
    let both: Float
  }

  /// Moves `point` for two edges at once: pulled to their ends in `ends`, pushed from ten points drawn from `others`, all forces taken
  /// at the same place. Where `movesEnds`, the ends are pulled as far the other way. `scratch` has room for 3 · dims; `dims` is best a
  /// constant.
  @inline(__always)
  func move(
    _ point: UnsafeMutablePointer<Float>, _ pair: Pair, ends: UnsafeMutablePointer<Float>, movesEnds: Bool,
    others: UnsafePointer<Float>, rate: Float, dims: Int, scratch: UnsafeMutablePointer<SIMD4<Float>>
  ) {
    var (oneSquares, twoSquares, mixedSquares) = (SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero)
    for d in 0..<dims {
      let x = SIMD4(repeating: point[d])
      let mixed = SIMD4(
        ends[pair.endOne + d], others[pair.lastOne + d], ends[pair.endTwo + d], others[pair.lastTwo + d])
      let (a, b, c) = (x - gather(others + d, pair.one), x - gather(others + d, pair.two), x - mixed)
      oneSquares += a * a
      twoSquares += b * b
      mixedSquares += c * c
      (scratch[3 * d], scratch[3 * d + 1], scratch[3 * d + 2]) = (a, b, c)
    }
    let oneFactors = pushFactors(oneSquares)
    let twoFactors = pushFactors(twoSquares) * pair.both
    let mixedFactors = mixedFactors(mixedSquares) * SIMD4(1, 1, pair.both, pair.both)
    for d in 0..<dims {
      let pushes = clipped(scratch[3 * d] * oneFactors) + clipped(scratch[3 * d + 1] * twoFactors)
      let mixed = clipped(scratch[3 * d + 2] * mixedFactors)
      let all = pushes + mixed
      point[d] += rate * ((all[0] + all[1]) + (all[2] + all[3]))
      if movesEnds {
        ends[pair.endOne + d] -= rate * mixed[0]
        ends[pair.endTwo + d] -= rate * mixed[2]
      }
    }
  }
}

/// x^b for four numbers between 1e-18 and 1e18 and |b| up to 2, to about 3e-6. The polynomials are summed by halves: what counts is
/// the length of the chain of operations that wait for each other.
enum FastPower {
  @inline(__always)
  static func power(_ x: SIMD4<Float>, _ b: Float) -> SIMD4<Float> {
    // 1.5 · 2²³: adding it rounds to a whole number, which then stands in the lowest bits.
    let whole: Float = 12_582_912
    let wholeBits = Int32(bitPattern: whole.bitPattern)
    // x = 2^e m with m between √½ and √2; log2 m = 2/ln 2 · artanh((m - 1) / (m + 1)).
    let bits = unsafeBitCast(x, to: SIMD4<Int32>.self)
    let e = (bits &- 0x3F35_04F3) &>> 23
    let m = unsafeBitCast(bits &- (e &<< 23), to: SIMD4<Float>.self)
    let exponent = (unsafeBitCast(e &+ wholeBits, to: SIMD4<Float>.self) - whole) * b
    let s = (m - 1) / (m + 1)
    let q = s * s
    let artanh = (q * 0.961_796_7 + 2.885_390_1) + (q * q) * (q * 0.412_198_6 + 0.577_078)
    let y = exponent + (s * b) * artanh
    // 2^y = 2^n 2^f with |f| at most ½, 2^f by its series.
    let rounded = y + whole
    let f = y - (rounded - whole)
    let g = f * f
    let series =
      (f * 0.693_147_2 + 1) + g * ((f * 0.055_504_11 + 0.240_226_51) + g * (f * 0.001_333_355_8 + 0.009_618_129))
    let n = unsafeBitCast(rounded, to: SIMD4<Int32>.self) &- wholeBits
    return unsafeBitCast(unsafeBitCast(series, to: SIMD4<Int32>.self) &+ (n &<< 23), to: SIMD4<Float>.self)
  }
}
