// `tw pull` and `:pull`: a model of the hub, into the cache where `load` and Python's tools find it.

import CPlatform
import Hub
import Lang
import Runtime

struct PullCommand {
  let repository: String
  let revision: String
  /// Patterns with commas between them; nil for the files of a model.
  let files: String?
  let isDryRun: Bool

  static func patterns(_ files: String?) -> [String] { (files ?? "").split(separator: ",").map(String.init) }

  func perform() throws -> Int32 {
    tw_install_signal_handlers()
    for line in try run() { try StandardOutput.shared.write(line + "\n") }
    return ExitStatus.success
  }

  /// Does what stands behind `:pull`. Throws `badValue` for words that are not understood, and what `run` throws.
  static func run(words: [String]) throws -> [String] {
    switch PullArguments.command(words) {
    case .success(let command): return try command.run()
    case .failure(let wrong):
      throw Fault.badValue(
        wrong.message, help: "such as :pull openai-community/gpt2 [--revision NAME] [--files GLOBS] [--dry-run]")
    }
  }

  /// What is to be printed: the folder, or what a dry run would take.
  private func run() throws -> [String] {
    let lines = PullLines()
    let pull = try HubPull(repository, revision: revision, patterns: Self.patterns(files)) { lines.show($0) }
    defer { lines.clear() }
    let plan = try pull.plan()
    if isDryRun { return Self.list(plan) }
    lines.begin(plan)
    let folder = try pull.run(plan)
    lines.end()
    return [folder]
  }

  private static func list(_ plan: HubPull.Plan) -> [String] {
    let rows = plan.files.map { (size: $0.file.size.map(ByteCount.text) ?? "?", name: $0.file.name, isHere: $0.isHere) }
    let width = rows.reduce(0) { max($0, $1.size.count) }
    let lines = rows.map { row in
      String(repeating: " ", count: width - row.size.count) + row.size + "  \(row.name)"
        + (row.isHere ? "  (is here)" : "")
    }
    let missing = plan.files.filter { !$0.isHere }.count
    return lines + [
      "commit \(plan.commit); \(missing) of \(rows.count) files to come, \(ByteCount.text(plan.missingBytes))"
    ]
  }
}
