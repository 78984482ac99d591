// `tw rerun FILE`: takes the recipe out of a file that it made, runs it again, and says whether the same comes out.

import CPlatform
import Formats
import Glibc
import Lang
import Models
import Operations
import Runtime

struct RerunCommand {
  let path: String
  /// Where the files go; nil: nowhere, they are only compared.
  let out: String?
  /// Words of the recipe that replace those of the file, such as another place of the weights.
  let options: [String]
  let limits: RunLimits

  func perform() throws -> Int32 {
    tw_install_signal_handlers()
    let made = try Provenance.read(path)
    guard let text = made.recipe.text else { throw Fault.badFile(path, reason: "the text of its recipe is not in it") }
    try checkVersion(made)
    guard try Digest.sha256(text) == made.recipe.sha256 else {
      throw Fault.badFile(path, reason: "the recipe in it is not the one that it names: somebody has changed it")
    }
    let folder = try TemporaryFolder()
    let target = Paths.resolved(out ?? folder.path + "/out")
    try write(made, text, in: folder)
    let source = try SourceReader.file(folder.path + "/recipe/" + made.recipe.name)
    let info = RecipeInfo(of: Parser.parse(source))
    try say(made, text, target)
    try checkModels(made)
    let words = try words(made, info, target)
    let here = Paths.resolved(path)
    let needsPlace = !info.params.contains { $0.type == .folder }
    try AtomicFile.check(target + "/.tw", permissions: Permissions())
    if needsPlace { try enter(target, made) }
    try run(source, words, folder, target)
    return try compare(here, Paths.joined(target, made.output), made)
  }

  // MARK: Before it runs

  private func checkVersion(_ made: MadeBy) throws {
    guard let version = Version(made.version) else { throw Fault.badFile(path, reason: "it names no version of tw") }
    guard version <= Version.current else {
      throw Fault(
        .tooOld, "\(path) was made by tw \(version.text), this is tw \(Version.current.text)",
        help: "install tw \(version.text) or newer; tw why \(path) shows the recipe")
    }
    if version < Version.current {
      StandardError.write(
        "\(path) was made by tw \(version.text), this is tw \(Version.current.text): numbers may differ where the changelog says so"
      )
    }
  }

  /// The recipe and its own modules, as they lay beside each other.
  private func write(_ made: MadeBy, _ text: String, in folder: borrowing TemporaryFolder) throws {
    for source in [made.recipe] + made.modules {
      guard let text = source.text else { continue }
      let place = ProvenanceRecord.neutral(source.name)
      guard place == source.name, try Digest.sha256(text) == source.sha256 else {
        throw Fault.badFile(
          path, reason: "\(source.name) in it is not the text that it names, or lies outside the recipe's folder")
      }
      try AtomicFile.write(folder.path + "/recipe/" + place, permissions: Permissions()) { try $0.write(text) }
    }
  }

  /// What is going to run, before it does.
  private func say(_ made: MadeBy, _ text: String, _ target: String) throws {
    let count = text.split(separator: "\n", omittingEmptySubsequences: false).count
    StandardError.write(
      "\(path) holds the recipe \(made.recipe.name), \(count) lines, made with tw \(made.version); it runs now as a stranger's: "
        + "it reads its own files, models and what is named here, and writes \(out == nil ? "nowhere that stays" : "below \(target)")"
    )
    for model in made.models {
      StandardError.write("weights: \(model.name)\(model.revision.map { ", revision \($0)" } ?? "")")
    }
  }

  /// The weights that are here are those that it was made with.
  private func checkModels(_ made: MadeBy) throws {
    for model in made.models where !isReplaced(model.name, made) {
      let place: RunRecord.Model
      do { place = try Registrations.modelPlace(named: model.name) } catch var fault as Fault {
        fault.help =
          "\(path) was made with \(model.name)\(model.revision.map { ", revision \($0)" } ?? ""); "
          + "if it lies in a folder of its own: tw rerun \(path) --\(modelParam(model.name, made) ?? "model") FOLDER\n"
          + (fault.help ?? "")
        throw fault
      }
      let here = try ModelFiles.all(of: place)
      for file in model.files where here.first(where: { $0.name == file.name })?.sha256 != file.sha256 {
        throw Fault.badWeights(
          place.folder.map { Paths.joined($0, file.name) } ?? file.name,
          reason: "it is not the file that \(path) was made with (sha256 \(file.sha256.prefix(12))…)",
          help: model.revision.map { "get it with: tw pull \(model.name) --revision \($0)" }
            ?? "another version of the model is needed")
      }
    }
  }

  private func modelParam(_ name: String, _ made: MadeBy) -> String? {
    made.parameters.first { $0.value.asString == name }?.key
  }

  private func isReplaced(_ name: String, _ made: MadeBy) -> Bool {
    modelParam(name, made).map(isGivenNow) ?? false
  }

  /// Whether the command line says what a param is now.
  private func isGivenNow(_ param: String) -> Bool {
    options.contains { ["--\(param)", "--no-\(param)"].contains($0) || $0.hasPrefix("--\(param)=") }
  }

  // MARK: Running

