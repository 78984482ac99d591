// How the files of a recipe say how they were made, and how it is read again.

import Formats
import Glibc
import Lang
import Runtime
import Synchronization

package enum Provenance {
  private static let hasWarned = Atomic<Bool>(false)

  /// What a file of this run carries. Nil where it cannot be found out; that is said once.
  static func note(for path: String, of record: RunRecord) -> SaveNote? {
    do {
      return SaveNote(
        text: try ProvenanceRecord.note(for: path, of: record), source: record.recipe.name,
        program: "tw \(Version.current.text)")
    } catch {
      warn(error)
      return nil
    }
  }

  /// A recipe whose files do not say how they were made is still a recipe that ran.
  package static func warn(_ error: any Error) {
    guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
    let fault = error as? Fault
    let help = fault?.help.map { "; \($0)" } ?? ""
    Notices.warn("files do not say how they were made: \(fault?.message ?? "\(error)")\(help)")
  }

  /// A record of the run of `source`.
  package static func record(of source: SourceFile) -> RunRecord {
    ProvenanceRecord.begin()
    return RunRecord(source) { bytes in
      do { return try Digest.sha256(bytes) } catch {
        warn(error)
        return nil
      }
    }
  }

  /// What a file says of its making, from within or from the file beside it. Throws `badFile` where it says nothing.
  package static func read(_ path: String) throws -> MadeBy {
    let bytes = try InputFile.bytes(path, permissions: Permissions())
    if let found = try SaveNote.found(in: bytes, path: path) {
      return try MadeBy(JSON.parse(Array(found.text.utf8), name: "\(path), provenance"), path: path, isUnchanged: nil)
    }
    if let entry = try ProvenanceFile.entry(for: Paths.expanded(path)) {
      return try MadeBy(entry.record, path: path, isUnchanged: entry.isUnchanged)
    }
    throw Fault.badFile(
      path, reason: "it does not say how it was made",
      help:
        "files that a recipe of tw saves do, unless it ran with --no-provenance; tables and texts say it in the \(ProvenanceFile.name) beside them"
    )
  }

  /// The bytes of a file without what it says of its making.
  package static func contents(_ path: String) throws -> [UInt8] {
    let bytes = try InputFile.bytes(path, permissions: Permissions())
    return try SaveNote.found(in: bytes, path: path)?.rest ?? bytes
  }
}

/// What a file says of its making.
package struct MadeBy {
  package struct Source {
    package let name: String
    package let sha256: String
    /// Nil for a module of tw.
    package let text: String?
  }

  package struct Model {
    package let name: String
    package let revision: String?
    package let dtype: String
    package let files: [(name: String, sha256: String)]
  }

  package let json: JSON
  package let version: String
  package let recipe: Source
  package let modules: [Source]
  package let parameters: [(key: String, value: JSON)]
  /// Those that the command line gave.
  package let given: [String]
  package let models: [Model]
  package let inputs: [(name: String, sha256: String)]
  package let seeds: [(operation: String, seed: Double)]
  /// Its place below the folder that the recipe wrote to.
  package let output: String
  /// Whether the file is as it was written, where its checksum is known.
  package let isUnchanged: Bool?

  init(_ json: JSON, path: String, isUnchanged: Bool?) throws {
    func bad(_ what: String) -> Fault { .badFile(path, reason: "what it says of its making has no \(what)") }
    func source(_ json: JSON) throws -> Source {
      guard let name = json["name"]?.asString, let sum = json["sha256"]?.asString else { throw bad("name of a recipe") }
      return Source(name: name, sha256: sum, text: json["text"]?.asString)
    }
    guard let version = json["tw"]?.asString, let recipe = json["recipe"] else { throw bad("recipe") }
    self.json = json
    self.version = version
    self.recipe = try source(recipe)
    self.isUnchanged = isUnchanged
    modules = try (json["modules"]?.asArray ?? []).map(source)
    parameters = json["parameters"]?.asObject ?? []
    given = (json["given"]?.asArray ?? []).compactMap(\.asString)
    models = (json["models"]?.asArray ?? []).map { model in
      Model(
        name: model["name"]?.asString ?? "", revision: model["revision"]?.asString,
        dtype: model["dtype"]?.asString ?? "",
        files: (model["files"]?.asArray ?? []).map { ($0["name"]?.asString ?? "", $0["sha256"]?.asString ?? "") })
    }
    inputs = (json["inputs"]?.asArray ?? []).map { ($0["name"]?.asString ?? "", $0["sha256"]?.asString ?? "") }
    seeds = (json["seeds"]?.asArray ?? []).map { ($0["operation"]?.asString ?? "", $0["seed"]?.asNumber ?? .nan) }
    output = json["output"]?.asString ?? Paths.split(path).name
  }
}

extension Registrations {
  static let provenance: [Operation] = [
    Operation(
      "provenance", "() -> record|nil",
      """
      How the files of this run are made, as far as it has come: what they carry themselves, with the machine and the time beside.
      Fields: `tw`, `recipe` (`name sha256 text`), `modules`, `parameters`, `given` (those of the command line), `seeds`, `models` (`name revision dtype`
      and for each of `files` its `name` and `sha256`), `inputs`; `finished` (UTC), `seconds`, `peak_memory` (bytes), `threads`, `cpu`, `blas`.
      Nil at the prompt, in `tw -e`, and under `--no-provenance`. `tw why FILE` prints what a file carries, `tw rerun FILE` makes it again.
      Errors: a model whose files cannot be read any more.
      """, example: "provenance()"
    ) { call in
      guard let record = call.interpreter.record else { return .nil }
      return try ProvenanceRecord.whole(record).toValue()
    }
  ]
}
