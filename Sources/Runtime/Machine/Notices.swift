// Warnings from below the Shell. They go to standard error unless somebody else wants them (tests, the prompt's status line).

import Glibc
import Lang

public enum Notices {
  public static var sink: (String) -> Void = { text in
    fputs("warning: \(VisibleText.of(text))\n", stderr)
  }

  public static func warn(_ text: String) { sink(text) }
}
