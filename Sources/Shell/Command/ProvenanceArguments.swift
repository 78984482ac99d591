// The command lines of `tw why`, `tw rerun` and `tw crate`.

import ArgumentParser

struct WhyArguments: Subcommand {
  static let name = "why"
  static let form = "why FILE ..."
  static let purpose = "says how a file was made that a recipe saved"
  static let operands = SubcommandOperands.files
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Says how a file was made: the recipe, its parameters, models, inputs and seeds.",
    discussion: """
      Pictures, pages, .npz and .safetensors carry it themselves; for tables, texts and .npy it stands in the provenance.json beside them.
      """)

  @Flag(help: "Print all of it, as JSON.")
  var json = false

  @Flag(help: "Print the text of the recipe.")
  var recipe = false

  @Argument(help: ArgumentHelp("Files that recipes saved.", valueName: "file"), completion: .file())
  var files: [String]

  func validate() throws {
    if json, recipe { throw ValidationError("--json and --recipe exclude each other.") }
  }

  func perform() throws -> Int32 {
    try WhyCommand(part: json ? .json : recipe ? .recipe : .summary, paths: files).perform()
  }
}

struct RerunArguments: Subcommand {
  static let name = "rerun"
  static let form = "rerun FILE [--out DIR]"
  static let purpose = "runs the recipe that made a file again, and compares"
  static let operands = SubcommandOperands.files
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Runs the recipe that a file was made by again, and says whether the same comes out.",
    discussion: """
      The recipe and its parameters come out of the file. It runs as a stranger's (--safe), with the weights and inputs that the file names and nothing else. Prints "identical", or the first difference; of numbers the largest. The exit status is 1 when they differ.
      """)

  @Option(help: ArgumentHelp("Keep what it writes, in DIR.", valueName: "dir"))
  var out: String?

  @OptionGroup(title: "Limits")
  var limits: LimitArguments

  @Argument(help: ArgumentHelp("A file that a recipe saved.", valueName: "file"), completion: .file())
  var file: String

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "Parameters that replace those of the file, such as another place of its model.", valueName: "options"))
  var options: [String] = []

  func perform() throws -> Int32 {
    // What stands behind the file is the recipe's, but for --out.
    var (words, out) = (options, out)
    if let index = words.firstIndex(of: "--out"), index + 1 < words.count {
      out = words[index + 1]
      words.removeSubrange(index...(index + 1))
    } else if let index = words.firstIndex(where: { $0.hasPrefix("--out=") }) {
      out = String(words.remove(at: index).dropFirst("--out=".count))
    }
    return try RerunCommand(path: file, out: out, options: words, limits: limits.limits).perform()
  }
}

struct CrateArguments: Subcommand {
  static let name = "crate"
  static let form = "crate DIR"
  static let purpose = "describes a folder of results for an archive, as an RO-Crate"
  static let operands = SubcommandOperands.files
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Describes a folder that recipes wrote to as a research object (RO-Crate, Process Run Crate).",
    discussion: """
      Writes DIR/ro-crate-metadata.json from what the files in it say of their making.
      """)

  @Option(help: ArgumentHelp("What the folder is called; without it, its name.", valueName: "text"))
  var title: String?

  @Option(help: ArgumentHelp("The address of the licence of the files.", valueName: "url"))
  var license: String?

  @Argument(help: ArgumentHelp("A folder that recipes wrote to.", valueName: "folder"), completion: .directory)
  var folder: String

  func perform() throws -> Int32 { try CrateCommand(folder: folder, name: title, license: license).perform() }
}
