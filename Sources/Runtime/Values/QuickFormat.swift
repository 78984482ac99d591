// The formats of number and text that loops write by the million, `{i:>6}`, `{x:.3f}`, `{x:+.2e}`, `{name:<12}`, straight into a text's bytes.
// What is rare (`=` with separators, `#`, `z`, fills that are not ASCII, huge numbers) is left to `FormatSpec.format`, whose
// result is the same to the byte wherever both apply.

import CPlatform

struct QuickFormat {
  private enum Kind: UInt8 {
    /// No type: whole numbers as they are, texts.
    case plain
    /// `d`
    case whole
    /// `f`, `F`
    case fixed
    /// `%`
    case percent
    /// `e`, `g` and their capitals
    case general
    /// `s`
    case text
  }

  private let kind: Kind
  private let letter: UInt8
  private let fill: UInt8
  private let alignment: FormatSpec.Alignment?
  /// Written before numbers that are not negative; 0 for none.
  private let positiveSign: UInt8
  /// Between groups of three digits; 0 for none.
  private let separator: UInt8
  private let width: Int
  /// -1: none was given.
  private let precision: Int

  /// Longest body of a number that is written here.
  private static let longest = 64
  /// Powers of ten that `fixed` multiplies with: 2^53 · 10^19 is below 2^117.
  private static let powers: [UInt64] = (0..<20).reduce(into: []) { list, _ in
    list.append((list.last ?? 0) == 0 ? 1 : (list.last ?? 1) * 10)
  }
  private static let mostDecimals = 19

  /// A value without a format.
  static let plain: QuickFormat? = (try? FormatSpec(parsing: "")).flatMap(QuickFormat.init)

  /// Nil for a format that only `FormatSpec` can write.
  init?(_ spec: FormatSpec) {
    guard !spec.isAlternate, !spec.dropsNegativeZero, spec.fill.isASCII, spec.width <= 1 << 12 else { return nil }
    switch spec.type {
    case nil: kind = .plain
    case "d": kind = .whole
    case "f", "F": kind = .fixed
    case "%": kind = .percent
    case "e", "E", "g", "G": kind = .general
    case "s": kind = .text
    default: return nil
    }
    letter = spec.type.map { UInt8(truncatingIfNeeded: $0.value) } ?? 0
    fill = UInt8(truncatingIfNeeded: spec.fill.value)
    let padsNumber = spec.alignment == .afterSign || spec.padsWithZeros
    if padsNumber, spec.grouping != nil { return nil }
    alignment = spec.alignment ?? (spec.padsWithZeros ? .afterSign : nil)
    positiveSign =
      switch spec.sign {
      case .always: UInt8(ascii: "+")
      case .space: UInt8(ascii: " ")
      default: 0
      }
    separator = spec.grouping.map { UInt8(truncatingIfNeeded: $0.value) } ?? 0
    width = spec.width
    precision = spec.precision ?? -1
    if kind == .whole, precision >= 0 { return nil }
    isForTexts =
      (kind == .plain || kind == .text) && precision < 0 && spec.sign == nil && separator == 0
      && spec.alignment != .afterSign
    isBare = isForTexts && kind == .plain && width == 0
  }

  private let isForTexts: Bool
  /// No format at all, which is how most numbers are written.
  private let isBare: Bool

  /// The text of one value; nil where `FormatSpec` has to write it.
  func text(of value: Value) -> String? {
    let writer = TextWriter()
    let isWritten =
      switch value {
      case .number(let number): write(number, to: writer)
      default: value.asStringObject.map { write($0, to: writer) } ?? false
      }
    return isWritten ? String(decoding: writer.written, as: UTF8.self) : nil
  }

  /// Writes `text`, or returns false when `FormatSpec` has to.
  @inline(__always)
  package func write(_ text: StringObject, to writer: TextWriter) -> Bool {
    guard isForTexts else { return false }
    let padding = max(0, width - (text.count ?? 0))
    let before =
      switch alignment {
      case .right: padding
      case .centre: padding / 2
      // Zeros before the width of a text stand after it, as in Python.
      default: 0
      }
    writer.write(fill, times: before)
    text.withBytes(writer.write)
    writer.write(fill, times: padding - before)
    return true
  }

  /// Writes `number`, or returns false when `FormatSpec` has to.
  @inline(__always)
  package func write(_ number: Double, to writer: TextWriter) -> Bool {
    if isBare, abs(number) < 9e15 {
      let whole = Int64(number)
      if Double(whole) == number, whole != 0 || number.sign == .plus {
        let target = writer.room(20)
        if whole < 0 { target[0] = UInt8(ascii: "-") }
        let sign = whole < 0 ? 1 : 0
        writer.advance(sign + writeDigits(whole.magnitude, to: target + sign))
        return true
      }
    }
    return writeFormatted(number, to: writer)
  }

