// What `tw check` finds beyond syntax and unknown names: calls of known functions with arguments they cannot take, params
// that nobody reads, statements that cannot be reached; and, as warnings, what is probably not meant.

package struct Checker {
  let tree: Tree
  let builtins: Builtins
  let facts: NameFacts
  private let resolution: Resolution
  /// What the modules are that the file uses, by index into `Tree.uses`; nil where that is not known.
  private let modules: [ModuleShape?]
  private let own: [String: CallShape]
  var faults: [Fault] = []

  /// `modules`: one for each `use` of the text.
  package static func check(_ tree: Tree, _ resolution: Resolution, builtins: Builtins, modules: [ModuleShape?])
    -> [Fault]
  {
    var checker = Checker(tree, resolution, builtins, modules)
    checker.run()
    return checker.faults
  }

  private init(_ tree: Tree, _ resolution: Resolution, _ builtins: Builtins, _ modules: [ModuleShape?]) {
    self.tree = tree
    self.resolution = resolution
    self.builtins = builtins
    self.modules = modules
    facts = NameFacts(tree, resolution)
    own = ModuleShape.functions(of: tree, facts)
  }

  private mutating func run() {
    let piped = pipedNodes
    for (id, function) in facts.nodes {
      switch tree[id] {
      case .call(let callee, let arguments) where !piped.contains(id):
        checkCall(id, callee, arguments, piped: 0, in: function)
      case .pipe(_, let right):
        // The right side gets one argument more.
        if case .call(let callee, let arguments) = tree[right] {
          checkCall(right, callee, arguments, piped: 1, in: function)
        } else {
          checkCall(right, right, [], piped: 1, in: function)
        }
      case .block(let statements): checkReachable(statements)
      case .field(let base, let name, let span): checkExport(base, name, Place(tree.file, span), in: function)
      default: break
      }
      checkHabits(id, in: function)
      checkFirstEdition(id, in: function)
    }
    checkParams()
  }

  private var pipedNodes: Set<NodeID> {
    Set(facts.nodes.compactMap { if case .pipe(_, let right) = tree[$0.id] { right } else { nil } })
  }

  // MARK: Calls

  /// `piped`: how many arguments come from the left side of a pipe.
  private mutating func checkCall(
    _ id: NodeID, _ callee: NodeID, _ arguments: [Argument], piped: Int, in function: Int
  ) {
    guard let (name, shape) = shape(of: callee, in: function) else { return }
    for argument in arguments {
      guard let given = argument.name else { continue }
      if shape.index(ofNamed: given) == nil {
        faults.append(
          Fault(
            .unknownArgument, "`\(name)` has no argument `\(given)`",
            help: shape.help(forUnknown: given),
            at: argument.nameSpan.map { Place(tree.file, $0) }))
        return
      }
    }
    if arguments.contains(where: \.isSpread) { return }
    let count = arguments.count + piped
    let most = shape.takesRest ? Int.max : shape.parameters.count
    let named = Set(arguments.compactMap(\.name))
    let positional = arguments.count - named.count + piped
    let missing = shape.parameters.prefix(shape.required).enumerated().filter {
      $0.offset >= positional && !named.contains($0.element)
    }
    if count > most || !missing.isEmpty {
      let problem =
        count > most
        ? "takes at most \(most) argument\(most == 1 ? "" : "s"), got \(count)"
        : "misses the argument `\(missing[0].element)`"
      faults.append(
        Fault(.wrongArgumentCount, "`\(name)` \(problem)", help: "it is \(shape.signature)", at: tree.place(id)))
    }
  }

  /// How a callee is called, where the text tells: an operation, a function of the file or one of a module.
  private func shape(of callee: NodeID, in function: Int) -> (name: String, shape: CallShape)? {
    switch tree[callee] {
    case .name(let name):
      switch resolution[callee] {
      case .builtin: return builtins.callShape(of: name).map { (name, $0) }
      case .global: return own[name].map { (name, $0) }
      default: return nil
      }
    case .field(let base, let name, _):
      guard let (module, shape) = module(of: base, in: function) else { return nil }
      return shape.functions[name].map { ("\(module).\(name)", $0) }
    default: return nil
    }
  }

  // MARK: Modules

  /// The module that an expression is: a name that only `use` binds.
  private func module(of node: NodeID, in function: Int) -> (name: String, shape: ModuleShape)? {
    guard case .name(let name) = tree[node], case .module(let index)? = facts.only(of: node, in: function),
      modules.indices.contains(index), let shape = modules[index]
    else { return nil }
    return (name, shape)
  }

  private mutating func checkExport(_ base: NodeID, _ name: String, _ place: Place, in function: Int) {
    guard let (module, shape) = module(of: base, in: function), !shape.names.contains(name) else { return }
    faults.append(.notExported(name, by: module, shape.names, at: place))
  }

  // MARK: Statements

  private mutating func checkReachable(_ statements: [NodeID]) {
    for (index, statement) in statements.enumerated().dropLast() {
      let word: String
      switch tree[statement] {
      case .returnValue: word = "return"
      case .breakLoop: word = "break"
      case .continueLoop: word = "continue"
      default: continue
      }
      faults.append(
        Fault(
          .unreachableCode, "this never runs: `\(word)` comes before it",
          help: "remove it, or put the `\(word)` after it",
          at: tree.place(statements[index + 1])))
      return
    }
  }

  private mutating func checkParams() {
    guard !tree.params.isEmpty else { return }
    var read: Set<String> = []
    for (id, _) in facts.nodes {
      if case .name(let text) = tree[id], case .global = resolution[id] { read.insert(text) }
      // A part that is changed is read as well.
      if case .augmented(_, let target, _) = tree[id] { read.insert(tree.nameText(target)) }
    }
    for param in tree.params where !read.contains(param.nameText) {
      faults.append(
        Fault(
          .unusedParam, "the param `\(param.nameText)` is never used", help: "remove it, or use it",
          at: tree.place(param.name)))
    }
  }
}
