// The manual page, tw(1), from the descriptions of the command line.

import ArgumentParser
import struct Lang.Version

enum ManualPage {
  static var text: String {
    """
    .TH TW 1 "" "tw \(Version.current.text)" "Traveling Words"
    .SH NAME
    tw \\- a scripting shell that takes transformer weights apart
    .SH SYNOPSIS
    \(verbatim(Arguments.configuration.usage ?? ""))
    .SH DESCRIPTION
    Without a file,
    .B tw
    is a prompt; with one, it runs a recipe, whose parameters are its options.
    .PP
    \(escaped(Arguments.configuration.discussion))
    .SH OPTIONS
    \(options(of: Arguments.self))
    .SH COMMANDS
    \(Subcommands.all.map { command($0) }.joined(separator: "\n"))
    .SH COMMANDS OF THE PROMPT
    \(Command.all.map(promptCommand).joined(separator: "\n"))
    .SH ENVIRONMENT
    .TP
    .B NO_COLOR
    No colours, whatever the terminal can do.
    .TP
    .BR PAGER ", " VISUAL ", " EDITOR
    What :last and :edit start.
    .TP
    .BR HF_HOME ", " HF_HUB_CACHE
    Where models are looked for by name, and where tw pull puts them.
    .TP
    .BR HF_TOKEN ", " HF_TOKEN_PATH ", " HF_ENDPOINT ", " HF_HUB_OFFLINE
    The hub that tw pull asks, and as whom; nothing is sent where the last one is 1.
    .SH FILES
    .TP
    .I ~/.config/traveling-words/init.tw
    Runs when the prompt starts.
    .TP
    .I ~/.local/state/traveling-words/
    The history, and the sessions that were interrupted.
    .TP
    .I ~/.editrc
    Keys of the prompt; see editrc(5).
    .SH SEE ALSO
    editrc(5), gnuplot(1)

    """
  }

  private static func command<A: Subcommand>(_ type: A.Type) -> String {
    """
    .SS \(A.commandName)
    \(escaped(A.configuration.abstract))
    \(escaped(A.configuration.discussion))
    \(options(of: A.self))
    """
  }

  private static func promptCommand(_ command: Command) -> String {
    ".TP\n.B \(escaped(":\(command.name) \(command.argument)"))\n\(escaped(command.summary))"
  }

  /// A paragraph each, with a head.
  private static func options(of command: (some ParsableCommand).Type) -> String {
    HelpOption.all(of: command, arguments: true).map { option in
      ".TP\n.B \(escaped(option.head))" + (option.text.isEmpty ? "" : "\n" + escaped(option.text))
    }.joined(separator: "\n")
  }

  private static func verbatim(_ text: String) -> String { ".nf\n\(escaped(text))\n.fi" }

  /// Roff's own characters: the backslash, the hyphen that would be broken at, and a dot or a quote that starts a line.
  private static func escaped(_ text: some StringProtocol) -> String {
    text.split(separator: "\n").map { line in
      let text = line.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
      return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }.joined(separator: "\n")
  }
}
