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
    public let write: (_ value: Value, _ path: String, _ permissions: Permissions) throws -> Void

    public init(
      _ fileExtension: String, holds: String,
      write: @escaping (_ value: Value, _ path: String, _ permissions: Permissions) throws -> Void
    ) {
      self.fileExtension = fileExtension
      self.holds = holds
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
  }

  public static let formats: [Format] =
    [
      .streamed("csv", holds: "tables, data of figures") { value, file in
        try CSV.write(try table(value, "csv"), to: file)
      },
      .streamed("json", holds: "records, lists, tables, tensors") { value, file in try JSONText.write(value, to: file)
      },
      .streamed("tex", holds: "tables") { value, file in try file.write(TextTables.latex(try table(value, "tex"))) },
      .streamed("md", holds: "tables") { value, file in try file.write(TextTables.markdown(try table(value, "md"))) },
      .streamed("txt", holds: "texts, and anything as print shows it") { value, file in
        if let text = value.asString { try file.write(text) } else { try file.write(Printer.text(of: value) + "\n") }
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

  /// Writes `value` to `path`. Throws `unsupported` for an extension that has no format, `badValue` for a value that the
  /// format cannot hold, `cannotWrite`, `notPermitted`; the old file is untouched then.
  public static func save(
    _ value: Value, to path: String, permissions: Permissions, formats: [Format] = Save.formats
  ) throws {
    let name = Paths.fileExtension(path)
    guard let format = formats.first(where: { $0.fileExtension == name }) else {
      throw Fault.unknownExtension(name, path: path, formats: formats)
    }
    try format.write(value, path, permissions)
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

  static func unknownExtension(_ name: String, path: String, formats: [Save.Format]) -> Fault {
    let known = formats.map { ".\($0.fileExtension) (\($0.holds))" }.joined(separator: ", ")
    let what =
      name.isEmpty
      ? "\(path.isEmpty ? "an empty path" : path) has no extension that says how to save it"
      : "there is no way to save a .\(name) file"
    return unsupported(what, help: "the extension chooses the format: \(known)")
  }
}
