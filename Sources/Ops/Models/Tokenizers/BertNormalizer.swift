// BERT's own cleaning of a text (google-research/bert, `tokenization.py`), with the Unicode tables of Hugging Face tokenizers:
// general categories there are those of Unicode 8 with a few slips, which make the same ids only when they are made here too.

import Runtime

struct BertNormalizer {
  /// Drops control characters and makes each white space a blank.
  var cleansText = true
  /// Puts blanks around each CJK ideograph.
  var partsIdeographs = true
  /// Drops nonspacing marks after decomposition.
  var stripsAccents = true
  var lowercases = true

  init(cleansText: Bool = true, partsIdeographs: Bool, stripsAccents: Bool?, lowercases: Bool) {
    self.cleansText = cleansText
    self.partsIdeographs = partsIdeographs
    self.stripsAccents = stripsAccents ?? lowercases
    self.lowercases = lowercases
  }

  init(_ part: inout TokenizerPart) throws {
    self.init(
      cleansText: try part.bool("clean_text") ?? true, partsIdeographs: try part.bool("handle_chinese_chars") ?? true,
      stripsAccents: try part.bool("strip_accents"), lowercases: try part.bool("lowercase") ?? true)
  }

  /// The normal form of a text. Throws `outOfMemory`, `interrupted`.
  package func apply(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    var growth = Growth()
    func map(_ body: (Unicode.Scalar, inout [UInt8]) -> Void) throws {
      bytes = try CodePoints.map(bytes, body) { try growth.add($0) }
    }
    if cleansText {
      try map { scalar, output in
        if BertCharacters.isDropped(scalar) { return }
        if scalar.properties.isWhitespace { return output.append(UInt8(ascii: " ")) }
        CodePoints.append(scalar, to: &output)
      }
    }
    if partsIdeographs {
      try map { scalar, output in
        let isIdeograph = BertCharacters.isIdeograph(scalar)
        if isIdeograph { output.append(UInt8(ascii: " ")) }
        CodePoints.append(scalar, to: &output)
        if isIdeograph { output.append(UInt8(ascii: " ")) }
      }
    }
    if stripsAccents {
      bytes = try UnicodeForm.decomposed.of(bytes)
      try map { scalar, output in
        if !BertCharacters.isAccent(scalar) { CodePoints.append(scalar, to: &output) }
      }
    }
    if lowercases { try map(Normalizer.appendLowercase) }
    return bytes
  }
}

/// Classes of code points as tokenizers' tables have them.
enum BertCharacters {
  /// Category Cc, Cf or Co, but not tab, line feed and carriage return; U+0000 and U+FFFD.
  static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: return false
    case 0x20..<0x7F: return false
    case 0xFFFD: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .privateUse: return true
    case .format: return isOld(scalar)
    default: return false
    }
  }

  /// Category Mn.
  static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x300: return false
    case 0x1734, 0x1171E: return true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: return false
    default: return scalar.properties.generalCategory == .nonspacingMark && isOld(scalar)
    }
  }

  /// ASCII punctuation and symbols, and the categories P*.
  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33..<48, 58..<65, 91..<97, 123..<127: return true
    case ..<128: return false
    case 0x166D, 0x111C9: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return isOld(scalar)
    default: return false
    }
  }

  static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      return true
    default: return false
    }
  }

  private static func isOld(_ scalar: Unicode.Scalar) -> Bool { (scalar.properties.age?.major ?? 99) <= 8 }
}
