// What a run of a recipe used, gathered while it runs, so that its files can say how they were made.

import Lang

/// Facts about one run. Plain data: what they look like in a file is said in Ops (Operations/Provenance).
package final class RunRecord {
  package struct Source {
    /// File name without its folder, or the name of a standard module.
    package let name: String
    package let bytes: [UInt8]
    /// Part of tw, so that its text need not be kept.
    package let isStandard: Bool
  }

  package struct Param {
    package let name: String
    package let type: ParamType
    package let value: Value
    /// What stood on the command line, in place of `value` where that is a model or a place.
    package let text: String?
    /// Whether the command line gave it.
    package let isGiven: Bool
  }

  package struct Input {
    /// As the program named it.
    package let path: String
    package let size: Int
    /// Asked for once, when the file was read: it may be another one later.
    package let checksum: String
  }

  package struct Model {
    package let name: String
    /// The folder, nil for the embedded one.
    package let folder: String?
    /// The file in it that was named, where the model is such a one.
    package let file: String?
    /// Kinds of stored numbers, such as "F32".
    package let types: [String]

    package init(name: String, folder: String?, file: String? = nil, types: [String] = []) {
      self.name = name
      self.folder = folder
      self.file = file
      self.types = types
    }
  }

  package struct Seed: Hashable {
    package let operation: String
    package let seed: Double
  }

  package let recipe: Source
  /// The folder that the recipe lies in.
  package let folder: String
  /// Checksum of bytes; Ops has it.
  private let checksum: ([UInt8]) -> String?

  package private(set) var modules: [Source] = []
  package private(set) var inputs: [Input] = []
  package private(set) var models: [Model] = []
  package private(set) var seeds: [Seed] = []
  /// Files that were written, as the program named them, in order, each once.
  package private(set) var outputs: [String] = []
  /// The recipe's params, as they are now.
  package internal(set) var params: () -> [Param] = { [] }

  private static let mostSeeds = 1000

  package init(_ source: SourceFile, checksum: @escaping ([UInt8]) -> String?) {
    recipe = Source(name: Paths.split(source.name).name, bytes: source.bytes, isStandard: false)
    folder = source.folder ?? "."
    self.checksum = checksum
  }

  func used(_ module: SourceFile) {
    let own = Paths.relative(module.name, to: folder)
    modules.append(
      Source(
        name: module.isLibrary ? Paths.split(module.name).name : own, bytes: module.bytes, isStandard: module.isLibrary)
    )
  }

  package func read(_ path: String, _ bytes: [UInt8]) {
    guard let checksum = checksum(bytes), !inputs.contains(where: { $0.path == path && $0.checksum == checksum }) else {
      return
    }
    inputs.append(Input(path: path, size: bytes.count, checksum: checksum))
  }

  package func loaded(_ model: Model) {
    if !models.contains(where: { $0.name == model.name && $0.folder == model.folder && $0.file == model.file }) {
      models.append(model)
    }
  }

  package func wrote(_ path: String) {
    if !outputs.contains(path) { outputs.append(path) }
  }

  func drew(_ seed: Seed) {
    if seeds.count < Self.mostSeeds, !seeds.contains(seed) { seeds.append(seed) }
  }

  /// An operation with a `seed`, which is noted at each call.
  func noting(_ operation: Operation) -> Operation {
    guard operation.signature.contains("seed:") else { return operation }
    return operation.replacingBody { [unowned self] call in
      if let index = call.operation.parameters.firstIndex(where: { $0.name == "seed" }), let seed = call[index].asNumber
      {
        drew(Seed(operation: operation.name, seed: seed))
      }
      return try operation.body(call)
    }
  }
}
