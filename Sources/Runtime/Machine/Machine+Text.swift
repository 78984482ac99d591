// Strings with values in them.

import Lang

extension Machine {
  @inline(never)
  func interpolate(_ code: Unmanaged<Code>, form: Int, _ values: UnsafeMutablePointer<Value>) throws -> Value {
    try code._withUnsafeGuaranteedRef { code in
      let form = code.textForms[form]
      defer { values.clear(count: form.valueCount) }
      if let text = plainText(form, values) { return .object(text) }
      var text = form.texts[0]
      for offset in form.formats.indices {
        do {
          let value = values[offset]
          let piece = try form.formats[offset].map { try $0.format(value) } ?? Printer.text(of: value)
          try checkListFits(text.utf8.count + piece.utf8.count, bytesEach: 1)
          try checkInterrupt()
          text += piece
        } catch let fault as Fault {
          throw fault.at(Place(code.file, form.places[offset]))
        }
        text += form.texts[offset + 1]
      }
      return .string(text)
    }
  }

  /// The text when all values are short strings or whole numbers without formats, which is what most loops write: it is put
  /// together in one piece of memory. Nil for everything else.
  private func plainText(_ form: TextForm, _ values: UnsafeMutablePointer<Value>) -> StringObject? {
    guard !form.hasFormats else { return nil }
    var capacity = form.bytes.count
    for offset in 0..<form.valueCount {
      if case .number(let number) = values[offset] {
        // Beyond 2^53 and for -0 the text is not simply the digits.
        guard abs(number) < 9e15, number.rounded(.towardZero) == number, number != 0 || number.sign == .plus else {
          return nil
        }
        capacity += 17
      } else if let string = values.advanced(by: offset).peek(StringObject.self, .string) {
        let count = string._withUnsafeGuaranteedRef { $0.utf8Count }
        guard count < 1 << 16 else { return nil }
        capacity += count
      } else {
        return nil
      }
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      var writer = ByteWriter(buffer)
      var start = 0
      for offset in 0..<form.valueCount {
        writer.write(form.bytes, from: start, to: form.ends[offset])
        start = form.ends[offset]
        if case .number(let number) = values[offset] {
          writer.write(Int(number))
        } else if let string = values.advanced(by: offset).peek(StringObject.self, .string) {
          string._withUnsafeGuaranteedRef { $0.withBytes { writer.write($0, from: 0, to: $0.count) } }
        }
      }
      writer.write(form.bytes, from: start, to: form.bytes.count)
      return StringObject(utf8: UnsafeBufferPointer(rebasing: buffer[..<writer.count]))
    }
  }
}

/// Puts bytes one behind the other; there must be room for them.
private struct ByteWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  @inline(__always)
  mutating func write(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) {
    for index in start..<end {
      buffer[count] = bytes[index]
      count += 1
    }
  }

  mutating func write(_ number: Int) {
    if number < 0 {
      buffer[count] = UInt8(ascii: "-")
      count += 1
    }
    var rest = number.magnitude
    var digits = 1
    var limit: UInt = 10
    while rest >= limit, digits < 16 {
      digits += 1
      limit *= 10
    }
    var at = count + digits
    count = at
    repeat {
      at -= 1
      buffer[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
  }
}
