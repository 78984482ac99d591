// Folders that the prompt keeps its own files in.

import Glibc
import Runtime

enum Folder {
  /// Makes the folders that a file's path goes through, for the owner alone.
  static func make(above path: String) {
    var end = path.startIndex
    while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
      _ = Paths.withSystem(String(path[..<slash])) { mkdir($0, 0o700) }
      end = slash
    }
  }
}
