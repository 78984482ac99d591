// Where the prompt keeps what is to outlive it, after the XDG Base Directory Specification.

import Glibc

enum PersonalFolders {
  /// For what is written: `$XDG_STATE_HOME/traveling-words`. Nil when there is no home to keep it in.
  static var state: String? { folder("XDG_STATE_HOME", ".local/state") }

  /// For what the person writes: `$XDG_CONFIG_HOME/traveling-words`.
  static var configuration: String? { folder("XDG_CONFIG_HOME", ".config") }

  /// The variable counts only when it holds an absolute path.
  private static func folder(_ variable: String, _ standard: String) -> String? {
    if let folder = environment(variable), folder.hasPrefix("/") { return folder + "/traveling-words" }
    return environment("HOME").map { "\($0)/\(standard)/traveling-words" }
  }

  static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
