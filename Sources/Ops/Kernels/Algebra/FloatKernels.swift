// Exponentials in float32, eight at a time: a softmax or an MLP's activation of a thousand tokens is a hundred million of them.

import Runtime

package enum FloatKernels {
  typealias Lanes = SIMD8<Float>

  /// e^x to 2 units in the last place; 0 below -87.3, e^88 above 88, NaN of NaN.
  /// Source: Cephes (Moshier), `expf`: e^x = 2^n e^r with |r| ≤ ln 2 / 2 and a polynomial of degree 7 for e^r.
  @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    var x = x
    let vanishes = x .< -87.3
    x.replace(with: -87.3, where: vanishes)
    x.replace(with: 88, where: x .> 88)
    // Adding 1.5 · 2^23 rounds to a whole number n and leaves it in the low bits.
    let shifter: Float = 12_582_912
    let shifted = x * 1.44269504 + shifter
    let n = shifted - shifter
    // ln 2 in two parts, so that r is exact.
    let r = (x - n * 0.693359375) + n * 2.12194440e-4
    var p = r * 1.9875691500e-4 + 1.3981999507e-3
    p = p * r + 8.3334519073e-3
    p = p * r + 4.1665795894e-2
    p = p * r + 1.6666665459e-1
    p = p * r + 5.0000001201e-1
    p = p * r * r + r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD8<UInt32>.self) &<< 23
    var result = p * unsafeBitCast(exponent &+ 0x3F80_0000, to: Lanes.self)
    result.replace(with: 0, where: vanishes)
    return result
  }

  /// target[i] = function(source[i]); the two may be the same memory.
  @inline(__always)
  static func map(
    _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int, _ function: (Lanes) -> Lanes
  ) {
    var i = 0
    while i + 8 <= count {
      let x = UnsafeRawPointer(source + i).loadUnaligned(as: Lanes.self)
      UnsafeMutableRawPointer(target + i).storeBytes(of: function(x), as: Lanes.self)
      i += 8
    }
    guard i < count else { return }
    var rest = Lanes.zero
    for lane in 0..<(count - i) { rest[lane] = source[i + lane] }
    rest = function(rest)
    for lane in 0..<(count - i) { target[i + lane] = rest[lane] }
  }

  /// exp(x) / Σ exp(x), shifted by the largest element; the sum is in double. The two may be the same memory.
  package static func softmax(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int) {
    let largest = RowKernels.range(source, count).high
    map(source, into: target, count) { exp($0 - largest) }
    let factor = Float(1 / RowKernels.sum(target, count))
    for i in 0..<count { target[i] *= factor }
  }

  /// The same for rows of any length, which Ctrl-C ends.
  static func softmaxInBlocks(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, _ count: Int)
    throws
  {
    let block = 1 << 20
    guard count > block else { return softmax(source, into: target, count) }
    var largest = -Float.infinity
    try inBlocks(count, of: block) { largest = max(largest, RowKernels.range(source + $0.lowerBound, $0.count).high) }
    var sum = 0.0
    try inBlocks(count, of: block) { range in
      let part = target + range.lowerBound
      map(source + range.lowerBound, into: part, range.count) { exp($0 - largest) }
      sum += RowKernels.sum(part, range.count)
    }
    let factor = Float(1 / sum)
    try inBlocks(count, of: block) { for i in $0 { target[i] *= factor } }
  }
}
