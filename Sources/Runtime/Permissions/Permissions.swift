// The one place that every file operation asks before it opens a file.

import Glibc
import Lang

public final class Permissions {
  /// Folders below which a program may read; nil is anywhere.
  public var readRoots: [String]?
  /// Folders below which a program may write; nil is anywhere.
  public var writeRoots: [String]?

  public init(readRoots: [String]? = nil, writeRoots: [String]? = nil) {
    self.readRoots = readRoots
    self.writeRoots = writeRoots
  }

  /// Throws `notPermitted` unless `path` (expanded, not resolved) lies under a folder that may be read.
  public func checkRead(_ path: String) throws { try check(path, roots: readRoots, verb: "read") }

  /// Throws `notPermitted` unless `path` (expanded, not resolved) lies under a folder that may be written.
  public func checkWrite(_ path: String) throws { try check(path, roots: writeRoots, verb: "write") }

  private func check(_ path: String, roots: [String]?, verb: String) throws {
    guard let roots else { return }
    // Links are followed on both sides: what counts is where the bytes are.
    let place = Paths.resolved(path)
    for root in roots {
      let root = Paths.resolved(Paths.expanded(root))
      if root == "/" || place.isIdentical(to: root) || place.utf8.starts(with: (root + "/").utf8) { return }
    }
    throw Fault.notPermitted(verb: verb, path, roots: roots)
  }
}

extension Fault {
  /// A file outside the folders that this run may use.
  public static func notPermitted(verb: String, _ path: String, roots: [String]) -> Fault {
    let folders = roots.isEmpty ? "nowhere" : "below \(roots.joined(separator: ", "))"
    return Fault(.notPermitted, "this program may not \(verb) \(path)", help: "it may \(verb) \(folders)")
  }
}
