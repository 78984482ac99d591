// The types of params: the one list that the parser, `--help`, completion and the editors' files take them from.

package enum ParamType: String, CaseIterable {
  case string, number, bool, list
  /// A model by name or folder; the param's value is the loaded model.
  case model
  /// A file to read.
  case file
  /// A folder to write in.
  case folder

  /// Whether the command line's text stands for something outside the program, which is looked at before it starts.
  package var isPlace: Bool { self == .model || self == .file || self == .folder }

  /// "string, number, … and folder"
  static var listed: String {
    let words = allCases.map(\.rawValue)
    return words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
