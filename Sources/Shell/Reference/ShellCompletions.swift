// Completions of the command line for bash, zsh and fish, from the help of `tw` and of its subcommands. Written here, because what stands
// first on our command line is a subcommand or a file, which ArgumentParser's own scripts cannot say.

import ArgumentParser

enum ShellCompletions {
  private static let options = HelpOption.all(of: Arguments.self)

  /// A subcommand and what may follow it.
  private static let subcommands = Subcommands.all.map { command in
    (
      name: command.name, abstract: command.configuration.abstract, options: HelpOption.all(of: command),
      operands: command.operands
    )
  }

  /// What `tw doc` explains.
  private static var names: String {
    Reference().sections.flatMap { $0.entries.map(\.name) }.sorted().joined(separator: " ")
  }

  private static var targets: String { GeneratedFile.allCases.map(\.rawValue).joined(separator: " ") }

  // MARK: bash

  static var bash: String {
    let cases = subcommands.map { command in
      let words = command.options.flatMap(\.names) + (command.operands == .names ? [names] : [])
      return "    1:\(command.name)) words='\(words.joined(separator: " "))'; takes=\(command.operands) ;;"
    }
    let first = options.flatMap(\.names) + subcommands.map(\.name)
    return """
      # Completions of tw for bash, made by `tw doc --for bash`.

      # The options of a recipe and what they take, as its help lists them.
      _tw_options() {
        local previous=${COMP_WORDS[COMP_CWORD-1]} words='' line option kind rest
        while IFS= read -r line; do
          [[ $line == '  --'* ]] || continue
          read -r option kind rest <<< "$line"
          case $option in
            '--[no-]'*) words+=" --${option#'--[no-]'} --no-${option#'--[no-]'}"; continue ;;
          esac
          words+=" $option"
          [[ $option == "$previous" ]] || continue
          case $kind in
            FOLDER) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
            MODEL) mapfile -t COMPREPLY < <(compgen -W mini -- "$word"; compgen -d -- "$word") ;;
            FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
          esac
          return
        done < <("${COMP_WORDS[0]}" "$1" --help 2>/dev/null)
        mapfile -t COMPREPLY < <(compgen -W "$words --help" -- "$word")
      }

      _tw() {
        local word=${COMP_WORDS[COMP_CWORD]} words='' takes=recipes
        COMPREPLY=()
        case ${COMP_WORDS[COMP_CWORD-1]} in
          \(valued { $0.value != "dir" && $0.value != "for" }.joined(separator: "|"))) return ;;
          \(valued { $0.value == "dir" }.joined(separator: "|"))) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
          --for) mapfile -t COMPREPLY < <(compgen -W '\(targets)' -- "$word"); return ;;
        esac
        case $((COMP_CWORD > 1)):${COMP_WORDS[1]} in
      \(cases.joined(separator: "\n"))
          0:*|1:-*) words='\(first.joined(separator: " "))' ;;
          *) _tw_options "${COMP_WORDS[1]}"; return ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        case $takes in
          recipes) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X '!*.tw' -- "$word"; compgen -d -- "$word") ;;
          files) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word") ;;
        esac
      }

      # What a text or a number may be bash does not know: files.
      complete -o filenames -o bashdefault -o default -F _tw tw

      """
  }

  // MARK: zsh

