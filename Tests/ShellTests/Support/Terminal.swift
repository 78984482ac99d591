// A real terminal (tmux) with the prompt in it.

import Glibc
import Testing

final class Terminal {
  private let server: String
  private let scratch: Scratch

  /// Starts `command` (a line of bash, `$TW` is the binary) in a terminal of its own. Entries are kept in the scratch folder.
  init(_ scratch: Scratch, command: String = "$TW", environment: String = "", size: String = "80x40") throws {
    self.scratch = scratch
    server = "tmux -f /dev/null -S '\(scratch.path)/terminal-\(UInt32.random(in: 0...UInt32.max))'"
    let variables =
      "export TW='\(Machine.binary)' HOME='\(scratch.path)' XDG_STATE_HOME='\(scratch.path)/state' \(environment)"
    let (width, height) = (size.split(separator: "x")[0], size.split(separator: "x")[1])
    // The shell stays, so that the last screen can be read.
    let script = try scratch.write(
      ".terminal", "cd '\(scratch.path)'\n\(variables)\n\(command)\necho \"left with $?\"\nsleep 100\n")
    let started = Machine.system("\(server) new-session -d -x \(width) -y \(height) \"bash '\(script)'\"")
    try #require(started == 0, "tmux is installed by scripts/bootstrap.sh --test")
  }

  deinit { _ = Machine.system("\(server) kill-server 2>/dev/null") }

  /// Types text as it is.
  func type(_ text: String) throws {
    let quoted = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    // tmux takes a `;` at the end of an argument for its own separator.
    let escaped = quoted.hasSuffix(";") ? quoted.dropLast() + "\\;" : Substring(quoted)
    try #require(Machine.system("\(server) send-keys -l -- '\(escaped)'") == 0)
  }

  /// Presses a key by tmux's name: Enter, Up, C-c.
  func press(_ key: String) throws { try #require(Machine.system("\(server) send-keys \(key)") == 0) }

  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Pastes a block, as a terminal with bracketed paste does.
  func paste(_ text: String) throws {
    let file = try scratch.write(".pasted", text)
    try #require(Machine.system("\(server) load-buffer '\(file)' \\; paste-buffer -p") == 0)
  }

  func resize(to size: String) throws {
    let (width, height) = (size.split(separator: "x")[0], size.split(separator: "x")[1])
    try #require(Machine.system("\(server) resize-window -x \(width) -y \(height)") == 0)
  }

  /// The screen with its colours, as escape sequences.
  func colouredScreen() throws -> String {
    let file = scratch.path + "/.coloured"
    try #require(Machine.system("\(server) capture-pane -pe >'\(file)'") == 0)
    return Machine.read(file) ?? ""
  }

  /// Enters a line at the prompt, waits for the next prompt and gives the lines between the two.
  @discardableResult
  func ask(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> [String] {
    try enter(line)
    let echo = "tw> " + line.prefix(30)
    for _ in 0..<400 {
      let lines = try screen()
      if lines.last == "tw>", let start = lines.lastIndex(where: { $0.hasPrefix(echo) }), start < lines.count - 1 {
        return Array(lines[(start + 1)...].dropLast())
      }
      usleep(50_000)
    }
    Issue.record("no answer to \(line):\n\(try screen().joined(separator: "\n"))", sourceLocation: sourceLocation)
    return []
  }

  /// Lines on the screen, without the empty ones at its end.
  func screen() throws -> [String] {
    let file = scratch.path + "/.screen"
    try #require(Machine.system("\(server) capture-pane -p >'\(file)'") == 0)
    var lines = (Machine.read(file) ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// The first screen that is as wanted, or what there is after `seconds`, which is a failure.
  func screen(
    within seconds: Double = 10, sourceLocation: SourceLocation = #_sourceLocation, _ isWanted: ([String]) -> Bool
  ) throws -> [String] {
    var lines: [String] = []
    for _ in 0..<max(Int(seconds * 20), 1) {
      lines = try screen()
      if isWanted(lines) { return lines }
      usleep(50_000)
    }
    Issue.record("on the screen:\n\(lines.joined(separator: "\n"))", sourceLocation: sourceLocation)
    return lines
  }

  /// Waits until the screen ends with these lines (trailing spaces aside), for at most `seconds`.
  func expect(
    _ wanted: String..., within seconds: Double = 10, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(lines: wanted, within: seconds, sourceLocation: sourceLocation)
  }

  func expect(
    lines wanted: [String], within seconds: Double = 10, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var lines: [String] = []
    for _ in 0..<max(Int(seconds * 20), 1) {
      lines = try screen()
      if lines.suffix(wanted.count) == wanted[...] { return }
      usleep(50_000)
    }
    Issue.record(
      "wanted at the end:\n\(wanted.joined(separator: "\n"))\non the screen:\n\(lines.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }
}

/// Tests that type at a prompt of their own.
protocol PromptSuite {
  var scratch: Scratch { get }
}

extension PromptSuite {
  /// A terminal with the prompt ready.
  func prompt(environment: String = "", size: String = "80x40") throws -> Terminal {
    let terminal = try Terminal(scratch, environment: environment, size: size)
    try terminal.expect("tw>")
    return terminal
  }
}
