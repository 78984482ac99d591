// What params of the types `file` and `model` name. The Runtime knows neither models nor the files in the binary: Ops does.

import Lang

package protocol ParamSources {
  /// Throws `cannotRead` or `notPermitted` unless `path` is a file that can be read. Does not open it: a pipe can be read only once.
  func checkFile(_ path: String, permissions: Permissions) throws

  /// Files that loading a model reads beside the place that names it: what lies with a checkpoint. Whether they are there is not asked.
  func filesBeside(model nameOrPath: String) -> [String]

  /// The model of a name or folder. Throws as `load` does.
  func loadModel(_ nameOrPath: String, permissions: Permissions) throws -> Value
}