  /// The command line of the recipe: what was given then, our folders, and what is said now.
  private func words(_ made: MadeBy, _ info: RecipeInfo, _ target: String) throws -> [String] {
    var words: [String] = []
    let folders = info.params.filter { $0.type == .folder }
    for param in info.params where param.type != .folder && made.given.contains(param.name) {
      if isGivenNow(param.name) { continue }
      guard let value = made.parameters.first(where: { $0.key == param.name })?.value else { continue }
      switch value {
      case .null: continue
      case .bool(let bool): words.append(bool ? "--\(param.name)" : "--no-\(param.name)")
      case .array(let items):
        words += ["--\(param.name)", items.map { $0.asString ?? $0.text() }.joined(separator: ",")]
      default:
        let text = value.asString ?? value.text()
        switch param.type {
        case .file: words += ["--\(param.name)", try input(text, made)]
        case .model where Paths.status(text) != nil && ProvenanceRecord.neutral(text) == text:
          words += ["--\(param.name)", Paths.resolved(text)]
        case .model where ProvenanceRecord.neutral(text) != text:
          // What a file says of its making opens no folder here.
          throw Fault.badFile(path, reason: "it names a model outside the current folder: \(text)")
        default: words += ["--\(param.name)", text]
        }
      }
    }
    for folder in folders where !isGivenNow(folder.name) {
      words += ["--\(folder.name)", folders.count > 1 ? target + "/" + folder.name : target]
    }
    return words + options.map(Self.absolute)
  }

  /// A word that names a place here, from wherever the recipe runs.
  private static func absolute(_ word: String) -> String {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let isInline = word.hasPrefix("--") && parts.count == 2
    let place = Paths.expanded(isInline ? parts[1] : word)
    guard place.contains("/"), Paths.status(place) != nil else { return word }
    return (isInline ? parts[0] + "=" : "") + Paths.resolved(place)
  }

  /// An input file here, which must be the one that was read then.
  private func input(_ name: String, _ made: MadeBy) throws -> String {
    let places = [name, Paths.joined(Paths.split(path).folder, name)]
    guard ProvenanceRecord.neutral(name) == name, let place = places.first(where: MappedFile.isFile) else {
      throw Fault.cannotRead(
        name, reason: "\(path) was made with it, and it is not here",
        help: "looked at \(places.joined(separator: ", "))")
    }
    if let sum = made.inputs.first(where: { $0.name == name })?.sha256, try ModelFiles.checksum(of: place) != sum {
      throw Fault.badFile(place, reason: "it is not the file that \(path) was made with (sha256 \(sum.prefix(12))…)")
    }
    return Paths.resolved(place)
  }

  /// A recipe without a folder of its own writes to the current one: that is ours then, with copies of the files that it read.
  private func enter(_ target: String, _ made: MadeBy) throws {
    for file in made.inputs where ProvenanceRecord.neutral(file.name) == file.name && MappedFile.isFile(file.name) {
      let bytes = try InputFile.bytes(file.name, permissions: Permissions())
      try AtomicFile.write(Paths.joined(target, file.name), permissions: Permissions()) { try $0.write(bytes) }
    }
    guard Paths.withSystem(target, { chdir($0) }) == 0 else {
      throw Fault.cannotWrite(target, reason: Fault.systemReason())
    }
  }

  private func run(_ source: SourceFile, _ words: [String], _ folder: borrowing TemporaryFolder, _ target: String)
    throws
  {
    var limits = limits
    limits.isSafe = true
    limits.writable.append(target)
    // Copies of the inputs lie there, where the recipe has no folder of its own.
    limits.readable.append(target)
    let session = try Runner.session(isInteractive: false, limits: limits, folder: source.folder)
    session.interpreter.record = Provenance.record(of: source)
    defer { Runner.writeProvenance(of: session) }
    _ = try session.run(source, options: words)
  }

  // MARK: After it

  private func compare(_ old: String, _ new: String, _ made: MadeBy) throws -> Int32 {
    try StandardOutput.shared.flush()
    guard MappedFile.isFile(new) else {
      throw Fault.cannotRead(
        made.output, reason: "the recipe ran and did not write it", help: "tw why \(path) shows its params")
    }
    let difference = try FileComparison.difference(old, new)
    try StandardOutput.shared.write("\(path): \(difference ?? "identical")\n")
    return difference == nil ? ExitStatus.success : ExitStatus.failure
  }
}

/// A folder that goes with its contents.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws {
    let place = Paths.environment("TMPDIR") ?? "/tmp"
    var template = Paths.bytes(Paths.joined(place, "tw-XXXXXX")).map { CChar(bitPattern: $0) } + [0]
    guard mkdtemp(&template) != nil else { throw Fault.cannotWrite(place, reason: Fault.systemReason()) }
    path = template.withUnsafeBufferPointer { $0.baseAddress.map { Paths.text($0) } ?? "" }
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    if Paths.isFolder(path, followingLinks: false) {
      for name in Paths.names(inFolder: path) { remove(path + "/" + name) }
      _ = Paths.withSystem(path) { rmdir($0) }
    } else {
      _ = Paths.withSystem(path) { unlink($0) }
    }
  }
}
