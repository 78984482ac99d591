// Names that need a look-up, calls that need arranging, errors that unwind.

import CPlatform
import Lang

extension Machine {
  // MARK: Names

  /// Looks something up that may run language code, such as the prelude when it is first needed: above the registers of the running
  /// function, one of which is `register`, for an instruction that is no call has not said where they end.
  func above<Result>(
    _ register: UnsafePointer<Value>, _ code: Unmanaged<Code>, _ body: () throws -> Result
  ) rethrows -> Result {
    let savedTop = top
    top = UnsafeMutablePointer(mutating: register) + code._withUnsafeGuaranteedRef { $0.registerCount }
    defer { top = savedTop }
    return try body()
  }

  /// A name of the file that has no value: perhaps an operation of that name, which the file has not replaced yet. `register`: any
  /// of the running function's.
  @inline(never)
  func unboundGlobal(_ code: Unmanaged<Code>, slot: Int, register: UnsafePointer<Value>) throws -> Value {
    let running = code
    return try code._withUnsafeGuaranteedRef { code in
      let name = code.module.names.names[slot]
      if interpreter.hasBuiltin(name) { return try above(register, running) { try interpreter.builtin(name) } }
      if !interpreter.isInteractive { throw Fault.unboundName(name, isLocal: false, at: nil) }
      if name == "ans" { throw Fault.noLastValue() }
      let known = code.module.names.names.filter { code.module.value(of: $0) != nil }
      throw Fault.unknownName(
        name, own: known, builtins: interpreter.builtinNames, isFunction: interpreter.hasBuiltin, at: nil)
    }
  }

  /// The callee of `callGlobal` that is no function of the language. An error is at the name, where the call begins.
  @inline(never)
  func global(
    _ code: Unmanaged<Code>, slot: Int, call: UnsafePointer<Instruction>, register: UnsafePointer<Value>
  ) throws -> Value {
    let code = code.takeUnretainedValue()
    let value = code.module.values[slot]
    guard case .unbound = value else { return value }
    let index = UnsafePointer(code.instructions).distance(to: call)
    let start = Int(code.place(ofInstruction: index).span.start)
    do {
      return try unboundGlobal(.passUnretained(code), slot: slot, register: register)
    } catch let fault as Fault {
      throw fault.at(Place(code.file, Span(start, start + code.module.names.names[slot].utf8.count)))
    }
  }

  @inline(never)
  func unboundLocal(_ code: Unmanaged<Code>, register: Int) -> Fault {
    code._withUnsafeGuaranteedRef { Fault.unboundName($0.localNames[register], isLocal: true, at: nil) }
  }

  @inline(never)
  func unboundCapture(_ code: Unmanaged<Code>, index: Int) -> Fault {
    let name = code._withUnsafeGuaranteedRef { $0.captureNames[index] }
    return Fault(
      .unboundName, "`\(name)` had no value yet when this function was made",
      help: "a closure keeps the values that names have when it is made: define `\(name)` before it")
  }

  func makeClosure(
    _ code: Unmanaged<Code>, index: Int, _ registers: UnsafeMutablePointer<Value>, _ running: Unmanaged<FunctionObject>?
  ) -> Value {
    code._withUnsafeGuaranteedRef { code in
      let template = code.functions[index]
      let kept = template.captures.map { source -> Value in
        switch source {
        case .local(let slot): registers[Int(slot)]
        case .capture(let slot): running?._withUnsafeGuaranteedRef { $0.captures[Int(slot)] } ?? .unbound
        case .itself: running.map { .object($0.takeUnretainedValue()) } ?? .unbound
        }
      }
      return .object(FunctionObject(template.code, captures: ContiguousArray(kept)))
    }
  }

  func givenParam(_ code: Unmanaged<Code>, index: Int) -> Value {
    code._withUnsafeGuaranteedRef { code in
      guard index < code.module.paramNames.count else { return .unbound }
      return code.module.options[code.module.paramNames[index]] ?? .unbound
    }
  }

