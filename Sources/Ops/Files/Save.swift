// `save(value, path)`: the extension chooses the format. Another room of formats (figures) adds itself to `Save.formats`.

import Lang
import Runtime

public enum Save {
  /// One way to write a value.
  public struct Format {
    /// Without the point, in lower case.
    public let fileExtension: String
    /// What it holds, for the error that lists all of them.
    public let holds: String
    /// Whether numbers are written as text, so that `digits` has a meaning.
    public let isText: Bool
    let write: (_ value: Value, _ path: String, _ digits: Int?, _ permissions: Permissions) throws -> Void

    public init(
      _ fileExtension: String, holds: String,
      write: @escaping (_ value: Value, _ path: String, _ permissions: Permissions) throws -> Void
    ) {
      self.fileExtension = fileExtension
      self.holds = holds
      isText = false
      self.write = { value, path, _, permissions in try write(value, path, permissions) }
    }

    /// Numbers as text, with so many decimals where `digits` is given.
    private init(
      text fileExtension: String, holds: String, write: @escaping (Value, String, Int?, Permissions) throws -> Void
    ) {
      self.fileExtension = fileExtension
      self.holds = holds
      isText = true
      self.write = write
    }

    /// A format that is written front to back into a file that replaces the old one at the end.
    fileprivate static func streamed(
      _ fileExtension: String, holds: String, _ write: @escaping (Value, AtomicFile) throws -> Void
    ) -> Format {
      Format(fileExtension, holds: holds) { value, path, permissions in
        try AtomicFile.write(path, permissions: permissions) { try write(value, $0) }
      }
    }

    /// The same where numbers are text.
    fileprivate static func text(
      _ fileExtension: String, holds: String, _ write: @escaping (Value, Int?, AtomicFile) throws -> Void
    ) -> Format {
      Format(text: fileExtension, holds: holds) { value, path, digits, permissions in
        try AtomicFile.write(path, permissions: permissions) { try write(value, digits, $0) }
      }
    }
  }

  public static let formats: [Format] =
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
      .streamed("npy", holds: "one tensor") { value, file in
        try NumpyFile.pieces(try tensor(value, "npy")) { try file.write($0) }
      },
      .streamed("npz", holds: "records of tensors") { value, file in
        try NumpyArchive.write(try tensors(value, "npz"), to: file)
      },
      .streamed("safetensors", holds: "records of tensors") { value, file in
        try SafetensorsWriter.write(try tensors(value, "safetensors"), to: file)
      },
    ] + FigureFormats.all

  /// Writes `value` to `path`, numbers with `digits` decimals where that is given: fixed in the columns of a table that hold a
  /// fraction, rounded elsewhere. Throws `unsupported` for an extension that has no format, `badValue` for a value that the
  /// format cannot hold, `cannotWrite`, `notPermitted`; the old file is untouched then.
  public static func save(
    _ value: Value, to path: String, digits: Int? = nil, permissions: Permissions, formats: [Format] = Save.formats
  ) throws {
    let name = Paths.fileExtension(path)
    guard let format = formats.first(where: { $0.fileExtension == name }) else {
      throw Fault.unknownExtension(name, path: path, formats: formats)
    }
    guard digits == nil || format.isText else { throw Fault.noDigits(name, formats: formats) }
    try format.write(value, path, digits, permissions)
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
      guard let tensor = value.asTensor else {
        throw Fault.badValue("a .\(name) file holds tensors, `\(key.name)` is \(value.typePhrase)")
      }
      return (key.name, tensor)
    }
  }
}

extension Fault {
  static func cannotHold(_ fileExtension: String, _ wanted: String, _ value: Value, help: String) -> Fault {
    badValue("a .\(fileExtension) file holds \(wanted), got \(value.typePhrase)", help: help)
  }

  static func noDigits(_ name: String, formats: [Save.Format]) -> Fault {
    let known = formats.filter(\.isText).map { ".\($0.fileExtension)" }.joined(separator: ", ")
    return badValue("a .\(name) file takes no `digits`", help: "they are for numbers as text: \(known)")
  }

  static func unknownExtension(_ name: String, path: String, formats: [Save.Format]) -> Fault {
    let known = formats.map { ".\($0.fileExtension) (\($0.holds))" }.joined(separator: ", ")
    let what =
      name.isEmpty
      ? "\(path.isEmpty ? "an empty path" : path) has no extension that says how to save it"
      : "there is no way to save a .\(name) file"
    return unsupported(what, help: "the extension chooses the format: \(known)")
  }
}
