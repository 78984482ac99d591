// Strings with values in them.

import Lang

extension Machine {
  @inline(never)
  func interpolate(_ code: Unmanaged<Code>, form: Int, _ values: UnsafeMutablePointer<Value>) throws -> Value {
    try code._withUnsafeGuaranteedRef { code in
      // Whoever holds the code holds its forms: counting references to them would take as long as writing the digits.
      try Unmanaged.passUnretained(code.textForms[form])._withUnsafeGuaranteedRef { form in
        defer { values.clear(count: form.valueCount) }
        if let text = try shortText(form, values, code) { return .object(text) }
        return try longText(form, values, code)
      }
    }
  }

  @inline(never)
  private func longText(_ form: TextForm, _ values: UnsafeMutablePointer<Value>, _ code: Code) throws -> Value {
    var text = form.texts[0]
    for offset in form.formats.indices {
      let piece = try piece(form, offset, values[offset], code)
      do {
        try checkListFits(text.utf8.count + piece.utf8.count, bytesEach: 1)
        try checkInterrupt()
      } catch let fault as Fault {
        throw fault.at(Place(code.file, form.places[offset]))
      }
      text += piece + form.texts[offset + 1]
    }
    return .string(text)
  }

  /// The text, put together in the machine's own memory; nil when it grows large, which a `String` does better.
  private func shortText(_ form: TextForm, _ values: UnsafeMutablePointer<Value>, _ code: Code) throws -> StringObject?
  {
    let writer = textWriter
    writer.reset()
    var start = 0
    for offset in 0..<form.valueCount {
      writer.write(UnsafeBufferPointer(rebasing: form.bytes[start..<form.ends[offset]]))
      start = form.ends[offset]
      if case .number(let number) = values[offset], let format = form.pieces[offset] {
        if format.write(number, to: writer) { continue }
      } else if let string = values.advanced(by: offset).peek(StringObject.self, .string),
        let format = form.pieces[offset]
      {
        guard string._withUnsafeGuaranteedRef({ $0.utf8Count }) < Self.largePiece else { return nil }
        if string._withUnsafeGuaranteedRef({ format.write($0, to: writer) }) { continue }
      }
      let piece = try piece(form, offset, values[offset], code)
      guard piece.utf8.count < Self.largePiece, writer.count < Self.largePiece else { return nil }
      writer.write(piece)
    }
    writer.write(UnsafeBufferPointer(rebasing: form.bytes[start..<form.bytes.count]))
    return StringObject(utf8: writer.written)
  }

  private static let largePiece = 1 << 16

  private func piece(_ form: TextForm, _ offset: Int, _ value: Value, _ code: Code) throws -> String {
    do {
      return try form.formats[offset].map { try $0.format(value) } ?? Printer.text(of: value)
    } catch let fault as Fault {
      throw fault.at(Place(code.file, form.places[offset]))
    }
  }
}
