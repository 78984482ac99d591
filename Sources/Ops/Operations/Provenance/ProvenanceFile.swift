// `provenance.json`: how the files of a folder were made that have no room for it themselves.
//
//     {"runs": {ID: {…, "finished": …}}, "files": {"table.csv": {"sha256": …, "run": ID, "output": …}}}

import Formats
import Glibc
import Lang
import Runtime

package enum ProvenanceFile {
  package static let name = "provenance.json"
  /// What no contents of a file can carry.
  static let extensions: Set = ["csv", "json", "tex", "md", "txt", "npy", "gp"]

  /// Writes or renews the files of all folders that a run has written to. What they say of other files stays.
  package static func write(_ record: RunRecord, permissions: Permissions) throws {
    let outputs = record.outputs.filter {
      extensions.contains(Paths.fileExtension($0)) && MappedFile.isFile(Paths.expanded($0))
    }
    guard !outputs.isEmpty else { return }
    let made = try ProvenanceRecord.made(record)
    guard case .object(let members) = made else { return }
    let id = String(try Digest.sha256(made.text(sorted: true)).prefix(12))
    let run = JSON.object(members + ProvenanceRecord.circumstances())
    for (folder, paths) in Dictionary(grouping: outputs, by: { Paths.split($0).folder }).sorted(by: { $0.key < $1.key })
    {
      let path = Paths.joined(folder, name)
      guard
        !record.outputs.contains(where: { Paths.resolved(Paths.expanded($0)) == Paths.resolved(Paths.expanded(path)) }),
        let old = try existing(path)
      else {
        Notices.warn(
          "\(path) is a file of something else: it is left as it is, and the files beside it do not say how they were made"
        )
        continue
      }
      var files = old.files.filter { MappedFile.isFile(Paths.joined(Paths.expanded(folder), $0.key)) }
      for output in paths {
        let own = Paths.split(output).name
        files.removeAll { $0.key == own }
        files.append(
          (
            own,
            .members([
              ("sha256", .string(try sha256(output))), ("run", .string(id)),
              ("output", .string(ProvenanceRecord.place(of: output, in: record))),
            ])
          ))
      }
      files.sort { $0.key < $1.key }
      let used = Set(files.compactMap { $0.value["run"]?.asString })
      let runs = old.runs.filter { $0.key != id && used.contains($0.key) } + [(id, run)]
      let text = JSON.object([("runs", .object(runs)), ("files", .object(files))]).indented()
      try AtomicFile.write(path, permissions: permissions) { try $0.write(text + "\n") }
    }
  }

  private static func sha256(_ path: String) throws -> String {
    let file = try MappedFile(path: Paths.expanded(path))
    return try withExtendedLifetime(file) { try Digest.sha256(file.bytes) }
  }

  private typealias Contents = (runs: [(key: String, value: JSON)], files: [(key: String, value: JSON)])

  /// Nothing where there is no such file, nil where it is another program's.
  private static func existing(_ path: String) throws -> Contents? {
    let place = Paths.expanded(path)
    guard MappedFile.isFile(place) else { return ([], []) }
    guard let json = try? JSON.parse(try InputFile.bytes(place, permissions: Permissions()), name: path),
      let runs = json["runs"]?.asObject, let files = json["files"]?.asObject
    else { return nil }
    return (runs, files)
  }

  /// What the file beside `path` says of it: the record with `output`, and whether the file is still as it was. Nil when it says nothing.
  static func entry(for path: String) throws -> (record: JSON, isUnchanged: Bool)? {
    let (folder, own) = Paths.split(path)
    let beside = Paths.joined(folder, name)
    guard MappedFile.isFile(beside), let contents = try existing(beside),
      let entry = contents.files.first(where: { $0.key == own })?.value, let id = entry["run"]?.asString,
      case .object(let members)? = contents.runs.first(where: { $0.key == id })?.value
    else { return nil }
    let record = JSON.object(members + [("output", entry["output"] ?? .string(own))])
    return (record, entry["sha256"]?.asString == (try sha256(path)))
  }
}
