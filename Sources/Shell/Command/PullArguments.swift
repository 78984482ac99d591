// The command line of `tw pull`.

import ArgumentParser
import Hub

struct PullArguments: Subcommand {
  static let name = "pull"
  static let form = "pull ORG/NAME"
  static let purpose = "downloads a model from the hub, so that load(\"ORG/NAME\") finds it"
  static let operands = SubcommandOperands.words
  static let configuration = CommandConfiguration(
    commandName: commandName,
    abstract: "Downloads a model from the hub into the cache that Hugging Face's tools share.",
    discussion: """
      Takes config.json, the files of the tokenizer, and *.safetensors (pytorch_model.bin where there is none), and prints the folder. What is there already is left alone; what was interrupted goes on. No other command opens the network.
      """)

  @Option(help: ArgumentHelp("A branch, a tag or a commit.", valueName: "name"))
  var revision = HubPull.mainRevision

  @Option(
    help: ArgumentHelp("The files that match, with commas between patterns, in place of a model's.", valueName: "globs")
  )
  var files: String?

  @Flag(help: "Only list the files, their sizes and which of them are here.")
  var dryRun = false

  @Argument(help: ArgumentHelp("The repository, such as openai-community/gpt2.", valueName: "name"))
  var repository: String

  func validate() throws {
    guard HubPull.isName(repository) else {
      throw ValidationError("\(repository) is no name of a repository: it is ORG/NAME, such as openai-community/gpt2.")
    }
    guard HubPull.isRevision(revision) else { throw ValidationError("\(revision) is no name of a revision.") }
    if let files, PullCommand.patterns(files).isEmpty { throw ValidationError("--files \(files) holds no pattern.") }
  }

  func perform() throws -> Int32 {
    try PullCommand(repository: repository, revision: revision, files: files, isDryRun: dryRun).perform()
  }

  /// What stands behind `:pull`: the same words. The text of the error is the parser's.
  static func command(_ words: [String]) -> Result<PullCommand, WrongWords> {
    do {
      let own = try parse(words)
      return .success(
        PullCommand(repository: own.repository, revision: own.revision, files: own.files, isDryRun: own.dryRun))
    } catch {
      return .failure(WrongWords(message: message(for: error)))
    }
  }

  struct WrongWords: Error { let message: String }
}
