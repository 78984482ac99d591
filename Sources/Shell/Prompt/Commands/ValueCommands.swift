// `:vars` and `:last`: what the session holds; `:once`: a value as a file.

import CEditline
import Formats
import Glibc
import Lang
import Operations
import Runtime

enum VariableList {
  static func show(at prompt: EntrySession) throws {
    let session = prompt.session
    let all = session.ownNames.compactMap { name in session.value(named: name).map { (name, $0) } }
    guard !all.isEmpty else { return try prompt.show("no names yet") }
    let sizes = try all.map { try bytes(of: $0.1) }
    let table = try TableObject([
      "name": all.map { .string($0.0) }, "type": all.map { .string($0.1.typeName) },
      "shape": all.map { .string(shape(of: $0.1)) },
      "bytes": sizes.map { .number($0) },
    ])
    try prompt.show(try table.text(width: prompt.width, allRows: true))
  }

  /// Bytes of a value and of all that it holds; what it holds twice counts once.
  private static func bytes(of value: Value) throws -> Int {
    var seen: Set<ObjectIdentifier> = []
    var waiting = [value]
    var sum = 0
    var steps = 0
    while let value = waiting.popLast() {
      steps &+= 1
      if steps & 0xFFFF == 0 { try checkInterrupt() }
      guard let object = value.asObject, seen.insert(ObjectIdentifier(object)).inserted else { continue }
      sum += object.byteCount
      if let list = value.asList {
        waiting += list.items.lazy.filter { $0.asObject != nil }
      } else if let record = value.asRecord {
        waiting += record.entries.values
      }
    }
    return sum
  }

  private static func shape(of value: Value) -> String {
    if let tensor = value.asTensor { return Tensor.describe(shape: tensor.shape) }
    if let table = value.asTable { return "\(table.rowCount)x\(table.columns.count)" }
    return value.asObject?.count.map(String.init) ?? ""
  }
}

enum ShowLast {
  static func run(at prompt: EntrySession) throws {
    guard let value = prompt.lastShown else {
      throw Fault.badValue("there is no last value yet", help: "`:last` shows what the line before had to abridge")
    }
    let text = VisibleText.of(try OutputFile.text(of: value)) + "\n"
    guard prompt.front.hasTerminal, StandardOutput.shared.isTerminal, isatty(STDIN_FILENO) == 1 else {
      return try prompt.show(text)
    }
    try TemporaryFile.with(text, suffix: ".txt") { path in
      try StandardOutput.shared.flush()
      let standard = "{ command -v less >/dev/null && LESS=\"${LESS:--RS}\" less '\(path)'; } || more '\(path)'"
      let pager = Paths.environment("PAGER").map { "\($0) '\(path)'" } ?? standard
      if Paths.withSystem(pager, { tw_terminal_run($0) }) != 0 { try prompt.show(text) }
    }
  }
}

enum OutputFile {
  /// A value without any abridgement. Throws `outOfMemory` and `interrupted`.
  static func text(of value: Value) throws -> String {
    let text = try FullText.text(of: value)
    try checkInterrupt()
    return text
  }
}

/// A file that is there while something looks at it.
enum TemporaryFile {
  static func with(_ text: String, suffix: String, _ body: (String) throws -> Void) throws {
    let folder = Paths.environment("TMPDIR").flatMap { $0.contains("'") ? nil : $0 } ?? "/tmp"
    var template = Paths.bytes("\(folder)/tw-XXXXXX\(suffix)").map { CChar(bitPattern: $0) } + [0]
    let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { Paths.text($0) } ?? "" }
    guard descriptor >= 0 else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
    defer { _ = Paths.withSystem(path) { unlink($0) } }
    let bytes = Array(text.utf8)
    let count = write(descriptor, bytes, bytes.count)
    close(descriptor)
    guard count == bytes.count else { throw Fault.cannotWrite(path, reason: Fault.systemReason()) }
    try body(path)
  }
}
