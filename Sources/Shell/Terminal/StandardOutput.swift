// What a program prints. Whole blocks reach a file or a pipe, lines reach a terminal; a full disk is an error, a reader who
// has seen enough (`tw … | head`) is not. Texts are shown with what a terminal would obey as escapes (`VisibleText`); who means to send
// bytes as they are says so.

import CEditline
import Glibc
import Lang
import Runtime

/// What is shown of a value.
enum Display {
  case words(String)
  /// A figure in the terminal's own language: colours, pixels. The texts in it have been made harmless by who drew it.
  case picture(String)
}

final class StandardOutput {
  static let shared = StandardOutput()

  private var pending: [UInt8] = []
  private let blockSize = 1 << 16
  private let hasTerminal = isatty(STDOUT_FILENO) == 1
  /// Takes what is written in place of descriptor 1, while it is not nil: the output of a notebook's cell goes to the notebook.
  var receiver: ((String) throws -> Void)?
  /// Whether a terminal shows what is written.
  var isTerminal: Bool { hasTerminal && receiver == nil }
  /// Why something could not be written. Kept, because a program that catches this error has still lost its output.
  private(set) var failure: Fault?
  /// Whether what is written next starts a line.
  private(set) var isAtLineStart = true
  /// Takes what is written in place of the output, while it is not nil.
  private var captured: [UInt8]?

  private init() {}

  /// Words: ours, a file's, a recipe's. What goes to a file (`capturing`) goes there as it is.
  func write(_ text: String) throws { try writeRaw(captured == nil ? VisibleText.of(text) : text) }

  func write(_ display: Display) throws {
    switch display {
    case .words(let text): try write(text + "\n")
    case .picture(let text): try writeRaw(text + "\n")
    }
  }

  /// The contents of a file: as they are, but on a terminal.
  func writeContents(_ text: String) throws { try isTerminal ? write(text) : writeRaw(text) }

  /// Bytes as they are: strings that a program prints, pictures.
  func writeRaw(_ text: String) throws {
    if captured != nil {
      captured?.append(contentsOf: text.utf8)
      return
    }
    if let last = text.utf8.last { isAtLineStart = last == UInt8(ascii: "\n") }
    if let receiver { return try receiver(text) }
    pending.append(contentsOf: text.utf8)
    if isTerminal || pending.count >= blockSize { try flush() }
  }

  /// Whether what is written goes to a file.
  var isCapturing: Bool { captured != nil }

  /// What `body` writes, which is not written elsewhere.
  func capturing(_ body: () throws -> Void) rethrows -> [UInt8] {
    let outer = captured
    captured = []
    defer { captured = outer }
    try body()
    return captured ?? []
  }

  func flush() throws {
    guard !pending.isEmpty else { return }
    if isTerminal { ProgressBar.shared.hide() }
    // What cannot be written now is dropped: it would fail again at every later flush.
    defer { pending.removeAll(keepingCapacity: true) }
    var start = 0
    while start < pending.count {
      // A terminal takes its time with a long text: Ctrl-C ends it, and must not wait for the rest.
      if start > 0 { try checkInterrupt() }
      let count = pending.withUnsafeBytes { bytes in
        Glibc.write(STDOUT_FILENO, bytes.baseAddress.map { $0 + start }, min(bytes.count - start, blockSize))
      }
      if count >= 0 {
        start += count
      } else if errno == EPIPE {
        // Nobody reads on. A program that prints forever must end here, and without a complaint.
        _exit(ExitStatus.success)
      } else if errno == EINTR {
        // A terminal that is stopped with Ctrl-S would otherwise hold on to us through Ctrl-C.
        try checkInterrupt()
      } else if errno == EAGAIN {
        var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        poll(&output, 1, 100)
        try checkInterrupt()
      } else {
        let fault = Fault.cannotWrite("standard output", reason: Fault.systemReason())
        failure = fault
        throw fault
      }
    }
  }
}

/// Diagnostics and warnings, after everything that was printed before them.
enum StandardError {
  /// Takes what is written in place of descriptor 2, while it is not nil.
  nonisolated(unsafe) static var receiver: ((String) -> Void)?
  /// Whether a terminal shows what is written.
  static var isTerminal: Bool { receiver == nil && isatty(STDERR_FILENO) == 1 }

  static func write(_ text: String) { put(VisibleText.of(text)) }

  /// Texts that are harmless already, with colours of ours.
  private static func put(_ text: String) {
    do { try StandardOutput.shared.flush() } catch {
      // Kept in `failure`, and reported when the run ends.
    }
    var line = Paths.shown(text) + "\n"
    if let receiver { return receiver(line) }
    ProgressBar.shared.hide()
    line.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, stderr) }
  }

  /// Of the terminal, so that nothing is broken in the middle of a word; nil in a pipe, which gets whole lines.
  private static var columns: Int? { isTerminal ? Int(tw_columns(STDERR_FILENO, 80)) : nil }

  static func warn(_ text: String) {
    let text = "warning: " + text
    write(columns.map { WrappedText.lines(text, width: $0).joined(separator: "\n") } ?? text)
  }

  static func report(_ fault: Fault) {
    if fault.code == .interrupted { return write("interrupted") }
    let text = fault.rendered(width: columns)
    guard isTerminal, Colour.isUsed(on: STDERR_FILENO), let end = text.firstIndex(of: ":") else { return write(text) }
    put(Colour.alarm(text[...end]) + VisibleText.of(String(text[text.index(after: end)...])))
  }

  /// Several errors of one text, with a blank line between them.
  static func report(_ faults: [Fault]) {
    for (index, fault) in faults.enumerated() {
      if index > 0 { write("") }
      report(fault)
    }
  }
}
