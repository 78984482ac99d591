// Numbers under a format specification. There is one number type: a whole number without a float type is formatted as
// Python formats an int, any other as Python formats a float.

import Lang

extension FormatSpec {
  /// The parts of a number's text that padding and grouping see separately: -0x|1234|.5e+10.
  private struct Parts {
    var isNegative = false
    var prefix = ""
    /// Digits before the point: what is grouped.
    var digits = ""
    /// Point, decimals, exponent, `%`; or `inf` and `nan`.
    var remainder = ""
  }

  func format(_ number: Double) throws -> String {
    let isWhole = number.isFinite && number == number.rounded()
    switch type {
    case "s": throw Fault.badFormat(text, "`s` formats texts, this is a number")
    case "c": return try character(number)
    case "d", "b", "o", "x", "X":
      let name = type.map(String.init) ?? ""
      guard isWhole else { throw Fault.badFormat(text, "`\(name)` wants a whole number, got \(numberText(number))") }
      try refuseInWhole(precision != nil, "a precision")
      try refuseInWhole(dropsNegativeZero, "`z`")
      return padded(whole(number))
    case "n" where isWhole && precision == nil: return padded(whole(number))
    case nil where precision == nil && isWhole: return padded(plain(number))
    default: return padded(try float(number, isWhole: isWhole))
    }
  }

  private func refuseInWhole(_ isPresent: Bool, _ what: String) throws {
    if isPresent { throw Fault.badFormat(text, "\(what) does not go with `\(type.map(String.init) ?? "")`") }
  }

  /// Default text of a whole number: no point, an exponent from 1e16 on, as `print` shows it.
  private func plain(_ number: Double) -> Parts {
    split(numberText(abs(number)), isNegative: isNegative(number, rounded: number))
  }

  private func isNegative(_ number: Double, rounded: Double) -> Bool {
    guard number.sign == .minus, !number.isNaN else { return false }
    return !(dropsNegativeZero && rounded == 0)
  }

  /// Digits of a whole number in the base of the type.
  private func whole(_ number: Double) -> Parts {
    var parts = Parts(isNegative: number < 0)
    let magnitude = abs(number)
    switch type {
    case "b": (parts.prefix, parts.digits) = ("0b", Self.digits(of: magnitude, bitsPerDigit: 1))
    case "o": (parts.prefix, parts.digits) = ("0o", Self.digits(of: magnitude, bitsPerDigit: 3))
    case "x": (parts.prefix, parts.digits) = ("0x", Self.digits(of: magnitude, bitsPerDigit: 4))
    case "X": (parts.prefix, parts.digits) = ("0X", Self.digits(of: magnitude, bitsPerDigit: 4).uppercased())
    default: parts.digits = formatFixed(magnitude, decimals: 0)
    }
    if !isAlternate { parts.prefix = "" }
    return parts
  }

  /// Digits of a whole number in base 2, 8 or 16, however large: the significand's bits and the zeros behind them.
  private static func digits(of magnitude: Double, bitsPerDigit: Int) -> String {
    guard magnitude > 0 else { return "0" }
    if let small = UInt64(exactly: magnitude) { return String(small, radix: 1 << bitsPerDigit) }
    // Above 2^64 all 53 significant bits are before the point.
    let zeros = max(0, Int(magnitude.exponent) - 52)
    let significand = magnitude.significandBitPattern | (1 << 52)
    var bits = String(significand, radix: 2) + String(repeating: "0", count: zeros)
    bits = String(repeating: "0", count: (bitsPerDigit - bits.utf8.count % bitsPerDigit) % bitsPerDigit) + bits
    var output = ""
    var value = 0
    for (index, bit) in bits.utf8.enumerated() {
      value = value * 2 + Int(bit - 48)
      if index % bitsPerDigit == bitsPerDigit - 1 {
        output += String(value, radix: 1 << bitsPerDigit)
        value = 0
      }
    }
    return output
  }

  /// The types e f g %, and what has no type but is not whole or has a precision.
  private func float(_ number: Double, isWhole: Bool) throws -> Parts {
    let magnitude = abs(type == "%" ? number * 100 : number)
    var conversion: Character = "g"
    var body: String
    if let type, "eEfFgG".unicodeScalars.contains(type) { conversion = Character(type) }
    if !magnitude.isFinite {
      body = magnitude.isNaN ? "nan" : "inf"
      if type == "E" || type == "F" || type == "G" { body = body.uppercased() }
    } else if type == "%" {
      body = cFormat(magnitude, "f", precision: precision ?? 6, alternate: isAlternate)
    } else if type == nil {
      body = precision.map { untyped(magnitude, isWhole: isWhole, precision: $0) } ?? numberText(magnitude)
      if isAlternate { body = Self.withPoint(body) }
    } else if isAlternate, conversion == "g" || conversion == "G" {
      body = Self.alternateGeneral(magnitude, precision: precision ?? 6, exponent: conversion == "g" ? "e" : "E")
    } else {
      body = cFormat(magnitude, conversion, precision: precision ?? 6, alternate: isAlternate)
    }
    let roundsToZero = !body.unicodeScalars.prefix { $0 != "e" && $0 != "E" }.contains {
      $0.value >= 49 && $0.value <= 57
    }
    if type == "%" { body += "%" }
    return split(body, isNegative: isNegative(number, rounded: roundsToZero && magnitude.isFinite ? 0 : 1))
  }