  func useModule(_ code: Unmanaged<Code>, index: Int, registers: UnsafeMutablePointer<Value>) throws -> Value {
    let (use, module) = code._withUnsafeGuaranteedRef { ($0.uses[index], $0.module) }
    return .object(try above(registers, code) { try interpreter.modules.load(use, from: module) })
  }

  // MARK: Calls

  /// Calls what the instruction did not find to be a function of the language.
  @inline(never)
  func callOther(_ window: UnsafeMutablePointer<Value>, count: Int, isArranged: Bool) throws -> Value {
    guard let builtin = window.peek(BuiltinObject.self, .builtin) else { return try callFound(window, count: count) }
    if steps != nil { try countStep() }
    return try callBuiltin(builtin, window: window, count: count, isArranged: isArranged)
  }

  /// Calls a function of the prelude whose name the file gives a value later: `callGlobal` looked among the file's values, which had none
  /// yet, and `global` has put the prelude's into the window since. It is rare, so it may cost a run of its own.
  private func callFound(_ window: UnsafeMutablePointer<Value>, count: Int) throws -> Value {
    guard let callee = window.peek(FunctionObject.self, .function) else { throw Fault.notCallable(window.pointee) }
    let code = callee._withUnsafeGuaranteedRef { Unmanaged.passUnretained($0.code) }
    let (parameters, hasRest) = code._withUnsafeGuaranteedRef { ($0.parameterCount, $0.hasRest) }
    if count != parameters || hasRest { try bind(code, at: window + 1, count: count) }
    return try enter(code, function: callee, base: window + 1, argumentCount: parameters)
  }

  /// Spreads lists and puts each argument in its parameter's place; parameters that are not given become unbound, the
  /// remaining positional arguments a list. Returns how many arguments were given.
  @inline(never)
  func arrangeArguments(_ code: Unmanaged<Code>, form: Int, window: UnsafeMutablePointer<Value>) throws -> Int {
    let (items, file) = code._withUnsafeGuaranteedRef { ($0.callForms[form].items, $0.file) }
    var positional: ContiguousArray<Value> = []
    var named: [(name: String, value: Value, place: Place?)] = []
    for (offset, item) in items.enumerated() {
      let value = window[1 + offset]
      window[1 + offset] = .unbound
      if let name = item.name {
        named.append((name, value, item.span.map { Place(file, $0) }))
      } else if item.isSpread {
        guard let count = value.asObject?.count else {
          throw Fault.notIterable(value).at(item.span.map { Place(file, $0) })
        }
        try checkListFits(count)
        let iterator = try IteratorObject(value, names: 1)
        var element = Value.unbound
        while try withUnsafeMutablePointer(to: &element, { try iterator.next(into: $0) }) { positional.append(element) }
      } else {
        positional.append(value)
      }
    }
    let shape = try callShape(of: window.pointee)
    let total = shape.parameters.count
    let given = positional.count + named.count
    let fixed = shape.restIndex ?? total
    guard shape.takesRest || positional.count <= total else { throw Fault.wrongArgumentCount(shape, got: given) }
    guard window + total + 64 < stackEnd else { throw Fault.recursionTooDeep() }
    for index in 0..<total { window[1 + index] = index < min(positional.count, fixed) ? positional[index] : .unbound }
    if let restIndex = shape.restIndex {
      window[1 + restIndex] = .list(positional.dropFirst(fixed))
    }
    for (name, value, place) in named {
      guard let index = shape.index(ofNamed: name) else { throw Fault.unknownArgument(name, shape).at(place) }
      guard case .unbound = window[1 + index] else { throw Fault.argumentGivenTwice(name, shape).at(place) }
      window[1 + index] = value
    }
    for index in 0..<min(total, shape.required) {
      if case .unbound = window[1 + index] {
        throw named.isEmpty
          ? Fault.wrongArgumentCount(shape, got: given) : Fault.missingArgument(shape.parameters[index], shape)
      }
    }
    return given
  }

