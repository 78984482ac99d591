// Runs what the command line asks for and gives the exit status.

import CEditline
import CPlatform
import Glibc
import Lang
import Ops
import Runtime

enum Runner {
  static func run(_ invocation: Invocation, _ budgets: Budgets? = nil) -> Int32 {
    Notices.sink = { StandardError.write("warning: \($0)") }
    let status = started(invocation, budgets)
    do {
      try StandardOutput.shared.flush()
      if status == ExitStatus.success, let failure = StandardOutput.shared.failure { throw failure }
      return status
    } catch {
      return reported(error)
    }
  }

  private static func started(_ invocation: Invocation, _ budgets: Budgets?) -> Int32 {
    do {
      switch invocation {
      case .answer(let text, let status):
        if status == ExitStatus.success {
          try StandardOutput.shared.write(text + "\n")
        } else {
          StandardError.write(text)
        }
        return status
      case .prompt:
        tw_install_signal_handlers()
        return try Prompt(session: try session(isInteractive: true, budgets)).run()
      case .check(let paths): return try check(paths)
      case .code(let text, let options):
        return try run(
          SourceFile(name: "<-e>", text: text), path: "-e CODE", options: options, budgets,
          printsLastValue: true)
      case .standardInput(let options):
        return try run(try SourceReader.standardInput(), path: "-", options: options, budgets)
      case .file(let path, let options):
        return try run(try SourceReader.file(path), path: path, options: options, budgets)
      }
    } catch {
      return reported(error)
    }
  }

  private static func session(isInteractive: Bool, folder: String? = nil, _ budgets: Budgets? = nil) throws -> Session {
    let interpreter = Interpreter(
      operations: Operations.all, isInteractive: isInteractive, standardModule: Operations.standardModule)
    interpreter.output = { try StandardOutput.shared.write($0) }
    try budgets?.apply(to: interpreter)
    return Session(interpreter: interpreter, isInteractive: isInteractive, folder: folder)
  }

  private static func run(
    _ source: SourceFile, path: String, options: [String], _ budgets: Budgets?, printsLastValue: Bool = false
  ) throws -> Int32 {
    // Only now: while a program was read from a terminal, Ctrl-C should simply end the process.
    tw_install_signal_handlers()
    let session = try session(isInteractive: false, folder: source.folder, budgets)
    if options.contains("--help") || options.contains("-h") {
      let recipe = try session.recipeInfo(source)
      if RecipeHelp.isWanted(by: options, params: recipe.params) {
        let width = Int(tw_terminal_columns(100))
        try StandardOutput.shared.write(RecipeHelp.text(path: path, recipe: recipe, width: width) + "\n")
        return ExitStatus.success
      }
    }
    let outcome = try session.run(source, options: options)
    if printsLastValue, !outcome.isSilent, !outcome.value.isNil {
      try StandardOutput.shared.write(Printer.text(of: outcome.value) + "\n")
    }
    return ExitStatus.success
  }

  private static func check(_ paths: [String]) throws -> Int32 {
    var faults: [Fault] = []
    let session = try session(isInteractive: false)
    for path in paths {
      do {
        faults += session.check(path == "-" ? try SourceReader.standardInput() : try SourceReader.file(path))
      } catch let fault as Fault {
        faults.append(fault)
      } catch {
        return reported(error)
      }
    }
    StandardError.report(faults)
    return faults.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  private static func reported(_ error: any Error) -> Int32 {
    switch error {
    case let fault as Fault:
      StandardError.report(fault)
      return ExitStatus.of(fault)
    case let list as FaultList:
      StandardError.report(list.faults)
      return list.faults.first.map(ExitStatus.of) ?? ExitStatus.failure
    default:
      StandardError.write("error: \(error)")
      return ExitStatus.failure
    }
  }
}
