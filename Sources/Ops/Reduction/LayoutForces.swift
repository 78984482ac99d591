// The forces of the layout: an edge pulls its end towards the other one, and points drawn at random push it away. They are the
// gradient of the cross entropy between the graph and the weights 1 / (1 + a d^2b) of the layout's distances d (McInnes, Healy,
// Melville 2018), each coordinate of each force clipped to ±4 as in umap-learn.

import Lang
import Runtime

/// Points as rows of whole SIMD4s, zeros behind their coordinates.
final class Layout {
  let count: Int
  let dims: Int
  /// SIMD4s in a row
  let chunks: Int
  private let storage: TensorStorage
  let start: UnsafeMutablePointer<Float>

  var stride: Int { 4 * chunks }

  /// Zeros.
  init(count: Int, dims: Int) throws {
    (self.count, self.dims, chunks) = (count, dims, (dims + 3) / 4)
    let size = try Tensor.elementCount(of: [count, 4 * chunks])
    storage = try TensorStorage(uninitialized: size)
    start = try storage.pointer()
    start.update(repeating: 0, count: size)
  }

  /// `positions` [count, dims]
  convenience init(_ positions: [Float], count: Int, dims: Int) throws {
    try self.init(count: count, dims: dims)
    for row in 0..<count {
      for d in 0..<dims { start[row * stride + d] = positions[row * dims + d] }
    }
  }

  func tensor(labels: Labels?) throws -> Tensor {
    try Tensor(shape: [count, dims], labels: labels) { target in
      for row in 0..<count {
        for d in 0..<dims { target[row * dims + d] = start[row * stride + d] }
      }
    }
  }
}

/// Pseudo-random numbers that cost two instructions each, from a start that is hashed of whom they are for.
struct DrawStream {
  private var state: UInt64

  /// The finaliser of SplitMix64.
  static func hash(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  init(key: UInt64, epoch: Int, point: Int) {
    state = DrawStream.hash(
      key ^ DrawStream.hash(UInt64(truncatingIfNeeded: epoch) << 32 | UInt64(truncatingIfNeeded: point)))
  }

  /// 0 ..< bound, bound < 2³²
  @inline(__always)
  mutating func next(below bound: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: ((state >> 32) &* bound) >> 32)
  }
}

struct LayoutForces {
  private let a: Float
  private let b: Float
  /// Factor of the pull. In a fit both ends of an edge feel it, and an edge is stored at both its ends: each end feels it twice.
  private let pull: Float
  private let numerators: SIMD8<Float>
  private let offsets: SIMD8<Float>

  init(_ curve: LayoutCurve, pull: Float) {
    (a, b, self.pull) = (Float(curve.a), Float(curve.b), pull)
    var numerators = SIMD8<Float>(repeating: 2 * b)
    var offsets = SIMD8<Float>(repeating: 0.001)
    // Lane 0 is the other end of the edge, lanes 1 to 5 are the draws.
    numerators[0] = -2 * a * b
    offsets[0] = 0
    (self.numerators, self.offsets) = (numerators, offsets)
  }

  /// What the difference of two positions is multiplied with, of squared distances: -2ab d^2(b-1) / (1 + a d^2b) for the pull,
  /// 2b / ((0.001 + d²)(1 + a d^2b)) for the pushes, 0 at distance 0.
  @inline(__always)
  private func factors(_ squares: SIMD8<Float>) -> SIMD8<Float> {
    let isApart = squares .> 1e-18
    let x = squares.replacing(with: 1, where: .!isApart).replacing(with: 1e18, where: squares .> 1e18)
    let power = FastPower.power(x, b)
    var numerator = numerators
    numerator[0] *= power[0]
    let result = numerator / ((x + offsets) * (power * a + 1))
    return result.replacing(with: 0, where: .!isApart)
  }

  @inline(__always)
  private func load(_ p: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  private func clipped(_ x: SIMD4<Float>) -> SIMD4<Float> {
    x.replacing(with: 4, where: x .> 4).replacing(with: -4, where: x .< -4)
  }

  /// Moves `point` for one edge: pulled to `other`, pushed from the five `drawn`, all forces taken at the same place. `chunks` is
  /// the number of SIMD4s of a point; a constant where it is 1.
  @inline(__always)
  func move(
    _ point: UnsafeMutablePointer<Float>, towards other: UnsafePointer<Float>,
    from drawn: (
      UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>
    ), rate: Float, chunks: Int
  ) {
    var (s0, s1, s2, s3, s4, s5) = (
      SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero
    )
    for chunk in 0..<chunks {
      let x = load(point + 4 * chunk)
      let d0 = x - load(other + 4 * chunk)
      let d1 = x - load(drawn.0 + 4 * chunk)
      let d2 = x - load(drawn.1 + 4 * chunk)
      let d3 = x - load(drawn.2 + 4 * chunk)
      let d4 = x - load(drawn.3 + 4 * chunk)
      let d5 = x - load(drawn.4 + 4 * chunk)
      s0 += d0 * d0
      s1 += d1 * d1
      s2 += d2 * d2
      s3 += d3 * d3
      s4 += d4 * d4
      s5 += d5 * d5
    }
    let f = factors(SIMD8(s0.sum(), s1.sum(), s2.sum(), s3.sum(), s4.sum(), s5.sum(), 1, 1))
    for chunk in 0..<chunks {
      let x = load(point + 4 * chunk)
      var force = clipped((x - load(other + 4 * chunk)) * f[0]) * pull
      force += clipped((x - load(drawn.0 + 4 * chunk)) * f[1])
      force += clipped((x - load(drawn.1 + 4 * chunk)) * f[2])
      force += clipped((x - load(drawn.2 + 4 * chunk)) * f[3])
      force += clipped((x - load(drawn.3 + 4 * chunk)) * f[4])
      force += clipped((x - load(drawn.4 + 4 * chunk)) * f[5])
      UnsafeMutableRawPointer(point + 4 * chunk).storeBytes(of: x + force * rate, as: SIMD4<Float>.self)
    }
  }
}

/// x^b for eight numbers between 1e-18 and 1e18 and |b| up to 2, to about 3e-6. The polynomials are summed by halves: what counts is
/// the length of the chain of operations that wait for each other.
enum FastPower {
  @inline(__always)
  static func power(_ x: SIMD8<Float>, _ b: Float) -> SIMD8<Float> {
    // 1.5 · 2²³: adding it rounds to a whole number, which then stands in the lowest bits.
    let whole: Float = 12_582_912
    let wholeBits = Int32(bitPattern: whole.bitPattern)
    // x = 2^e m with m between √½ and √2; log2 m = 2/ln 2 · artanh((m - 1) / (m + 1)).
    let bits = unsafeBitCast(x, to: SIMD8<Int32>.self)
    let e = (bits &- 0x3F35_04F3) &>> 23
    let m = unsafeBitCast(bits &- (e &<< 23), to: SIMD8<Float>.self)
    let exponent = (unsafeBitCast(e &+ wholeBits, to: SIMD8<Float>.self) - whole) * b
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
    let n = unsafeBitCast(rounded, to: SIMD8<Int32>.self) &- wholeBits
    return unsafeBitCast(unsafeBitCast(series, to: SIMD8<Int32>.self) &+ (n &<< 23), to: SIMD8<Float>.self)
  }
}
