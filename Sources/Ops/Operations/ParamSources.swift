// What the params of a recipe name: models by `load`, files as the `read_…` operations find them.

import Formats
import Models
import Runtime

private struct Sources: ParamSources {
  func checkFile(_ path: String, permissions: Permissions) throws {
    try InputFile.check(path, permissions: permissions)
  }

  func filesBeside(model nameOrPath: String) -> [String] { LoadedModels.filesBeside(nameOrPath) }

  func loadModel(_ nameOrPath: String, permissions: Permissions) throws -> Value {
    .object(try LoadedModels.load(nameOrPath, permissions: permissions))
  }
}

extension Registrations {
  package static let paramSources: any ParamSources = Sources()
}
