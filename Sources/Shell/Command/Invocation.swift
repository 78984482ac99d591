// What the command line asks for. Words up to the file are ours; those after it belong to the recipe, whose parameters are
// known only after its text is read.

import ArgumentParser
import Glibc

enum Invocation {
  case prompt
  case file(path: String, options: [String])
  case code(String, options: [String])
  case standardInput(options: [String])
  case check(paths: [String])
  case format(FormatCommand.Mode, paths: [String])
  case documentation(names: [String])
  case errorReference
  case generated(GeneratedFile)
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
    case "check": self = Self.parsed(CheckArguments.self, rest) { .check(paths: $0.files) }
    case "fmt": self = Self.parsed(FormatArguments.self, rest) { .format($0.mode, paths: $0.files) }
    case "doc":
      self = Self.parsed(DocumentationArguments.self, rest) {
        if let target = $0.target { return .generated(target) }
        return $0.errors ? .errorReference : .documentation(names: $0.names)
      }
    case _ where first.hasPrefix("-"): self = Self.parsed(Arguments.self, words) { $0.invocation }
    default: self = .file(path: first, options: rest)
    }
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
