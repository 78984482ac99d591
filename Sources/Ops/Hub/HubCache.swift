// The folder of one repository in the cache that Hugging Face's tools share (huggingface_hub, "Understand caching"):
//
//     models--ORG--NAME/blobs/ETAG                contents
//     models--ORG--NAME/snapshots/COMMIT/FILE     a relative link to them; the file itself where links cannot be made
//     models--ORG--NAME/refs/REVISION             the commit of a branch or tag, written last
//     models--ORG--NAME/.no_exist/COMMIT/FILE     empty: the hub was asked, and does not have it
//
// Others write there too, perhaps from other machines: nothing of theirs is moved or deleted.

import CPlatform
import Formats
import Glibc
import Lang
import Models
import Runtime

struct HubCache {
  let folder: String
  /// Locks are asked for where Python's tools ask for them.
  let locks: String

  init(root: String, repository: String) {
    folder = root + "/" + ModelPlaces.folderName(repository)
    locks = root + "/.locks/" + ModelPlaces.folderName(repository)
  }

  func blob(_ etag: String) -> String { "\(folder)/blobs/\(etag)" }
  func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }
  func place(_ file: String, _ commit: String) -> String { snapshot(commit) + "/" + file }

  /// Whether the file of a commit is here; one of another size is somebody's mistake.
  func has(_ file: HubFile, _ commit: String) throws -> Bool {
    let place = place(file.name, commit)
    guard let status = Paths.status(place), status.st_mode & S_IFMT == S_IFREG else { return false }
    if let size = file.size, Int(status.st_size) != size {
      throw Fault.badFile(
        place, reason: "it has \(status.st_size) bytes, the hub says \(size)",
        help: "it is not ours to delete: remove it, then pull again")
    }
    return true
  }

  /// Makes folders as far as they are missing. Throws `cannotWrite`.
  static func makeFolders(_ path: String) throws {
    if Paths.isFolder(path) { return }
    let above = Paths.split(path).folder
    if above != path { try makeFolders(above) }
    guard Paths.withSystem(path, { mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
      throw Fault.cannotWriteCache(path, errno)
    }
  }

  /// Throws `cannotWrite` unless the disk has room for so many bytes.
  func checkRoom(_ bytes: Int) throws {
    var status = statvfs()
    guard Paths.withSystem(folder, { statvfs($0, &status) }) == 0 else { return }
    let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    guard !overflow, free < bytes else { return }
    throw Fault.cannotWrite(
      folder, reason: "\(ByteCount.text(bytes)) are to come, \(ByteCount.text(free)) are free",
      help: "set HF_HUB_CACHE to a folder on a larger disk")
  }

  /// Gives the contents `etag` their place in a commit. `isOurs`: whether they were downloaded just now.
  func link(_ file: String, _ commit: String, etag: String, isOurs: Bool) throws {
    let place = place(file, commit)
    if MappedFile.isFile(place) { return }
    try Self.makeFolders(Paths.split(place).folder)
    let depth = file.utf8.filter { $0 == UInt8(ascii: "/") }.count
    let target = String(repeating: "../", count: depth + 2) + "blobs/" + etag
    if Paths.withSystem(target, { target in Paths.withSystem(place) { symlink(target, $0) } }) == 0 { return }
    switch errno {
    case EEXIST where MappedFile.isFile(place): return
    case EEXIST:
      throw Fault.cannotWrite(
        place, reason: "a link that leads elsewhere is in its place", help: "remove it, then pull again")
    case EROFS, EACCES, ENOSPC, EDQUOT: throw Fault.cannotWriteCache(place, errno)
    default: break
    }
    // A file system without links: the file itself.
    if isOurs {
      guard Paths.withSystem(blob(etag), { from in Paths.withSystem(place) { rename(from, $0) } }) == 0 else {
        throw Fault.cannotWriteCache(place, errno)
      }
    } else {
      let contents = try MappedFile(path: blob(etag))
      try AtomicFile.write(place, permissions: Permissions()) { try $0.write(contents.bytes) }
    }
  }

  /// Notes that the hub does not have a file.
  func markMissing(_ file: String, _ commit: String) throws {
    let place = "\(folder)/.no_exist/\(commit)/\(file)"
    try Self.makeFolders(Paths.split(place).folder)
    let descriptor = Paths.withSystem(place) { open($0, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw Fault.cannotWriteCache(place, errno) }
    close(descriptor)
  }

  /// Notes which commit a branch or tag means.
  func setReference(_ revision: String, _ commit: String) throws {
    guard revision != commit else { return }
    let place = "\(folder)/refs/\(revision)"
    if let file = try? MappedFile(path: place), file.bytes.elementsEqual(commit.utf8) { return }
    try AtomicFile.write(place, permissions: Permissions()) { try $0.write(commit) }
  }
}

extension Fault {
  static func cannotWriteCache(_ path: String, _ code: Int32) -> Fault {
    .cannotWrite(
      path, reason: systemReason(code),
      help: code == ENOSPC || code == EDQUOT
        ? "what has come is kept, and the next pull goes on there; or set HF_HUB_CACHE to a folder on a larger disk"
        : "set HF_HUB_CACHE to a folder that you may write")
  }
}

/// Sizes of files for people, in powers of 1000 as the hub shows them.
package enum ByteCount {
  /// "548 MB", "1.2 GB", "17 kB", "640 bytes".
  package static func text(_ bytes: Int) -> String {
    var amount = Double(bytes)
    guard amount >= 1000 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    for unit in ["kB", "MB", "GB"] {
      amount /= 1000
      if amount < 999.5 { return shown(amount) + " " + unit }
    }
    return shown(amount / 1000) + " TB"
  }

  private static func shown(_ amount: Double) -> String {
    amount < 9.95 ? "\((amount * 10).rounded() / 10)" : "\(Int(amount.rounded()))"
  }
}
