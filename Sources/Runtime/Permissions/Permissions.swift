// The one place that every file operation asks before it opens a file, and again with the file it got. Links are followed on
// both sides: what counts is where the bytes are.

import Glibc
import Lang

package final class Permissions {
  package enum Access: String {
    case read, write
  }

  /// Real paths below which a program may read or write; nil is anywhere. They are resolved when they are granted: a link
  /// that is changed later opens nothing.
  private var roots: [Access: [String]] = [:]
  /// Real paths below which only models may be read: the caches that `load("gpt2")` looks into.
  private var modelRoots: [String] = []

  /// Whether what is written goes nowhere: a recipe is tried, and must change no file.
  package var discardsWrites = false

  /// What the run of a recipe reads is noted here.
  package internal(set) var record: RunRecord?

  /// Nil leaves an access free.
  package init(readRoots: [String]? = nil, writeRoots: [String]? = nil) {
    if let readRoots { restrict(.read, to: readRoots) }
    if let writeRoots { restrict(.write, to: writeRoots) }
  }

  // MARK: Granting

  /// Takes away what was granted before.
  package func restrict(_ access: Access, to folders: [String]) { roots[access] = folders.map(Self.real) }

  /// Adds a folder or a file, where the access is restricted at all.
  package func allow(_ access: Access, below folder: String) {
    guard roots[access] != nil else { return }
    let place = Self.real(folder)
    if roots[access]?.contains(place) == false { roots[access]?.append(place) }
  }

  /// Adds a folder in which models may be read.
  package func allowModels(below folder: String) { modelRoots.append(Self.real(folder)) }

  /// What the params of the program that was started open, by their types alone. `given` is what the user wrote on the command line: a
  /// folder may be written below, a file or a model's folder be read, and the files that `besideModel` has. What the author wrote as a default opens nothing that is not open
  /// anyway: a program without folders may write below the current one, so a default there only says where in it.
  func allow(
    _ params: [ParamNode], given: (ParamNode) -> String?, byDefault: (ParamNode) -> String?,
    besideModel: (String) -> [String]
  ) {
    if !params.contains(where: { $0.type == .folder }) { allow(.write, below: ".") }
    for param in params {
      switch param.type {
      case .folder:
        if let path = given(param) {
          allow(.write, below: path)
        } else if let path = byDefault(param), Self.isInside(Self.real(path), [Self.real(".")]) {
          allow(.write, below: path)
        }
      case .file, .model:
        guard let path = given(param) else { break }
        for place in [path] + (param.type == .model ? besideModel(path) : []) { allow(.read, below: place) }
      case .string, .number, .bool, .list, nil: break
      }
    }
  }

  // MARK: Asking

  /// Throws `notPermitted` unless `path` (expanded, not resolved) lies where it may be read.
  package func checkRead(_ path: String) throws { try check(.read, path) }

  /// The same for a file of a model, which may also lie in a cache of models.
  package func checkModelRead(_ path: String) throws {
    if roots[.read] == nil || Self.isInside(Paths.resolved(path), modelRoots) { return }
    try check(.read, path)
  }

  /// Throws `notPermitted` unless `path` (expanded, not resolved) lies where it may be written. Returns the real path, to be
  /// opened instead of `path`.
  @discardableResult
  package func checkWrite(_ path: String) throws -> String { try check(.write, path) }

  /// Asks again with what was opened: a link may have been changed since the first question. For a file that is yet to be made,
  /// `descriptor` is its folder and `entry` its name there.
  package func checkOpened(
    _ descriptor: Int32, _ access: Access, as path: String, entry: String = "", isModel: Bool = false
  ) throws {
    guard let allowed = roots[access], let opened = Paths.ofOpened(descriptor) else { return }
    let place = entry.isEmpty ? opened : Paths.joined(opened, entry)
    if Self.isInside(place, allowed) || isModel && Self.isInside(place, modelRoots) { return }
    throw Fault.notPermitted(access, path, place: place, allowed: allowed)
  }

  @discardableResult
  private func check(_ access: Access, _ path: String) throws -> String {
    let place = Paths.resolved(path)
    guard let allowed = roots[access], !Self.isInside(place, allowed) else { return place }
    throw Fault.notPermitted(access, path, place: place, allowed: allowed)
  }

  private static func isInside(_ place: String, _ roots: [String]) -> Bool {
    roots.contains { root in
      root == "/" || place.isIdentical(to: root) || place.utf8.starts(with: (root + "/").utf8)
    }
  }

  private static func real(_ folder: String) -> String { Paths.resolved(Paths.expanded(folder)) }
}

extension Fault {
  /// A file outside the folders that this run may use. `place` is where the path leads.
  static func notPermitted(_ access: Permissions.Access, _ path: String, place: String, allowed: [String]) -> Fault {
    let leads = path.isIdentical(to: place) ? "" : ", which is \(place)"
    let folders = allowed.isEmpty ? "nowhere" : "below \(allowed.joined(separator: ", "))"
    let wanted = Paths.isFolder(place) ? place : Paths.split(place).folder
    return Fault(
      .notPermitted, "this program may not \(access.rawValue) \(path)\(leads)",
      help: "it may \(access.rawValue) \(folders); "
        + "to allow more: tw --allow-\(access.rawValue) \(wanted) …")
  }
}
