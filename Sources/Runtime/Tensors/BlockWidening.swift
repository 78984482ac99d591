// The numbers of llama.cpp's blocks as float32. Each is computed in double and rounded once: products of their few bits are exact in float32
// too, so that every right reader agrees to the last bit. Source: ggml-quants.c (`dequantize_row_…`) and gguf-py (`quants.py`).

extension ElementType {
  /// target[0 ..< block.elements] = the elements of the block at `bytes`.
  func widenBlock(_ bytes: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>) {
    switch self {
    case .float32, .float16, .bfloat16: return
    case .q80:
      let d = half(bytes, 0)
      for i in 0..<32 { target[i] = Float(d * Double(signed(bytes, 2 + i))) }
    case .q40:
      let d = half(bytes, 0)
      nibbles(bytes + 2) { target[$0] = Float(d * Double($1 - 8)) }
    case .q41:
      let (d, m) = (half(bytes, 0), half(bytes, 2))
      nibbles(bytes + 4) { target[$0] = Float(d * Double($1) + m) }
    case .q50:
      let (d, high) = (half(bytes, 0), word(bytes, 2))
      nibbles(bytes + 6) { target[$0] = Float(d * Double($1 + fifthBit(high, $0) - 16)) }
    case .q51:
      let (d, m, high) = (half(bytes, 0), half(bytes, 2), word(bytes, 4))
      nibbles(bytes + 8) { target[$0] = Float(d * Double($1 + fifthBit(high, $0)) + m) }
    case .iq4nl:
      let d = half(bytes, 0)
      nibbles(bytes + 2) { target[$0] = Float(d * Double(Self.levels[$1])) }
    case .iq4xs: widenIQ4XS(bytes, target)
    case .q2k: widenQ2K(bytes, target)
    case .q3k: widenQ3K(bytes, target)
    case .q4k: widenQ45K(bytes, target, bytes + 16, high: nil)
    case .q5k: widenQ45K(bytes, target, bytes + 48, high: bytes + 16)
    case .q6k: widenQ6K(bytes, target)
    }
  }

  /// What the numbers 0 to 15 of IQ4 stand for.
  private static let levels: [Int] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

  // MARK: Blocks of 256

  private func widenIQ4XS(_ bytes: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(bytes, 0)
    let high = unsigned(bytes, 2) | unsigned(bytes, 3) << 8
    for b in 0..<8 {
      let scale = (unsigned(bytes, 4 + b / 2) >> (4 * (b % 2))) & 15 | ((high >> (2 * b)) & 3) << 4
      let dl = d * Double(scale - 32)
      nibbles(bytes + 8 + 16 * b) { target[32 * b + $0] = Float(dl * Double(Self.levels[$1])) }
    }
  }

  private func widenQ2K(_ bytes: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let (d, dmin) = (half(bytes, 80), half(bytes, 82))
    for i in 0..<256 {
      let (n, j, l) = (i / 128, i / 32 % 4, i % 32)
      let scale = unsigned(bytes, 8 * n + 2 * j + l / 16)
      let q = (unsigned(bytes, 16 + 32 * n + l) >> (2 * j)) & 3
      target[i] = difference(d * Double(scale & 15), q, dmin * Double(scale >> 4))
    }
  }

  private func widenQ3K(_ bytes: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(bytes, 108)
    for i in 0..<256 {
      let (n, j, l) = (i / 128, i / 32 % 4, i % 32)
      let k = 8 * n + 2 * j + l / 16
      let low = k < 8 ? unsigned(bytes, 96 + k) & 15 : unsigned(bytes, 96 + k - 8) >> 4
      let scale = low | ((unsigned(bytes, 104 + k % 4) >> (2 * (k / 4))) & 3) << 4
      let q = (unsigned(bytes, 32 + 32 * n + l) >> (2 * j)) & 3
      let isHigh = (unsigned(bytes, l) >> (4 * n + j)) & 1 == 1
      target[i] = Float(d * Double(scale - 32) * Double(isHigh ? q : q - 4))
    }
  }

  /// Q4_K and Q5_K, whose elements have a fifth bit in `high`.
  private func widenQ45K(
    _ bytes: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ quants: UnsafeRawPointer,
    high: UnsafeRawPointer?
  ) {
    let (d, dmin) = (half(bytes, 0), half(bytes, 2))
    func packed(_ i: Int) -> Int { unsigned(bytes, 4 + i) }
    for j in 0..<8 {
      let scale = j < 4 ? packed(j) & 63 : packed(j + 4) & 15 | (packed(j - 4) >> 6) << 4
      let least = j < 4 ? packed(j + 4) & 63 : packed(j + 4) >> 4 | (packed(j) >> 6) << 4
      let (dl, ml) = (d * Double(scale), dmin * Double(least))
      for l in 0..<32 {
        var q = (unsigned(quants, 32 * (j / 2) + l) >> (4 * (j % 2))) & 15
        if let high { q |= ((unsigned(high, l) >> j) & 1) << 4 }
        target[32 * j + l] = difference(dl, q, ml)
      }
    }
  }

  private func widenQ6K(_ bytes: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>) {
    let d = half(bytes, 208)
    for i in 0..<256 {
      let (n, r, l) = (i / 128, i / 32 % 4, i % 32)
      let low = (unsigned(bytes, 64 * n + 32 * (r % 2) + l) >> (4 * (r / 2))) & 15
      let q = low | ((unsigned(bytes, 128 + 32 * n + l) >> (2 * r)) & 3) << 4
      target[i] = Float(d * Double(signed(bytes, 192 + 8 * n + 2 * r + l / 16)) * Double(q - 32))
    }
  }

  // MARK: Parts of a block

  /// scale · q - least. The product is exact in float32, as is the difference but for one rounding.
  @inline(__always)
  private func difference(_ scale: Double, _ q: Int, _ least: Double) -> Float { Float(scale * Double(q) - least) }

  @inline(__always)
  private func unsigned(_ bytes: UnsafeRawPointer, _ at: Int) -> Int {
    Int(bytes.load(fromByteOffset: at, as: UInt8.self))
  }

  @inline(__always)
  private func signed(_ bytes: UnsafeRawPointer, _ at: Int) -> Int {
    Int(bytes.load(fromByteOffset: at, as: Int8.self))
  }

  private func half(_ bytes: UnsafeRawPointer, _ at: Int) -> Double {
    Double(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self))))
  }

  private func word(_ bytes: UnsafeRawPointer, _ at: Int) -> UInt32 {
    UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
  }

  @inline(__always)
  private func fifthBit(_ high: UInt32, _ element: Int) -> Int { Int((high >> UInt32(element)) & 1) << 4 }

  /// The low halves of 16 bytes are elements 0 to 15, the high ones 16 to 31.
  @inline(__always)
  private func nibbles(_ bytes: UnsafeRawPointer, _ body: (Int, Int) -> Void) {
    for j in 0..<16 {
      let byte = unsigned(bytes, j)
      body(j, byte & 15)
      body(j + 16, byte >> 4)
    }
  }
}
