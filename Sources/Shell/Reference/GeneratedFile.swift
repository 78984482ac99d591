// `tw doc --for …`: files for other programs that follow from tw's own lists.

import ArgumentParser

enum GeneratedFile: String, ExpressibleByArgument, CaseIterable {
  case vim, textmate, man, bash, zsh, fish

  var text: String {
    switch self {
    case .vim: VimSyntax.text
    case .textmate: TextMateGrammar.text
    case .man: ManualPage.text
    case .bash: CommandTree.completionScript(for: .bash) + "\n"
    case .zsh: CommandTree.completionScript(for: .zsh) + "\n"
    case .fish: CommandTree.completionScript(for: .fish) + "\n"
    }
  }
}

/// The command line as a tree, for the completion of shells; it is read by `Invocation`.
private struct CommandTree: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tw", abstract: Arguments.configuration.abstract,
    subcommands: [Named<CheckArguments>.self, Named<FormatArguments>.self, Named<DocumentationArguments>.self])

  @OptionGroup var arguments: Arguments
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
