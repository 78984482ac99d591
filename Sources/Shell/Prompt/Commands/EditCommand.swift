// `:edit`: the last program in the person's own editor.

import CEditline
import Glibc
import Lang
import Runtime

enum EditCommand {
  static func run(at prompt: EntrySession) throws {
    guard prompt.front.hasTerminal else {
      throw Fault.badValue("there is no terminal for an editor here", help: "edit the cell itself")
    }
    let editor =
      Paths.environment("VISUAL") ?? Paths.environment("EDITOR") ?? "vi"
    try TemporaryFile.with(prompt.lastProgram + "\n", suffix: ".tw") { path in
      try StandardOutput.shared.flush()
      let before = Self.state(of: path)
      guard Paths.withSystem("\(editor) '\(path)'", { tw_terminal_run($0) }) == 0 else {
        throw Fault.badValue(
          "the editor `\(editor)` failed; nothing is run", help: "the variables VISUAL and EDITOR name another one")
      }
      var text = String(decoding: try SourceReader.file(path).bytes, as: UTF8.self)
      while let last = text.last, last.isWhitespace { text.removeLast() }
      // Who leaves an editor without saving has changed their mind.
      guard !text.isEmpty, Self.state(of: path) != before || text != prompt.lastProgram else {
        return try prompt.show(text.isEmpty ? "the file is empty: nothing runs" : "nothing was saved: nothing runs")
      }
      prompt.pending = text
    }
  }

  /// What changes when a file is written: its inode and time, in nanoseconds.
  private static func state(of path: String) -> [Int] {
    guard let status = Paths.status(path) else { return [] }
    return [Int(truncatingIfNeeded: status.st_ino), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }
}
