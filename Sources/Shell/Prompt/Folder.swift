// Folders that the prompt keeps its own files in.

import Glibc
import Runtime

enum Folder {
  /// Waits until the disk has the names in the folder that a new file lies in.
  static func sync(above path: String) {
    let folder = Paths.split(path).folder
    let descriptor = Paths.withSystem(folder) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Makes the folders that a file's path goes through, for the owner alone.
  static func make(above path: String) {
    var end = path.startIndex
    while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
      _ = Paths.withSystem(String(path[..<slash])) { mkdir($0, 0o700) }
      end = slash
    }
  }
}
