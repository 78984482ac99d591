// One running world: the operations, the prelude, where output goes, what may be read and written. A prompt and a recipe have
// one each.

import CPlatform
import Lang

package final class Interpreter: Builtins {
  /// Where `print` writes, byte by byte. The Shell sets it.
  package var output: (String) throws -> Void = { _ in }

  /// Writes words that a program did not print by itself: help, a value shown. What a terminal would obey is written as escapes.
  package func say(_ text: String) throws {
    try checkInterrupt()
    try output(VisibleText.of(text))
  }

  /// Draws a figure for the person at the terminal. The Shell sets it.
  package var showFigure: ((Object) throws -> Void)?

  /// Columns of the terminal that a prompt shows its output on, nil for programs and where output goes elsewhere. The Shell sets it.
  package var columns: () -> Int? = { nil }

  /// What may be read and written.
  package let permissions = Permissions()

  /// What the run of a recipe uses is noted here; nil: nobody asks. To be set before it begins.
  package var record: RunRecord? { didSet { permissions.record = record } }

  /// Whether a person types the program line by line.
  package let isInteractive: Bool

  /// Text of a standard module by file name ("prelude.tw"), or nil when there is none.
  let standardModule: (String) -> [UInt8]?

  /// What `model` and `file` params name.
  let paramSources: (any ParamSources)?

  private let operations: [String: Operation]
  private var builtins: [String: BuiltinObject] = [:]
  /// Modules of the standard library whose functions every program has, `use` or not.
  package static let alwaysLoaded = [
    "prelude.tw", "metrics.tw", "attribution.tw", "patching.tw", "states.tw", "probes.tw",
  ]
  private lazy var preludes = Self.alwaysLoaded.map { Prelude(self, $0) }
  lazy var modules = ModuleLoader(self)
  private var machineIfStarted: Machine?

  package init(
    operations: [Operation], isInteractive: Bool = false, standardModule: @escaping (String) -> [UInt8]? = { _ in nil },
    paramSources: (any ParamSources)? = nil
  ) {
    self.paramSources = paramSources
    self.operations = Dictionary(operations.map { ($0.name, $0) }) { first, _ in first }
    self.isInteractive = isInteractive
    self.standardModule = standardModule
  }

  func machine() throws -> Machine {
    if let machineIfStarted { return machineIfStarted }
    let machine = try Machine(self)
    machineIfStarted = machine
    return machine
  }

  /// Calls a function of the language (or an operation) from Swift.
  package func call(_ function: Value, _ arguments: some Collection<Value>) throws -> Value {
    try machine().call(function, arguments)
  }

  /// Throws `interrupted` after Ctrl-C. Long kernels call it between blocks, at least every 50 ms.
  package func checkInterrupt() throws { try Runtime.checkInterrupt() }

  /// Steps (calls and loop turns) that a program, or an entry at the prompt, may take; nil: as many as it likes.
  package func setStepBudget(_ steps: Int?) throws { try machine().stepBudget = steps }

  /// Whether the program may go on for so many steps.
  package func mayTake(steps: Int) throws -> Bool { try machine().steps.map { $0 >= steps } ?? true }

  // MARK: Built-in names

  package func hasBuiltin(_ name: String) -> Bool {
    operations[name] != nil || preludes.contains { $0.names.contains(name) }
  }

  package var builtinNames: [String] { operations.keys.sorted() + preludes.flatMap(\.names).sorted() }

  /// The value of an operation's or a prelude function's name.
  package func builtin(_ name: String) throws -> Value {
    if let known = builtins[name] { return .object(known) }
    if let operation = operations[name] {
      if let constant = operation.constant { return constant }
      let object = BuiltinObject(record?.noting(operation) ?? operation)
      builtins[name] = object
      return .object(object)
    }
    for prelude in preludes { if let value = try prelude.value(of: name) { return value } }
    throw Fault.unknownName(name, own: builtinNames, at: nil)
  }

  package func isConstant(_ name: String) -> Bool { operations[name]?.constant != nil }

  /// The registration of an operation or a constant.
  package func operation(named name: String) -> Operation? { operations[name] }

  package func callShape(of name: String) -> CallShape? {
    guard case .object(let object)? = try? builtin(name) else { return nil }
    return try? machine().callShape(of: .object(object))
  }
}

/// Throws `interrupted` after Ctrl-C, and `outOfMemory` when the process holds more than its budget; for kernels that have no
/// interpreter at hand.
@usableFromInline
package func checkInterrupt() throws {
  if tw_interrupted() { try answerInterrupt() }
}

/// What a raised flag means. Memory that has been given back meanwhile means nothing.
@inline(never)
package func answerInterrupt() throws {
  try FileMapping.checkAll()
  switch tw_interrupt_reason() {
  case Int32(TW_INTERRUPT_BY_USER), Int32(TW_INTERRUPT_BY_TIME): throw Fault.interrupted()
  case Int32(TW_INTERRUPT_BY_MEMORY): try MemoryBudget.shared.checkAlarm()
  // Another thread has found memory given back meanwhile, and has taken the flag down.
  default: break
  }
}

/// A module that is always loaded: parsed when a name is asked for that no operation has, run when one of its functions is used.
private final class Prelude {
  private unowned let interpreter: Interpreter
  private let tree: Tree?
  let names: Set<String>
  private var module: Module?

  init(_ interpreter: Interpreter, _ file: String) {
    self.interpreter = interpreter
    guard let bytes = interpreter.standardModule(file) else {
      tree = nil
      names = []
      return
    }
    let parsed = Parser.parse(SourceFile(name: "stdlib/" + file, bytes: bytes, isLibrary: true))
    tree = parsed
    names = Set(parsed.functions.compactMap(\.name).filter { !$0.hasPrefix("_") })
  }

  func value(of name: String) throws -> Value? {
    guard let tree, names.contains(name) else { return nil }
    if module == nil {
      let loaded = Module(folder: nil)
      module = loaded
      do {
        _ = try interpreter.run(tree, in: loaded)
      } catch {
        // A budget or Ctrl-C ended it half way: the next look begins anew.
        module = nil
        throw error
      }
    }
    return module?.value(of: name)
  }
}

extension Interpreter {
  /// Resolves, compiles and runs a parsed text in a module. `isProgram`: it is not a module that another file uses.
  func run(_ tree: Tree, in module: Module, isProgram: Bool = false) throws -> Value {
    // What Ctrl-C has ended is no tree to speak of. A shortage of memory is no reason not to begin: `x = nil` may end it.
    if tw_must_stop() { try checkInterrupt() }
    if !tree.faults.isEmpty { throw FaultList.error(tree.faults) }
    let resolution = Resolver.resolve(tree, globals: module.names, builtins: self, isInteractive: isInteractive)
    if tw_must_stop() { try checkInterrupt() }
    if !resolution.faults.isEmpty { throw FaultList.error(resolution.faults) }
    let code: Code
    do {
      code = try Compiler.compile(tree, resolution, module: module) { try self.builtin($0) }
    } catch let fault as Fault {
      throw fault.at(tree.functions.isEmpty ? nil : Place(tree.file, Span(0, 0)))
    }
    try settleParams(of: tree, in: module, isProgram: isProgram)
    module.reserve()
    module.paramNames = tree.params.map(\.nameText)
    return try machine().run(code)
  }
}

/// Several errors of one text, in the order of their places.
package struct FaultList: Error {
  package let faults: [Fault]

  package init(faults: [Fault]) { self.faults = faults }

  static func error(_ faults: [Fault]) -> Error { faults.count == 1 ? faults[0] : FaultList(faults: faults) }
}
