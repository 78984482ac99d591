// `tw crate DIR`: a folder as a research object, for archives: ro-crate-metadata.json (RO-Crate 1.1, Process Run Crate 0.5), from what
// the files say of their making.

import Formats
import Glibc
import Lang
import Models
import Operations
import Runtime

struct CrateCommand {
  let folder: String
  /// Of the whole, as a person says it.
  let name: String?
  let license: String?

  private static let fileName = "ro-crate-metadata.json"
  private static let profile = "https://w3id.org/ro/wfrun/process/0.5"
  private static let specification = "https://w3id.org/ro/crate/1.1"
  private static let tw = "#tw"

  func perform() throws -> Int32 {
    guard Paths.isFolder(folder) else {
      throw Fault.cannotRead(folder, reason: "it is no folder", help: "give the folder that a recipe wrote to")
    }
    var entities = Entities()
    var parts: [String] = []
    var actions: [String] = []
    for file in Self.files(folder, below: "") where file != Self.fileName {
      try checkInterrupt()
      parts.append(percentEncoded(file, keeping: "/"))
      let path = folder + "/" + file
      entities.add(try fileEntity(file, path))
      guard let made = try? Provenance.read(path) else { continue }
      let action = try action(of: made, &entities)
      entities.append(Self.reference(percentEncoded(file, keeping: "/")), to: "result", of: action)
      if !actions.contains(action) { actions.append(action) }
    }
    guard !actions.isEmpty else {
      throw Fault.badFile(
        folder, reason: "no file in it says how it was made",
        help: "recipes of tw write such files, unless they run with --no-provenance")
    }
    let text = JSON.object([
      ("@context", .string(Self.specification + "/context")),
      ("@graph", .array(descriptors(parts, actions) + entities.all)),
    ]).indented()
    let path = Paths.joined(folder, Self.fileName)
    try AtomicFile.write(path, permissions: Permissions()) { try $0.write(text + "\n") }
    try StandardOutput.shared.write(
      "\(path): \(parts.count) files, \(actions.count) \(actions.count == 1 ? "run" : "runs")\n")
    return ExitStatus.success
  }

  // MARK: The graph

  /// Entities in the order in which they were met, each once.
  private struct Entities {
    private var order: [String] = []
    private var members: [String: [(key: String, value: JSON)]] = [:]

    mutating func add(_ entity: JSON) {
      guard let id = entity["@id"]?.asString, members[id] == nil, let own = entity.asObject else { return }
      order.append(id)
      members[id] = own
    }

    mutating func append(_ value: JSON, to name: String, of id: String) {
      guard var own = members[id] else { return }
      let index = own.firstIndex { $0.key == name }
      let before = index.flatMap { own[$0].value.asArray } ?? []
      if let index { own.remove(at: index) }
      members[id] = own + [(name, .array(before + [value]))]
    }

    /// The first value stays.
    mutating func set(_ value: JSON, for name: String, of id: String) {
      if members[id]?.contains(where: { $0.key == name }) == false { members[id]?.append((name, value)) }
    }

    var all: [JSON] { order.map { .object(members[$0] ?? []) } }
  }

  private static func reference(_ id: String) -> JSON { .object([("@id", .string(id))]) }

  private func descriptors(_ parts: [String], _ actions: [String]) -> [JSON] {
    let today = Self.date(time(nil))
    let title = name ?? Paths.split(Paths.resolved(folder)).name
    return [
      .members([
        ("@id", .string(Self.fileName)), ("@type", .string("CreativeWork")), ("about", Self.reference("./")),
        ("conformsTo", Self.reference(Self.specification)),
      ]),
      .members([
        ("@id", .string("./")), ("@type", .string("Dataset")), ("name", .string(title)),
        ("description", .string("Files that recipes of Traveling Words made, with how they were made")),
        ("datePublished", .string(today)),
        ("license", license.map(JSON.string)),
        ("conformsTo", Self.reference(Self.profile)),
        ("hasPart", .array(parts.map(Self.reference))), ("mentions", .array(actions.map(Self.reference))),
      ]),
      .members([
        ("@id", .string(Self.profile)), ("@type", .string("CreativeWork")), ("name", .string("Process Run Crate")),
        ("version", .string("0.5")),
      ]),
    ]
  }

