// The classes of code points that the patterns of tokenizers tell apart.

/// A class, or several of them. Every code point is in one.
struct CharacterClass: OptionSet {
  let rawValue: UInt8

  /// `\p{Lu}` and `\p{Lt}`, `\p{Ll}`, `\p{Lm}` and `\p{Lo}`.
  static let upper = CharacterClass(rawValue: 1)
  static let lower = CharacterClass(rawValue: 2)
  static let caseless = CharacterClass(rawValue: 4)
  /// `\p{M}`, `\p{N}`, `\s`, and everything else.
  static let mark = CharacterClass(rawValue: 8)
  static let number = CharacterClass(rawValue: 16)
  static let space = CharacterClass(rawValue: 32)
  static let other = CharacterClass(rawValue: 64)

  /// `\p{L}`
  static let letter: CharacterClass = [.upper, .lower, .caseless]

  private static let ascii: [CharacterClass] = (0..<128).map { of(slowly: Unicode.Scalar(UInt8($0))) }

  /// The class of a code point; ASCII by a table.
  @inline(__always)
  package static func of(_ scalar: Unicode.Scalar) -> CharacterClass {
    scalar.value < 128 ? ascii[Int(scalar.value)] : of(slowly: scalar)
  }

  /// Letters, marks and numbers by general category, spaces by White_Space. Code points newer than Unicode 16 count as unassigned, as
  /// they do in tiktoken and in Hugging Face tokenizers: else the same text would get other ids here.
  private static func of(slowly scalar: Unicode.Scalar) -> CharacterClass {
    let properties = scalar.properties
    let kind: CharacterClass
    switch properties.generalCategory {
    case .unassigned, .surrogate, .privateUse: return .other
    case .uppercaseLetter, .titlecaseLetter: kind = .upper
    case .lowercaseLetter: kind = .lower
    // Unicode 17 made a caseless letter of this one.
    case .modifierLetter, .otherLetter: kind = scalar.value == 0x295 ? .lower : .caseless
    case .nonspacingMark, .spacingMark, .enclosingMark: kind = .mark
    case .decimalNumber, .letterNumber, .otherNumber: kind = .number
    default: return properties.isWhitespace ? .space : .other
    }
    return isKnown(properties) ? kind : .other
  }

  private static func isKnown(_ properties: Unicode.Scalar.Properties) -> Bool {
    guard let age = properties.age else { return false }
    return age.major <= 16
  }
}
