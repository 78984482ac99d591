// Rotary positions as config.json writes them: transformers 5's `rope_parameters`, or `rope_theta`, `rope_scaling` and the
// families' own keys of before. A scaling that is not known is refused: short texts would look right without it.

import Glibc
import Lang
import Runtime

/// What a family says of its rotary positions.
package struct RotaryRule {
  var pairing: Rotary.Pairing
  /// The family's default θ.
  package var base: Double
  /// Keys of before `rope_parameters`.
  var baseKey: String
  package var partKey: String?
  /// The share of the k entries that turn, where no key says it.
  package var part: Double
  /// In families with two rules: the name under `rope_parameters`.
  var layerType: String?
  /// Whether `rope_scaling` of the old spelling is for this rule.
  var hasScaling: Bool

  package init(
    pairing: Rotary.Pairing = .half, base: Double = 10000, baseKey: String = "rope_theta", partKey: String? = nil,
    part: Double = 1, layerType: String? = nil, hasScaling: Bool = true
  ) {
    (self.pairing, self.base, self.baseKey, self.partKey) = (pairing, base, baseKey, partKey)
    (self.part, self.layerType, self.hasScaling) = (part, layerType, hasScaling)
  }
}

extension ConfigReader {
  /// The rotary positions of heads of width `k`. `positions`: `max_position_embeddings`.
  package func rotary(_ rule: RotaryRule, width k: Int, positions: Int) throws -> Rotary {
    var new = try nested("rope_parameters")
    if let outer = new, let type = rule.layerType {
      guard let inner = try outer.nested(type) else { throw outer.fault(type, "it is missing") }
      new = inner
    }
    let old = rule.hasScaling ? try nested("rope_scaling") : nil
    if let new { try new.forbidOther(than: "rope_theta", here: rule.layerType == nil ? rule.baseKey : nil, of: self) }
    let scaling = new ?? old
    let base =
      try new.map { try $0.number("rope_theta", above: 0, below: 1e18, default: rule.base) }
      ?? number(rule.baseKey, above: 0, below: 1e18, default: rule.base)
    var part = rule.part
    if let key = rule.partKey {
      if let new, new.has("partial_rotary_factor") {
        try new.forbidOther(than: "partial_rotary_factor", here: key, of: self)
        part = try new.number("partial_rotary_factor", above: 0, through: 1)
      } else {
        part = try number(key, above: 0, through: 1, default: part)
      }
    }
    let r = Int(Double(k) * part)
    guard r > 0, r % 2 == 0 else {
      throw fault(
        rule.partKey ?? "head_dim", "\(r) of the \(k) entries of a head would turn; it must be an even number")
    }
    let type = try scaling?.ropeType() ?? "default"
    guard let scaling, type != "default" else { return Rotary(dimensions: r, base: base, pairing: rule.pairing) }
    return try scaling.scaled(type, r, base, rule.pairing, positions: positions, outer: self)
  }

  /// Throws when both spellings are there and differ.
  private func forbidOther(than key: String, here other: String?, of outer: ConfigReader) throws {
    guard let other, outer.has(other), has(key) else { return }
    let (mine, its) = (try number(key, above: -1, below: 1e18), try outer.number(other, above: -1, below: 1e18))
    guard mine == its else {
      throw outer.fault(other, "it is \(numberText(its)), but `rope_parameters` says \(numberText(mine))")
    }
  }

  private func ropeType() throws -> String {
    let names = ["rope_type", "type"].filter(has)
    let types = try names.map { try string($0) }
    guard let type = types.first else { return "default" }
    guard types.allSatisfy({ $0 == type }) else { throw fault("type", "it contradicts `rope_type`") }
    return type
  }

