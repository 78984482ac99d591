// Random numbers for the inner loops.

/// Pseudo-random numbers that cost two instructions each, from a start that is hashed of whom they are for.
package struct DrawStream {
  private var state: UInt64

  /// The finaliser of SplitMix64.
  package static func hash(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package init(key: UInt64, epoch: Int, point: Int) {
    state = DrawStream.hash(
      key ^ DrawStream.hash(UInt64(truncatingIfNeeded: epoch) << 32 | UInt64(truncatingIfNeeded: point)))
  }

  /// 0 ..< bound, bound < 2³²
  @inline(__always)
  package mutating func next(below bound: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(truncatingIfNeeded: ((state >> 32) &* bound) >> 32)
  }
}
