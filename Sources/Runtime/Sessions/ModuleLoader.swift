// `use geometry` and `use "lib/mine.tw" as mine`: each file is run once; its top-level names become a record.

import Glibc
import Lang

final class ModuleLoader {
  private unowned let interpreter: Interpreter
  private var loaded: [String: RecordObject] = [:]
  /// Modules whose code is running, outermost first.
  private var loading: [(key: String, name: String)] = []
  /// Keeps the modules' names alive: their functions look them up when used.
  private var modules: [Module] = []

  init(_ interpreter: Interpreter) { self.interpreter = interpreter }

  func load(_ use: UseNode, from user: Module) throws -> RecordObject {
    let path = use.isFile ? Paths.joined(user.folder ?? ".", use.path) : use.path
    let key = use.isFile ? Paths.resolved(path) : "module " + use.path
    if let record = loaded[key] { return record }
    if let start = loading.firstIndex(where: { $0.key == key }) {
      throw Fault.moduleCycle(loading[start...].map(\.name) + [use.path])
    }
    let source = try source(of: use, path: path)
    interpreter.record?.used(source)
    let module = Module(folder: use.isFile ? Paths.split(path).folder : nil)
    loading.append((key, use.path))
    defer { loading.removeLast() }
    _ = try interpreter.run(Parser.parse(source), in: module)
    let record = module.record()
    modules.append(module)
    loaded[key] = record
    return record
  }

  /// The text of a module; `path` is where its file is. Throws `unknownModule`, `cannotRead`, `notPermitted`.
  func source(of use: UseNode, path: String) throws -> SourceFile {
    guard use.isFile else {
      guard let bytes = interpreter.standardModule(use.path + ".tw") else { throw Fault.unknownModule(use.path) }
      return SourceFile(name: "stdlib/\(use.path).tw", bytes: bytes, isLibrary: true)
    }
    guard !path.utf8.contains(0) else { throw Fault.cannotRead(path, reason: "the path holds a zero byte") }
    try interpreter.permissions.checkRead(path)
    let file = try retrying { Paths.withSystem(path) { open($0, O_RDONLY | O_CLOEXEC) } }
    guard file >= 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
    defer { close(file) }
    try interpreter.permissions.checkOpened(file, .read, as: path)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try retrying { read(file, &chunk, chunk.count) }
      guard count >= 0 else { throw Fault.cannotRead(path, reason: Fault.systemReason()) }
      if count == 0 { break }
      bytes += chunk[0..<count]
      guard bytes.count <= SourceFile.largest else {
        throw Fault.cannotRead(path, reason: "a program has at most \(SourceFile.largest >> 20) MB")
      }
    }
    return SourceFile(name: path, bytes: try TextEncoding.utf8(bytes, path: path), folder: Paths.split(path).folder)
  }
}

extension Fault {
  static func moduleCycle(_ chain: [String]) -> Fault {
    Fault(
      .moduleCycle, "modules use each other in a circle: \(chain.joined(separator: " → "))",
      help: "move what both need into a third file")
  }

  static func unknownModule(_ name: String) -> Fault {
    Fault(
      .unknownModule, "there is no module `\(name)`",
      help: "a file beside the script is named in quotes: use \"\(name).tw\"")
  }
}
