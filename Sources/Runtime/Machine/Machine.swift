// Runs compiled code. Registers of all active functions lie in one stack of values; a call's arguments are computed where
// the callee's first registers will be, so nothing is copied. Calls between functions of the language do not recurse on the
// machine's stack, only calls through operations (`map(xs, f)`) do.

import CPlatform
import Glibc
import Lang

final class Machine {
  /// What is needed to go on in a function after a call.
  struct Frame {
    var code: Unmanaged<Code>
    var function: Unmanaged<FunctionObject>?
    var base: UnsafeMutablePointer<Value>
    var next: UnsafePointer<Instruction>
  }

  /// A `try` that is under way.
  struct Handler {
    let frameCount: Int
    let target: Int
    let register: Int
  }

  /// It owns the machine.
  unowned(unsafe) let interpreter: Interpreter
  let stack: UnsafeMutablePointer<Value>
  let stackEnd: UnsafeMutablePointer<Value>
  let frames: UnsafeMutablePointer<Frame>
  let maximumFrames: Int
  /// Frames below the running one.
  var frameCount = 0
  var handlers: [Handler] = []
  /// First stack slot that no running function uses; set before an operation is called.
  var top: UnsafeMutablePointer<Value>
  /// Runs that are nested through operations.
  var nesting = 0
  /// Steps (calls and loop turns) that a program may take, or nil without a budget.
  var stepBudget: Int?
  /// Steps that are left of it.
  var steps: Int?
  /// The last field that was nil though its object can say why.
  var nilField: (name: String, reason: String)?
  /// Where strings with values in them are put together.
  let textWriter = TextWriter()

  /// Runs within runs: deep enough for any recursion through `map`, and few enough to be told in one error.
  private static let maximumNesting = 2000

  /// Bytes of registers for all active calls together; address space only, until it is used.
  private static let stackBytes = 1 << 28

  init(_ interpreter: Interpreter) throws {
    self.interpreter = interpreter
    var capacity = tw_address_share(Self.stackBytes, 16) / MemoryLayout<Value>.stride
    var memory = Self.map(capacity * MemoryLayout<Value>.stride)
    while memory == nil, capacity > 1 << 14 {
      capacity /= 2
      memory = Self.map(capacity * MemoryLayout<Value>.stride)
    }
    maximumFrames = capacity / 64
    let frameMemory = Self.map(maximumFrames * MemoryLayout<Frame>.stride)
    guard let memory, let frameMemory else { throw Fault.outOfMemory(bytes: Double(capacity * 16)) }
    // Fresh pages are zero: set to a plain value on first use, `enter` initialises what it takes.
    stack = memory.bindMemory(to: Value.self, capacity: capacity)
    stackEnd = stack + (capacity - 4096)
    frames = frameMemory.bindMemory(to: Frame.self, capacity: maximumFrames)
    top = stack
    MemoryBudget.shared.watch()
  }

