// Where an unknown name stands can say what was meant: `load(mini)` lacks quotes, `x[:, None]` wants another axis.

package enum NameUse {
  /// An argument that takes a text.
  case text
  /// Between the brackets of an index.
  case index
  /// Before a point: `np.dot(…)`. With the last field, and what has its name here.
  case base(field: String, isBuiltin: Bool, isConstant: Bool)

  /// Words of other languages that add an axis where they stand in an index.
  private static let newAxes: Set<String> = ["None", "newaxis", "null"]
  package static let newAxisHelp = "another axis comes from reshape(x, -1, 1); a reduction keeps its own with keep=true"

  func help(for name: String) -> String? {
    switch self {
    case .text: "a text stands in quotes: \"\(name)\""
    case .index: Self.newAxes.contains(name) ? Self.newAxisHelp : nil
    case .base(let field, let isBuiltin, let isConstant):
      OtherLanguages.help(for: field, ofLibrary: name, isBuiltin: isBuiltin, isConstant: isConstant)
    }
  }

  /// The uses of all names of a tree that tell something.
  static func all(in tree: Tree, builtins: Builtins) -> [NodeID: NameUse] {
    var uses: [NodeID: NameUse] = [:]
    func shape(_ callee: NodeID) -> CallShape? {
      guard case .name(let name) = tree[callee], builtins.hasBuiltin(name) else { return nil }
      return builtins.callShape(of: name)
    }
    func note(_ argument: NodeID, as parameter: Int?, of shape: CallShape) {
      guard case .name = tree[argument], let parameter, shape.parameters.indices.contains(parameter),
        shape.texts.contains(shape.parameters[parameter])
      else { return }
      uses[argument] = .text
    }
    func note(_ arguments: [Argument], after piped: Int, of shape: CallShape) {
      for (position, argument) in arguments.enumerated() where !argument.isSpread {
        note(argument.value, as: argument.name.map(shape.index(ofNamed:)) ?? position + piped, of: shape)
      }
    }
    // Fields of fields, by the name they start from: `torch.nn.functional.softmax`. Inner nodes come first.
    var roots: [NodeID: NodeID] = [:]
    for index in tree.nodes.indices {
      switch tree.nodes[index] {
      case .field(let base, let field, _):
        let root = roots[base] ?? base
        guard case .name = tree[root] else { continue }
        roots[NodeID(index)] = root
        uses[root] = .base(
          field: field, isBuiltin: builtins.hasBuiltin(field), isConstant: builtins.isConstant(field))
      case .call(let callee, let arguments): shape(callee).map { note(arguments, after: 0, of: $0) }
      case .pipe(let left, let right):
        if case .call(let callee, let arguments) = tree[right], let shape = shape(callee) {
          note(left, as: 0, of: shape)
          note(arguments, after: 1, of: shape)
        } else {
          shape(right).map { note(left, as: 0, of: $0) }
        }
      case .index(_, let indices): for item in indices where uses[item] == nil { uses[item] = .index }
      default: break
      }
    }
    return uses
  }
}
