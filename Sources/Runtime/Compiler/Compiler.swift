// Tree → instructions, one function at a time. Locals are registers 0, 1, …; temporaries are stacked above them. Everything
// that may be 200,000 deep (left-deep operators, pipes, calls, `else if`) is compiled in a loop.

import CPlatform
import Lang

package struct Compiler {
  let tree: Tree
  let resolution: Resolution
  let module: Module
  let builtin: (String) throws -> Value

  let function: Int
  var code = CodeBuilder()
  var nextRegister: Int
  /// Locals that certainly have a value here, so that reading them needs no check.
  var bound: Set<Int> = []
  var loops: [Loop] = []
  var tryDepth = 0
  /// Constants that are numbers, to share them.
  var numberConstants: [UInt64: Int] = [:]
  /// Highest temporary that holds something fetched from outside the frame since the last statement began, or -1.
  var staleFrom = Int.max
  var staleTo = -1

  struct Loop {
    var breaks: [Int] = []
    let start: Int
    let tryDepth: Int
  }

  /// Compiles a resolved tree without faults.
  static func compile(
    _ tree: Tree, _ resolution: Resolution, module: Module, builtin: @escaping (String) throws -> Value
  ) throws -> Code {
    try compile(tree, resolution, module: module, builtin: builtin, function: 0)
  }

  private static func compile(
    _ tree: Tree, _ resolution: Resolution, module: Module, builtin: @escaping (String) throws -> Value, function: Int
  ) throws -> Code {
    let node = tree.functions[function]
    let scope = resolution.scopes[function]
    var compiler = Compiler(
      tree: tree, resolution: resolution, module: module, builtin: builtin, function: function,
      nextRegister: scope.locals.count)
    try compiler.functionBody(node)
    let header = CodeHeader(
      name: node.name ?? (function == 0 ? "" : "a lambda"), file: tree.file, module: module,
      documentation: node.documentation,
      signature: node.signature, parameterNames: node.parameters.map { tree.nameText($0.name) },
      requiredCount: node.parameters.filter { $0.defaultValue == nil && !$0.isRest }.count,
      hasRest: node.parameters.last?.isRest ?? false, localNames: scope.locals, captureNames: scope.captureNames)
    return Code(compiler.code, header: header)
  }

  private init(
    tree: Tree, resolution: Resolution, module: Module, builtin: @escaping (String) throws -> Value, function: Int,
    nextRegister: Int
  ) {
    self.tree = tree
    self.resolution = resolution
    self.module = module
    self.builtin = builtin
    self.function = function
    self.nextRegister = nextRegister
    code.registerCount = nextRegister
  }

  private mutating func functionBody(_ node: FunctionNode) throws {
    // Defaults are computed when the function is called, and may use the parameters before them.
    for (index, parameter) in node.parameters.enumerated() {
      if let value = parameter.defaultValue {
        let skip = emit(.init(.jumpIfBound, index, wide: 0), tree.span(value))
        try compile(value, into: index)
        patch(skip)
      }
      bound.insert(index)
    }
    let result = try temporary(node.span)
    try compile(node.body, into: result)
    emit(.init(.returnValue, result), tree.span(node.body))
  }

  func template(of function: FunctionID) throws -> FunctionTemplate {
    if tw_stack_is_low() { throw Fault(.nestedTooDeeply, "functions are nested too deeply") }
    let code = try Self.compile(tree, resolution, module: module, builtin: builtin, function: function.index)
    return FunctionTemplate(code: code, captures: resolution.scopes[function.index].captures)
  }

  // MARK: Emitting

  @discardableResult
  mutating func emit(_ instruction: Instruction, _ span: Span) -> Int {
    code.instructions.append(instruction)
    code.spans.append(span)
    return code.instructions.count - 1
  }

  var here: Int { code.instructions.count }

  /// Makes the jump at `index` go to the next instruction to be emitted.
  mutating func patch(_ index: Int, to target: Int? = nil) {
    let old = code.instructions[index]
    code.instructions[index] = Instruction(old.op, Int(old.a), wide: target ?? here, x: old.x)
  }

  mutating func temporary(_ span: Span) throws -> Int {
    let register = nextRegister
    guard register < 60_000 else {
      throw Fault.tooLarge("names and values in one function", limit: 60_000, at: Place(tree.file, span))
    }
    nextRegister += 1
    code.registerCount = max(code.registerCount, nextRegister)
    return register
  }

  mutating func release(to register: Int) { nextRegister = register }

  // MARK: Constants

  mutating func constant(_ value: Value) -> Int {
    if case .number(let number) = value {
      if let known = numberConstants[number.bitPattern] { return known }
      numberConstants[number.bitPattern] = code.constants.count
    }
    code.constants.append(value)
    return code.constants.count - 1
  }

  /// Index of a number constant, when `id` is one and the index fits an operand.
  mutating func numberOperand(_ id: NodeID) -> Int? {
    guard case .number(let number) = tree[ungrouped(id)] else { return nil }
    let index = constant(.number(number))
    return index <= Int(UInt16.max) ? index : nil
  }

  mutating func symbol(_ name: String, _ span: Span) throws -> Int {
    let symbol = Symbol(interning: name)
    if let known = code.symbols.firstIndex(of: symbol) { return known }
    guard code.symbols.count < Int(UInt16.max) else {
      throw Fault.tooLarge("field names", limit: 65_535, at: Place(tree.file, span))
    }
    code.symbols.append(symbol)
    return code.symbols.count - 1
  }

  func ungrouped(_ id: NodeID) -> NodeID {
    var id = id
    while case .group(let inner) = tree[id] { id = inner }
    return id
  }

  /// Adds a form to one of the tables that instructions refer to by a 16-bit index.
  func formIndex(_ count: Int, _ what: String, _ span: Span) throws -> Int {
    guard count < Int(UInt16.max) else { throw Fault.tooLarge(what, limit: 65_535, at: Place(tree.file, span)) }
    return count
  }
}
