// What a module gives to its users, as far as its text tells: `tw check` looks into modules without running them.

package struct ModuleShape {
  /// Its names but those that start with `_`.
  package let names: [String]
  /// Functions that are defined once and never assigned otherwise.
  let functions: [String: CallShape]

  /// `globals`: the names that the resolver found in the file.
  package init(_ tree: Tree, _ resolution: Resolution, globals: GlobalNames) {
    names = globals.names.filter { !$0.hasPrefix("_") }
    functions = Self.functions(of: tree, NameFacts(tree, resolution))
  }

  static func functions(of tree: Tree, _ facts: NameFacts) -> [String: CallShape] {
    var shapes: [String: CallShape] = [:]
    for (id, function) in facts.nodes {
      guard case .function(let name, let body) = tree[id], facts.key(of: name, in: function)?.function == 0,
        case .function? = facts.only(of: name, in: function)
      else { continue }
      let node = tree.functions[body.index]
      shapes[tree.nameText(name)] = CallShape(
        parameters: node.parameters.map { tree.nameText($0.name) },
        required: node.parameters.filter { $0.defaultValue == nil && !$0.isRest }.count,
        restIndex: node.parameters.firstIndex(where: \.isRest), signature: node.signature)
    }
    return shapes
  }
}

extension Fault {
  /// A module, as `use` calls it, that does not export a name.
  static func notExported(_ name: String, by module: String, _ names: [String], at place: Place) -> Fault {
    let help =
      name.hasPrefix("_")
      ? "names that start with `_` stay inside their module"
      : nearestName(to: name, among: names).map { "it has a similar name: `\($0)`" }
        ?? "it has \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")"
    return Fault(
      .unknownField, "the module `\(module)` has no name `\(name)`", help: names.isEmpty ? nil : help, at: place)
  }
}
