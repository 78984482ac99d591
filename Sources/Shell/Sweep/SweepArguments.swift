// The command line of `tw sweep`. What stands behind the recipe is for both: our options, and the params of the recipe with their values.

import ArgumentParser

struct SweepArguments: Subcommand {
  static let name = "sweep"
  static let form = "sweep FILE ... --out DIR"
  static let purpose = "runs a recipe for every combination of values, here or on Slurm"
  static let operands = SubcommandOperands.recipes
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Runs a recipe for every combination of the values of its parameters.",
    usage: """
      tw sweep FILE --NAME VALUES [--NAME VALUES ...] --out DIR [OPTIONS]
      tw sweep --run DIR [OPTIONS]
      """,
    discussion: """
      VALUES are a list with commas, a range such as 0..12 (without its end), or @FILE, a value a line. Each combination is a point with a folder DIR/POINT of its own: params.json, what the recipe writes, log, and status.json, which is written last. A second call runs what is missing or has failed. The exit status is 0 when every point is whole.
      """)

  @Option(help: ArgumentHelp("The folder of all points.", valueName: "dir"))
  var out: String?

  @Flag(help: "The values side by side, the first of each, the second of each, ..., in place of all combinations.")
  var zip = false

  @Option(
    name: [.customShort("j"), .customLong("jobs")],
    help: ArgumentHelp("Processes at once; by default one a processor. With --slurm: tasks at once.", valueName: "n"))
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Submit to Slurm, with these options of sbatch, such as \"-p cpu -t 10\".", valueName: "options")
  )
  var slurm: String?

  @Option(help: ArgumentHelp("Points of one task of Slurm.", valueName: "n"))
  var chunk = 24

  @Flag(help: "With --slurm: stay until the job is over.")
  var wait = false

  @Flag(help: "Only say what would run; with --slurm print the script.")
  var dryRun = false

  @Flag(help: "Print a command line for each point that is to run, for GNU parallel or Snakemake.")
  var list = false

  @Option(
    help: ArgumentHelp(
      "Gather the points in a table: params, status, and what each has saved in result.json. Runs nothing.",
      valueName: "file"))
  var collect: String?

  @Flag(help: "Go on with more than \(SweepGrid.most) points.")
  var yes = false

  @Option(
    help: ArgumentHelp(
      "Run the points of a sweep that was planned: of the folder of all, or one point's.", valueName: "dir"))
  var run: String?

  @Option(help: ArgumentHelp("With --run: only the points of this task, from 0 on.", valueName: "n"))
  var task: Int?

  @OptionGroup(title: "Limits")
  var limits: LimitArguments

  @Argument(help: ArgumentHelp("A recipe.", valueName: "file"), completion: .file(extensions: ["tw"]))
  var file: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("Parameters of the recipe with their values.", valueName: "values"))
  var values: [String] = []

  func validate() throws {
    if chunk < 1 { throw ValidationError("--chunk is at least 1.") }
    if let jobs, jobs < 1 { throw ValidationError("-j is at least 1.") }
    if let task, task < 0 { throw ValidationError("--task is at least 0.") }
  }

  func perform() throws -> Int32 {
    let (own, words) = try Self.separated(values)
    guard let file else {
      guard let run else { throw SweepCommand.wrong("tw sweep needs a recipe: tw sweep FILE --NAME VALUES --out DIR") }
      return try command(recipe: nil, words: []).run(run)
    }
    // Ours, wherever they stand.
    let all = own.isEmpty ? self : try Self.joined(self, own, file)
    return try all.command(recipe: file, words: words).perform()
  }

  private func command(recipe: String?, words: [(name: String, text: String)]) -> SweepCommand {
    SweepCommand(
      recipe: recipe, words: words, out: out, isZipped: zip, jobs: jobs, slurm: slurm, chunk: chunk, waits: wait,
      isDryRun: dryRun, isList: list, collection: collect, isSure: yes, task: task, limits: limits.limits,
      limitWords: limits.words)
  }

  /// Our options among the words behind the recipe, and the params with their values.
  private static func separated(_ words: [String]) throws -> (own: [String], params: [(name: String, text: String)]) {
    let options = HelpOption.all(of: SweepArguments.self)
    var own: [String] = []
    var params: [(name: String, text: String)] = []
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if let option = options.first(where: { $0.names.contains(parts[0]) }) {
        own.append(word)
        if option.value != nil, parts.count == 1, index < words.count {
          own.append(words[index])
          index += 1
        }
      } else if word.hasPrefix("--"), word.utf8.count > 2 {
        let name = String(parts[0].dropFirst(2))
        if parts.count > 1 {
          params.append((name, parts[1]))
        } else if index < words.count, !words[index].hasPrefix("--") {
          params.append((name, words[index]))
          index += 1
        } else {
          throw SweepCommand.wrong(
            "--\(name) needs values: --\(name) 1,2,3 or --\(name) 0..12 or --\(name) @FILE; of a switch true,false")
        }
      } else {
        throw SweepCommand.wrong("`\(word)` is not an option: params are written --NAME VALUES")
      }
    }
    return (own, params)
  }

  /// What stands before and behind the recipe, read as one.
  private static func joined(_ before: SweepArguments, _ own: [String], _ file: String) throws -> SweepArguments {
    let result: SweepArguments
    do { result = try parse(before.ownWords + own + [file]) } catch { throw SweepCommand.wrong(message(for: error)) }
    return result
  }

  /// The options that were read, as words again.
  private var ownWords: [String] {
    func flag(_ name: String, _ isOn: Bool) -> [String] { isOn ? [name] : [] }
    func value(_ name: String, _ text: String?) -> [String] { text.map { ["\(name)=\($0)"] } ?? [] }
    return value("--out", out) + flag("--zip", zip) + value("--jobs", jobs.map(String.init)) + value("--slurm", slurm)
      + ["--chunk=\(chunk)"] + flag("--wait", wait) + flag("--dry-run", dryRun) + flag("--list", list)
      + value("--collect", collect) + flag("--yes", yes) + limits.words
  }
}
