// Whether a program can write where a `folder` param says. It is found out before the program starts: at the first `save` the work is
// done.

import Glibc
import Lang

enum WritableFolder {
  /// Throws `notPermitted`, and `cannotWrite` with the system's reason. `option` is the param's, for the message. Missing folders are
  /// not made yet, so that a recipe that refuses its options leaves none behind.
  package static func check(_ path: String, option: String, permissions: Permissions) throws {
    let place = try permissions.checkWrite(Paths.expanded(path))
    var existing = place
    var information = stat()
    while Paths.withSystem(existing, { stat($0, &information) }) != 0 {
      let code = errno
      let above = Paths.split(existing).folder
      guard code == ENOENT, above != existing else { throw cannotWrite(path, code, option) }
      existing = above
    }
    guard information.st_mode & S_IFMT == S_IFDIR else { throw cannotWrite(path, ENOTDIR, option) }
    try makeFile(in: existing, for: path, option)
  }

  /// Makes a file and removes it: rights alone do not tell, for some file systems take no files at all.
  private static func makeFile(in folder: String, for path: String, _ option: String) throws {
    let probe = Paths.joined(folder, ".tw-\(getpid())-out.tmp")
    let descriptor = Paths.withSystem(probe) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else { throw cannotWrite(path, errno, option) }
    close(descriptor)
    _ = Paths.withSystem(probe) { unlink($0) }
  }

  private static func cannotWrite(_ path: String, _ code: Int32, _ option: String) -> Fault {
    Fault.cannotWrite("below \(path)", reason: Fault.systemReason(code), help: "\(option) names another folder")
  }
}
