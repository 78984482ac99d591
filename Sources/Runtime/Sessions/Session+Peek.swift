// What the prompt may know without running anything: names, their values, and what lies behind fields and indices.

import Lang

extension Session {
  /// The session's own names that have a value, in the order of their first mention.
  package var ownNames: [String] { module.names.names.filter { module.value(of: $0) != nil } }

  /// How a value may be called, nil when it is no function.
  package func callShape(of value: Value) -> CallShape? { try? interpreter.machine().callShape(of: value) }

  /// The value of a path like `m.blocks[0].ln_1`: names, fields and constant indices. Nil for everything else, such as calls, which
  /// could do something or take long.
  package func peek(_ expression: String) -> Value? {
    let tree = Parser.parse(SourceFile(name: "<peek>", text: expression), isInteractive: true)
    guard tree.faults.isEmpty, let file = tree.functions.first, case .block(let statements) = tree[file.body],
      statements.count == 1
    else { return nil }
    return value(of: statements[0], in: tree, depth: 0)
  }

  /// Deeper paths are not typed by hand.
  private static let deepest = 50

  private func value(of node: NodeID, in tree: Tree, depth: Int) -> Value? {
    guard depth < Self.deepest else { return nil }
    func inner(_ node: NodeID) -> Value? { value(of: node, in: tree, depth: depth + 1) }
    switch tree[node] {
    case .name(let name): return value(named: name)
    case .number(let number): return .number(number)
    case .string(let text): return .string(text)
    case .bool(let bool): return .bool(bool)
    case .group(let node): return inner(node)
    case .negate(let node): return inner(node)?.asNumber.map { .number(-$0) }
    case .field(let base, let name, _): return (try? inner(base)?.asObject?.field(name)) ?? nil
    case .index(let base, let indices):
      let places = indices.compactMap(inner)
      guard places.count == indices.count, let object = inner(base)?.asObject else { return nil }
      return try? object.element(at: places)
    default: return nil
    }
  }
}
