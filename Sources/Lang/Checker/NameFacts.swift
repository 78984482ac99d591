// What a program's names are given, as far as its text tells: `tw check` asks whether a name can only be one thing.

struct NameFacts {
  /// A name of a function, or of the file (function 0).
  struct Key: Hashable {
    let function: Int
    let name: String
  }

  /// What binds a name.
  enum Given {
    /// `name = value`
    case value(NodeID)
    case function(FunctionID)
    /// `use`: index into `Tree.uses`.
    case module(Int)
    /// A parameter, a loop, an unpacking, a change of a part.
    case other(NodeID)

    /// The value, or the name that is bound; nil for functions and modules.
    var node: NodeID? {
      switch self {
      case .value(let node), .other(let node): node
      case .function, .module: nil
      }
    }
  }

  private let tree: Tree
  private let resolution: Resolution
  /// All nodes with the function that they belong to, in no particular order.
  private(set) var nodes: [(id: NodeID, function: Int)] = []
  private var givens: [Key: [Given]] = [:]

  init(_ tree: Tree, _ resolution: Resolution) {
    self.tree = tree
    self.resolution = resolution
    for (index, function) in tree.functions.enumerated() {
      var stack = [function.body]
      for parameter in function.parameters {
        note(parameter.name, .other(parameter.name), in: index)
        if let value = parameter.defaultValue { stack.append(value) }
      }
      while let id = stack.popLast() {
        nodes.append((id, index))
        noteGivens(by: id, in: index)
        tree.forEachChild(of: id) { child, isTarget in if !isTarget { stack.append(child) } }
      }
    }
  }

  private mutating func noteGivens(by id: NodeID, in function: Int) {
    switch tree[id] {
    case .function(let name, let body): note(name, .function(body), in: function)
    case .use(let index): note(tree.uses[index].binding, .module(index), in: function)
    case .assign(let target, let value):
      if case .name = tree[target] {
        note(target, .value(value), in: function)
      } else {
        noteTargets(of: id, in: function)
      }
    default: noteTargets(of: id, in: function)
    }
  }

  private mutating func noteTargets(of id: NodeID, in function: Int) {
    var targets: [NodeID] = []
    tree.forEachChild(of: id) { child, isTarget in if isTarget { targets.append(child) } }
    for target in targets { note(target, .other(target), in: function) }
  }

  private mutating func note(_ name: NodeID, _ given: Given, in function: Int) {
    if let key = key(of: name, in: function) { givens[key, default: []].append(given) }
  }

  /// The name that a name node of `function` means; nil for built-in ones.
  func key(of node: NodeID, in function: Int) -> Key? {
    let name = tree.nameText(node)
    switch resolution[node] {
    case .none, .builtin: return nil
    case .global: return Key(function: 0, name: name)
    case .local: return Key(function: function, name: name)
    case .capture, .itself:
      var scope = resolution.scopes[function].parent
      while scope > 0, resolution.scopes[scope].localIndex[name] == nil { scope = resolution.scopes[scope].parent }
      return scope > 0 ? Key(function: scope, name: name) : nil
    }
  }

  /// All that binds the name which `node` is.
  func givens(of node: NodeID, in function: Int) -> [Given] { key(of: node, in: function).flatMap { givens[$0] } ?? [] }

  /// The one thing that the name is given; nil where there are several, or none is known.
  func only(of node: NodeID, in function: Int) -> Given? {
    let all = givens(of: node, in: function)
    return all.count == 1 ? all[0] : nil
  }

  /// The value of an expression, looked up where it is a name that is assigned once.
  func value(of node: NodeID, in function: Int) -> NodeID {
    var node = node
    for _ in 0..<8 {
      switch tree[node] {
      case .group(let inner): node = inner
      case .name:
        guard case .value(let value)? = only(of: node, in: function) else { return node }
        node = value
      default: return node
      }
    }
    return node
  }
}
