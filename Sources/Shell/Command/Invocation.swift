// What the command line asks for. Words up to the file are ours; those after it belong to the recipe, whose parameters are
// known only after its text is read.

import ArgumentParser
import Glibc

enum Invocation {
  case prompt
  case file(path: String, options: [String])
  case code(String, options: [String])
  case standardInput(options: [String])
  case subcommand(any Subcommand)
  /// Options before the file that bound what the program may do.
  indirect case limited(RunLimits, Invocation)
  /// A text that answers the command line itself: help, the version, or what is wrong with it.
  case answer(String, status: Int32)

  /// `words`: the command line without the program's own name.
  init(words: [String]) {
    guard let first = words.first else {
      self = isatty(STDIN_FILENO) == 1 ? .prompt : .standardInput(options: [])
      return
    }
    let rest = Array(words.dropFirst())
    // The everyday forms need no parser, which would add 2 ms to the 3 ms of a start.
    switch first {
    case "-": self = .standardInput(options: rest)
    case "-e" where !rest.isEmpty: self = .code(rest[0], options: Array(rest.dropFirst()))
    case _ where first.hasPrefix("-"): self = Self.parsed(Arguments.self, words) { $0.invocation }
    default:
      if let command = Subcommands.named(first) {
        self = Self.parsed(command, rest)
      } else {
        self = .file(path: first, options: rest)
      }
    }
  }

  private static func parsed(_ command: (some Subcommand).Type, _ words: [String]) -> Invocation {
    parsed(command, words) { .subcommand($0) }
  }

  private static func parsed<A: ParsableArguments>(
    _ type: A.Type, _ words: [String], _ invocation: (A) -> Invocation
  ) -> Invocation {
    do {
      return invocation(try A.parse(words))
    } catch {
      let isRight = A.exitCode(for: error).isSuccess
      return .answer(
        A.fullMessage(for: error), status: isRight ? ExitStatus.success : ExitStatus.wrongCommandLine)
    }
  }
}
