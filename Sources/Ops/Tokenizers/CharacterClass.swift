// The four classes of code points that GPT-2's pattern tells apart.

/// `\p{L}`, `\p{N}`, `\s`, and everything else.
enum CharacterClass: UInt8 {
  case letter, number, space, other

  private static let ascii: [CharacterClass] = (0..<128).map { of(slowly: Unicode.Scalar(UInt8($0))) }

  static func of(_ scalar: Unicode.Scalar) -> CharacterClass {
    scalar.value < 128 ? ascii[Int(scalar.value)] : of(slowly: scalar)
  }

  /// Letters and numbers by general category, spaces by White_Space. Code points newer than Unicode 16 count as unassigned, as
  /// they do in tiktoken and in Hugging Face tokenizers: else the same text would get other ids here.
  private static func of(slowly scalar: Unicode.Scalar) -> CharacterClass {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .unassigned, .surrogate, .privateUse: return .other
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return isKnown(properties) ? .letter : .other
    case .decimalNumber, .letterNumber, .otherNumber: return isKnown(properties) ? .number : .other
    default: return properties.isWhitespace ? .space : .other
    }
  }

  private static func isKnown(_ properties: Unicode.Scalar.Properties) -> Bool {
    guard let age = properties.age else { return false }
    return age.major <= 16
  }
}
