// Colours of a terminal: any red, green and blue where it shows them, else the nearest of the 256 that terminals agree on.

import Glibc

/// What a terminal can show.
package enum TextColours {
  case none
  /// 16 ... 231 are 6 x 6 x 6 colours, 232 ... 255 are greys.
  case indexed
  /// 24 bits.
  case direct

  /// A colour of a picture or a series.
  func colour(_ red: Int, _ green: Int, _ blue: Int) -> TextColour {
    self == .direct
      ? .direct(UInt8(clamping: red), UInt8(clamping: green), UInt8(clamping: blue))
      : .indexed(Palette.terminalColour(red, green, blue))
  }

  func colour(_ hex: String) -> TextColour {
    // Black is not seen on the dark ground of most terminals.
    if hex == "#000000" { return .indexed(250) }
    let (red, green, blue) = Palette.components(hex)
    return colour(red, green, blue)
  }

  /// The colour of a number at `share` of the way, 0 … 1. Among 256 colours those of a map are chosen so that their lightness rises as the map's
  /// does: the nearest ones alone would go up and down.
  func colour(_ map: ColourMap, at share: Double) -> TextColour {
    if self == .direct {
      let (red, green, blue) = map.colour(at: share)
      return colour(red, green, blue)
    }
    let ramp = Self.ramps[map] ?? []
    guard !ramp.isEmpty else { return .indexed(250) }
    return .indexed(ramp[Int((min(max(share, 0), 1) * Double(ramp.count - 1)).rounded())])
  }

  // MARK: Ramps

  private static let ramps = Dictionary(uniqueKeysWithValues: ColourMap.allCases.map { ($0, ramp($0)) })
  private static let steps = 33

  /// For each step the nearest of the 240 colours (CIE L*a*b*) that is not darker than the one before. The two halves of a diverging map both rise to its
  /// middle.
  private static func ramp(_ map: ColourMap) -> [UInt8] {
    let shares = (0..<steps).map { Double($0) / Double(steps - 1) }
    guard map == .diverging else { return rising(map, shares) }
    let middle = steps / 2
    return rising(map, Array(shares[...middle])) + rising(map, shares[middle...].reversed()).reversed().dropFirst()
  }

  private static func rising(_ map: ColourMap, _ shares: [Double]) -> [UInt8] {
    var least = -1.0
    return shares.map { share in
      let wanted = lab(map.colour(at: share))
      var best: (distance: Double, index: UInt8, lightness: Double)?
      for index in UInt8(16)...255 {
        let colour = lab(components(index))
        guard colour.0 >= least else { continue }
        let distance = hypot(hypot(colour.0 - wanted.0, colour.1 - wanted.1), colour.2 - wanted.2)
        if best == nil || distance < best?.distance ?? 0 { best = (distance, index, colour.0) }
      }
      least = best?.lightness ?? least
      return best?.index ?? 231
    }
  }

  /// Red, green and blue of a colour by its number, as xterm has them.
  package static func components(_ index: UInt8) -> (Int, Int, Int) {
    if index >= 232 {
      let grey = 8 + 10 * (Int(index) - 232)
      return (grey, grey, grey)
    }
    let level: (Int) -> Int = { $0 == 0 ? 0 : 55 + 40 * $0 }
    let place = max(Int(index) - 16, 0)
    return (level(place / 36), level(place / 6 % 6), level(place % 6))
  }

  /// CIE L*a*b* of a colour in sRGB, white point D65.
  private static func lab(_ colour: (Int, Int, Int)) -> (Double, Double, Double) {
    let linear: (Int) -> Double = {
      let share = Double($0) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    let (r, g, b) = (linear(colour.0), linear(colour.1), linear(colour.2))
    let curve: (Double) -> Double = { $0 > 216.0 / 24389 ? cbrt($0) : (24389.0 / 27 * $0 + 16) / 116 }
    let x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
    let y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b)
    let z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))
  }
}

/// One colour as a terminal is told it.
package enum TextColour: Equatable {
  case indexed(UInt8)
  case direct(UInt8, UInt8, UInt8)

  /// The parameters of the escape sequence (ECMA-48 SGR 38 and 48).
  func code(isPaper: Bool) -> String {
    let place = isPaper ? 48 : 38
    return switch self {
    case .indexed(let index): "\(place);5;\(index)"
    case .direct(let red, let green, let blue): "\(place);2;\(red);\(green);\(blue)"
    }
  }

  /// Letters on a ground of this colour.
  var ink: TextColour {
    let ground =
      switch self {
      case .indexed(let index): TextColours.components(index)
      case .direct(let red, let green, let blue): (Int(red), Int(green), Int(blue))
      }
    return Palette.ink(on: ground) == "#000000" ? .indexed(16) : .indexed(231)
  }
}

extension Palette {
  /// The nearest of the 6 x 6 x 6 colours that terminals call 16 ... 231.
  static func terminalColour(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
    let level: (Int) -> Int = { $0 < 48 ? 0 : $0 < 115 ? 1 : min(($0 - 35) / 40, 5) }
    return UInt8(clamping: 16 + 36 * level(red) + 6 * level(green) + level(blue))
  }
}
