// A figure on the terminal: a picture (sixel) where the terminal says that it can show one, blocks of characters elsewhere, a
// line of text where there is no terminal.

import Figures
import Glibc
import Lang
import Operations
import Runtime

enum FigureEcho {
  static func display(of figure: FigureObject) throws -> Display {
    guard StandardOutput.shared.isTerminal else { return .words(figure.description) }
    try StandardOutput.shared.flush()
    let window = Window()
    if SixelQuery.terminalShowsSixels, let picture = try sixels(figure, window) { return .picture(picture) }
    return .picture(
      try FigureText.text(
        of: figure, columns: window.columns - 1, rows: min(window.rows - 4, 24),
        colours: Colour.ofFigures(on: STDOUT_FILENO)))
  }

  /// Nil when there is no gnuplot: blocks do without it.
  private static func sixels(_ figure: FigureObject, _ window: Window) throws -> String? {
    let scale = min(1, Double(window.width) / Double(figure.width))
    do {
      return try figure.sixels(
        width: max(Int(Double(figure.width) * scale), 100), height: max(Int(Double(figure.height) * scale), 80))
    } catch let fault as Fault where fault.code == .libraryMissing || fault.code == .unsupported {
      return nil
    }
  }

  /// The terminal's size in characters and pixels.
  private struct Window {
    var columns = 80
    var rows = 24
    var width = 800

    init() {
      var size = winsize()
      guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return }
      columns = Int(size.ws_col)
      rows = Int(size.ws_row)
      // Many terminals do not tell their pixels; 8 a column is a small letter.
      width = size.ws_xpixel > 0 ? Int(size.ws_xpixel) : columns * 8
    }
  }
}

/// Asks the terminal what it is (DA1, "primary device attributes"): 4 among the numbers of its answer is sixel graphics.
enum SixelQuery {
  nonisolated(unsafe) private static var known: Bool?
  /// A terminal that answers does so at once; one far away (ssh) needs a moment.
  private static let patience: Int32 = 300

  static var terminalShowsSixels: Bool {
    if let known { return known }
    // Somebody who has typed ahead must not lose keys to the answer's reader: then we ask another time.
    guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp(), !isReadable(0) else { return false }
    let answer = ask()
    known = answer.map(showsSixels) ?? false
    return known ?? false
  }

  /// "\u{1B}[?62;4;6c" → true.
  static func showsSixels(_ answer: String) -> Bool {
    guard let start = answer.firstIndex(of: "?"), let end = answer[start...].firstIndex(of: "c") else { return false }
    return answer[answer.index(after: start)..<end].split(separator: ";").contains("4")
  }

  private static func isReadable(_ milliseconds: Int32) -> Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, milliseconds) > 0
  }

  private static func ask() -> String? {
    var before = termios()
    guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
    var raw = before
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    guard tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0 else { return nil }
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &before) }
    let question = Array("\u{1B}[c".utf8)
    guard Glibc.write(STDOUT_FILENO, question, question.count) == question.count else { return nil }
    var answer: [UInt8] = []
    var byte: UInt8 = 0
    while answer.count < 64, isReadable(patience) {
      guard Glibc.read(STDIN_FILENO, &byte, 1) == 1 else { break }
      answer.append(byte)
      if byte == UInt8(ascii: "c") { return String(decoding: answer, as: UTF8.self) }
    }
    return nil
  }
}
