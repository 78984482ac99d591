// The command line of `tw` up to the file, and the text of `tw --help`.

import ArgumentParser
import CVersion
import struct Lang.Version

struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tw",
    abstract: "Traveling Words: a scripting shell that takes transformer weights apart.",
    usage: """
      tw                            the prompt; with a piped standard input, tw -
      tw FILE [--NAME VALUE ...]    runs a recipe
      tw FILE --help                shows what a recipe does and its parameters
      tw -e CODE                    runs CODE and prints its last value
      tw -                          runs the program on standard input, as a file: it prints what it prints
      tw [LIMITS] FILE ...          the same for -e, - and the prompt: --safe, --max-memory 4GB, ... (below)
      \(Subcommands.usage(column: 30))
      """,
    discussion: """
      Exit status: 0; 1 after an error in the program or its data; 2 after a wrong command line; 130 after Ctrl-C.
      At the prompt, ? is a short tour and ?NAME explains an operation.
      """,
    version: versionText)

  /// "tw 0.2.0 (0123456789)": the version, and the commit where that is known.
  static var versionText: String {
    let commit = String(cString: tw_commit())
    return "tw \(Version.current.text)" + (commit.isEmpty ? "" : " (\(commit))")
  }

  @Option(
    name: [.customShort("e")],
    help: ArgumentHelp("Run CODE and print its last value, unless that is nil.", valueName: "code"))
  var code: String?

  @OptionGroup(title: "Limits")
  var limits: LimitArguments

  @Argument(
    help: "A recipe; - is standard input. A file named \(Subcommands.nameList) is ./check.",
    completion: .file(extensions: ["tw"]))
  var file: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("Parameters of the recipe, as it declares them.", valueName: "options"))
  var options: [String] = []

  /// Reached only by command lines that `Invocation` does not know at sight, such as `-eCODE` or `-- FILE`.
  var invocation: Invocation {
    .limited(limits.limits, program)
  }

  private var program: Invocation {
    if let code { return .code(code, options: (file.map { [$0] } ?? []) + options) }
    if let file { return file == "-" ? .standardInput(options: options) : .file(path: file, options: options) }
    return Invocation(words: [])
  }
}

struct CheckArguments: Subcommand {
  static let name = "check"
  static let form = "check FILE ..."
  static let purpose = "finds errors without running anything"
  static let operands = SubcommandOperands.recipes
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Finds errors in recipes without running them.",
    discussion: """
      Prints every error and warning to standard error, those of the modules that the files use included. The exit status is 1 when there are errors.
      """)

  @Argument(
    help: ArgumentHelp("Recipes, or folders of them; - is standard input.", valueName: "file"),
    completion: .file(extensions: ["tw"]))
  var files: [String]

  func perform() throws -> Int32 { try Runner.check(files) }
}

struct FormatArguments: Subcommand {
  static let name = "fmt"
  static let form = "fmt [--check] FILE ..."
  static let purpose = "lays out programs in the one canonical form"
  static let operands = SubcommandOperands.recipes
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Brings programs into their canonical form, keeping every comment.",
    discussion: """
      Replaces the files that differ. With --check or --diff nothing is written, and the exit status is 1 when a file differs.
      A file with errors is reported and left alone; the exit status is then 1 too.
      """)

  @Flag(help: "Only name the files that differ.")
  var check = false

  @Flag(help: "Only show what would change, as a unified diff.")
  var diff = false

  @Argument(
    help: ArgumentHelp(
      "Programs, or folders of them; - is standard input, formatted to standard output.", valueName: "file"),
    completion: .file(extensions: ["tw"]))
  var files: [String]

  func perform() throws -> Int32 {
    var command = FormatCommand(mode: check ? .check : diff ? .diff : .write)
    return try command.run(files)
  }

  func validate() throws {
    if check, diff { throw ValidationError("--check and --diff exclude each other.") }
  }
}

struct DocumentationArguments: Subcommand {
  static let name = "doc"
  static let form = "doc [NAME|FILE.tw ...]"
  static let purpose = "prints the reference, or what it says about a name, or a file about itself"
  static let operands = SubcommandOperands.names
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Prints the reference of all operations and library functions as Markdown.",
    discussion: """
      tw doc nearest prints one entry, tw doc E0201 explains an error, tw doc probe.tw says what a recipe or a module holds.
      """)

  @Flag(help: "Print the reference of all errors instead.")
  var errors = false

  @Option(
    name: .customLong("for"), help: "Print a file for another program instead: vim, textmate, man, bash, zsh or fish.")
  var target: GeneratedFile?

  @Argument(help: ArgumentHelp("Only these operations, functions, error codes or files.", valueName: "name"))
  var names: [String] = []

  func validate() throws {
    if target != nil, errors || !names.isEmpty { throw ValidationError("--for takes nothing beside it.") }
    if errors, !names.isEmpty {
      throw ValidationError("--errors takes no names; an error code is a name: tw doc E0201.")
    }
  }

  func perform() throws -> Int32 {
    let reference = Reference()
    let text =
      try target?.text
      ?? (errors ? ErrorReference.page : names.isEmpty ? reference.page : try reference.text(for: names))
    try StandardOutput.shared.writeContents(text)
    return ExitStatus.success
  }
}
