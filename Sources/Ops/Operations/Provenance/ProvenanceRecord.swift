// What a run was made of, as JSON: the part that depends on what was run alone, which goes into the files themselves, and what
// differs from machine to machine and from time to time.

import CPlatform
import COpenBLAS
import Formats
import Glibc
import Lang
import Models
import Runtime

package enum ProvenanceRecord {
  /// The same for every run of the same recipe with the same params, weights, inputs and tw: no time, path, user or host.
  package static func made(_ record: RunRecord) throws -> JSON {
    let params = record.params().filter { $0.type != .folder }
    return .members([
      ("tw", .string(Version.current.text)),
      ("recipe", try source(record.recipe)),
      ("modules", .array(try record.modules.map(source))),
      ("parameters", .object(params.map { ($0.name, parameter($0)) })),
      ("given", .array(params.filter(\.isGiven).map { .string($0.name) })),
      (
        "seeds",
        .array(record.seeds.map { .members([("operation", .string($0.operation)), ("seed", .number($0.seed))]) })
      ),
      ("models", .array(try record.models.map(model))),
      (
        "inputs",
        .array(
          record.inputs.map {
            .members([
              ("name", .string(neutral($0.path))), ("size", .number(Double($0.size))), ("sha256", .string($0.checksum)),
            ])
          })
      ),
    ])
  }

  private static func source(_ source: RunRecord.Source) throws -> JSON {
    .members([
      ("name", .string(neutral(source.name))), ("sha256", .string(try Digest.sha256(source.bytes))),
      ("text", source.isStandard ? nil : .string(String(decoding: source.bytes, as: UTF8.self))),
    ])
  }

  private static func parameter(_ param: RunRecord.Param) -> JSON {
    switch param.type {
    case .model: .string(param.value.asObject.flatMap { ($0 as? ModelObject)?.name } ?? neutral(param.text ?? ""))
    case .file: param.value.isNil ? .null : .string(neutral(param.text ?? param.value.asString ?? ""))
    default: JSON(param.value)
    }
  }

  private static func model(_ model: RunRecord.Model) throws -> JSON {
    .members([
      ("name", .string(model.name)), ("revision", ModelFiles.revision(of: model.folder).map(JSON.string)),
      ("dtype", .string(model.types.joined(separator: ", "))),
      (
        "files",
        .array(
          try ModelFiles.all(of: model).map {
            .members([("name", .string($0.name)), ("sha256", .string($0.sha256))])
          })
      ),
    ])
  }

  /// A path without what is particular to a machine: as it is below the current folder, else its last name.
  package static func neutral(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let isBelow = !path.hasPrefix("/") && !path.hasPrefix("~") && !parts.contains("..")
    return isBelow ? (path.hasPrefix("./") ? String(path.dropFirst(2)) : path) : Paths.split(path).name
  }

  /// Where the file lies among those that a run writes: below the folder that a param names, else as the recipe names it.
  package static func place(of output: String, in record: RunRecord) -> String {
    for param in record.params() where param.type == .folder {
      guard let folder = param.value.asString, !folder.isEmpty, output.hasPrefix(folder + "/") else { continue }
      return String(output.dropFirst(folder.utf8.count + 1))
    }
    return neutral(output)
  }

  /// The part that goes into a file.
  package static func note(for output: String, of record: RunRecord) throws -> String {
    guard case .object(let members) = try made(record) else { return "" }
    return JSON.object(members + [("output", .string(place(of: output, in: record)))]).text()
  }

  // MARK: Where and when

  private static let start = clock()

  /// To be called when a run begins.
  package static func begin() { _ = start }

  private static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The machine and the time of this run, until now.
  package static func circumstances() -> [(key: String, value: JSON)] {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return [
      ("finished", .string(text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" })),
      ("seconds", .number(((clock() - start) * 1000).rounded() / 1000)),
      // Kilobytes, as Linux counts them.
      ("peak_memory", .number(Double(usage.ru_maxrss) * 1024)),
      ("threads", .number(Double(Parallel.threadCount))), ("cpu", .string(processor)),
      ("blas", .string(tw_blas_description().map { String(cString: $0) } ?? "not used")),
    ]
  }

  private static var processor: String {
    let lines = (try? InputFile.lines("/proc/cpuinfo", permissions: Permissions())) ?? []
    let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
    return name.map { String($0.drop { $0 == " " }) } ?? "unknown"
  }

  /// All of it, for `provenance()` and for the file beside what has no room for it.
  package static func whole(_ record: RunRecord) throws -> JSON {
    guard case .object(let members) = try made(record) else { return .null }
    return .object(members + circumstances())
  }
}
