// `tw sweep`: what is asked for, and in which order.

import CPlatform
import Formats
import Glibc
import Lang
import Operations
import Runtime

struct SweepCommand {
  let recipe: String?
  let words: [(name: String, text: String)]
  let out: String?
  let isZipped: Bool
  let jobs: Int?
  let slurm: String?
  let chunk: Int
  let waits: Bool
  let isDryRun: Bool
  let isList: Bool
  let collection: String?
  let isSure: Bool
  let task: Int?
  let limits: RunLimits
  let limitWords: [String]

  static func wrong(_ message: String, help: String? = nil) -> Fault { Fault(.badOption, message, help: help) }

  func perform() throws -> Int32 {
    tw_install_signal_handlers()
    tw_catch_termination()
    let plan = try planned()
    if let collection { return try SweepCollection(plan: plan).write(to: collection) }
    let statuses = plan.points.map { ($0, plan.status($0)) }
    let missing = statuses.filter { if case .whole = $0.1 { false } else { true } }.map(\.0)
    let failed = statuses.filter { if case .failed = $0.1 { true } else { false } }.count
    let found = plan.points.count - missing.count
    let counts =
      "\(counted(plan.points.count, "point")): \(found) whole, \(missing.count) to do"
      + (failed > 0 ? " (\(failed) of them failed before)" : "")
    if isList {
      for point in missing {
        try plan.writeParams(point)
        try StandardOutput.shared.writeContents(
          "\(Shell.quoted(Self.ownPath)) sweep --run \(Shell.quoted(plan.place(point)))\n")
      }
      return ExitStatus.success
    }
    if let slurm {
      let job = SlurmJob(plan: plan, options: slurm, chunk: chunk, most: jobs)
      if isDryRun {
        try StandardOutput.shared.writeContents(job.script)
        return ExitStatus.success
      }
      StandardError.write(counts)
      if missing.isEmpty { return ExitStatus.success }
      return try job.submit(missing, waits: waits)
    }
    if isDryRun {
      for (point, status) in statuses {
        let note =
          switch status {
          case .whole: "whole";
          case .missing: "to do";
          case .failed: "failed"
          }
        try StandardOutput.shared.write(
          "\(point.name)  \(note)  \(point.params.map { "--\($0.name) \(Shell.quoted($0.text))" }.joined(separator: " "))\n"
        )
      }
      try StandardOutput.shared.write(counts + "\n")
      return ExitStatus.success
    }
    StandardError.write(counts)
    for point in missing { try plan.writeParams(point) }
    return try run(plan.points.map(plan.place))
  }

  /// `--run`: points that are on the disk already, all of a folder, those of one task, or one.
  func run(_ folder: String) throws -> Int32 {
    tw_install_signal_handlers()
    tw_catch_termination()
    if MappedFile.isFile(folder + "/params.json") { return try run([folder]) }
    let path = folder + "/sweep.json"
    let json = try JSON.parse(InputFile.bytes(path, permissions: Permissions()), name: path)
    guard let names = json["points"]?.asArray?.compactMap(\.asString), let chunk = json["chunk"]?.asWhole, chunk > 0,
      names.allSatisfy({ $0.utf8.count == 12 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } })
    else {
      throw Fault.badFile(path, reason: "it holds no points", help: "tw sweep RECIPE … --slurm OPTIONS writes it")
    }
    let range = task.map { min($0 * chunk, names.count)..<min(($0 + 1) * chunk, names.count) } ?? 0..<names.count
    return try run(names[range].map { folder + "/" + $0 })
  }

  private func run(_ places: [String]) throws -> Int32 {
    let missing = places.filter { if case .whole = SweepPlan.status($0) { false } else { true } }
    var pool = SweepPool(jobs: jobs ?? Parallel.threadCount)
    try pool.run(missing)
    return try report(places)
  }

  /// What is whole in the end, and the first failures.
  private func report(_ places: [String]) throws -> Int32 {
    var failures: [(place: String, words: String)] = []
    for place in places {
      switch SweepPlan.status(place) {
      case .whole: continue
      case .failed(let words): failures.append((place, words))
      case .missing: failures.append((place, "it is being run by another process, or was stopped"))
      }
    }
    for failure in failures.prefix(5) { StandardError.write("\(failure.place): \(failure.words)") }
    if failures.count > 5 { StandardError.write("… and \(failures.count - 5) more; --collect FILE.csv lists them all") }
    StandardError.write("\(places.count - failures.count) of \(places.count) points are whole")
    return failures.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  private func planned() throws -> SweepPlan {
    guard let recipe else { throw Self.wrong("tw sweep needs a recipe") }
    guard let out else { throw Self.wrong("tw sweep needs a folder for its points: --out DIR") }
    guard !out.isEmpty else { throw Self.wrong("--out is empty", help: "--out . is the current folder") }
    let source = try SourceReader.file(recipe)
    let tree = Parser.parse(source)
    guard tree.faults.isEmpty else { throw FaultList(faults: tree.faults) }
    let grid = try SweepGrid(words, params: RecipeInfo(of: tree).params, isZipped: isZipped)
    guard let count = grid.count, count <= SweepGrid.most || isSure || isAgreed(grid.count) else {
      throw Self.wrong(
        "the grid has \(grid.count.map(String.init) ?? "too many") points",
        help: "more than \(SweepGrid.most) need --yes")
    }
    return try SweepPlan(
      recipe: recipe, grid: grid, count: count, folder: Paths.expanded(out), limits: limits, limitWords: limitWords)
  }

  private func isAgreed(_ count: Int?) -> Bool {
    guard let count, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
    fputs("The grid has \(count) points. Go on? [y/N] ", stderr)
    return readLine()?.lowercased().hasPrefix("y") == true
  }

  /// This program, for those that start it again.
  static var ownPath: String { Paths.resolved("/proc/self/exe") }
}

enum Shell {
  /// A word for sh.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        byte < 128
          && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
            || "-_./,=:@%+".utf8.contains(byte))
      }
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
