// Paths as the user writes them and as the system knows them.

import Glibc
import Lang

package enum Paths {
  // Everything here works on bytes: to Swift, a slash and a combining mark behind it are one character.
  private static let slash = UInt8(ascii: "/")

  /// `~/x` with the home folder in place of `~`; other paths as they are.
  package static func expanded(_ path: String) -> String {
    guard path.isIdentical(to: "~") || path.utf8.starts(with: "~/".utf8), let home = environment("HOME") else {
      return path
    }
    return home + String(Substring(path.utf8.dropFirst()))
  }

  /// The absolute path without symbolic links, `.` and `..`. What does not exist yet is resolved as far as it exists: the
  /// nearest existing folder, and the remaining names behind it. A link to nothing counts as the place it points to.
  package static func resolved(_ path: String) -> String {
    // The system takes no longer ones, and each step here costs a copy.
    guard path.utf8.count <= longest else { return normalised(path) }
    var existing = path.isEmpty ? "." : path
    var missing: [String] = []
    var linksLeft = 40
    while true {
      if let real = withSystem(existing, { realpath($0, nil) }) {
        defer { free(real) }
        let base = text(real)
        return normalised(missing.isEmpty ? base : joined(base, missing.reversed().joined(separator: "/")))
      }
      let (folder, name) = split(existing)
      if linksLeft > 0, let target = linkTarget(existing) {
        linksLeft -= 1
        existing = joined(folder, target)
        continue
      }
      if existing == folder || name.isEmpty { return normalised(path) }
      missing.append(name)
      existing = folder
    }
  }

  /// PATH_MAX.
  private static let longest = 4096

  /// What a symbolic link says, nil when there is no link at `path`.
  private static func linkTarget(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: longest + 1)
    let count = withSystem(path) { readlink($0, &buffer, longest) }
    guard count > 0 else { return nil }
    return text(buffer[..<count].map { UInt8(bitPattern: $0) })
  }

  /// Where an open file is, nil when the system does not say or it has no path (a pipe).
  static func ofOpened(_ descriptor: Int32) -> String? {
    guard let path = linkTarget("/proc/self/fd/\(descriptor)"), path.utf8.first == slash else { return nil }
    return path
  }

  /// `folder/name`; `name` alone when the folder is empty or the name is absolute.
  package static func joined(_ folder: String, _ name: String) -> String {
    if folder.isEmpty || name.utf8.first == slash { return name }
    return folder.utf8.last == slash ? folder + name : folder + "/" + name
  }

  /// A path as it is called from a folder, where it begins with it.
  package static func relative(_ path: String, to folder: String) -> String {
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return path.utf8.starts(with: start.utf8) ? String(Substring(path.utf8.dropFirst(start.utf8.count))) : path
  }

  /// The folder that a path is in ("." for a bare name, "/" at the root) and the last name.
  package static func split(_ path: String) -> (folder: String, name: String) {
    var path = path.utf8[...]
    while path.count > 1, path.last == slash { path = path.dropLast() }
    guard let mark = path.lastIndex(of: slash) else { return (".", String(Substring(path))) }
    let name = path[path.index(after: mark)...]
    var folder = path[..<mark]
    while folder.count > 1, folder.last == slash { folder = folder.dropLast() }
    return (folder.isEmpty ? "/" : String(Substring(folder)), String(Substring(name)))
  }

  /// The extension in lower case without its point, "" when there is none.
  package static func fileExtension(_ path: String) -> String {
    let name = split(path).name.utf8
    guard let point = name.lastIndex(of: UInt8(ascii: ".")), point > name.startIndex else { return "" }
    return String(Substring(name[name.index(after: point)...])).lowercased()
  }

  /// Removes `.`, `..` and doubled slashes by their text alone.
  private static func normalised(_ path: String) -> String {
    let isAbsolute = path.utf8.first == slash
    var parts: [String] = []
    for part in path.utf8.split(separator: slash).map({ String(Substring($0)) }) where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !isAbsolute {
        parts.append(part)
      }
    }
    let text = parts.joined(separator: "/")
    return isAbsolute ? "/" + text : text.isEmpty ? "." : text
  }
}