  private func scaled(
    _ type: String, _ r: Int, _ base: Double, _ pairing: Rotary.Pairing, positions: Int, outer: ConfigReader
  ) throws -> Rotary {
    let plain = Rotary.plain(r, base)
    func made(_ frequencies: [Double], factor: Double = 1) -> Rotary {
      Rotary(dimensions: r, base: base, type: type, pairing: pairing, frequencies: frequencies, factor: factor)
    }
    switch type {
    case "linear":
      let factor = try number("factor", above: 0, below: 1e9)
      return made(plain.map { $0 / factor })
    case "dynamic":
      // Longer texts than the model has positions are refused; up to there the base does not change.
      _ = try number("factor", above: 0, below: 1e9)
      return made(plain)
    case "llama3":
      let factor = try number("factor", above: 0, below: 1e9)
      let (low, high) = (
        try number("low_freq_factor", above: 0, below: 1e9), try number("high_freq_factor", above: 0, below: 1e9)
      )
      guard low < high else { throw fault("high_freq_factor", "it is not above `low_freq_factor`") }
      let original = Double(try whole("original_max_position_embeddings", in: 1...(1 << 40)))
      return made(
        plain.map { theta in
          let wave = 2 * Double.pi / theta
          if wave < original / high { return theta }
          if wave > original / low { return theta / factor }
          let smooth = (original / wave - low) / (high - low)
          return (1 - smooth) * theta / factor + smooth * theta
        })
    case "yarn": return try yarn(plain, base, positions: positions, made)
    case "longrope", "su": return try longRotary(plain, base, pairing, type, positions: positions, outer: outer)
    default:
      throw fault(
        has("rope_type") ? "rope_type" : "type", "the rotary scaling \(Printer.quoted(type)) is not known here",
        help: "known: default, linear, dynamic, llama3, yarn, longrope")
    }
  }

  /// Source: Peng et al. 2023, YaRN, as transformers computes it.
  private func yarn(
    _ plain: [Double], _ base: Double, positions: Int, _ made: ([Double], Double) -> Rotary
  ) throws -> Rotary {
    let r = 2 * plain.count
    let factor = try number("factor", above: 0, below: 1e9)
    let original = Double(
      try whole("original_max_position_embeddings", in: 1...(1 << 40), default: positions))
    let fast = try number("beta_fast", above: 0, below: 1e9, default: 32)
    let slow = try number("beta_slow", above: 0, below: 1e9, default: 1)
    let truncates = try bool("truncate", default: true)
    func corner(_ turns: Double) -> Double { Double(r) * log(original / (2 * .pi * turns)) / (2 * log(base)) }
    let (lowCorner, highCorner) = (corner(fast), corner(slow))
    let low = max(truncates ? lowCorner.rounded(.down) : lowCorner, 0)
    var high = min(truncates ? highCorner.rounded(.up) : highCorner, Double(r - 1))
    if low == high { high += 0.001 }
    let frequencies = plain.enumerated().map { p, theta in
      let ramp = min(max((Double(p) - low) / (high - low), 0), 1)
      return ramp * theta / factor + (1 - ramp) * theta
    }
    func gain(_ scale: Double) -> Double { factor <= 1 ? 1 : 0.1 * scale * log(factor) + 1 }
    let (scale, all) = (
      try number("mscale", above: -1e9, below: 1e9, default: 0),
      try number("mscale_all_dim", above: -1e9, below: 1e9, default: 0)
    )
    let given = try attentionFactor()
    return made(frequencies, given ?? (scale != 0 && all != 0 ? gain(scale) / gain(all) : gain(1)))
  }

  /// Source: Ding et al. 2024, LongRoPE, as Phi-3 has it.
  private func longRotary(
    _ plain: [Double], _ base: Double, _ pairing: Rotary.Pairing, _ type: String, positions: Int, outer: ConfigReader
  ) throws -> Rotary {
    let place = outer.has("original_max_position_embeddings") ? outer : self
    let original = try place.whole("original_max_position_embeddings", in: 1...(1 << 40), default: positions)
    func stretched(_ key: String) throws -> [Double] {
      let factors = try numbers(key)
      guard factors.count == plain.count else {
        throw fault(key, "it holds \(factors.count) numbers, the heads have \(plain.count) turning pairs")
      }
      guard factors.allSatisfy({ $0 > 0 }) else { throw fault(key, "it holds a number that is not above 0") }
      return zip(plain, factors).map { $0 / $1 }
    }
    let ratio =
      has("factor") ? try number("factor", above: 0, below: 1e9) : Double(positions) / Double(original)
    let usual = ratio <= 1 ? 1 : (1 + log(ratio) / log(Double(original))).squareRoot()
    return Rotary(
      dimensions: 2 * plain.count, base: base, type: type, pairing: pairing,
      frequencies: try stretched("short_factor"), longFrequencies: try stretched("long_factor"), limit: original,
      factor: try attentionFactor() ?? usual)
  }

  private func attentionFactor() throws -> Double? {
    has("attention_factor") ? try number("attention_factor", above: 0, below: 1e9) : nil
  }
}
