// What is fed with texts. A crash, a hang or a failed promise is a finding; an error message is not.

import CPlatform
import Glibc
import Lang
import Operations
import Runtime

enum Target: String {
  /// Lexer, parser, resolver and formatter.
  case syntax
  /// The whole interpreter, under budgets, without files and output.
  case program
  /// Every reader of files; see FileTarget.swift.
  case files

  nonisolated(unsafe) static var chosen = Target.syntax

  func run(_ bytes: [UInt8]) {
    switch self {
    case .syntax: Self.read(bytes)
    case .program: Self.execute(bytes, reading: ["data"])
    case .files: Self.fileTarget.run(bytes) { Self.execute(Array($0.utf8), reading: ["."]) }
    }
  }

  private static func read(_ bytes: [UInt8]) {
    let source = SourceFile(name: "fuzz.tw", bytes: bytes)
    // Modules are no part of the input.
    interpreter.permissions.restrict(.read, to: [])
    // Every diagnostic can be shown.
    for fault in ProgramCheck(interpreter).check(source) { _ = fault.rendered() }
    _ = Parser.parse(source, isInteractive: true)
    switch Formatter.format(source) {
    case .faulty: break
    case .wouldChange(let place): fatalError("the formatter would change the program at \(place.span)")
    case .formatted(let once):
      guard case .formatted(let twice) = Formatter.format(SourceFile(name: "fuzz.tw", bytes: once)), once == twice
      else {
        fatalError("formatting twice gives another text")
      }
    }
  }

  nonisolated(unsafe) private static let interpreter = Interpreter(
    operations: Registrations.all, standardModule: Registrations.standardModule)

  nonisolated(unsafe) private static let fileTarget = FileTarget(
    seeds: getenv("FUZZ_SEEDS").map { String(cString: $0) } ?? "seeds")

  private static func execute(_ bytes: [UInt8], reading folders: [String]) {
    MemoryBudget.shared.limit = 256_000_000
    let interpreter = Interpreter(operations: Registrations.all, standardModule: Registrations.standardModule)
    interpreter.permissions.restrict(.read, to: folders)
    interpreter.permissions.restrict(.write, to: [])
    alarmClock.start()
    defer { alarmClock.stop() }
    do {
      try interpreter.setStepBudget(20_000)
      let session = Session(interpreter: interpreter, isInteractive: false)
      let outcome = try session.run(SourceFile(name: "fuzz.tw", bytes: bytes), options: [])
      _ = Printer.text(of: outcome.value)
      _ = outcome.value.asObject?.display(width: 80)
    } catch let fault as Fault {
      _ = fault.rendered()
    } catch let list as FaultList {
      for fault in list.faults { _ = fault.rendered() }
    } catch {
      fatalError("not an error of the language: \(error)")
    }
  }

  nonisolated(unsafe) private static let alarmClock = AlarmClock()
}

/// Presses Ctrl-C when a program takes too long: some operations have much to do in one step. What does not listen is found by
/// libFuzzer's own time limit.
final class AlarmClock {
  private var deadline: Int64 = .max
  private static let patience: Int64 = 2_000_000_000

  init() {
    var thread = pthread_t()
    let me = Unmanaged.passRetained(self).toOpaque()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<AlarmClock>.fromOpaque(context).takeUnretainedValue().tick()
        return nil
      }, me)
  }

  func start() {
    tw_clear_interrupt()
    deadline = Self.now() + Self.patience
  }

  func stop() {
    deadline = .max
    tw_clear_interrupt()
  }

  private func tick() {
    while true {
      usleep(100_000)
      if Self.now() > deadline { tw_request_interrupt() }
    }
  }

  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
