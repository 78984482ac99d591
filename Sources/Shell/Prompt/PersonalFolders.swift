// Where the prompt keeps what is to outlive it, after the XDG Base Directory Specification.

import Runtime

enum PersonalFolders {
  /// For what is written: `$XDG_STATE_HOME/traveling-words`. Nil when there is no home to keep it in.
  static var state: String? { folder("XDG_STATE_HOME", ".local/state") }

  /// For what the person writes: `$XDG_CONFIG_HOME/traveling-words`.
  static var configuration: String? { folder("XDG_CONFIG_HOME", ".config") }

  /// The variable counts only when it holds an absolute path.
  private static func folder(_ variable: String, _ standard: String) -> String? {
    if let folder = Paths.environment(variable), folder.utf8.first == UInt8(ascii: "/") {
      return folder + "/traveling-words"
    }
    return Paths.environment("HOME").map { "\($0)/\(standard)/traveling-words" }
  }
}