  /// A precision without a type. Python formats as `g`, but turns to an exponent one digit earlier and keeps a `.0`; that is
  /// for numbers with a point: whole numbers are plain `g`.
  private func untyped(_ magnitude: Double, isWhole: Bool, precision: Int) -> String {
    let digits = max(1, precision)
    let general =
      isAlternate
      ? Self.alternateGeneral(magnitude, precision: digits, exponent: "e")
      : cFormat(magnitude, "g", precision: digits, alternate: false)
    if isWhole || general.utf8.contains(UInt8(ascii: "e")) { return general }
    let before = general.utf8.prefix { $0 != UInt8(ascii: ".") }.count
    let startsWithZero = general.utf8.first == UInt8(ascii: "0")
    if !startsWithZero, before >= digits {
      let scientific = cFormat(magnitude, "e", precision: digits - 1, alternate: isAlternate)
      return isAlternate ? scientific : Self.withoutTrailingZeros(scientific)
    }
    return general.utf8.contains(UInt8(ascii: ".")) ? general : general + ".0"
  }

  /// `%#.*g`, put together from e and f: glibc loses the zeros where rounding adds a digit (999999.5 gives 1.e+06).
  private static func alternateGeneral(_ magnitude: Double, precision: Int, exponent letter: Character) -> String {
    let digits = max(1, precision)
    let scientific = cFormat(magnitude, letter, precision: digits - 1, alternate: true)
    let exponent = scientific.split(separator: letter).last.flatMap { Int($0) } ?? 0
    guard exponent >= -4, exponent < digits else { return scientific }
    return cFormat(magnitude, "f", precision: digits - 1 - exponent, alternate: true)
  }

  /// 1.500e+10 → 1.5e+10.
  private static func withoutTrailingZeros(_ text: String) -> String {
    guard let mark = text.firstIndex(of: "e") else { return text }
    var mantissa = text[..<mark]
    guard mantissa.contains(".") else { return text }
    while mantissa.last == "0" { mantissa.removeLast() }
    if mantissa.last == "." { mantissa.removeLast() }
    return String(mantissa + text[mark...])
  }

  /// 1e-05 → 1.e-05: the alternate form always has a point.
  private static func withPoint(_ text: String) -> String {
    guard !text.contains(".") else { return text }
    let mark = text.firstIndex(of: "e") ?? text.endIndex
    return String(text[..<mark] + "." + text[mark...])
  }

  private func split(_ text: String, isNegative: Bool) -> Parts {
    let digits = text.prefix { $0 >= "0" && $0 <= "9" }
    return Parts(isNegative: isNegative, digits: String(digits), remainder: String(text[digits.endIndex...]))
  }

  /// The code point of a number.
  private func character(_ number: Double) throws -> String {
    try refuseInWhole(precision != nil, "a precision")
    try refuseInWhole(dropsNegativeZero, "`z`")
    try refuseInWhole(sign != nil, "a sign")
    try refuseInWhole(isAlternate, "`#`")
    guard let code = UInt32(exactly: number), let scalar = Unicode.Scalar(code) else {
      throw Fault.badFormat(text, "\(numberText(number)) is not a code point")
    }
    return padded(Parts(remainder: String(Character(scalar))))
  }

  /// Sign, prefix, grouped digits and the rest, filled to the width.
  private func padded(_ parts: Parts) -> String {
    let sign: String =
      if parts.isNegative {
        "-"
      } else {
        switch self.sign {
        case .always: "+"
        case .space: " "
        default: ""
        }
      }
    // A type of its own is the alignment's default: 'c' is a number too.
    let alignment = self.alignment ?? (padsWithZeros ? .afterSign : .right)
    let remainderCount = parts.remainder.unicodeScalars.count
    let around = sign.utf8.count + parts.prefix.utf8.count + remainderCount
    let zeros = fill == "0" && alignment == .afterSign
    let digits = parts.digits.isEmpty ? "" : grouped(parts.digits, atLeast: zeros ? width - around : 0)
    let padding = max(0, width - around - digits.utf8.count)
    var output = String.UnicodeScalarView()
    output.reserveCapacity(around + digits.utf8.count + padding)
    func appendFill(_ count: Int) { output.append(contentsOf: repeatElement(fill, count: count)) }
    if alignment == .right { appendFill(padding) }
    if alignment == .centre { appendFill(padding / 2) }
    output.append(contentsOf: (sign + parts.prefix).unicodeScalars)
    if alignment == .afterSign { appendFill(padding) }
    output.append(contentsOf: (digits + parts.remainder).unicodeScalars)
    if alignment == .left { appendFill(padding) }
    if alignment == .centre { appendFill(padding - padding / 2) }
    return String(output)
  }

  /// Digits with separators from the right, and with zeros in front up to a width that counts the separators. A separator
  /// never comes first, so the result may be one longer.
  private func grouped(_ digits: String, atLeast minimum: Int) -> String {
    guard let grouping else { return String(repeating: "0", count: max(0, minimum - digits.utf8.count)) + digits }
    let separator = UInt8(ascii: grouping)
    let size = type.map { "boxX".unicodeScalars.contains($0) } ?? false ? 4 : 3
    var remaining = Array(digits.utf8)[...]
    var minimum = minimum
    var reversed: [UInt8] = []
    while true {
      let length = min(size, max(remaining.count, minimum, 1))
      let group = remaining.suffix(length)
      if !reversed.isEmpty { reversed.append(separator) }
      reversed.append(contentsOf: group.reversed())
      reversed.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: length - group.count))
      remaining = remaining.dropLast(group.count)
      minimum -= length
      if remaining.isEmpty && minimum <= 0 { break }
      minimum -= 1
    }
    return String(decoding: reversed.reversed(), as: UTF8.self)
  }
}
