// A line from the person at the terminal, with libedit's keys where the terminal can do them.

import CEditline
import Glibc

final class LineEditor {
  enum Line {
    case text(String)
    /// Ctrl-C.
    case cancelled
    /// Ctrl-D, or the terminal is gone.
    case end
  }

  private let editor: OpaquePointer

  /// Nil when the system has no memory or descriptors left.
  init?() {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    // libedit complains about terminals that cannot move their cursor.
    let isPlain = isatty(STDOUT_FILENO) == 0 || terminal.isEmpty || terminal == "dumb"
    guard let editor = tw_editor_open(isPlain) else { return nil }
    self.editor = editor
  }

  deinit { tw_editor_close(editor) }

  /// Shows `prompt` and waits for a line.
  func read(prompt: String) -> Line {
    prompt.withCString { prompt in
      var line: UnsafePointer<CChar>?
      switch tw_editor_read(editor, prompt, &line) {
      case TW_LINE: return .text(line.map { String(cString: $0) } ?? "")
      case TW_LINE_CANCEL: return .cancelled
      default: return .end
      }
    }
  }

  /// Makes an entry reachable by the arrow keys.
  func remember(_ entry: String) { tw_editor_remember(editor, entry) }
}