  static var zsh: String {
    let cases = subcommands.map { command in
      let rest =
        switch command.operands {
        case .recipes: "'*:recipe:_files -g \"*.tw\"'"
        case .files: "'*:file:_files'"
        case .names: "'*:name:(\(names))'"
        case .words: "'*:word: '"
        }
      return """
            \(command.name))
              _arguments -S : \\
        \(specifications(command.options, indent: 8))
                \(rest)
              ;;
        """
    }
    let commands = subcommands.map { "    '\($0.name):\(quoted($0.abstract))'" }
    return """
      #compdef tw
      # Completions of tw for zsh, made by `tw doc --for zsh`.

      _tw() {
        local context state state_descr line
        typeset -A opt_args
        local -a commands
        commands=(
      \(commands.joined(separator: "\n"))
        )
        _arguments -C -S : \\
      \(specifications(options, indent: 4))
          '1: :->first' \\
          '*:: :->rest' && return 0
        case $state in
        first)
          _alternative 'recipes:recipe:_files -g "*.tw"' 'commands:command:{ _describe command commands }'
          ;;
        rest)
          case $line[1] in
      \(cases.joined(separator: "\n"))
          *) _files ;;
          esac
          ;;
        esac
      }

      if [[ $funcstack[1] == _tw ]]; then
        _tw "$@"
      else
        compdef _tw tw
      fi

      """
  }

  /// `'--name=[text]:value:action'`, one a line, each line going on.
  private static func specifications(_ options: [HelpOption], indent: Int) -> String {
    options.map { option in
      let text = "[\(quoted(option.text, also: "[]:"))]"
      let action =
        switch option.value {
        case nil: ""
        case "dir": ":dir:_files -/"
        case "for": ":program:(\(targets))"
        case let value?: ":\(value): "
        }
      let star = option.repeats ? "*" : ""
      let head = option.names.count == 1 ? "'\(star)\(option.names[0])" : "{\(option.names.joined(separator: ","))}'"
      return String(repeating: " ", count: indent) + "\(head)\(text)\(action)' \\"
    }.joined(separator: "\n")
  }

  // MARK: fish

  static var fish: String {
    let all = subcommands.map(\.name).joined(separator: " ")
    let outside = "not __fish_seen_subcommand_from \(all)"
    var lines = options.map { complete($0, when: outside) }
    for command in subcommands {
      let inside = "__fish_seen_subcommand_from \(command.name)"
      lines.append("complete -c tw -n __fish_use_subcommand -fa \(command.name) -d '\(fishQuoted(command.abstract))'")
      lines += command.options.map { complete($0, when: inside) }
      switch command.operands {
      case .recipes: lines.append("complete -c tw -n '\(inside)' -fa '(__tw_recipes)'")
      case .files: lines.append("complete -c tw -n '\(inside)' -F")
      case .names: lines.append("complete -c tw -n '\(inside)' -fa '\(names)'")
      case .words: break
      }
    }
    return """
      # Completions of tw for fish, made by `tw doc --for fish`.

      function __tw_recipes
          set -l token (commandline -ct)
          for file in $token*.tw
              echo $file
          end
          __fish_complete_directories $token ''
      end

      complete -c tw -f
      complete -c tw -n __fish_use_subcommand -fka '(__tw_recipes)'
      # Behind a recipe stand its own words: files, as far as fish knows.
      complete -c tw -n '\(outside); and not __fish_use_subcommand' -F
      \(lines.joined(separator: "\n"))

      """
  }

  private static func complete(_ option: HelpOption, when condition: String) -> String {
    let flags = option.names.map { $0.hasPrefix("--") ? "-l \($0.dropFirst(2))" : "-s \($0.dropFirst())" }
    let values =
      switch option.value {
      case nil: ""
      case "dir": " -xa '(__fish_complete_directories (commandline -ct))'"
      case "for": " -xa '\(targets)'"
      default: " -x"
      }
    return "complete -c tw -n '\(condition)' \(flags.joined(separator: " "))\(values) -d '\(fishQuoted(option.text))'"
  }

  // MARK: Quotes

  /// Names of all options that take a value, each once.
  private static func valued(where isWanted: (HelpOption) -> Bool) -> [String] {
    let all = options + subcommands.flatMap(\.options)
    return Set(all.filter { $0.value != nil && isWanted($0) }.flatMap(\.names)).sorted()
  }

  /// For single quotes of sh and zsh; `also`: characters that take a backslash.
  private static func quoted(_ text: String, also special: String = "") -> String {
    text.map { $0 == "'" ? "'\\''" : special.contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func fishQuoted(_ text: String) -> String {
    text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }
}
