// Loops over contiguous float32 elements that accumulate in double. The compiler may not reorder a sum of floats, so the
// lanes are written out; the order of additions depends on the length alone.

import Glibc

package enum RowKernels {
  @inline(__always)
  private static func lanes(_ p: UnsafePointer<Float>, _ i: Int) -> SIMD8<Float> {
    UnsafeRawPointer(p + i).loadUnaligned(as: SIMD8<Float>.self)
  }

  /// Σ eight(i) over whole eights and Σ one(i) over the rest of 0 ..< n; `look` is called between two stretches. The order of the additions
  /// does not depend on them.
  @inline(__always)
  private static func total(
    _ n: Int, look: () throws -> Void, _ eight: (Int) -> SIMD8<Double>, _ one: (Int) -> Double
  ) rethrows -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      let end = min(n, i + stretch)
      while i + 8 <= end {
        total += eight(i)
        i += 8
      }
      if i + 8 <= n { try look() }
    }
    var rest = 0.0
    while i < n {
      rest += one(i)
      i += 1
    }
    return total.sum() + rest
  }

  /// Elements between two looks for Ctrl-C: whole eights, some tenths of a millisecond.
  private static let stretch = 1 << 18

  /// Σ p[i]
  package static func sum(_ p: UnsafePointer<Float>, _ n: Int) -> Double { sum(p, n) {} }

  /// The same for a line of any length: `look` is called between two stretches, and may throw.
  @inline(__always)
  package static func sum(_ p: UnsafePointer<Float>, _ n: Int, look: () throws -> Void) rethrows -> Double {
    try total(n, look: look) {
      SIMD8<Double>(lanes(p, $0))
    } _: {
      Double(p[$0])
    }
  }

  /// Σ (p[i] - centre)²
  package static func sumOfSquares(_ p: UnsafePointer<Float>, _ n: Int, centre: Double = 0) -> Double {
    sumOfSquares(p, n, centre: centre) {}
  }

  @inline(__always)
  package static func sumOfSquares(
    _ p: UnsafePointer<Float>, _ n: Int, centre: Double = 0, look: () throws -> Void
  ) rethrows -> Double {
    try total(n, look: look) {
      let x = SIMD8<Double>(lanes(p, $0)) - centre
      return x * x
    } _: {
      let x = Double(p[$0]) - centre
      return x * x
    }
  }

  /// Σ a[i] b[i]
  package static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int) -> Double { dot(a, b, n) {} }

  @inline(__always)
  package static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int, look: () throws -> Void
  ) rethrows -> Double {
    try total(n, look: look) {
      SIMD8<Double>(lanes(a, $0)) * SIMD8<Double>(lanes(b, $0))
    } _: {
      Double(a[$0]) * Double(b[$0])
    }
  }

  /// Σ (a[i] - b[i])²
  package static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int) -> Double {
    squaredDistance(a, b, n) {}
  }

  @inline(__always)
  package static func squaredDistance(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int, look: () throws -> Void
  ) rethrows -> Double {
    try total(n, look: look) {
      let x = SIMD8<Double>(lanes(a, $0)) - SIMD8<Double>(lanes(b, $0))
      return x * x
    } _: {
      let x = Double(a[$0]) - Double(b[$0])
      return x * x
    }
  }

  /// Σ p[i]² in float32, for error bounds and for scores that are computed again.
  package static func floatSumOfSquares(_ p: UnsafePointer<Float>, _ n: Int) -> Float {
    var first = SIMD8<Float>.zero
    var second = SIMD8<Float>.zero
    var i = 0
    while i + 16 <= n {
      let (x, y) = (lanes(p, i), lanes(p, i + 8))
      first += x * x
      second += y * y
      i += 16
    }
    var rest: Float = 0
    while i < n {
      rest += p[i] * p[i]
      i += 1
    }
    return (first + second).sum() + rest
  }

  /// The smallest element, NaN if there is one, +inf of none.
  static func minimum(_ p: UnsafePointer<Float>, _ n: Int) -> Float {
    var least = Float.infinity
    for i in 0..<n where p[i] < least || p[i] != p[i] {
      if p[i] != p[i] { return p[i] }
      least = p[i]
    }
    return least
  }

  /// The largest element, NaN if there is one, -inf of none.
  static func maximum(_ p: UnsafePointer<Float>, _ n: Int) -> Float {
    var most = -Float.infinity
    for i in 0..<n where p[i] > most || p[i] != p[i] {
      if p[i] != p[i] { return p[i] }
      most = p[i]
    }
    return most
  }

  /// The smallest and the largest element, passing over NaN; (+inf, -inf) of none.
  package static func range(_ p: UnsafePointer<Float>, _ n: Int) -> (low: Float, high: Float) {
    var low = SIMD8<Float>(repeating: .infinity)
    var high = SIMD8<Float>(repeating: -.infinity)
    var i = 0
    while i + 8 <= n {
      let x = lanes(p, i)
      low.replace(with: x, where: x .< low)
      high.replace(with: x, where: x .> high)
      i += 8
    }
    var (least, most) = (low.min(), high.max())
    while i < n {
      if p[i] < least { least = p[i] }
      if p[i] > most { most = p[i] }
      i += 1
    }
    return (least, most)
  }
}