  private func fileEntity(_ name: String, _ path: String) throws -> JSON {
    let types = [
      "png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf", "html": "text/html", "csv": "text/csv",
      "json": "application/json",
      "tex": "text/x-tex", "md": "text/markdown", "txt": "text/plain", "npy": "application/octet-stream",
      "npz": "application/zip",
      "safetensors": "application/octet-stream", "gp": "text/plain",
    ]
    return .members([
      ("@id", .string(percentEncoded(name, keeping: "/"))), ("@type", .string("File")),
      ("name", .string(Paths.split(name).name)),
      ("contentSize", .string(String(Paths.status(path)?.st_size ?? 0))),
      ("encodingFormat", types[Paths.fileExtension(name)].map(JSON.string)),
      ("sha256", .string(try ModelFiles.checksum(of: path))),
    ])
  }

  /// The run that made a file: the recipe, its params, models and inputs.
  private func action(of made: MadeBy, _ entities: inout Entities) throws -> String {
    // Of two files of one run all is the same but their names, and the time, which only some carry.
    let same = JSON.array([
      .string(made.version), .string(made.recipe.sha256), .object(made.parameters),
      .array(made.models.flatMap { $0.files.map { .string($0.sha256) } }),
      .array(made.inputs.map { .string($0.sha256) }),
    ])
    let id = "#run-" + String(try Digest.sha256(same.text(sorted: true)).prefix(12))
    let recipe = "#recipe-" + String(made.recipe.sha256.prefix(12))
    entities.add(
      .members([
        ("@id", .string(Self.tw)), ("@type", .string("SoftwareApplication")), ("name", .string("Traveling Words (tw)")),
        ("version", .string(made.version)),
      ]))
    entities.add(
      .members([
        ("@id", .string(recipe)), ("@type", .array([.string("SoftwareSourceCode"), .string("SoftwareApplication")])),
        ("name", .string(made.recipe.name)), ("sha256", .string(made.recipe.sha256)),
        ("programmingLanguage", .string("tw")), ("softwareRequirements", Self.reference(Self.tw)),
        ("text", made.recipe.text.map(JSON.string)),
      ]))
    var objects: [JSON] = []
    for (name, value) in made.parameters {
      let param = "\(id)-\(name)"
      entities.add(
        .members([
          ("@id", .string(param)), ("@type", .string("PropertyValue")), ("name", .string(name)),
          ("value", .string(value.asString ?? value.text())),
        ]))
      objects.append(Self.reference(param))
    }
    for (name, sum) in made.models.flatMap({ model in model.files.map { ("\(model.name)/\($0.name)", $0.sha256) } })
      + made.inputs
    {
      let input = "#sha256-\(sum)"
      entities.add(
        .members([
          ("@id", .string(input)), ("@type", .string("CreativeWork")), ("name", .string(name)),
          ("sha256", .string(sum)),
        ]))
      objects.append(Self.reference(input))
    }
    entities.add(
      .members([
        ("@id", .string(id)), ("@type", .string("CreateAction")), ("name", .string("tw \(made.recipe.name)")),
        ("instrument", Self.reference(recipe)), ("object", .array(objects)),
      ]))
    if let end = made.json["finished"] { entities.set(end, for: "endTime", of: id) }
    return id
  }

  // MARK: Files

  /// Paths below a folder, in order. Hidden ones are not part of it.
  private static func files(_ root: String, below: String) -> [String] {
    Paths.names(inFolder: root + "/" + below).filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let path = below + name
      if Paths.isFolder(root + "/" + path, followingLinks: false) { return files(root, below: path + "/") }
      return MappedFile.isFile(root + "/" + path) ? [path] : []
    }
  }

  private static func date(_ now: time_t) -> String {
    var now = now
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 16)
    strftime(&text, text.count, "%Y-%m-%d", &parts)
    return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
  }
}
