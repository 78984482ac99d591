// One way to write a value to a file. Every room adds its own to the list of `save` (Operations/Files/Save.swift).

import Lang
import Runtime

/// Where a value goes, and how.
package struct SaveTarget {
  package let path: String
  /// Decimals of numbers as text.
  package let digits: Int?
  package let permissions: Permissions
  /// How the file was made, for formats that have room for it.
  package let note: SaveNote?

  package init(_ path: String, digits: Int? = nil, permissions: Permissions, note: SaveNote? = nil) {
    self.path = path
    self.digits = digits
    self.permissions = permissions
    self.note = note
  }
}

/// One way to write a value.
package struct SaveFormat {
  /// Without the point, in lower case.
  package let fileExtension: String
  /// What it holds, for the error that lists all of them.
  package let holds: String
  /// Whether numbers are written as text, so that `digits` has a meaning.
  package let isText: Bool
  package let write: (_ value: Value, _ target: SaveTarget) throws -> Void

  package init(
    _ fileExtension: String, holds: String, isText: Bool = false, write: @escaping (Value, SaveTarget) throws -> Void
  ) {
    self.fileExtension = fileExtension
    self.holds = holds
    self.isText = isText
    self.write = write
  }

  /// A format that is written front to back into a file that replaces the old one at the end.
  package static func streamed(
    _ fileExtension: String, holds: String, _ write: @escaping (Value, SaveTarget, AtomicFile) throws -> Void
  ) -> SaveFormat {
    SaveFormat(fileExtension, holds: holds) { value, target in
      try AtomicFile.write(target.path, permissions: target.permissions) { try write(value, target, $0) }
    }
  }

  /// The same where numbers are text.
  package static func text(
    _ fileExtension: String, holds: String, _ write: @escaping (Value, Int?, AtomicFile) throws -> Void
  ) -> SaveFormat {
    SaveFormat(fileExtension, holds: holds, isText: true) { value, target in
      try AtomicFile.write(target.path, permissions: target.permissions) { try write(value, target.digits, $0) }
    }
  }
}

extension Fault {
  package static func cannotHold(_ fileExtension: String, _ wanted: String, _ value: Value, help: String) -> Fault {
    badValue("a .\(fileExtension) file holds \(wanted), got \(value.typePhrase)", help: help)
  }

  package static func noDigits(_ name: String, formats: [SaveFormat]) -> Fault {
    let known = formats.filter(\.isText).map { ".\($0.fileExtension)" }.joined(separator: ", ")
    return badValue("a .\(name) file takes no `digits`", help: "they are for numbers as text: \(known)")
  }

  package static func unknownExtension(_ name: String, path: String, formats: [SaveFormat]) -> Fault {
    let known = formats.map { ".\($0.fileExtension) (\($0.holds))" }.joined(separator: ", ")
    let what =
      name.isEmpty
      ? "\(path.isEmpty ? "an empty path" : path) has no extension that says how to save it"
      : "there is no way to save a .\(name) file"
    return unsupported(what, help: "the extension chooses the format: \(known)")
  }
}
