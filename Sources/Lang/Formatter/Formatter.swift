// `tw fmt`: the one way to lay out a program. The formatter moves white space, line breaks, `;` and trailing commas, and
// nothing else; before it hands out a text it parses it and compares the tree, so that no program is ever damaged.

package enum Formatter {
  package enum Outcome {
    /// The program in its canonical form.
    case formatted([UInt8])
    /// The text does not parse, so there is nothing to lay out.
    case faulty([Fault])
    /// The formatter went wrong: its text would mean something else. The place is in the original.
    case wouldChange(Place)
  }

  /// Columns that a line should not exceed.
  static let lineWidth = 120
  static let indentWidth = 2

  /// Lays out a program. Strings and comments keep their text.
  package static func format(_ source: SourceFile) -> Outcome {
    let tree = Parser.parse(source)
    guard tree.faults.isEmpty else { return .faulty(tree.faults) }
    let lexed = Lexer.tokenize(source)
    let atoms = SourceAtoms(source, lexed)
    var builder = DocumentBuilder(atoms, tree)
    let layout = builder.build()
    var printer = DocumentPrinter(atoms, layout)
    let bytes = printer.print()
    let result = Parser.parse(SourceFile(name: source.name, bytes: bytes, folder: source.folder))
    if let place = tree.firstDifference(from: result) { return .wouldChange(place) }
    return .formatted(bytes)
  }
}