  @inline(never)
  private func writeFormatted(_ number: Double, to writer: TextWriter) -> Bool {
    guard number.isFinite else { return false }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longest + 32) { scratch in
      guard let body = scratch.baseAddress else { return false }
      var count = 0
      let magnitude = abs(number)
      switch kind {
      case .plain where precision < 0:
        if magnitude < 9e15, magnitude.rounded(.towardZero) == magnitude {
          count = writeDigits(UInt64(magnitude), to: body)
        } else {
          var text = numberText(magnitude)
          count = text.withUTF8 { scratch.update(fromContentsOf: $0) }
        }
      case .whole:
        // `d` writes -0 as 0, and a number with a point is an error.
        guard magnitude < 9e15, magnitude.rounded(.towardZero) == magnitude, number != 0 || number.sign == .plus else {
          return false
        }
        count = writeDigits(UInt64(magnitude), to: body)
      case .fixed:
        count = Self.fixed(magnitude, decimals: precision < 0 ? 6 : precision, to: body)
      case .percent:
        count = Self.fixed(magnitude * 100, decimals: precision < 0 ? 6 : precision, to: body)
      case .general: count = general(magnitude, to: body)
      default: return false
      }
      guard count > 0 else { return false }
      if separator != 0 { count = grouped(body, count) }
      if kind == .percent {
        body[count] = UInt8(ascii: "%")
        count += 1
      }
      let sign = number.sign == .minus ? UInt8(ascii: "-") : positiveSign
      let padding = max(0, width - count - (sign == 0 ? 0 : 1))
      let before =
        switch alignment {
        case .right, nil: padding
        case .centre: padding / 2
        default: 0
        }
      writer.write(fill, times: before)
      if sign != 0 { writer.write(sign, times: 1) }
      if alignment == .afterSign { writer.write(fill, times: padding) }
      writer.room(count).update(from: body, count: count)
      writer.advance(count)
      if alignment != .afterSign { writer.write(fill, times: padding - before) }
      return true
    }
  }

  /// `%.*f` of a number that is not negative: its bits are m · 2^e, so m · 10^decimals is a whole number of 128 bits, and the shift by
  /// e rounds it, ties to even, as C does. Returns 0 where that does not fit.
  private static func fixed(_ magnitude: Double, decimals: Int, to body: UnsafeMutablePointer<UInt8>) -> Int {
    guard decimals <= mostDecimals, magnitude < 0x1p62 else { return 0 }
    let scale = powers[decimals]
    let digits: UInt64
    if magnitude == 0 {
      digits = 0
    } else {
      let (significand, exponent) = parts(magnitude)
      let (high, low) = significand.multipliedFullWidth(by: scale)
      let product = UInt128(high) << 64 | UInt128(low)
      if exponent >= 0 {
        guard exponent <= product.leadingZeroBitCount, product << exponent <= UInt128(UInt64.max) else { return 0 }
        digits = UInt64(product << exponent)
      } else if -exponent >= 127 {
        // Less than half of the last decimal: the product has at most 117 bits.
        digits = 0
      } else {
        let shift = -exponent
        let whole = product >> shift
        guard whole < UInt128(UInt64.max) else { return 0 }
        let rest = product & (1 << shift - 1)
        let half = UInt128(1) << (shift - 1)
        let isUp = rest > half || (rest == half && whole & 1 == 1)
        digits = UInt64(whole) + (isUp ? 1 : 0)
      }
    }
    if decimals == 0 { return writeDigits(digits, to: body) }
    let (before, after) = digits.quotientAndRemainder(dividingBy: scale)
    let count = writeDigits(before, to: body)
    body[count] = UInt8(ascii: ".")
    var rest = after
    var at = count + decimals
    while at > count {
      body[at] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      at -= 1
    }
    return count + 1 + decimals
  }

  /// A positive finite number as significand · 2^exponent, both whole.
  @inline(__always)
  private static func parts(_ magnitude: Double) -> (significand: UInt64, exponent: Int) {
    let stored = Int(magnitude.exponentBitPattern)
    return stored == 0
      ? (magnitude.significandBitPattern, -1074) : (magnitude.significandBitPattern | 1 << 52, stored - 1075)
  }

  /// C's `%.*e` or `%.*g`. Returns 0 where the text may be longer than there is room.
  private func general(_ magnitude: Double, to body: UnsafeMutablePointer<UInt8>) -> Int {
    let digits = precision < 0 ? 6 : precision
    guard digits <= 40 else { return 0 }
    return body.withMemoryRebound(to: CChar.self, capacity: Self.longest) { chars in
      let length = Int(
        tw_format_double(
          chars, Self.longest, magnitude, CChar(bitPattern: letter), Int32(truncatingIfNeeded: digits), false))
      return length < Self.longest ? length : 0
    }
  }

  /// Puts separators between groups of three of the digits before the point; returns the new count. There is room for them.
  private func grouped(_ body: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    var digits = 0
    while digits < count, body[digits] >= 48, body[digits] <= 57 { digits += 1 }
    let separators = (digits - 1) / 3
    guard separators > 0 else { return count }
    var from = count - 1
    var to = count - 1 + separators
    while from >= digits {
      body[to] = body[from]
      from -= 1
      to -= 1
    }
    var inGroup = 0
    while from >= 0 {
      if inGroup == 3 {
        body[to] = separator
        to -= 1
        inGroup = 0
      }
      body[to] = body[from]
      from -= 1
      to -= 1
      inGroup += 1
    }
    return count + separators
  }
}
