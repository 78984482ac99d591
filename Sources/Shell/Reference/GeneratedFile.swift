// `tw doc --for …`: files for other programs that follow from tw's own lists.

import ArgumentParser

enum GeneratedFile: String, ExpressibleByArgument, CaseIterable {
  case vim, textmate, man, bash, zsh, fish

  var text: String {
    switch self {
    case .vim: VimSyntax.text
    case .textmate: TextMateGrammar.text
    case .man: ManualPage.text
    // Where no subcommand fits, bash goes on with files.
    case .bash: CommandTree.completionScript(for: .bash) + "\ncomplete -o filenames -o default -F _tw tw\n"
    // A tree with a file offers nothing else in its place: that is what zsh, which has no such fallback, needs.
    case .zsh: Arguments.completionScript(for: .zsh) + "\n"
    case .fish: CommandTree.completionScript(for: .fish) + "\n"
    }
  }
}

/// The command line as a tree, for the completion of shells; it is read by `Invocation`. Without the file, which would hide the
/// subcommands.
private struct CommandTree: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tw", abstract: Arguments.configuration.abstract, version: version,
    subcommands: [Named<CheckArguments>.self, Named<FormatArguments>.self, Named<DocumentationArguments>.self])

  @Option(name: [.customShort("e")], help: "Run CODE and print its last value, unless that is nil.")
  var code: String?

  @OptionGroup var limits: LimitArguments
}

/// A subcommand by its last word: its own name reads "tw check".
private struct Named<Wrapped: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: Wrapped.configuration.commandName?.split(separator: " ").last.map(String.init),
      abstract: Wrapped.configuration.abstract)
  }

  @OptionGroup var wrapped: Wrapped
}
