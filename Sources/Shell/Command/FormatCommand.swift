// `tw fmt`: brings programs into their canonical form, or tells which are not.

import Formats
import Glibc
import Lang
import Operations
import Runtime

struct FormatCommand {
  enum Mode {
    /// Replaces the files.
    case write
    /// Names the files that differ.
    case check
    /// Shows what would change.
    case diff
  }

  let mode: Mode
  private var status = ExitStatus.success
  private var reports = 0

  init(mode: Mode) { self.mode = mode }

  /// Formats files, the programs in folders, and standard input (`-`). Goes on behind a faulty file.
  mutating func run(_ paths: [String]) throws -> Int32 {
    for path in paths {
      do {
        for source in try SourceReader.sources(path) { try format(source, isFile: path != "-") }
      } catch let fault as Fault {
        if fault.code == .interrupted { throw fault }
        report(fault)
      }
    }
    return status
  }

  private mutating func format(_ source: SourceFile, isFile: Bool) throws {
    let outcome = Formatter.format(source)
    // What Ctrl-C has ended is only the beginning of the text.
    try checkInterrupt()
    switch outcome {
    case .faulty(let faults): for fault in faults { report(fault) }
    case .wouldChange(let place):
      let (line, column) = place.file.position(of: place.span.start)
      StandardError.write(
        "internal error: the formatter would change what the program means at \(source.name):\(line):\(column); "
          + "the file is left as it was, please report this")
      status = ExitStatus.failure
    case .formatted(let bytes): try use(bytes, for: source, isFile: isFile)
    }
  }

  private mutating func use(_ bytes: [UInt8], for source: SourceFile, isFile: Bool) throws {
    if mode == .write, !isFile {
      try StandardOutput.shared.writeContents(String(decoding: bytes, as: UTF8.self))
      return
    }
    if bytes == source.bytes { return }
    switch mode {
    case .write: try AtomicFile.write(source.name, permissions: Permissions()) { try $0.write(bytes) }
    case .check:
      try StandardOutput.shared.writeContents(source.name + "\n")
      status = ExitStatus.failure
    case .diff:
      try StandardOutput.shared.writeContents(UnifiedDiff.text(from: source.bytes, to: bytes, name: source.name))
      status = ExitStatus.failure
    }
  }

  private mutating func report(_ fault: Fault) {
    if reports > 0 { StandardError.write("") }
    reports += 1
    StandardError.report(fault)
    status = ExitStatus.failure
  }
}
