// Loops over contiguous float32 elements that accumulate in double. The compiler may not reorder a sum of floats, so the
// lanes are written out; the order of additions depends on the length alone.

import Glibc

package enum RowKernels {
  @inline(__always)
  private static func lanes(_ p: UnsafePointer<Float>, _ i: Int) -> SIMD8<Float> {
    UnsafeRawPointer(p + i).loadUnaligned(as: SIMD8<Float>.self)
  }

  /// Σ p[i]
  package static func sum(_ p: UnsafePointer<Float>, _ n: Int) -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      total += SIMD8<Double>(lanes(p, i))
      i += 8
    }
    var rest = 0.0
    while i < n {
      rest += Double(p[i])
      i += 1
    }
    return total.sum() + rest
  }

  /// Σ (p[i] - centre)²
  package static func sumOfSquares(_ p: UnsafePointer<Float>, _ n: Int, centre: Double = 0) -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      let x = SIMD8<Double>(lanes(p, i)) - centre
      total += x * x
      i += 8
    }
    var rest = 0.0
    while i < n {
      let x = Double(p[i]) - centre
      rest += x * x
      i += 1
    }
    return total.sum() + rest
  }

  /// Σ a[i] b[i]
  package static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int) -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      total += SIMD8<Double>(lanes(a, i)) * SIMD8<Double>(lanes(b, i))
      i += 8
    }
    var rest = 0.0
    while i < n {
      rest += Double(a[i]) * Double(b[i])
      i += 1
    }
    return total.sum() + rest
  }

  /// Σ (a[i] - b[i])²
  package static func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int) -> Double {
    var total = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= n {
      let x = SIMD8<Double>(lanes(a, i)) - SIMD8<Double>(lanes(b, i))
      total += x * x
      i += 8
    }
    var rest = 0.0
    while i < n {
      let x = Double(a[i]) - Double(b[i])
      rest += x * x
      i += 1
    }
    return total.sum() + rest
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
