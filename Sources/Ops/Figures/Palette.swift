// Colours that people with any kind of colour vision can tell apart.

import Glibc
import Lang
import Runtime

enum Palette {
  /// Okabe and Ito, "Color Universal Design" (2008), by name; the order is that in which series take them. Yellow is last: it
  /// is faint on white.
  package static let named: [(name: String, hex: String)] = [
    ("blue", "#0072b2"), ("red", "#d55e00"), ("green", "#009e73"), ("purple", "#cc79a7"), ("orange", "#e69f00"),
    ("sky", "#56b4e9"), ("black", "#000000"), ("yellow", "#f0e442"),
  ]

  /// Of numbers above and below 0, where a colour says the sign: those at the ends of a diverging map.
  static let positive = "#0072b2"
  static let negative = "#d55e00"

  /// Names that series do not take by themselves.
  private static let extra: [(name: String, hex: String)] = [("gray", "#8c8c8c"), ("light", "#c8c8c8")]

  /// Colour of series `index`; from the ninth on they repeat, with another dash or sign.
  package static func hex(ofSeries index: Int) -> String { named[index % named.count].hex }

  /// Colours of a panel's series, and how often all colours had been taken before each.
  static func colours(_ layers: [Layer]) -> [(hex: String, repeats: Int)] {
    var automatic = 0
    return layers.map { layer in
      if case .fixed(let hex) = layer.paint { return (hex, 0) }
      defer { automatic += 1 }
      return (hex(ofSeries: automatic), automatic / named.count)
    }
  }

  /// The names that a colour may have.
  static var names: [String] { (named + extra).map(\.name) }

  /// The colour that a program names: one of the palette, or "#rrggbb".
  package static func hex(named name: String, operation: String) throws -> String {
    if let known = (named + extra).first(where: { $0.name == name }) { return known.hex }
    if name == "grey" { return extra[0].hex }
    let digits = name.utf8.dropFirst()
    if name.utf8.first == UInt8(ascii: "#"), digits.count == 6, UInt32(Substring(digits), radix: 16) != nil,
      digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-")
    {
      return name.lowercased()
    }
    throw Fault.badChoice(
      operation: operation, parameter: "color", got: name, allowed: names + ["#rrggbb"])
  }

  /// "#rrggbb" of red, green and blue, each 0 ... 255.
  static func hex(_ colour: (Int, Int, Int)) -> String {
    let text = String(colour.0 << 16 | colour.1 << 8 | colour.2, radix: 16)
    return "#" + String(repeating: "0", count: max(0, 6 - text.utf8.count)) + text
  }

  /// Darker, for letters in the colour of a series.
  static func ink(_ colour: String) -> String {
    let (red, green, blue) = components(colour)
    return hex((red * 6 / 10, green * 6 / 10, blue * 6 / 10))
  }

  /// Black or white, whichever is easier to read on a ground of this colour: by its lightness (CIE L* of 50 is a luminance of 0.184).
  static func ink(on ground: (Int, Int, Int)) -> String { luminance(ground) > 0.184 ? "#000000" : "#ffffff" }

  /// How bright a colour is, 0 … 1 (WCAG 2, relative luminance).
  static func luminance(_ colour: (Int, Int, Int)) -> Double {
    let linear: (Int) -> Double = {
      let share = Double($0) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
  }

  /// Red, green, blue, each 0 ... 255.
  static func components(_ hex: String) -> (Int, Int, Int) {
    let bits = Int(Substring(hex.utf8.dropFirst()), radix: 16) ?? 0
    return (bits >> 16 & 255, bits >> 8 & 255, bits & 255)
  }
}

/// How numbers become colours in heat maps and coloured points.
package enum ColourMap: String, CaseIterable {
  /// Lightness rises evenly (van der Walt and Smith, matplotlib 2015), every 17th of matplotlib's 256 colours.
  case viridis
  /// The same for all kinds of colour vision (Nuñez, Anderton and Renslow 2018).
  case cividis
  /// Orange below 0, white, blue above it, for numbers with a sign.
  case diverging

  var stops: [String] {
    switch self {
    case .viridis:
      [
        "#440154", "#481a6c", "#472f7d", "#414487", "#39568c", "#31688e", "#2a788e", "#23888e", "#1f988b", "#22a884",
        "#35b779", "#54c568", "#7ad151", "#a5db36", "#d2e21b", "#fde725",
      ]
    case .cividis:
      [
        "#00224e", "#002e6c", "#1e3a6f", "#35456c", "#47516c", "#575d6d", "#666970", "#757575", "#848279", "#948e77",
        "#a59c74", "#b7a96e", "#c8b866", "#dbc75a", "#eed649", "#fee838",
      ]
    case .diverging: ["#8f4a06", "#e08214", "#f6c08a", "#f7f7f7", "#a6cbe3", "#4a90c8", "#08519c"]
    }
  }

  /// The numbers at the ends of the colours, for numbers from `low` to `high`.
  func range(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    let limit = max(abs(low), abs(high))
    let (low, high) = self == .diverging ? (-limit, limit) : (low, high)
    return low < high ? low...high : (low - 0.5)...(high + 0.5)
  }

  /// Red, green, blue at `fraction` of the way, 0 ... 1.
  func colour(at fraction: Double) -> (Int, Int, Int) {
    let stops = stops
    let place = min(max(fraction.isNaN ? 0 : fraction, 0), 1) * Double(stops.count - 1)
    let lower = min(Int(place), stops.count - 2)
    let (a, b) = (Palette.components(stops[lower]), Palette.components(stops[lower + 1]))
    let share = place - Double(lower)
    let mixed: (Int, Int) -> Int = { Int((Double($0) + (Double($1) - Double($0)) * share).rounded()) }
    return (mixed(a.0, b.0), mixed(a.1, b.1), mixed(a.2, b.2))
  }
}
