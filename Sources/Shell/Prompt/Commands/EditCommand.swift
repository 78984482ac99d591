// `:edit`: the last program in the person's own editor.

import CEditline
import Glibc
import Lang
import Runtime

enum EditCommand {
  static func run(at prompt: Prompt) throws {
    let editor =
      PersonalFolders.environment("VISUAL") ?? PersonalFolders.environment("EDITOR") ?? "vi"
    try TemporaryFile.with(prompt.lastProgram + "\n", suffix: ".tw") { path in
      try StandardOutput.shared.flush()
      guard tw_terminal_run("\(editor) '\(path)'") == 0 else {
        throw Fault.badValue(
          "the editor `\(editor)` failed; nothing is run", help: "the variables VISUAL and EDITOR name another one")
      }
      var text = String(decoding: try SourceReader.file(path).bytes, as: UTF8.self)
      while let last = text.last, last.isWhitespace { text.removeLast() }
      if !text.isEmpty { prompt.pending = text }
    }
  }
}
