// How `tw` ends. See docs/language.md, "Running".

import Lang

enum ExitStatus {
  static let success: Int32 = 0
  /// An error in the program or its data.
  static let failure: Int32 = 1
  /// A command line that `tw` or the recipe does not understand.
  static let wrongCommandLine: Int32 = 2
  /// 128 + SIGINT, as shells report a program that Ctrl-C ended.
  static let interrupted: Int32 = 130

  static func of(_ fault: Fault) -> Int32 {
    switch fault.code {
    case .badOption: wrongCommandLine
    case .interrupted: interrupted
    default: failure
    }
  }
}
