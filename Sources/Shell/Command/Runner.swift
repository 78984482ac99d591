// Runs what the command line asks for and gives the exit status.

import CEditline
import CPlatform
import Figures
import Glibc
import Lang
import Operations
import Runtime

enum Runner {
  static func run(_ invocation: Invocation) -> Int32 {
    Notices.sink = { StandardError.warn($0) }
    ProgressBar.install()
    let status = started(invocation)
    do {
      try StandardOutput.shared.flush()
      if status == ExitStatus.success, let failure = StandardOutput.shared.failure { throw failure }
      return status
    } catch {
      return reported(error)
    }
  }

  private static func started(_ invocation: Invocation, limits: RunLimits = RunLimits()) -> Int32 {
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
        return try Prompt(
          makeSession: { try session(isInteractive: true, limits: limits) },
          makeRecipeSession: { try session(isInteractive: false, limits: limits, folder: $0) }
        ).run()
      case .limited(let limits, let invocation): return started(invocation, limits: limits)
      case .subcommand(let command): return try command.perform()
      case .code(let text, let options):
        return try run(
          SourceFile(name: "<-e>", bytes: Paths.bytes(text)), path: "-e CODE", options: options, limits: limits,
          printsLastValue: true)
      case .standardInput(let options):
        return try run(try SourceReader.standardInput(), path: "-", options: options, limits: limits)
      case .file(let path, let options):
        return try run(try SourceReader.file(path), path: path, options: options, limits: limits, isRecipe: true)
      }
    } catch {
      return reported(error)
    }
  }

  static func session(isInteractive: Bool, limits: RunLimits, folder: String? = nil) throws -> Session {
    let interpreter = Interpreter(
      operations: Registrations.all, isInteractive: isInteractive, standardModule: Registrations.standardModule,
      paramSources: Registrations.paramSources)
    interpreter.output = { try StandardOutput.shared.writeRaw($0) }
    interpreter.showFigure = { figure in
      let display = try (figure as? FigureObject).map { try FigureEcho.display(of: $0) }
      try StandardOutput.shared.write(display ?? .words(figure.description))
    }
    if isInteractive, isatty(STDOUT_FILENO) == 1 { interpreter.columns = { Int(tw_terminal_columns(80)) } }
    try limits.apply(to: interpreter, folder: folder)
    return Session(interpreter: interpreter, isInteractive: isInteractive, folder: folder)
  }

  private static func run(
    _ source: SourceFile, path: String, options: [String], limits: RunLimits, printsLastValue: Bool = false,
    isRecipe: Bool = false
  ) throws -> Int32 {
    // Only now: while a program was read from a terminal, Ctrl-C should simply end the process.
    tw_install_signal_handlers()
    let session = try session(isInteractive: false, limits: limits, folder: source.folder)
    if options.contains("--help") || options.contains("-h") {
      let recipe = try session.recipeInfo(source)
      if RecipeHelp.isWanted(by: options, params: recipe.params) {
        let width = Int(tw_terminal_columns(100))
        try StandardOutput.shared.write(RecipeHelp.text(path: path, recipe: recipe, width: width) + "\n")
        return ExitStatus.success
      }
    }
    session.optionHint = { name in
      let own = HelpOption.all(of: Arguments.self).first { $0.names.contains("--" + name) }
      return own.map { "--\(name) is an option of tw and stands before the program: tw \($0.head) \(path)" }
    }
    if isRecipe, limits.keepsProvenance { session.interpreter.record = Provenance.record(of: source) }
    defer { writeProvenance(of: session) }
    let outcome = try session.run(source, options: options)
    if printsLastValue, !outcome.isSilent, !outcome.value.isNil {
      let figure = outcome.value.asObject as? FigureObject
      // A string is printed, as `print` does: its bytes are what the program was run for.
      if let text = outcome.value.asString {
        try StandardOutput.shared.writeRaw(text + "\n")
      } else {
        let display = try figure.map { try FigureEcho.display(of: $0) } ?? .words(Printer.text(of: outcome.value))
        // What could not be written to its end is no answer.
        try checkInterrupt()
        try StandardOutput.shared.write(display)
      }
    }
    return ExitStatus.success
  }

  /// The files that a run has written say how, also those of one that failed later.
  static func writeProvenance(of session: Session) {
    guard let record = session.interpreter.record, !record.outputs.isEmpty else { return }
    do { try ProvenanceFile.write(record, permissions: session.interpreter.permissions) } catch {
      Provenance.warn(error)
    }
  }

  static func check(_ paths: [String]) throws -> Int32 {
    var faults: [Fault] = []
    let check = ProgramCheck(try session(isInteractive: false, limits: RunLimits()).interpreter)
    for path in paths {
      do {
        for source in try SourceReader.sources(path) {
          let found = check.check(source)
          // What Ctrl-C has ended is only the beginning of the text.
          try checkInterrupt()
          faults += found
        }
      } catch let fault as Fault where fault.code != .interrupted {
        faults.append(fault)
      } catch {
        return reported(error)
      }
    }
    StandardError.report(faults)
    return faults.allSatisfy(\.code.isWarning) ? ExitStatus.success : ExitStatus.failure
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
