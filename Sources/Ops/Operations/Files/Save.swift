// `save(value, path)`: the extension chooses the format. Another room of formats (figures) adds itself to `Save.formats`.

import Figures
import Formats
import Kernels
import Lang
import Runtime

package enum Save {
  package static let formats: [SaveFormat] =
    [
      .text("csv", holds: "tables, data of figures") { value, digits, file in
        try CSV.write(try table(value, "csv"), digits: digits, to: file)
      },
      .text("json", holds: "records, lists, tables, tensors") { value, digits, file in
        try JSONText.write(value, digits: digits, to: file)
      },
      .text("tex", holds: "tables") { value, digits, file in
        try file.write(try TextTables.latex(try table(value, "tex"), digits: digits))
      },
      .text("md", holds: "tables") { value, digits, file in
        try file.write(try TextTables.markdown(try table(value, "md"), digits: digits))
      },
      .text("txt", holds: "texts, and anything as print shows it") { value, digits, file in
        if let text = value.asString { try file.write(text) } else { try file.write(plain(value, digits) + "\n") }
      },
      .streamed("npy", holds: "one tensor") { value, _, file in
        try NumpyFile.pieces(try tensor(value, "npy")) { try file.write($0) }
      },
      .streamed("npz", holds: "records of tensors") { value, target, file in
        try NumpyArchive.write(try tensors(value, "npz"), note: target.note, to: file)
      },
      .streamed("safetensors", holds: "records of tensors") { value, target, file in
        try SafetensorsWriter.write(try tensors(value, "safetensors"), note: target.note, to: file)
      },
    ] + FigureFormats.all

  /// Writes `value` to `path`, numbers with `digits` decimals where that is given: fixed in the columns of a table that hold a
  /// fraction, rounded elsewhere. Throws `unsupported` for an extension that has no format, `badValue` for a value that the
  /// format cannot hold, `cannotWrite`, `notPermitted`; the old file is untouched then.
  package static func save(
    _ value: Value, to path: String, digits: Int? = nil, permissions: Permissions, record: RunRecord? = nil,
    formats: [SaveFormat] = Save.formats
  ) throws {
    let name = Paths.fileExtension(path)
    guard let format = formats.first(where: { $0.fileExtension == name }) else {
      throw Fault.unknownExtension(name, path: path, formats: formats)
    }
    guard digits == nil || format.isText else { throw Fault.noDigits(name, formats: formats) }
    let note = record.flatMap { Provenance.note(for: path, of: $0) }
    try format.write(value, SaveTarget(path, digits: digits, permissions: permissions, note: note))
    record?.wrote(path)
  }

  /// As `print` shows it.
  private static func plain(_ value: Value, _ digits: Int?) throws -> String {
    guard let digits else { return Printer.text(of: value) }
    if let table = value.asTable { return try table.text(width: 100, decimals: digits) }
    return Printer.innerText(of: value) { numberText(Elementwise.rounded($0, decimals: digits)) }
  }

  private static func table(_ value: Value, _ name: String) throws -> TableObject {
    if let table = value.asTable { return table }
    if let figure = value.asObject as? FigureObject { return try figure.data() }
    guard value.asRecord != nil || value.asList?.items.first?.asRecord != nil else {
      throw Fault.cannotHold(name, "tables", value, help: "make one of columns: table({token: tokens, score: scores})")
    }
    return try Tables.table(from: value)
  }

  private static func tensor(_ value: Value, _ name: String) throws -> Tensor {
    guard let tensor = value.asTensor else {
      throw Fault.cannotHold(name, "a tensor", value, help: "lists of numbers become one with tensor(xs)")
    }
    return tensor
  }

  private static func tensors(_ value: Value, _ name: String) throws -> [(name: String, tensor: Tensor)] {
    guard let record = value.asRecord else {
      throw Fault.cannotHold(name, "a record of tensors", value, help: "give each a name: save({x: x}, path)")
    }
    return try record.entries.map { key, value in
      // A number, such as a probe's bias, is an array without axes.
      guard let tensor = try value.asTensor ?? value.asNumber.map({ try Tensor(scalar: $0) }) else {
        throw Fault.badValue("a .\(name) file holds tensors and numbers, `\(key.name)` is \(value.typePhrase)")
      }
      return (key.name, tensor)
    }
  }
}
