// What may stand first on the command line in place of a file. This list is the only one: the command line, the help of `tw`, the manual
// page and the completions of shells follow from it.

import ArgumentParser

protocol Subcommand: ParsableCommand {
  /// "fmt"
  static var name: String { get }
  /// How it is called, without "tw", for the help of `tw`: "fmt [--check] FILE ...".
  static var form: String { get }
  /// The same line's words: "lays out programs in the one canonical form".
  static var purpose: String { get }
  /// What its arguments are.
  static var operands: SubcommandOperands { get }
  /// Does what was asked for, and gives the exit status. Throws the error that ends it.
  func perform() throws -> Int32
}

/// What the arguments of a command are, for shells that complete them.
enum SubcommandOperands {
  case recipes
  case files
  /// Names of operations and functions.
  case names
  /// What a shell cannot know.
  case words
}

extension Subcommand {
  /// "tw fmt", for its own help.
  static var commandName: String { "tw " + name }
}

enum Subcommands {
  static let all: [any Subcommand.Type] = [
    CheckArguments.self, FormatArguments.self, DocumentationArguments.self, PullArguments.self, WhyArguments.self,
    RerunArguments.self, CrateArguments.self, SweepArguments.self, KernelArguments.self,
  ]

  static func named(_ name: String) -> (any Subcommand.Type)? { all.first { $0.name == name } }

  /// "check, fmt, doc or pull"
  static var nameList: String {
    let names = all.map { $0.name }
    return names.dropLast().joined(separator: ", ") + (names.last.map { " or " + $0 } ?? "")
  }

  /// Lines of the help of `tw`, in its two columns.
  static func usage(column: Int) -> String {
    all.map { command in
      let head = "tw " + command.form
      return head + String(repeating: " ", count: max(column - head.count, 2)) + command.purpose
    }.joined(separator: "\n")
  }
}
