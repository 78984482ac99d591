// What `tw check` finds beyond syntax and unknown names: calls of known functions with arguments they cannot take, params
// that nobody reads, statements that cannot be reached.

public struct Checker {
  private let tree: Tree
  private let resolution: Resolution
  private let builtins: Builtins
  private var faults: [Fault] = []

  public static func check(_ tree: Tree, _ resolution: Resolution, builtins: Builtins) -> [Fault] {
    var checker = Checker(tree: tree, resolution: resolution, builtins: builtins)
    checker.run()
    return checker.faults
  }

  private init(tree: Tree, resolution: Resolution, builtins: Builtins) {
    self.tree = tree
    self.resolution = resolution
    self.builtins = builtins
  }

  private mutating func run() {
    let own = ownFunctions()
    for index in tree.nodes.indices {
      let id = NodeID(index)
      switch tree[id] {
      case .call(let callee, let arguments): checkCall(id, callee, arguments, extra: 0, own)
      case .pipe(_, let right):
        if case .call(let callee, let arguments) = tree[right] { checkCall(right, callee, arguments, extra: 1, own) }
      case .block(let statements): checkReachable(statements)
      case .lambda(let function), .function(_, let function): checkEmptyBraces(tree.functions[function.index])
      default: break
      }
    }
    checkParams()
  }

  /// Functions of the file that are defined once and never assigned otherwise.
  private func ownFunctions() -> [String: CallShape] {
    var definitions: [String: [FunctionID]] = [:]
    var assigned: Set<String> = []
    for index in tree.nodes.indices {
      let id = NodeID(index)
      if case .function(let name, let function) = tree[id], case .global = resolution[name] {
        definitions[tree.nameText(name), default: []].append(function)
      } else {
        tree.forEachChild(of: id) { child, isTarget in
          if isTarget, case .global = resolution[child] { assigned.insert(tree.nameText(child)) }
        }
      }
    }
    var shapes: [String: CallShape] = [:]
    for (name, functions) in definitions where functions.count == 1 && !assigned.contains(name) {
      let function = tree.functions[functions[0].index]
      shapes[name] = CallShape(
        parameters: function.parameters.map { tree.nameText($0.name) },
        required: function.parameters.filter { $0.defaultValue == nil && !$0.isRest }.count,
        restIndex: function.parameters.firstIndex(where: \.isRest), signature: function.signature)
    }
    return shapes
  }

  private mutating func checkCall(
    _ id: NodeID, _ callee: NodeID, _ arguments: [Argument], extra: Int, _ own: [String: CallShape]
  ) {
    // The right side of a pipe gets one argument more; its own visit as a plain call is skipped.
    if extra == 0, pipedCalls.contains(id) { return }
    guard case .name(let name) = tree[callee] else { return }
    let shape: CallShape?
    switch resolution[callee] {
    case .builtin: shape = builtins.callShape(of: name)
    case .global: shape = own[name]
    default: shape = nil
    }
    guard let shape else { return }
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
    let count = arguments.count + extra
    let most = shape.takesRest ? Int.max : shape.parameters.count
    let named = Set(arguments.compactMap(\.name))
    let positional = arguments.count - named.count + extra
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

  private lazy var pipedCalls: Set<NodeID> = {
    var calls: Set<NodeID> = []
    for index in tree.nodes.indices {
      if case .pipe(_, let right) = tree[NodeID(index)] { calls.insert(right) }
    }
    return calls
  }()

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
          help: "remove it, or put the `\(word)` behind it",
          at: tree.place(statements[index + 1])))
      return
    }
  }

  /// `=> {}` looks like an empty record, and is an empty block.
  private mutating func checkEmptyBraces(_ function: FunctionNode) {
    guard case .block(let statements) = tree[function.body], statements.isEmpty else { return }
    let body = tree.span(function.body)
    let between = tree.file.text(Span(Int(body.start) + 1, Int(body.end) - 1))
    let head = tree.file.bytes[..<Int(body.start)].last { $0 != 32 && $0 != 10 && $0 != 9 && $0 != 13 }
    guard between.allSatisfy(\.isWhitespace), head == UInt8(ascii: ">") || head == UInt8(ascii: "=") else { return }
    faults.append(
      Fault(
        .emptyBlock, "these braces are an empty block, whose value is nil",
        help: "an empty record is written `record()`, no value `nil`", at: tree.place(function.body)))
  }

  private mutating func checkParams() {
    guard !tree.params.isEmpty else { return }
    var read: Set<String> = []
    let targets = Set(tree.params.map(\.name))
    for index in tree.nodes.indices {
      let id = NodeID(index)
      if case .name(let text) = tree[id], case .global = resolution[id], !targets.contains(id) { read.insert(text) }
    }
    for param in tree.params where !read.contains(param.nameText) {
      faults.append(
        Fault(
          .unusedParam, "the param `\(param.nameText)` is never used", help: "remove it, or use it",
          at: tree.place(param.name)))
    }
  }
}
