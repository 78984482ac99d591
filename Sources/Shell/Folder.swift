// Folders and what is in them.

import Glibc

enum Folder {
  /// Names in a folder in alphabetical order, without `.` and `..`; none when it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func isFolder(_ path: String, followingLinks: Bool = true) -> Bool {
    var information = stat()
    let found = followingLinks ? stat(path, &information) : lstat(path, &information)
    return found == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes the folders that a file's path goes through, for the owner alone.
  static func make(above path: String) {
    var end = path.startIndex
    while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
  }
}
