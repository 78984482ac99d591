// Rotary positions (Su et al. 2021): pairs of entries of a query or key turn by angles that grow with the position, so that a
// score depends on how far apart two tokens stand. The frequencies and their scalings follow transformers'
// `modeling_rope_utils.py`.

import Glibc
import Lang
import Runtime

package final class Rotary {
  package enum Pairing: String {
    /// Entries p and p + r/2 turn together (GPT-NeoX, Llama as Hugging Face stores it).
    case half
    /// Entries 2p and 2p + 1 do (GPT-J).
    case pair
  }

  /// r: how many of the k entries turn; the others stay.
  package let dimensions: Int
  package let base: Double
  /// `rope_type`: default, linear, dynamic, llama3, yarn, longrope.
  package let type: String
  let pairing: Pairing
  /// Angle for one position, r/2 of them.
  package let frequencies: [Double]
  /// longrope: those of texts of more than `limit` tokens.
  let longFrequencies: [Double]?
  package let limit: Int
  /// Cosines and sines are multiplied by it, so the turning part of a score by its square.
  package let factor: Double

  package init(
    dimensions: Int, base: Double, type: String = "default", pairing: Pairing, frequencies: [Double]? = nil,
    longFrequencies: [Double]? = nil, limit: Int = .max, factor: Double = 1
  ) {
    self.dimensions = dimensions
    self.base = base
    self.type = type
    self.pairing = pairing
    self.frequencies = frequencies ?? Self.plain(dimensions, base)
    self.longFrequencies = longFrequencies
    self.limit = limit
    self.factor = factor
  }

  /// base^(-2p/r) for p = 0 … r/2 - 1.
  package static func plain(_ dimensions: Int, _ base: Double) -> [Double] {
    (0..<dimensions / 2).map { pow(base, -2 * Double($0) / Double(dimensions)) }
  }

  /// The frequencies for texts of that many tokens.
  package func frequencies(forLength length: Int) -> [Double] {
    length > limit ? longFrequencies ?? frequencies : frequencies
  }

  /// Cosines and sines, f included, of positions: [positions, r/2] each.
  package struct Turns {
    package let rotary: Rotary
    let cosines, sines: [Float]

    /// `lengths`: of the text that each position is in.
    package init(_ rotary: Rotary, at positions: [Int], lengths: [Int]) {
      self.rotary = rotary
      var (cosines, sines) = ([Float](), [Float]())
      cosines.reserveCapacity(positions.count * rotary.frequencies.count)
      sines.reserveCapacity(positions.count * rotary.frequencies.count)
      for (position, length) in zip(positions, lengths) {
        for frequency in rotary.frequencies(forLength: length) {
          let angle = Double(position) * frequency
          cosines.append(Float(cos(angle) * rotary.factor))
          sines.append(Float(sin(angle) * rotary.factor))
        }
      }
      (self.cosines, self.sines) = (cosines, sines)
    }

    /// Turns `count` vectors of k entries, `stride` apart, that all stand at position number `row` of these; `isTransposed`: by the
    /// transposed matrices, as cotangents turn.
    package func apply(
      _ start: UnsafeMutablePointer<Float>, count: Int, stride: Int, row: Int, isTransposed: Bool = false
    ) {
      let sign: Float = isTransposed ? -1 : 1
      let planes = rotary.dimensions / 2
      let (across, step) = rotary.pairing == .half ? (planes, 1) : (1, 2)
      cosines.withUnsafeBufferPointer { cosines in
        sines.withUnsafeBufferPointer { sines in
          for vector in 0..<count {
            let x = start + vector * stride
            for plane in 0..<planes {
              let (cosine, sine) = (cosines[row * planes + plane], sign * sines[row * planes + plane])
              let (a, b) = (x[plane * step], x[plane * step + across])
              x[plane * step] = a * cosine - b * sine
              x[plane * step + across] = b * cosine + a * sine
            }
          }
        }
      }
    }
  }
}
