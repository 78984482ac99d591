// What a program may do at most: tw's own options, which stand before the file.

import ArgumentParser
import Lang
import Operations
import Runtime

struct LimitArguments: ParsableArguments {
  @Flag(help: "Read only the models and files named on the command line, the recipe's folder and data/.")
  var safe = false

  @Option(
    name: .customLong("allow-read"),
    help: ArgumentHelp("With --safe: read below DIR as well; may be repeated.", valueName: "dir"))
  var readable: [String] = []

  @Option(
    name: .customLong("allow-write"),
    help: ArgumentHelp(
      "Write below DIR as well as below the folders that the recipe's params name (without any: the current folder); may be repeated.",
      valueName: "dir"))
  var writable: [String] = []

  @Option(
    help: ArgumentHelp(
      "Memory that a program may use, such as 500MB or 4GB; by default 80 % of the machine's.", valueName: "size"))
  var maxMemory: MemorySize?

  @Option(help: ArgumentHelp("Calls and loop turns that a program may take.", valueName: "n"))
  var maxSteps: Int?

  @Flag(name: .customLong("no-provenance"), help: "Files that a recipe saves do not say how they were made.")
  var leavesProvenanceOut = false

  func validate() throws {
    if let maxSteps, maxSteps < 1 { throw ValidationError("--max-steps is at least 1.") }
  }

  /// The same as words of a command line.
  var words: [String] {
    (safe ? ["--safe"] : []) + readable.map { "--allow-read=\($0)" } + writable.map { "--allow-write=\($0)" }
      + (maxMemory.map { ["--max-memory=\($0.bytes)"] } ?? []) + (maxSteps.map { ["--max-steps=\($0)"] } ?? [])
      + (leavesProvenanceOut ? ["--no-provenance"] : [])
  }

  var limits: RunLimits {
    RunLimits(
      isSafe: safe, readable: readable, writable: writable, memory: maxMemory?.bytes, steps: maxSteps,
      keepsProvenance: !leavesProvenanceOut)
  }
}

/// What was said about a run; as it stands here when nothing was.
struct RunLimits {
  var isSafe = false
  var readable: [String] = []
  var writable: [String] = []
  /// Bytes.
  var memory: Int?
  var steps: Int?
  /// Whether the files of a recipe say how they were made.
  var keepsProvenance = true

  /// Applies the limits to a run. `folder` is the recipe's; nil for a program without one, which is the user's own and may write
  /// in the current folder.
  func apply(to interpreter: Interpreter, folder: String?) throws {
    let permissions = interpreter.permissions
    permissions.restrict(.write, to: folder == nil ? ["."] : [])
    for path in writable { permissions.allow(.write, below: path) }
    if isSafe {
      permissions.restrict(.read, to: [folder ?? ".", "data"] + readable)
      for path in Registrations.modelCaches { permissions.allowModels(below: path) }
    }
    if let memory { MemoryBudget.shared.limit = memory }
    if let steps { try interpreter.setStepBudget(steps) }
  }
}

/// "500MB", "4GB", "64kB", "1.5GiB" or a number of bytes.
struct MemorySize: ExpressibleByArgument {
  let bytes: Int

  /// Below this tw itself would not fit.
  private static let least = 16e6

  init?(argument: String) {
    let text = argument.lowercased()
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let units: [String: Double] = [
      "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9, "t": 1e12, "tb": 1e12,
      "kib": 0x1p10, "mib": 0x1p20, "gib": 0x1p30, "tib": 0x1p40,
    ]
    guard let number = Double(digits), let unit = units[String(text.dropFirst(digits.count))],
      number * unit >= Self.least, let bytes = Int(exactly: (number * unit).rounded())
    else { return nil }
    self.bytes = bytes
  }
}
