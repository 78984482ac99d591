// A terminal as the place where a session's answers go.

import CEditline
import Lang
import Runtime

final class TerminalFront: EntryFront {
  /// Whether lines are read without editing keys.
  private let isPlain: Bool

  init(isPlain: Bool) { self.isPlain = isPlain }

  let entryWord = "prompt"
  var width: Int { Int(tw_terminal_columns(100)) }
  let hasTerminal = true

  func show(_ value: Value, isLast: Bool) throws {
    try StandardOutput.shared.write(Echo.display(of: value, width: width))
  }

  func show(help: Display) throws { try StandardOutput.shared.write(help) }

  /// What the cursor's home, and clearing from there and what has scrolled away, do (ECMA-48, xterm).
  func clear() throws {
    if StandardOutput.shared.isTerminal { try StandardOutput.shared.writeRaw("\u{1B}[H\u{1B}[2J\u{1B}[3J") }
  }

  func report(_ error: any Error) {
    switch error {
    case let fault as Fault where fault.code == .interrupted:
      // A plain terminal has shown ^C, and the cursor stands behind it.
      let needsBreak = isPlain || !StandardOutput.shared.isAtLineStart
      StandardError.write((needsBreak ? "\n" : "") + "interrupted")
    case let fault as Fault: StandardError.report(fault)
    case let list as FaultList: StandardError.report(list.faults)
    default: StandardError.write("error: \(error)")
    }
  }
}
