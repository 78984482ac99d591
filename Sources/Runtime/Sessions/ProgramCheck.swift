// `tw check`: everything that can be found in programs, and in the modules that they use, without running them.

import Glibc
import Lang

/// Checks programs one after the other. A module that several use is looked at once.
package final class ProgramCheck {
  private let interpreter: Interpreter
  /// By the resolved path, or the module's name; nil for one that cannot be read.
  private var modules: [String: ModuleShape?] = [:]
  /// Files that have been checked, by their resolved paths.
  private var checked: Set<String> = []
  /// Modules that are being looked at, outermost first.
  private var open: [(key: String, name: String)] = []
  private var faults: [Fault] = []

  package init(_ interpreter: Interpreter) { self.interpreter = interpreter }

  /// The errors and warnings of a program and of its modules, as far as they have not been told yet.
  package func check(_ source: SourceFile) -> [Fault] {
    faults = []
    let key = source.folder == nil ? nil : Paths.resolved(source.name)
    open = key.map { [($0, source.name)] } ?? []
    if key.map({ checked.insert($0).inserted }) ?? true { _ = shape(of: source, isNew: true) }
    return faults
  }

  /// Checks a text and says what it gives as a module. `isNew`: what is wrong in it has not been told.
  private func shape(of source: SourceFile, isNew: Bool) -> ModuleShape {
    let tree = Parser.parse(source)
    let globals = GlobalNames()
    let resolution = Resolver.resolve(tree, globals: globals, builtins: interpreter)
    // A word of another language is no name either: one complaint a place.
    let places = Set(tree.faults.compactMap { $0.place?.span.start })
    var found = tree.faults + resolution.faults.filter { $0.place.map { !places.contains($0.span.start) } ?? true }
    // Names that a faulty statement would have defined are not worth a second complaint.
    if tree.faults.isEmpty {
      let modules = tree.uses.map { use in
        do { return try shape(of: use, in: source) } catch {
          found.append((error as? Fault ?? Fault.unknownModule(use.path)).at(Place(source, use.pathSpan)))
          return nil
        }
      }
      found += Checker.check(tree, resolution, builtins: interpreter, modules: modules)
    }
    if isNew, !source.isLibrary { faults += found.sorted { ($0.place?.span.start ?? 0) < ($1.place?.span.start ?? 0) } }
    return ModuleShape(tree, resolution, globals: globals)
  }

  /// The module that a file uses. Throws what is wrong with the `use` itself.
  private func shape(of use: UseNode, in user: SourceFile) throws -> ModuleShape? {
    let path = use.isFile ? Paths.joined(user.folder ?? ".", use.path) : use.path
    let key = use.isFile ? Paths.resolved(path) : "module " + use.path
    if let start = open.firstIndex(where: { $0.key == key }) {
      throw Fault.moduleCycle(open[start...].map(\.name) + [use.path])
    }
    if let known = modules[key] { return known }
    modules[key] = .some(nil)
    if use.isFile { try checkIsFile(path) }
    let source = try interpreter.modules.source(of: use, path: path)
    let isNew = checked.insert(key).inserted
    open.append((key, use.path))
    defer { open.removeLast() }
    let shape = shape(of: source, isNew: isNew)
    modules[key] = shape
    return shape
  }

  /// A pipe would be waited for.
  private func checkIsFile(_ path: String) throws {
    if !path.utf8.contains(0), let status = Paths.status(path), status.st_mode & S_IFMT != S_IFREG {
      throw Fault.cannotRead(path, reason: "it is no file")
    }
  }
}
