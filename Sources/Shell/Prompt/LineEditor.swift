// A line from the person at the terminal, with libedit's keys where the terminal can do them.

import CEditline
import CPlatform
import Glibc
import Lang

final class LineEditor {
  enum Line {
    case text(String)
    /// Ctrl-C.
    case cancelled
    /// Ctrl-D.
    case end
    /// The terminal is gone.
    case gone
  }

  /// Whether lines are read without editing keys.
  let isPlain: Bool
  /// What Tab does, given the line up to the cursor.
  var complete: ((_ before: String) -> Completion)?
  /// A little work while nobody types; returns whether there is more.
  var idle: (() -> Bool)?
  private var editor: OpaquePointer?

  /// Nil when the system has no memory or descriptors left.
  init?() {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    // libedit complains about terminals that cannot move their cursor.
    isPlain = isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0 || terminal.isEmpty || terminal == "dumb"
    let hooks = tw_editor_hooks(
      context: Unmanaged.passUnretained(self).toOpaque(), complete: Self.completeHook, paste: Self.pasteHook,
      idle: Self.idleHook)
    guard let editor = tw_editor_open(isPlain, hooks) else { return nil }
    self.editor = editor
    if !isPlain { tw_terminal_hold() }
  }

  deinit {
    tw_terminal_release()
    tw_editor_close(editor)
  }

  /// Shows `prompt` and waits for a line.
  func read(prompt: String) -> Line {
    let line = prompt.withCString { prompt -> Line in
      var line: UnsafePointer<CChar>?
      switch tw_editor_read(editor, prompt, &line) {
      case TW_LINE: return .text(line.map { String(cString: $0) } ?? "")
      case TW_LINE_CANCEL: return .cancelled
      case TW_LINE_END where isatty(STDIN_FILENO) == 1: return .end
      default: return .gone
      }
    }
    // libedit has put the terminal back as it was; what is typed from here on is for the next prompt.
    if !isPlain { tw_terminal_hold() }
    return line
  }

  /// Makes an entry reachable by the arrow keys.
  func remember(_ entry: String) { tw_editor_remember(editor, entry) }

  // MARK: What C asks

  private static let completeHook: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> tw_completion = {
    context, before in
    guard let context, let before else { return tw_completion(removed: 0, inserted: nil, listing: nil) }
    let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
    // From here on Ctrl-C is meant for this.
    tw_clear_interrupt()
    let completion = editor.complete?(String(cString: before)) ?? Completion()
    return tw_completion(
      removed: Int32(clamping: completion.removed), inserted: completion.inserted.flatMap { strdup($0) },
      listing: completion.listing.flatMap { strdup(VisibleText.of($0)) })
  }

  private static let idleHook: @convention(c) (UnsafeMutableRawPointer?) -> Bool = { context in
    guard let context else { return false }
    return Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue().idle?() ?? false
  }

  private static let pasteHook:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutablePointer<CChar>? = { _, text in
      text.flatMap { strdup(PastedText.cleaned(String(cString: $0))) }
    }
}

/// What Tab does to a line.
struct Completion: Equatable {
  /// Characters before the cursor that go away.
  var removed = 0
  var inserted: String?
  /// Lines to show below the input.
  var listing: String?
}
