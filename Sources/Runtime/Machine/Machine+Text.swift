// Strings with values in them.

import Lang

extension Machine {
  @inline(never)
  func interpolate(_ code: Unmanaged<Code>, form: Int, _ values: UnsafeMutablePointer<Value>) throws -> Value {
    try code._withUnsafeGuaranteedRef { code in
      let form = code.textForms[form]
      defer { for offset in form.formats.indices { values[offset] = .unbound } }
      if let text = plainText(form, values) { return .string(text) }
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
  private func plainText(_ form: TextForm, _ values: UnsafeMutablePointer<Value>) -> String? {
    var capacity = form.texts[0].utf8.count
    for offset in form.formats.indices {
      guard form.formats[offset] == nil else { return nil }
      switch values[offset] {
      case .number(let number):
        // Beyond 2^53 and for -0 the text is not simply the digits.
        guard abs(number) < 9e15, number.rounded(.towardZero) == number, number != 0 || number.sign == .plus else {
          return nil
        }
        capacity += 17
      case .object(let object) where object.kind == .string:
        let count = unsafeDowncast(object, to: StringObject.self).text.utf8.count
        guard count < 1 << 16 else { return nil }
        capacity += count
      default: return nil
      }
      capacity += form.texts[offset + 1].utf8.count
    }
    return String(unsafeUninitializedCapacity: capacity) { buffer in
      var end = Self.write(form.texts[0], into: buffer, at: 0)
      for offset in form.formats.indices {
        switch values[offset] {
        case .number(let number): end = Self.write(Int(number), into: buffer, at: end)
        case .object(let object):
          end = Self.write(unsafeDowncast(object, to: StringObject.self).text, into: buffer, at: end)
        default: break
        }
        end = Self.write(form.texts[offset + 1], into: buffer, at: end)
      }
      return end
    }
  }

  private static func write(_ text: String, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    var end = start
    for byte in text.utf8 {
      buffer[end] = byte
      end += 1
    }
    return end
  }

  private static func write(_ number: Int, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
    var digits = start
    var rest = number.magnitude
    repeat {
      digits += 1
      rest /= 10
    } while rest > 0
    let end = number < 0 ? digits + 1 : digits
    if number < 0 { buffer[start] = UInt8(ascii: "-") }
    rest = number.magnitude
    var at = end
    repeat {
      at -= 1
      buffer[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    return end
  }
}