  private static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return memory == MAP_FAILED ? nil : memory
  }

  // MARK: Entry points

  /// Runs a file's code from its start.
  func run(_ code: Code) throws -> Value {
    func enter() throws -> Value {
      try withExtendedLifetime(code) {
        try self.enter(.passUnretained(code), function: nil, base: top + 1, argumentCount: 0)
      }
    }
    guard nesting == 0 else { return try enter() }
    steps = stepBudget
    do {
      return try enter()
    } catch let fault as Fault where fault.code == .outOfMemory || fault.code == .recursionTooDeep {
      releaseUnused()
      throw fault
    }
  }

  /// Gives back what a program that went too far has left behind: nothing runs now, so all registers are free.
  private func releaseUnused() {
    tw_discard_pages(top + 1, stackEnd)
    tw_discard_pages(frames, frames + maximumFrames)
    tw_trim_memory(true)
  }

  /// Calls any callable from Swift.
  func call(_ callee: Value, _ arguments: some Collection<Value>) throws -> Value {
    guard case .object(let object) = callee else { throw Fault.notCallable(callee) }
    let window = top
    let count = arguments.count
    guard window + count + 64 < stackEnd else { throw Fault.recursionTooDeep() }
    var place = window + 1
    for argument in arguments {
      place.pointee = argument
      place += 1
    }
    // A function's frame clears its registers, the arguments among them, when it is left.
    switch object.kind {
    case .function:
      let function = unsafeDowncast(object, to: FunctionObject.self)
      if count != function.code.parameterNames.count || function.code.hasRest {
        try bind(.passUnretained(function.code), at: window + 1, count: count)
      }
      return try withExtendedLifetime(function) {
        try enter(
          .passUnretained(function.code), function: .passUnretained(function), base: window + 1,
          argumentCount: function.code.parameterCount)
      }
    case .builtin:
      let builtin = unsafeDowncast(object, to: BuiltinObject.self)
      return try withExtendedLifetime(builtin) {
        try callBuiltin(.passUnretained(builtin), window: window, count: count)
      }
    default: throw Fault.notCallable(callee)
    }
  }

  /// Whether a few arguments fit behind what is in use.
  var hasRoom: Bool { top + 64 < stackEnd }

  /// Starts a run whose frame begins at `base`; parameters are in place. The caller keeps code and function alive.
  func enter(
    _ code: Unmanaged<Code>, function: Unmanaged<FunctionObject>?, base: UnsafeMutablePointer<Value>, argumentCount: Int
  ) throws -> Value {
    let registerCount = code._withUnsafeGuaranteedRef { $0.registerCount }
    guard base + registerCount < stackEnd, frameCount < maximumFrames, !tw_stack_is_low(),
      nesting < Self.maximumNesting
    else { throw Fault.recursionTooDeep() }
    if steps != nil { try countStep() }
    let savedTop = top
    nesting += 1
    defer {
      nesting -= 1
      top = savedTop
    }
    (base + argumentCount).clear(count: registerCount - argumentCount)
    return try execute(code, function, base)
  }

  // MARK: Binding arguments

  /// Puts `count` positional arguments at `window` into the shape that `code` expects: defaults unbound, the rest in a list.
  @inline(never)
  func bind(_ code: Unmanaged<Code>, at window: UnsafeMutablePointer<Value>, count: Int) throws {
    let code = code.takeUnretainedValue()
    let total = code.parameterNames.count
    let fixed = code.hasRest ? total - 1 : total
    guard count >= code.requiredCount, code.hasRest || count <= total else {
      throw Fault.wrongArgumentCount(shape(of: code), got: count)
    }
    if code.hasRest {
      var rest: ContiguousArray<Value> = []
      if count > fixed {
        for index in fixed..<count {
          rest.append((window + index).pointee)
          (window + index).pointee = .unbound
        }
      }
      for index in min(count, fixed)..<total { (window + index).pointee = .unbound }
      (window + fixed).pointee = .list(rest)
    } else if count < total {
      for index in count..<total { (window + index).pointee = .unbound }
    }
  }

  func shape(of code: Code) -> CallShape {
    CallShape(
      parameters: code.parameterNames, required: code.requiredCount,
      restIndex: code.hasRest ? code.parameterNames.count - 1 : nil,
      signature: code.signature.isEmpty ? code.name : code.signature)
  }

  /// Calls an operation whose arguments lie behind `window`, where they are cleared afterwards. `isArranged`: every parameter
  /// has its place already (`arrangeArguments`).
  @inline(never)
  func callBuiltin(
    _ builtin: Unmanaged<BuiltinObject>, window: UnsafeMutablePointer<Value>, count: Int, isArranged: Bool = false
  ) throws -> Value {
    let total = builtin._withUnsafeGuaranteedRef { $0.parameterCount }
    if isArranged || !builtin._withUnsafeGuaranteedRef({ $0.isPlain(window + 1, count: count) }) {
      let builtin = builtin.takeUnretainedValue()
      if !isArranged { try builtin.gather(window + 1, count: count) }
      try builtin.complete(window + 1, given: count)
    }
    let savedTop = top
    top = window + 1 + max(total, count)
    defer {
      (window + 1).clear(count: max(total, count))
      top = savedTop
    }
    let arguments = UnsafeMutableBufferPointer(start: window + 1, count: total)
    let result = try builtin._withUnsafeGuaranteedRef { builtin in
      try builtin.body(Call(operation: builtin, arguments: arguments, interpreter: interpreter))
    }
    if tw_interrupted() { try answerInterrupt() }
    return result
  }
}
