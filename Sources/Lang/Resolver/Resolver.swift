// Names → places. Assigning anywhere in a function makes a name local to it; other names come from the functions around it
// (kept when the closure is made), then from the file, then from the built-in ones.

import CPlatform

package struct Resolver {
  let tree: Tree
  let globals: GlobalNames
  let builtins: Builtins
  /// At the prompt a function may name what a later line will define.
  let isInteractive: Bool
  var resolution: Resolution
  /// Names that have been reported as unknown: once is enough for each.
  private var reported: Set<String> = []
  /// Looked for when the first name is unknown.
  private lazy var nameUses = NameUse.all(in: tree, builtins: builtins)
  /// Names that the file itself assigns.
  private var fileNames: [NodeID] = []
  /// Name nodes of each function, in order.
  private var mentions: [[NodeID]]

  package static func resolve(_ tree: Tree, globals: GlobalNames, builtins: Builtins, isInteractive: Bool = false)
    -> Resolution
  {
    var resolver = Resolver(tree: tree, globals: globals, builtins: builtins, isInteractive: isInteractive)
    resolver.run()
    return resolver.resolution
  }

  private init(tree: Tree, globals: GlobalNames, builtins: Builtins, isInteractive: Bool) {
    self.tree = tree
    self.globals = globals
    self.builtins = builtins
    self.isInteractive = isInteractive
    resolution = Resolution(
      bindings: ContiguousArray(repeating: .none, count: tree.nodes.count),
      scopes: tree.functions.map { _ in Scope(parent: -1) })
    mentions = tree.functions.map { _ in [] }
  }

  private struct Stopped: Error {}

  private mutating func run() {
    // A function is numbered after those inside it; the file is 0. Parents are set before children are visited.
    var pending = [0]
    while let function = pending.popLast() { pending.append(contentsOf: collect(function)) }
    // A module's record lists its names as the text does.
    for name in fileNames.sorted(by: { tree.span($0).start < tree.span($1).start }) {
      resolution.bindings[Int(name.index)] = .global(globals.add(tree.nameText(name)))
    }
    // In the order of the text, so that an unknown name is reported where it is first used.
    let all = tree.functions.indices.flatMap { function in mentions[function].map { ($0, function) } }
    let ordered = try? all.sorted {
      // Whoever wants to run what is resolved looks at the flag first.
      if tw_must_stop() { throw Stopped() }
      return tree.span($0.0).start < tree.span($1.0).start
    }
    for (mention, function) in ordered ?? [] {
      if tw_must_stop() { return }
      bind(mention, in: function)
    }
    for param in tree.params { checkDefault(of: param) }
    resolution.faults.sort { ($0.place?.span.start ?? 0) < ($1.place?.span.start ?? 0) }
  }

  /// Visits a function's own nodes: notes which names it assigns and mentions. Returns the functions inside it.
  private mutating func collect(_ function: Int) -> [Int] {
    var inner: [Int] = []
    var stack: [NodeID] = []
    let node = tree.functions[function]
    for parameter in node.parameters {
      declare(parameter.name, in: function)
      if let value = parameter.defaultValue { stack.append(value) }
    }
    stack.append(node.body)
    var steps = 0
    while let id = stack.popLast() {
      steps &+= 1
      if steps & 0xFFF == 0, tw_must_stop() { return [] }
      switch tree[id] {
      case .name: mentions[function].append(id)
      case .lambda(let lambda), .function(_, let lambda):
        resolution.scopes[lambda.index].parent = function
        inner.append(lambda.index)
      default: break
      }
      tree.forEachChild(of: id) { child, isTarget in
        if isTarget { declare(child, in: function) } else { stack.append(child) }
      }
    }
    return inner
  }

  /// Makes `name` one of the function's own, or one of the file's.
  private mutating func declare(_ name: NodeID, in function: Int) {
    let text = tree.nameText(name)
    if function == 0 {
      fileNames.append(name)
      return
    }
    let slot: Int32
    if let known = resolution.scopes[function].localIndex[text] {
      slot = known
    } else {
      slot = Int32(clamping: resolution.scopes[function].locals.count)
      resolution.scopes[function].locals.append(text)
      resolution.scopes[function].localIndex[text] = slot
    }
    resolution.bindings[Int(name.index)] = .local(slot)
  }

  private mutating func bind(_ mention: NodeID, in function: Int) {
    guard resolution[mention] == .none else { return }
    let name = tree.nameText(mention)
    var binding = find(name, in: function)
    if binding == .none, isInteractive, function != 0 || name == "ans" { binding = .global(globals.add(name)) }
    resolution.bindings[Int(mention.index)] = binding
    if binding == .none, reported.insert(name).inserted {
      let functions = Set(tree.functions.compactMap(\.name))
      resolution.faults.append(
        .unknownName(
          name, own: ownNames(in: function), builtins: builtins.builtinNames,
          isFunction: { functions.contains($0) || builtins.hasBuiltin($0) }, use: nameUses[mention],
          at: tree.place(mention)))
    }
  }

  /// Where `name` is found from inside `function`; adds captures on the way.
  private mutating func find(_ name: String, in function: Int) -> Binding {
    if function == 0 {
      if let slot = globals.slot(of: name) { return .global(slot) }
      return builtins.hasBuiltin(name) ? .builtin : .none
    }
    if let slot = resolution.scopes[function].localIndex[name] { return .local(slot) }
    let parent = resolution.scopes[function].parent
    guard parent >= 0 else { return .none }
    // Functions of the file see each other and themselves through the file's names.
    if parent != 0, tree.functions[function].name == name { return .itself }
    switch find(name, in: parent) {
    case .local(let slot): return .capture(capture(name, .local(slot), in: function))
    case .capture(let index): return .capture(capture(name, .capture(index), in: function))
    case .itself: return .capture(capture(name, .itself, in: function))
    case let other: return other
    }
  }

  private mutating func capture(_ name: String, _ source: CaptureSource, in function: Int) -> Int32 {
    if let known = resolution.scopes[function].captures.firstIndex(of: source) { return Int32(clamping: known) }
    resolution.scopes[function].captures.append(source)
    resolution.scopes[function].captureNames.append(name)
    return Int32(clamping: resolution.scopes[function].captures.count - 1)
  }

  private func ownNames(in function: Int) -> [String] {
    var names: [String] = []
    var scope = function
    while scope > 0 {
      names += resolution.scopes[scope].locals
      scope = resolution.scopes[scope].parent
    }
    return names + globals.names
  }

  private mutating func checkDefault(of param: ParamNode) {
    guard let value = param.defaultValue else { return }
    guard isConstant(value) else {
      resolution.faults.append(
        .badParameterList(
          "the default of a param is a constant", help: "write a literal, or nil and compute the value below",
          at: tree.place(value)))
      return
    }
    guard let type = param.type, !isNil(value) else { return }
    let found = constantType(value)
    // What a place is called must be known before anything runs.
    let fits = type.isPlace ? tree.constantText(value) != nil : found == nil || found == type.rawValue
    if fits { return }
    let isText = type.isPlace && (found == nil || found == "string")
    resolution.faults.append(
      Fault(
        .wrongType,
        "the param `\(param.nameText)` is a \(type.rawValue), its default \(isText ? "no plain text" : "a \(found ?? "")")",
        help: "nil stands for no default; without `=` the option is required", at: tree.place(value)))
  }

  private func isNil(_ id: NodeID) -> Bool {
    switch tree[id] {
    case .nil: true
    case .group(let inner): isNil(inner)
    default: false
    }
  }

  /// The type of a constant, as `param` names types; nil for `nil` and where it is not plain from the text.
  private func constantType(_ id: NodeID) -> String? {
    var node = id
    while true {
      switch tree[node] {
      case .bool, .not, .invert, .binary(.maskAnd, _, _), .binary(.maskOr, _, _): return "bool"
      case .number, .negate: return "number"
      case .string: return "string"
      case .list: return "list"
      case .group(let inner): node = inner
      case .binary(.add, let left, _), .binary(.multiply, let left, _): node = left
      case .binary(.subtract, _, _), .binary(.divide, _, _), .binary(.power, _, _): return "number"
      default: return nil
      }
    }
  }

  /// Literals, and what can be put together from them.
  private func isConstant(_ id: NodeID) -> Bool {
    var stack = [id]
    while let node = stack.popLast() {
      switch tree[node] {
      case .nil, .bool, .number, .string: break
      case .name(let name) where builtins.isConstant(name) && resolution[node] == .builtin: break
      case .list(let items): stack += items
      case .negate(let inner), .invert(let inner), .not(let inner), .group(let inner): stack.append(inner)
      case .binary(_, let left, let right):
        stack.append(left)
        stack.append(right)
      default: return false
      }
    }
    return true
  }
}
