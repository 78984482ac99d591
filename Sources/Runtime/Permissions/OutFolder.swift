// Whether a recipe can write where its `out` says. It is found out before the recipe starts: at the first `save` the work is done.

import Glibc
import Lang

enum OutFolder {
  /// Throws `badOption` for an empty path, `notPermitted`, and `cannotWrite` with the system's reason. `isFolder`: the recipe writes
  /// files below it. Missing folders are not made yet, so that a recipe that refuses its options leaves none behind.
  static func check(_ path: String, isFolder: Bool, permissions: Permissions) throws {
    guard !path.isEmpty else {
      if !isFolder { return }
      throw Fault(.badOption, "--out is empty", help: "--out . is the current folder")
    }
    let place = try permissions.checkWrite(Paths.expanded(path))
    var existing = place
    var information = stat()
    while stat(existing, &information) != 0 {
      let code = errno
      let above = Paths.split(existing).folder
      guard code == ENOENT, above != existing else { throw cannotWrite(path, code) }
      existing = above
    }
    if information.st_mode & S_IFMT == S_IFDIR {
      try makeFile(in: existing, for: path)
    } else if isFolder {
      throw cannotWrite(path, ENOTDIR)
    } else if access(existing, W_OK) != 0 {
      throw cannotWrite(path, errno)
    }
  }

  /// Makes a file and removes it: rights alone do not tell, for some file systems take no files at all.
  private static func makeFile(in folder: String, for path: String) throws {
    let probe = Paths.joined(folder, ".tw-\(getpid())-out.tmp")
    let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw cannotWrite(path, errno) }
    close(descriptor)
    unlink(probe)
  }

  private static func cannotWrite(_ path: String, _ code: Int32) -> Fault {
    Fault.cannotWrite("below \(path)", reason: Fault.systemReason(code), help: "--out names another folder")
  }
}
