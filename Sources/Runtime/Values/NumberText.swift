// How numbers read. Whole numbers have no point; others are the shortest text that reads back as the same double, with an
// exponent below 1e-4 and from 1e16 on, as in Python.

import CPlatform

/// A number as `print` shows it.
package func numberText(_ value: Double) -> String {
  if let whole = Int(exactly: value), abs(value) < 1e16 {
    return whole == 0 && value.sign == .minus ? "-0" : String(whole)
  }
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  let text = "\(value)"  // Swift's description is the shortest that reads back; only its exponent form differs.
  guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return withoutTrailingPoint(text) }
  let mantissa = withoutTrailingPoint(String(text[..<mark]))
  var exponent = text[text.index(after: mark)...]
  let sign = exponent.hasPrefix("-") ? "-" : "+"
  exponent = exponent.drop { $0 == "-" || $0 == "+" }
  return mantissa + "e" + sign + (exponent.count < 2 ? "0" : "") + exponent
}

private func withoutTrailingPoint(_ text: String) -> String {
  text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A number with a fixed count of decimals, as C's `%.*f`.
package func formatFixed(_ value: Double, decimals: Int) -> String {
  cFormat(value, "f", precision: decimals, alternate: false)
}

/// C's printf of one double: `conversion` is e, E, f, F, g or G.
package func cFormat(_ value: Double, _ conversion: Character, precision: Int, alternate: Bool) -> String {
  let letter = CChar(bitPattern: conversion.asciiValue ?? UInt8(ascii: "g"))
  let precision = Int32(clamping: precision)
  let length = Int(tw_format_double(nil, 0, value, letter, precision, alternate))
  guard length > 0 else { return "" }
  return String(unsafeUninitializedCapacity: length + 1) { buffer in
    buffer.withMemoryRebound(to: CChar.self) { chars in
      _ = tw_format_double(chars.baseAddress, length + 1, value, letter, precision, alternate)
    }
    return length
  }
}

/// "1 head", "6 heads"
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