  func callShape(of callee: Value) throws -> CallShape {
    guard case .object(let object) = callee else { throw Fault.notCallable(callee) }
    switch object.kind {
    case .function: return shape(of: unsafeDowncast(object, to: FunctionObject.self).code)
    case .builtin: return unsafeDowncast(object, to: BuiltinObject.self).shape
    default: throw Fault.notCallable(callee)
    }
  }

  @inline(never)
  func countStep() throws {
    guard let left = steps else { return }
    guard left > 0 else { throw Fault.outOfSteps(budget: stepBudget ?? 0) }
    steps = left - 1
  }

  // MARK: Errors

  /// Goes back to the innermost `try` of this run, or leaves the run. Adds the calls that are left to the error.
  func recover(from error: Error, entry: Int, firstHandler: Int, running: Frame) throws -> Frame {
    var fault = error as? Fault ?? Fault(.badValue, "\(error)")
    // What a reader thought of a file that changed under its hands is not the cause.
    if tw_interrupted() { do { try FileMapping.checkAll() } catch let change as Fault { fault = change } catch {} }
    var frame = running
    fault = located(fault, in: frame)
    let handler = fault.code.canBeCaught && handlers.count > firstHandler ? handlers.last : nil
    let target = handler?.frameCount ?? entry
    while frameCount > target {
      let name = frame.code._withUnsafeGuaranteedRef { $0.name }
      clear(frame)
      frame.base[-1] = .unbound
      frameCount -= 1
      frame = frames[frameCount]
      fault.leave(name, to: place(in: frame))
    }
    if let handler {
      handlers.removeLast()
      frame.base[handler.register] = .object(errorRecord(fault))
      frame.code._withUnsafeGuaranteedRef { frame.next = UnsafePointer($0.instructions) + handler.target }
      return frame
    }
    handlers.removeLast(handlers.count - firstHandler)
    let name = frame.code._withUnsafeGuaranteedRef { $0.name }
    if !name.isEmpty { fault.openCall = name }
    clear(frame)
    throw fault
  }

  private func clear(_ frame: Frame) {
    for index in 0..<frame.code._withUnsafeGuaranteedRef({ $0.registerCount }) { frame.base[index] = .unbound }
  }

  private func place(in frame: Frame) -> Place {
    frame.code._withUnsafeGuaranteedRef {
      $0.place(ofInstruction: UnsafePointer($0.instructions).distance(to: frame.next) - 1)
    }
  }

  /// Gives the fault its place, or, when it came through an operation, the call that it came through.
  private func located(_ fault: Fault, in frame: Frame) -> Fault {
    var fault = fault
    let here = place(in: frame)
    if let name = fault.openCall {
      fault.leave(name, to: here)
      fault.openCall = nil
    }
    if fault.place == nil, fault.code == .innerSizeMismatch { fault = fault.seen(in: here.file.text(here.span)) }
    if fault.place == nil, fault.code == .notIndexable, let nilField,
      here.file.text(here.span).contains(".\(nilField.name)[")
    {
      fault = Fault(.notIndexable, nilField.reason)
    }
    return fault.at(here)
  }

  /// What `catch e` gets.
  private func errorRecord(_ fault: Fault) -> RecordObject { ErrorRecord(fault) }
}

extension Fault {
  /// Notes that a function was left for its caller. What the standard library refuses with `assert` or `error` is the caller's mistake,
  /// as it is with an operation, so it is shown in the caller's line.
  fileprivate mutating func leave(_ function: String, to caller: Place) {
    if place?.file.isLibrary == true, code == .assertionFailed || code == .raised {
      place = caller
    } else {
      calls.append(Fault.ActiveCall(function: function, place: caller))
    }
  }
}
