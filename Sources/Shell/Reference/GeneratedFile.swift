// `tw doc --for …`: files for other programs that follow from tw's own lists.

import ArgumentParser

enum GeneratedFile: String, ExpressibleByArgument, CaseIterable {
  case vim, textmate, man, bash, zsh, fish

  var text: String {
    switch self {
    case .vim: VimSyntax.text
    case .textmate: TextMateGrammar.text
    case .man: ManualPage.text
    case .bash: ShellCompletions.bash
    case .zsh: ShellCompletions.zsh
    case .fish: ShellCompletions.fish
    }
  }
}
